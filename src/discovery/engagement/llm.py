"""A language model that is tried as a candidate: which, how it is asked, and what it may cost."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from .spec import Spec

__all__ = ["LanguageModel"]

_FIELDS = {"task", "labels", "examples", "row", "target", "table"}
_WITHIN = re.compile(r"(?:localhost|[^.]+|.+\.(?:local|localhost|internal|lan))", re.I)


class LanguageModel(Spec):
    """A chat model behind an OpenAI-compatible endpoint. Rows leave the machine, with personal data masked.

    The key is never written here: ``key_env`` names the environment variable that holds it.
    """

    endpoint: str = Field(description="Base URL, such as https://api.example.org/v1; /chat/completions is added.")
    model: Annotated[str, Field(min_length=1, max_length=200)]
    key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="The environment variable that holds the key. None: no key is sent.",
    )
    prompt: str | None = Field(
        default=None,
        description="Your own question, with {row} and {labels}; also {examples}, {target}, {table}, {task}.",
    )
    columns: list[str] = Field(
        default_factory=list, description="What it is shown; empty: the columns that all candidates see."
    )
    examples: int = Field(default=8, ge=0, le=100, description="Labelled training rows shown with every question.")
    max_rows: int = Field(default=200, ge=20, le=100_000, description="Rows it is asked about, at most.")
    max_cost: float | None = Field(default=None, gt=0, description="What that may cost, in economics.currency.")
    input_price: float | None = Field(default=None, ge=0, description="Of 1M input tokens.")
    output_price: float | None = Field(default=None, ge=0, description="Of 1M output tokens.")
    max_output_tokens: int = Field(default=16, ge=1, le=4096)
    logprobs: bool = Field(default=True, description="Ask for log probabilities; left out where refused.")
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)
    retries: int = Field(default=4, ge=0, le=10)
    requests_per_minute: float = Field(default=60.0, gt=0)
    concurrency: int = Field(default=4, ge=1, le=64)

    @field_validator("endpoint")
    @classmethod
    def _safe(cls, endpoint: str) -> str:
        try:
            parts = urlsplit(endpoint)
            host = parts.hostname or ""
        except ValueError:
            raise ValueError("is no URL") from None
        if parts.scheme not in {"http", "https"} or not host:
            raise ValueError("must begin with https://")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("must hold no key, user or query; name the key's environment variable in key_env")
        if parts.scheme == "http" and not _is_near(host):
            raise ValueError("must begin with https://, or rows and key could be read on their way")
        return endpoint.rstrip("/")

    @field_validator("prompt")
    @classmethod
    def _usable(cls, prompt: str | None) -> str | None:
        if prompt is None:
            return None
        found = set(re.findall(r"\{(\w*)\}", prompt))
        if found - _FIELDS:
            raise ValueError(f"{{{min(found - _FIELDS)}}} is not known; there are {', '.join(sorted(_FIELDS))}")
        if not {"row", "labels"} <= found:
            raise ValueError("needs {row} and {labels}")
        return prompt

    @model_validator(mode="after")
    def _priced(self) -> LanguageModel:
        if self.max_cost is not None and (self.input_price is None or self.output_price is None):
            raise ValueError("max_cost can be kept only with input_price and output_price")
        return self


def _is_near(host: str) -> bool:
    """Whether a host is this machine or on a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(_WITHIN.fullmatch(host))
    return address.is_loopback or address.is_private

"""Object stores: S3 and what speaks its language through Arrow, others through fsspec."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

__all__ = ["open_store", "storage_options"]

_S3 = frozenset({"s3", "s3a"})
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


def open_store(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the path in it.

    S3 is opened through Arrow where ``s3fs`` is not installed. Endpoint, region and credentials are those of the
    environment (``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID``, …) or of the machine's role.

    Raises
    ------
    ImportError, ValueError
        If there is nothing that opens such URLs.
    """
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(url)
    except ImportError:
        if url.partition("://")[0].lower() not in _S3:
            raise
        return _by_arrow(url)
    return system, str(path)


def _by_arrow(url: str) -> tuple[Any, str]:
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    endpoint, region = _first(_ENDPOINTS), _first(_REGIONS)
    given: dict[str, Any] = {"region": region or "us-east-1"}
    if endpoint:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        given |= {"endpoint_override": parts.netloc, "scheme": parts.scheme}
    if os.environ.get("AWS_SKIP_SIGNATURE", "").lower() in {"1", "true"}:
        given["anonymous"] = True
    system = ArrowFSWrapper(S3FileSystem(**given, request_timeout=60, connect_timeout=10))
    return system, url.partition("://")[2].split("?")[0].rstrip("/")


def storage_options(url: str) -> dict[str, str]:
    """Return what Polars and Delta need to open a URL, besides what they take from the environment themselves."""
    if url.partition("://")[0].lower() not in _S3:
        return {}
    options = {"aws_region": _first(_REGIONS) or "us-east-1"}
    endpoint = _first(_ENDPOINTS)
    if endpoint:
        options["aws_endpoint_url"] = endpoint
    if endpoint.startswith("http://"):
        options["aws_allow_http"] = "true"
    return options


def _first(names: tuple[str, ...]) -> str:
    return next((v for n in names if (v := os.environ.get(n))), "")

"""A check that fails fails its test."""

from __future__ import annotations

import os

os.environ["DISCOVERY_STRICT"] = "1"

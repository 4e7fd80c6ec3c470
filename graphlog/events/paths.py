"""Paths and URLs of event files."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import url2pathname


def is_remote(path: str) -> bool:
    """Whether a path is a URL of something else than a local file."""
    return "://" in path and not path.startswith("file://")


def local_path(path: str) -> str:
    """A path that is none of a remote file, without ``file://``."""
    return url2pathname(urlsplit(path).path) if path.startswith("file://") else path

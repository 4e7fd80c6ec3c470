"""Tags: the names under which values are logged."""

from __future__ import annotations

import re

_ILLEGAL_CHARACTER = re.compile(r"[^-/\w.]")


def clean_tag(name: str) -> str:
    """Makes a name fit to be a tag and a node name, as TensorFlow 1 does.

    Each character that is neither a letter, a digit nor one of ``_ - . /`` becomes ``_``; then leading
    slashes are dropped. Letters and digits of any script stay.

    Args:
        name: any string.

    Returns:
        The tag. It is empty when the name was nothing but slashes.
    """
    return _ILLEGAL_CHARACTER.sub("_", name).lstrip("/")

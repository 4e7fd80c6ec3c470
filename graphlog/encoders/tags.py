"""Tags: the names under which values are logged."""

from __future__ import annotations

import re

# The groups of scalars that tell of gradients; a tag is GROUP/VARIABLE. The last needs the variable's value.
GRADIENT_GROUPS = (
    "gradient_l2_norm",
    "gradient_mean_abs",
    "gradient_max_abs",
    "gradient_zero_fraction",
    "gradient_nan_count",
    "gradient_inf_count",
    "update_to_weight_ratio",
)

_ILLEGAL_CHARACTER = re.compile(r"[^-/\w.]")


def as_tag(tag: str) -> str:
    """The tag itself.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(tag, str | bytes):
        raise TypeError(f"a tag must be a string, not {tag!r}")
    return tag


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

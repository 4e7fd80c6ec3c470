"""Texts from files and from strangers, as they may be shown."""

from __future__ import annotations

import reprlib

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def printable(text: str) -> str:
    """A text in which control characters and the like stand as Python's escapes.

    What is left can neither move a terminal's cursor nor turn the direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def described(value: object) -> str:
    """A value as an error names it: its text, cut where it is long, and its type."""
    text = " ".join(_SHORT.repr(value).split())
    return f"{printable(text)} of type {type(value).__name__}"

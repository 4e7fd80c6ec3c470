"""Texts from files and from strangers, as they may be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text in which control characters and the like stand as Python's escapes.

    What is left can neither move a terminal's cursor nor turn the direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)

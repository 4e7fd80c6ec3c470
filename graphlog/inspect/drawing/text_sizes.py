"""How wide a text will be in a font that is not known: a little more than in the usual ones."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'|!()[]/\\ ")
_BROAD = frozenset("mwMW@%—…")


def text_width(text: str, size: float) -> float:
    """The width of a text in a sans-serif font of a size, in the unit of the size."""
    return sum(map(_character_width, text)) * size


def _character_width(character: str) -> float:
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.95
    if character.isascii():
        return 0.70 if character.isupper() else 0.58
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.72


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, its middle left out where it is longer."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[-end:]}"

"""What could not be read, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Damage:
    """Something that could not be read. Everything else was.

    Attributes:
        file: the event file, or the folder that could not be looked into.
        offset: the byte of the file at which it starts: that of a record; None for a folder or a whole file.
        length: how many bytes it takes; None where it is not known.
        reason: what is wrong.
    """

    file: str
    offset: int | None
    length: int | None
    reason: str

    def __str__(self) -> str:
        place = "" if self.offset is None else f", byte {self.offset}"
        size = "" if self.length is None else f" ({self.length} bytes)"
        return f"{printable(self.file)}{place}{size}: {printable(self.reason)}"


def printable(text: str) -> str:
    """A text from a file or a name, with control characters and the like as Python's escapes.

    What is left can neither move a terminal's cursor nor turn the direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)

"""What a check finds."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """How bad a finding is.

    Attributes:
        ERROR: TensorBoard shows something wrongly or not at all, or no TensorFlow can read it.
        WARNING: it is shown, but less well than it could be, or only by some readers.
        NOTE: nothing is wrong; one may want to know it.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Names and texts are as in the file: they may hold anything, and whoever prints them has to escape them.

    Attributes:
        severity: how bad it is.
        code: which kind of thing, such as ``"dangling-input"``; stays the same from version to version.
        subject: what it is about: a node, a tag or a file; empty for the whole graph or log.
        what: what was found.
        advice: what to do.
        file: the file; empty for a graph that comes from none.
        offset: where in the file the record starts, in bytes; None where it is not about a record.
        count: how often it was found; what is told is the first.
    """

    severity: Severity
    code: str
    subject: str
    what: str
    advice: str
    file: str = ""
    offset: int | None = None
    count: int = 1


def error(code: str, subject: str, what: str, advice: str) -> Finding:
    """A finding of severity ERROR."""
    return Finding(Severity.ERROR, code, subject, what, advice)


def warning(code: str, subject: str, what: str, advice: str) -> Finding:
    """A finding of severity WARNING."""
    return Finding(Severity.WARNING, code, subject, what, advice)


def note(code: str, subject: str, what: str, advice: str) -> Finding:
    """A finding of severity NOTE."""
    return Finding(Severity.NOTE, code, subject, what, advice)


def shortened(text: str, longest: int = 80) -> str:
    """A name for the inside of a sentence: quoted, and cut where it is long."""
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")

"""Warnings that name the line of the user's program, however deep in this package they arise."""

from __future__ import annotations

import sys
import warnings
from types import FrameType
from typing import NamedTuple

_PACKAGE = __name__.partition(".")[0]


class Place(NamedTuple):
    """A line of a program."""

    filename: str
    line: int


def users_place() -> Place:
    """The line that called into this package."""
    frame = _users_frame()
    return Place(frame.f_code.co_filename, frame.f_lineno)


def warn_user(message: str) -> None:
    """Issues a UserWarning at the line that called into this package; by default it shows once a line."""
    frame = _users_frame()
    warnings.warn_explicit(
        message,
        UserWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def warn_about(place: Place, message: str) -> None:
    """Issues a UserWarning at a line that ran earlier."""
    warnings.warn_explicit(message, UserWarning, place.filename, place.line)


def _users_frame() -> FrameType:
    frame = sys._getframe(1)
    while _is_of_this_package(frame) and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _is_of_this_package(frame: FrameType) -> bool:
    name: str = frame.f_globals.get("__name__", "")
    return name == _PACKAGE or name.startswith(_PACKAGE + ".")

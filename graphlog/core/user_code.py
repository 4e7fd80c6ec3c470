"""Which lines of the user's code built an operation."""

from __future__ import annotations

import sys
import traceback
from types import CodeType
from typing import NamedTuple

_PACKAGE_PREFIX = __name__.partition(".")[0] + "."
_PACKAGE = __name__.partition(".")[0]

# Enough to see which layer of the user's own helpers was called from where, and little to keep.
_FRAMES_KEPT = 6


class CallSite(NamedTuple):
    """A line of code that was being run: its code object and line number."""

    code: CodeType
    line: int

    @property
    def filename(self) -> str:
        """The file the line stands in."""
        return self.code.co_filename

    def __str__(self) -> str:
        return f"{self.code.co_filename}:{self.line}"

    def summary(self) -> traceback.FrameSummary:
        """The line as the ``traceback`` module describes one."""
        return traceback.FrameSummary(self.code.co_filename, self.line, self.code.co_name)


# Many operations come from one line: they share one tuple.
_shared: dict[tuple[CallSite, ...], tuple[CallSite, ...]] = {}


def call_stack() -> tuple[CallSite, ...]:
    """The innermost few calls that led here, graphlog's own left out, the latest first."""
    frame = sys._getframe(1)
    sites: list[CallSite] = []
    while frame is not None and len(sites) < _FRAMES_KEPT:
        module = frame.f_globals.get("__name__", "")
        if module != _PACKAGE and not module.startswith(_PACKAGE_PREFIX):
            sites.append(CallSite(frame.f_code, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    stack = tuple(sites)
    return _shared.setdefault(stack, stack)

"""Which lines of the user's code built an operation."""

from __future__ import annotations

import functools
import sys
import threading
import traceback
from types import CodeType, FrameType
from typing import NamedTuple

_PACKAGE = __name__.partition(".")[0]
_PACKAGE_PREFIX = _PACKAGE + "."

# Enough to see which layer of the user's own helpers was called from where, and little to keep.
_FRAMES_KEPT = 4


class CallSite(NamedTuple):
    """A place in code that was being run.

    Attributes:
        code: the code object.
        instruction: the offset of the instruction in it.
    """

    code: CodeType
    instruction: int

    @property
    def filename(self) -> str:
        """The file it stands in."""
        return self.code.co_filename

    @property
    def line(self) -> int:
        """The number of its line."""
        for start, end, line in self.code.co_lines():
            if start <= self.instruction < end and line is not None:
                return line
        return self.code.co_firstlineno

    def summary(self) -> traceback.FrameSummary:
        """The line as the ``traceback`` module describes one."""
        return traceback.FrameSummary(self.filename, self.line, self.code.co_name)

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}"


# Many operations come from one line: they share one tuple. Code objects are looked up by identity, since
# to hash one by value takes longer than all the rest; an entry keeps its own alive.
_shared: dict[tuple[int, ...], tuple[CallSite, ...]] = {}


class _Assumed(threading.local):
    """The calls that are taken to have led here, where looking would find the same again and again."""

    stack: tuple[CallSite, ...] | None = None


_assumed = _Assumed()


class called_from:  # noqa: N801 (a context manager is called like a function)
    """Says which calls led to the operations that are built inside a ``with`` block.

    Many operations may come from one call of the user's, and looking for it takes longer than to build one.

    Args:
        stack: what ``call_stack`` is to return; None to have it look.
    """

    __slots__ = ("_previous", "_stack")

    def __init__(self, stack: tuple[CallSite, ...] | None) -> None:
        self._stack = stack

    def __enter__(self) -> None:
        self._previous = _assumed.stack
        _assumed.stack = self._stack

    def __exit__(self, *_: object) -> None:
        _assumed.stack = self._previous


def is_users_function(function: object) -> bool:
    """Whether a function stands in the user's code, and not in graphlog's nor in NumPy's."""
    while isinstance(function, functools.partial):
        function = function.func
    module = getattr(function, "__module__", None) or type(function).__module__
    return not (_is_own_module(module) or module.partition(".")[0] == "numpy")


def _is_own_module(name: str) -> bool:
    return name == _PACKAGE or name.startswith(_PACKAGE_PREFIX)


# Whether a file is graphlog's own, by its name; there are few files, and many operations.
_is_own_file: dict[str, bool] = {}


def call_stack(own: int = 1) -> tuple[CallSite, ...]:
    """The innermost few calls that led here, graphlog's own left out, the latest first.

    Args:
        own: how many of them are known to be graphlog's own, the caller of this function being the first.
    """
    if _assumed.stack is not None:
        return _assumed.stack
    innermost: FrameType | None = sys._getframe(own + 1)
    frame = innermost
    key: tuple[int, ...] = ()
    while frame is not None:
        code = frame.f_code
        try:
            is_own = _is_own_file[code.co_filename]
        except KeyError:
            is_own = _is_own_module(frame.f_globals.get("__name__", ""))
            _is_own_file[code.co_filename] = is_own
        if not is_own:
            key += (id(code), frame.f_lasti)
            if len(key) == 2 * _FRAMES_KEPT:
                break
        frame = frame.f_back
    return _shared.get(key) or _new_stack(innermost, key)


def _new_stack(frame: FrameType | None, key: tuple[int, ...]) -> tuple[CallSite, ...]:
    """The calls of a key that was not met before, from the innermost of their frames."""
    sites: list[CallSite] = []
    while frame is not None and 2 * len(sites) < len(key):
        if not _is_own_file[frame.f_code.co_filename]:
            sites.append(CallSite(frame.f_code, frame.f_lasti))
        frame = frame.f_back
    stack = _shared[key] = tuple(sites)
    return stack

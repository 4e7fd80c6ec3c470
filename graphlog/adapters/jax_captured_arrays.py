"""Names for the arrays that a function takes from around it, found where the function finds them."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from graphlog.adapters.jax_internals import is_library_file
from graphlog.adapters.jax_paths import Path, is_array, leaves_with_paths

_MOST_OBJECTS = 10_000


class CapturedArrays:
    """The arrays that a function can reach without being given them.

    Args:
        function: the function.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._paths: dict[int, Path] = {}
        self._kept: dict[int, Any] = {}  # an address tells arrays apart while they live
        waiting: deque[tuple[Path, Any]] = deque([((), function)])
        while waiting and len(self._kept) < _MOST_OBJECTS:
            path, value = waiting.popleft()
            if id(value) in self._kept:
                continue
            self._kept[id(value)] = value
            if is_array(value):
                self._paths[id(value)] = path
            else:
                waiting.extend(_inside(path, value))

    def path(self, array: Any) -> Path:
        """Where an array was found, such as ``("params", "dense", "kernel")``; empty where it was not."""
        return self._paths.get(id(array), ())


def _inside(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """What a value holds, or finds where it was defined; with paths."""
    if hasattr(value, "__wrapped__"):
        yield path, value.__wrapped__
    elif isinstance(value, FunctionType):
        if not is_library_file(value.__code__.co_filename):
            yield from (((name,), item) for name, item in _names_in(value))
    elif isinstance(value, functools.partial):
        yield path, value.func
        yield from (((*path, "arguments", str(number)), item) for number, item in enumerate(value.args))
        yield from (((*path, name), item) for name, item in value.keywords.items())
    elif isinstance(value, MethodType):
        yield path, value.__self__
        yield path, value.__func__
    elif not isinstance(value, type | ModuleType):
        try:
            leaves = leaves_with_paths(value)
        except Exception:
            # It may be anybody's object, or a dict whose keys have no order.
            return
        if len(leaves) == 1 and leaves[0][1] is value:
            leaves = [((name,), item) for name, item in getattr(value, "__dict__", {}).items()]
        yield from (((*path, *inner), item) for inner, item in leaves)


def _names_in(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """What the names in a function stand for, as far as they are not its own."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue  # not filled yet
    for code in _codes(function.__code__):
        for name in code.co_names:
            if name in function.__globals__:
                yield name, function.__globals__[name]


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and that of the functions defined in it."""
    waiting = [code]
    while waiting:
        code = waiting.pop()
        yield code
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]

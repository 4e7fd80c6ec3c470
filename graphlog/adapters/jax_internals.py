"""What JAX says of an equation beside its public parts: scopes, lines of code, bodies.

This is the one place that relies on how JAX 0.5 to 0.10 lay these out. Where a later version does otherwise,
the graph has fewer scopes or lines, and is right all the same.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
import sysconfig
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

from graphlog.adapters.jax_values import text
from graphlog.core.user_code import CallSite

TRANSPOSE = "transpose"

# The functions of JAX that trace the body of a jit, a loop or a branch are called so: what called them has
# to do with where the body is used (or was used first, since JAX keeps what it has traced), and not with it.
_TRACES_A_BODY = "trace_to_jaxpr"

# Bodies that say what an operator does with two numbers, and are no part of the computation's picture.
_OPERATORS = frozenset({"update_jaxpr", "computation", "comparator"})

_CLASS_SCOPES = "eqx.nn."

_FRAMES_KEPT = 4

# Calls, the innermost first: for each the address of its code, and which instruction.
Frames = tuple[tuple[int, int], ...]


class NamePart(NamedTuple):
    """One level of an equation's name stack.

    Attributes:
        name: the name of a scope or a transformation.
        is_scope: whether it is a scope.
    """

    name: str
    is_scope: bool


class Body(NamedTuple):
    """A jaxpr within an equation.

    Attributes:
        label: what its equation calls it, such as ``body_jaxpr`` or ``branches_1``.
        jaxpr: the jaxpr; its inputs and outputs are ``invars`` and ``outvars``.
        constants: the arrays that stand for its ``constvars``.
    """

    label: str
    jaxpr: Any
    constants: Sequence[Any]


def evaluated(equation: Any, arrays: Sequence[Any]) -> Sequence[Any]:
    """What an equation gives for some arrays, as ``jax.core.eval_jaxpr`` evaluates it."""
    bound = equation.primitive.get_bind_params(equation.params)
    functions, parameters = bound if isinstance(bound, tuple) else ((), bound)
    context = getattr(equation, "ctx", None)
    with contextlib.nullcontext() if context is None else context.manager:
        results = equation.primitive.bind(*functions, *arrays, **parameters)
    return list(results) if equation.primitive.multiple_results else [results]


@functools.lru_cache(maxsize=4096)
def _parts(stack: tuple[Any, ...]) -> tuple[NamePart, ...]:
    parts = [NamePart(str(item.name), type(item).__name__ == "Scope") for item in stack]
    return tuple(
        part for part, before in zip(parts, [None, *parts], strict=False) if not _repeats(part, before)
    )


def _repeats(part: NamePart, before: NamePart | None) -> bool:
    """Whether a scope is one by which a module of Equinox says its class, within a scope of its name."""
    return (
        part.name.startswith(_CLASS_SCOPES)
        and before is not None
        and before.is_scope
        and not before.name.startswith(_CLASS_SCOPES)
    )


def name_parts(equation: Any) -> tuple[NamePart, ...]:
    """The scopes and transformations that an equation stands in, within its body, the outermost first."""
    return _parts(getattr(equation.source_info.name_stack, "stack", ()))


def bodies(equation: Any) -> list[Body]:
    """The jaxprs in the parameters of an equation."""
    found = []
    for name, value in equation.params.items():
        if name in _OPERATORS:
            continue
        if hasattr(value, "eqns"):
            found.append(_body(name, value))
        elif isinstance(value, list | tuple):
            labels = getattr(value, "_fields", range(len(value)))
            found += [
                _body(f"{name}_{label}", item)
                for label, item in zip(labels, value, strict=True)
                if hasattr(item, "eqns")
            ]
    return found


def _body(label: str, value: Any) -> Body:
    # A closed jaxpr has the jaxpr in it, with arrays for its constants.
    return Body(label, getattr(value, "jaxpr", value), getattr(value, "consts", ()))


def function_name(jaxpr: Any) -> str:
    """The name of the function that a jaxpr was traced from; empty where it is not known."""
    return str(getattr(getattr(jaxpr, "debug_info", None), "func_name", "") or "")


def argument_names(jaxpr: Any) -> list[str]:
    """The names of a jaxpr's inputs, such as ``state/0``; empty ones where they are not known."""
    names = getattr(getattr(jaxpr, "debug_info", None), "arg_names", None) or ()
    if len(names) != len(jaxpr.invars):
        names = [""] * len(jaxpr.invars)
    return ["/".join(re.findall(r"\w+", str(name or ""))) for name in names]


class Calls(NamedTuple):
    """The calls that led to an equation, from within its body on; each as a pair of numbers.

    Attributes:
        users: from the innermost call in the user's own code outwards; empty where there is none.
        inner: the calls in libraries that came of it, the innermost first.
    """

    users: Frames
    inner: Frames


class CallReader:
    """Reads the calls that led to equations; many have the same."""

    def __init__(self) -> None:
        self._known: dict[Frames, Calls] = {}
        self._codes: dict[int, CodeType] = {}  # an address tells codes apart while they live
        self._stacks: dict[Frames, tuple[CallSite, ...]] = {}
        self._lines: dict[tuple[int, int], bytes] = {}

    def calls(self, equation: Any) -> Calls:
        """The calls that led to an equation."""
        traceback = equation.source_info.traceback
        if not hasattr(traceback, "raw_frames"):
            return Calls((), ())
        codes, instructions = traceback.raw_frames()
        key = tuple(zip(map(id, codes), instructions, strict=True))
        calls = self._known.get(key)
        if calls is None:
            self._codes.update(zip(map(id, codes), codes, strict=True))
            calls = self._known[key] = self._split(key)
        return calls

    def stack(self, frames: Frames) -> tuple[CallSite, ...]:
        """The innermost few of these calls, as lines of code."""
        stack = self._stacks.get(frames)
        if stack is None:
            kept = frames[:_FRAMES_KEPT]
            stack = tuple(CallSite(self._codes[address], instruction) for address, instruction in kept)
            self._stacks[frames] = stack
        return stack

    def line(self, frame: tuple[int, int]) -> bytes:
        """The file and line of a call."""
        line = self._lines.get(frame)
        if line is None:
            line = self._lines[frame] = text(str(CallSite(self._codes[frame[0]], frame[1])))
        return line

    def _split(self, frames: Frames) -> Calls:
        within = []
        for frame in frames:
            if self._codes[frame[0]].co_name.startswith(_TRACES_A_BODY):
                break
            within.append(frame)
        for position, (address, _) in enumerate(within):
            if not is_library_file(self._codes[address].co_filename):
                return Calls(tuple(within[position:]), tuple(within[:position]))
        return Calls((), tuple(within))


@functools.cache
def is_library_file(path: str) -> bool:
    """Whether a file belongs to a library or to Python itself, and not to the user's program."""
    return path.startswith(("<frozen", *_library_folders())) or any(
        f"{os.sep}{name}{os.sep}" in path for name in ("site-packages", "dist-packages")
    )


@functools.cache
def _library_folders() -> tuple[str, ...]:
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    packages = (sys.modules.get(name) for name in ("jax", "jaxlib", "flax", "equinox"))
    paths |= {os.path.dirname(package.__file__) for package in packages if package and package.__file__}
    return tuple(f"{path}{os.sep}" for path in sorted({own, *paths}))

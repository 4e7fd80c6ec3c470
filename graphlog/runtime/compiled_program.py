"""A program made ready to run: its text compiled, with memory of its own for each run at a time.

The lines are known to ``linecache``, so that a traceback shows them, and an error finds its operation by its
line.
"""

from __future__ import annotations

import contextvars
import functools
import itertools
import linecache
import weakref
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from graphlog.core.operation import Operation
from graphlog.runtime.buffers import planned
from graphlog.runtime.code_generation import SourceText
from graphlog.runtime.failures import cause, failed
from graphlog.runtime.simplification import Program, Value

_numbers = itertools.count()


class CompiledProgram:
    """A program that is ready to run, from several threads at once too.

    Args:
        program: what to run.

    Attributes:
        program: the same.
        text: the Python text that runs it.
        takes: whether values can be fed as they are: whether they are arrays that need no conversion.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._plan = planned(program)
        source = SourceText(program, self._plan)
        self.text = source.text
        self._steps_by_line = source.steps_by_line
        self._places = source.places
        self._filename = f"<graphlog run {next(_numbers)}>"
        lines = self.text.splitlines(keepends=True)
        linecache.cache[self._filename] = (len(self.text), None, lines, self._filename)
        weakref.finalize(self, linecache.cache.pop, self._filename, None)
        self._names = source.names
        self._make = self._executed(self.text, self._filename)
        self.takes = _check_of_feeds(program.feeds)
        self._calls_users_code = any(
            step.op.definition is not None and step.op.definition.calls_users_code for step in program.steps
        )
        # Functions with memory of their own that no run uses just now.
        self._idle: list[Callable[..., list[Any]]] = []

    def run(self, feeds: Collection[Any]) -> list[Any]:
        """Computes the elements.

        Args:
            feeds: an array for each fed tensor, row by row in memory.

        Returns:
            For each element its value, which is the caller's own; None for an operation.

        Raises:
            OpError: an operation failed.
        """
        try:
            function = self._idle.pop()
        except IndexError:
            function = self._new_function()
        try:
            return function(*feeds)
        except Exception as error:
            raise self._located(error, error.__traceback__) from cause(error)
        finally:
            self._idle.append(function)

    def watched(self, look: Callable[[], None]) -> tuple[Callable[..., list[Any]], list[Operation]]:
        """A function of the feeds that calls ``look`` before each step and at the end.

        Args:
            look: what is called.

        Returns:
            The function, and the operation of each step.
        """
        lines = self.text.splitlines()
        last = len(lines) - 1  # Before it returns its function, ``make`` ends with what this returns.
        for number in sorted([*self._steps_by_line, last], reverse=True):
            lines.insert(number - 1, "        look()")
        make = self._executed("\n".join(lines), f"{self._filename} watched", look=look)
        return self._with_memory(make), [step.op for step, _ in self._steps_by_line.values()]

    @staticmethod
    def _executed(text: str, filename: str, **names: Any) -> Callable[..., Callable[..., list[Any]]]:
        """The function ``make`` of a text."""
        scope: dict[str, Any] = {"__name__": __name__, **names}  # Whose code it is.
        exec(compile(text, filename, "exec"), scope)
        make: Callable[..., Callable[..., list[Any]]] = scope["make"]
        return make

    def _with_memory(self, make: Callable[..., Callable[..., list[Any]]]) -> Callable[..., list[Any]]:
        """What ``make`` makes of the kernels, the constants and new memory."""
        arrays = self._plan.arrays()
        return make(*self._names.values(), *[arrays[place] for place in self._places])

    def _new_function(self) -> Callable[..., list[Any]]:
        """A function of the feeds, with memory of its own, that does not warn of overflow and the like."""
        function = self._with_memory(self._make)
        if self._calls_users_code:
            return _silently(function)
        # A context of its own, in which nothing warns, is entered sooner than np.errstate; but a function of
        # the user's would miss the variables of his context.
        context = contextvars.Context()
        context.run(np.seterr, all="ignore")
        return functools.partial(context.run, function)

    def _located(self, error: Exception, traceback: TracebackType | None) -> Exception:
        """The error with the operation whose line failed, and the values it was given."""
        while traceback is not None and traceback.tb_frame.f_code.co_filename != self._filename:
            traceback = traceback.tb_next
        if traceback is None or traceback.tb_lineno not in self._steps_by_line:
            return error
        step, names = self._steps_by_line[traceback.tb_lineno]
        known = {**self._names, **traceback.tb_frame.f_locals}
        return failed(step.op, [known.get(name) for name in names], error)


def _check_of_feeds(feeds: Sequence[Value]) -> Callable[..., bool]:
    """A function of fed values: whether they are arrays of these dtypes and shapes, row by row in memory."""
    names: dict[str, Any] = {"ndarray": np.ndarray}
    conditions = []
    for index, value in enumerate(feeds):
        dtype = value.tensor.dtype.numpy_dtype
        if dtype.kind == "O":  # Strings may have to be encoded.
            return lambda *values: False
        names[f"d{index}"] = dtype
        conditions.append(
            f"type(f{index}) is ndarray and f{index}.dtype is d{index} and f{index}.shape == "
            f"{value.tensor.static_shape} and f{index}.flags.c_contiguous"
        )
    arguments = ", ".join(f"f{index}" for index in range(len(feeds)))
    made: Callable[..., bool] = eval(f"lambda {arguments}: {' and '.join(conditions) or 'True'}", names)
    return made


def _silently(function: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def silent(*feeds: Any) -> list[Any]:
        with np.errstate(all="ignore"):
            return function(*feeds)

    return silent

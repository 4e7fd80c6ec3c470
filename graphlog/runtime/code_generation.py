"""A program as straight-line Python, which runs several times as fast as looking up step after step.

Each step becomes a line that calls its kernel. A value is a local variable; it is forgotten after its last
use, or its variable is used again. The lines are known to ``linecache``, so that a traceback shows them, and
an error finds its operation by its line.
"""

from __future__ import annotations

import contextvars
import functools
import itertools
import linecache
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell
from graphlog.core.shapes import element_count
from graphlog.runtime.buffers import BufferPlan, may_return_inputs, planned
from graphlog.runtime.failures import cause, failed
from graphlog.runtime.simplification import Program, Step, Value

_numbers = itertools.count()

# Small arrays stay until their variable is used again: to clear it takes longer than their memory is worth.
_SMALL = 1 << 14


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
        source = _Source(program, self._plan)
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
        self._calls_users_code = any(map(_calls_users_code, program.steps))
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
        if self._calls_users_code or _ERROR_STATE_IS_THE_THREADS:
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


class _Source:
    """The text of a program, and what its names stand for.

    Attributes:
        text: a function ``make`` of kernels, constants and buffers, which returns a function of the feeds.
        names: the kernels and constants by name, in the order in which ``make`` takes them.
        places: the places of the buffers, which it takes after them.
        steps_by_line: the step of a line, and the names of its inputs.
    """

    def __init__(self, program: Program, plan: BufferPlan) -> None:
        self.names: dict[str, Any] = {"own": _own, "copy_of": _copy_of}
        self.steps_by_line: dict[int, tuple[Step, list[str]]] = {}
        self._plan = plan
        self._names: dict[int, str] = {}
        self._kernel_names: dict[int, str] = {}
        self._free: list[str] = []
        self._fetched = {value.number for value in program.fetched if value is not None}
        buffers = {place: f"b{index}" for index, place in enumerate(dict.fromkeys(plan.places.values()))}
        self.places = list(buffers)
        self._buffers = buffers
        for index, value in enumerate(program.feeds):
            self._names[value.number] = f"f{index}"
        # Among themselves NumPy's scalars are faster than arrays without dimensions; beside arrays, slower.
        scalars = {value.number for step in program.steps if _is_of_scalars(step) for value in step.inputs}
        for number, array in program.constants.items():
            self._names[number] = f"c{number}"
            self.names[f"c{number}"] = np.asarray(array)[()] if number in scalars else array
        self._lines = ["", ""]
        for value in program.feeds:
            if value.tensor.static_shape == () and value.tensor.dtype.numpy_dtype.kind in _SCALAR_KINDS:
                name = self._names[value.number]
                self._lines.append(f"        {name} = {name}[()]")
        for index, step in enumerate(program.steps):
            self._add(index, step)
        results = ", ".join(_results(program, self._names))
        self._lines += [f"        return [{results}]", "    return run"]
        # Names of an enclosing function are found sooner than global ones.
        self._lines[0] = f"def make({', '.join([*self.names, *buffers.values()])}):"
        self._lines[1] = f"    def run({', '.join(self._names[value.number] for value in program.feeds)}):"
        self.text = "\n".join(self._lines) + "\n"

    def _add(self, index: int, step: Step) -> None:
        """Adds the lines of a step."""
        inputs = [self._names[value.number] for value in step.inputs]
        call = self._call(step, inputs)
        targets = [self._new_name(value) if value else "_" for value in step.outputs]
        if not _gives_several(step):
            # What nobody reads is not kept either.
            assignment = f"{targets[0]} = " if targets and targets[0] != "_" else ""
        else:
            assignment = f"({', '.join(targets)},) = " if targets else ""
        self._lines.append(f"        {assignment}{call}")
        self.steps_by_line[len(self._lines)] = step, inputs
        self._forget([*step.inputs, *[value for value in step.outputs if value]], index)

    def _call(self, step: Step, arguments: Sequence[str]) -> str:
        kernel = step.kernel
        operator = _SCALAR_OPERATORS.get(kernel) if isinstance(kernel, np.ufunc) else None
        if operator is not None and _is_of_scalars(step):
            return operator.format(*arguments)
        output = step.outputs[0] if len(step.outputs) == 1 else None
        place = self._plan.places.get(output.number) if output else None
        overwritten = self._plan.overwritten.get(output.number) if output else None
        given = list(arguments)
        if place is not None or overwritten is not None:
            buffer = self._buffers[place] if place is not None else self._names[overwritten or 0]
            given.append(buffer if _takes_out_third(kernel) else f"out={buffer}")
        name = self._kernel_names.setdefault(id(kernel), f"k{len(self._kernel_names)}")
        self.names[name] = kernel
        return f"{name}({', '.join(given)})"

    def _new_name(self, value: Value) -> str:
        name = self._free.pop() if self._free else f"v{value.number}"
        self._names[value.number] = name
        return name

    def _forget(self, values: Sequence[Value], index: int) -> None:
        """Frees what nobody reads after a step, and lets others have its variable."""
        cleared = []
        for value in dict.fromkeys(values):
            name = self._names[value.number]
            is_over = self._plan.last_reads.get(value.number, index) == index
            if not is_over or value.number in self._fetched or not name.startswith("v"):
                continue
            self._free.append(name)
            if value.number not in self._plan.places and not _is_small(value):
                cleared.append(name)
        if cleared:
            self._lines.append(f"        {' = '.join(cleared)} = None")


# What NumPy's scalars, unlike its functions, compute at once.
_SCALAR_OPERATORS: dict[Any, str] = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.negative: "-{}",
}
_SCALAR_KINDS = "fiu"


def _is_of_scalars(step: Step) -> bool:
    tensors = [value.tensor for value in step.inputs]
    return all(
        tensor.static_shape == () and tensor.dtype.numpy_dtype.kind in _SCALAR_KINDS for tensor in tensors
    )


def _takes_out_third(kernel: Kernel) -> bool:
    """Whether ``out`` may be given by its position, which is faster than by name."""
    return isinstance(kernel, np.ufunc) and kernel not in (np.maximum, np.minimum)


def _is_small(value: Value) -> bool:
    size = element_count(value.tensor.static_shape)
    return size is not None and size * value.tensor.dtype.size <= _SMALL


def _is_users(step: Step) -> bool:
    definition = step.op.definition
    return definition is not None and definition.is_users


# NumPy keeps it in a context variable from version 2 on.
_ERROR_STATE_IS_THE_THREADS = int(np.__version__.split(".")[0]) < 2


def _calls_users_code(step: Step) -> bool:
    definition = step.op.definition
    return definition is not None and definition.calls_users_code


def _silently(function: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def silent(*feeds: Any) -> list[Any]:
        with np.errstate(all="ignore"):
            return function(*feeds)

    return silent


def _gives_several(step: Step) -> bool:
    """Whether a kernel returns a tuple, and not the one output itself."""
    definition = step.op.definition
    assert definition is not None
    if _is_users(step):
        return len(step.outputs) > 1
    return len(definition.outputs) > 1 or any(argument.is_list for argument in definition.outputs)


def _results(program: Program, names: Mapping[int, str]) -> list[str]:
    """The expressions of what is returned: arrays that nobody else has."""
    foreign = {value.number for value in program.feeds} | program.constants.keys()
    for step in program.steps:
        if may_return_inputs(step):
            foreign.update([value.number for value in step.outputs if value])
    results = []
    for value in program.fetched:
        if value is None:
            results.append("None")
            continue
        function = "copy_of" if value.number in foreign else "own"
        results.append(f"{function}({names[value.number]})")
        # The next who wants the same value gets a copy.
        foreign.add(value.number)
    return results


def _own(value: Any) -> Any:
    """A value that a kernel has returned, as one that the caller may keep and change."""
    if type(value) is np.ndarray:
        if value.ndim == 0:
            return value[()]
        return value if value.base is None and value.flags.writeable else _copy_of(value)
    return _copy_of(value) if isinstance(value, VariableCell | np.ndarray) else value


def _copy_of(value: Any) -> Any:
    """A copy of a value that somebody else has."""
    if isinstance(value, VariableCell):
        value = value.read()
    if not isinstance(value, np.ndarray):
        return value
    return value.copy() if value.ndim else value[()]

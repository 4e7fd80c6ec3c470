"""A program as straight-line Python, which runs several times as fast as looking up step after step.

Each step becomes a line that calls its kernel. A value is a local variable; it is forgotten after its last
use, or its variable is used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core.op_definition import Kernel
from graphlog.core.shapes import element_count
from graphlog.runtime.buffers import BufferPlan, may_return_inputs
from graphlog.runtime.own_values import copy_of, own
from graphlog.runtime.simplification import Program, Step, Value

# Small arrays stay until their variable is used again: to clear it takes longer than their memory is worth.
_SMALL = 1 << 14


class SourceText:
    """The text of a program, and what its names stand for.

    Attributes:
        text: a function ``make`` of kernels, constants and buffers, which returns a function of the feeds.
        names: the kernels and constants by name, in the order in which ``make`` takes them.
        places: the places of the buffers, which it takes after them.
        steps_by_line: the step of a line, and the names of its inputs.
    """

    def __init__(self, program: Program, plan: BufferPlan) -> None:
        self.names: dict[str, Any] = {"own": own, "copy_of": copy_of}
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


def _gives_several(step: Step) -> bool:
    """Whether a kernel returns a tuple, and not the one output itself."""
    definition = step.op.definition
    assert definition is not None
    if definition.is_users:
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

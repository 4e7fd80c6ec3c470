"""Running the same fetches and feeds again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import StaticShape, TensorShape, is_compatible, is_fully_defined
from graphlog.core.tensor import Tensor
from graphlog.runtime.compiled_program import CompiledProgram
from graphlog.runtime.plan import Plan
from graphlog.runtime.simplification import HANDLES, is_variable, simplified

Shapes = tuple[tuple[int, ...], ...]

# For so many different shapes of feeds code is made; a program that feeds ever new ones is interpreted.
_MOST_PROGRAMS = 16


class Runner:
    """Computes some elements of a graph from some fed tensors: interpreted first, and compiled from then on.

    Args:
        elements: the tensors and operations that are fetched.
        feeds: the tensors whose values are given.
        state: the state of the session.

    Attributes:
        latest: the program that ran last.

    Raises:
        OpError: an operation that is needed cannot be run.
    """

    latest: CompiledProgram | None

    def __init__(
        self, elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> None:
        self.latest = None
        self._elements = elements
        self._feeds = feeds
        self.plan = Plan(elements, feeds, state)
        # Shapes of feeds that were seen once: most runs are the only ones, and need no code.
        self._seen: set[Shapes] = set()
        # By the shapes of the feeds; None where no program can be made.
        self._programs: dict[Shapes, CompiledProgram | None] = {}
        # Variables may have other values than their static shapes say, which no program may rely on then.
        self._shape_changes = -1
        self._variables_fit = True
        self._variables: list[tuple[VariableCell, StaticShape]] = []
        self._is_compilable = self.plan.is_straight and not any(
            tensor.dtype.is_reference or tensor.dtype in HANDLES for tensor in feeds
        )
        if self._is_compilable:
            self._variables = [
                (kernel(), _declared_shape(op)) for op, kernel in self.plan.kernels if is_variable(op)
            ]
            self._is_compilable = not any(_may_change_a_shape(op) for op, _ in self.plan.kernels)

    def run(self, values: Sequence[Any]) -> list[Any]:
        """Computes the elements.

        Args:
            values: an array for each fed tensor.

        Returns:
            For each element its value, which the caller may change at will; None for an operation.

        Raises:
            OpError: an operation failed.
        """
        program = self.program(values)
        if program is None:
            return self.plan.run(dict(zip(self._feeds, values, strict=True)))
        return program.run(values)

    def variables_fit(self) -> bool:
        """Whether all variables have the shapes that programs were made for."""
        if VariableCell.shape_changes != self._shape_changes:
            changes = VariableCell.shape_changes
            self._variables_fit = all(
                cell.value is None or is_compatible(shape, cell.value.shape)
                for cell, shape in self._variables
            )
            self._shape_changes = changes
        return self._variables_fit

    def program(self, values: Sequence[Any]) -> CompiledProgram | None:
        """The program for an array for each fed tensor; None where the run is to be interpreted."""
        if not self._is_compilable or not self.variables_fit():
            return None
        shapes = tuple([value.shape for value in values])
        try:
            program = self._programs[shapes]
        except KeyError:
            pass
        else:
            if program is not None:
                self.latest = program
            return program
        if shapes in self._seen:
            self._programs[shapes] = program = self._compiled(shapes)
            return program
        if len(self._seen) < _MOST_PROGRAMS:
            self._seen.add(shapes)
        return None

    def _compiled(self, shapes: Shapes) -> CompiledProgram | None:
        """The program for feeds of these shapes."""
        feeds = dict(zip(self._feeds, shapes, strict=True))
        try:
            program = simplified(self.plan.kernels, self._elements, feeds, self.plan.late_readers)
        except (ValueError, TypeError, ArithmeticError, LookupError):
            # The shapes do not fit: the interpreter finds the operation where that shows.
            return None
        return CompiledProgram(program)


def _declared_shape(variable: Operation) -> StaticShape:
    """The static shape of a variable, whose handle has another."""
    handled: TensorShape | None = variable.attributes.get("shape")
    return variable.outputs[0].static_shape if handled is None else handled.as_tuple()


def _may_change_a_shape(op: Operation) -> bool:
    """Whether a variable may have another shape after an operation than its static one."""
    if op.type == "Assign":
        return not op.attributes["validate_shape"]
    return op.type == "AssignVariableOp" and not is_fully_defined(op.inputs[1].static_shape)


class FunctionRunner:
    """Computes what a function of the graph's library returns, from its arguments.

    Args:
        elements: what it returns.
        feeds: its arguments.
        state: what it keeps from call to call.
    """

    def __init__(
        self, elements: Sequence[Tensor | Operation], feeds: Collection[Tensor], state: SessionState
    ) -> None:
        self._feeds = list(feeds)
        self._runner = Runner(elements, self._feeds, state)

    def run(self, feeds: Mapping[Tensor, Any]) -> list[Any]:
        """The values of the elements, from an array for each argument."""
        return self._runner.run([_in_rows(feeds[tensor]) for tensor in self._feeds])


def _in_rows(value: Any) -> Any:
    """The value with its elements row by row in memory, as compiled programs take it."""
    return np.asarray(value, order="C") if isinstance(value, np.ndarray) else value

"""What a session keeps from run to run: the values of variables and the state of random generators."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import numpy as np

from graphlog.core.errors import FailedPreconditionError

if TYPE_CHECKING:
    from graphlog.core.operation import Operation
    from graphlog.core.tensor import Tensor

_State = TypeVar("_State")


class VariableCell:
    """The value of one variable; what flows along a reference edge of a graph.

    An assignment replaces the array and never writes into it. So whoever has read a value keeps that
    value, and a run that fails half-way leaves every variable with a value that was assigned to it.

    Args:
        name: the variable's name, for error messages.
    """

    __slots__ = ("name", "value")

    # How many times a variable got a value of another shape than before; compiled programs look at it.
    shape_changes: ClassVar[int] = 0

    def __init__(self, name: str) -> None:
        self.name = name
        self.value: np.ndarray[Any, Any] | None = None

    def read(self) -> np.ndarray[Any, Any]:
        """The value, as an array with its elements row by row that nobody writes to.

        Raises:
            FailedPreconditionError: none was assigned yet.
        """
        if self.value is None:
            raise FailedPreconditionError(
                None,
                None,
                f"Attempting to use uninitialized value {self.name}\n\t Run its initializer first, or all "
                "of them: sess.run(tf.global_variables_initializer())",
            )
        return self.value

    def update(self, array: np.ndarray[Any, Any]) -> VariableCell:
        """As ``replace``, for an array that is known to have the shape of the value, row by row."""
        array.setflags(write=False)
        self.value = array
        return self

    def replace(self, array: Any) -> VariableCell:
        """Gives the variable an array that was made for it and that nobody else has; returns this cell."""
        flags = array.flags
        if type(array) is not np.ndarray or not flags.c_contiguous:
            return self.assign(array)
        flags.writeable = False
        self._put(array)
        return self

    def assign(self, value: Any) -> VariableCell:
        """Gives the variable a new value.

        Args:
            value: an array that nobody else writes to; a caller who cannot promise that copies it.

        Returns:
            This cell.
        """
        array = np.asarray(value, order="C").view()
        array.flags.writeable = False
        self._put(array)
        return self

    def _put(self, array: np.ndarray[Any, Any]) -> None:
        before, self.value = self.value, array
        if before is None or before.shape != array.shape:
            VariableCell.shape_changes += 1


class RunnablePlan(Protocol):
    """How to compute some elements of a graph."""

    def run(self, feeds: dict[Tensor, Any]) -> list[Any]:
        """The values of the elements, from an array for each tensor that is fed."""


class PlanMaker(Protocol):
    """What makes plans; ``graphlog.runtime`` gives it to the states of its sessions."""

    def __call__(
        self, elements: Sequence[Tensor | Operation], feeds: Collection[Tensor], state: SessionState
    ) -> RunnablePlan:
        """The plan of these elements, where the values of these tensors are given."""


class Cancellable:
    """What a session keeps that somebody may be waiting for, such as a queue."""

    def cancel(self) -> None:
        """Makes whoever waits, or will wait, get a CancelledError."""


class SessionState:
    """The state of one session, by operation. Several threads may use it.

    Args:
        make_plan: what plans the functions that operations call; None where none does.
    """

    def __init__(self, make_plan: PlanMaker | None = None) -> None:
        self._make_plan = make_plan
        self._cells: dict[tuple[str, str], VariableCell] = {}
        self._of_operations: dict[Operation, Any] = {}
        self._shared: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def plan(self, elements: Sequence[Tensor | Operation], feeds: Collection[Tensor]) -> RunnablePlan:
        """How to run a function, with what it keeps from run to run in this state."""
        if self._make_plan is None:
            raise RuntimeError("There is no session to run a function in.")
        return self._make_plan(elements, feeds, self)

    def of_function(self) -> SessionState:
        """A state for a function that starts afresh whenever this is called, such as that of an iterator."""
        return SessionState(self._make_plan)

    def variable(self, op: Operation) -> VariableCell:
        """The cell of a variable operation, shared by all of one ``container`` and ``shared_name``."""
        container = op.attributes.get("container", b"").decode()
        name = op.attributes.get("shared_name", b"").decode() or op.name
        return self._cells.setdefault((container, name), VariableCell(name))

    def of_operation(self, op: Operation, make: Callable[[], _State]) -> _State:
        """The state of one operation, such as its random generator, made when first asked for."""
        with self._lock:
            if op not in self._of_operations:
                self._of_operations[op] = make()
            state: _State = self._of_operations[op]
        return state

    def resource(self, op: Operation, make: Callable[[], _State]) -> _State:
        """The same, shared by all operations of one ``container`` and ``shared_name`` that is not empty."""
        name = op.attributes["shared_name"].decode()
        if not name:
            return self.of_operation(op, make)
        return self.shared(op.attributes["container"].decode(), name, make)

    def shared(self, container: str, name: str, make: Callable[[], _State]) -> _State:
        """What all who ask for it by this name share, made when first asked for."""
        key = container, name
        with self._lock:
            if key not in self._shared:
                self._shared[key] = make()
            state: _State = self._shared[key]
        return state

    def clear(self) -> None:
        """Forgets everything; whoever waits for any of it gets a CancelledError."""
        with self._lock:
            kept = [*self._of_operations.values(), *self._shared.values()]
            self._cells.clear()
            self._of_operations.clear()
            self._shared.clear()
        for item in kept:
            if isinstance(item, Cancellable):
                item.cancel()

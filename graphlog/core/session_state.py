"""What a session keeps from run to run: the values of variables and the state of random generators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from graphlog.core.errors import FailedPreconditionError

if TYPE_CHECKING:
    from graphlog.core.operation import Operation

_State = TypeVar("_State")


class VariableCell:
    """The value of one variable; what flows along a reference edge of a graph.

    An assignment replaces the array and never writes into it. So whoever has read a value keeps that
    value, and a run that fails half-way leaves every variable with a value that was assigned to it.

    Args:
        name: the variable's name, for error messages.
    """

    __slots__ = ("name", "value")

    def __init__(self, name: str) -> None:
        self.name = name
        self.value: np.ndarray[Any, Any] | None = None

    def read(self) -> np.ndarray[Any, Any]:
        """The value, as an array that nobody writes to.

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

    def assign(self, value: Any) -> VariableCell:
        """Gives the variable a new value.

        Args:
            value: an array that nobody else writes to; a caller who cannot promise that copies it.

        Returns:
            This cell.
        """
        array = np.asarray(value).view()
        array.flags.writeable = False
        self.value = array
        return self


class SessionState:
    """The state of one session, by operation."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], VariableCell] = {}
        self._of_operations: dict[Operation, Any] = {}

    def variable(self, op: Operation) -> VariableCell:
        """The cell of a variable operation, shared by all of one ``container`` and ``shared_name``."""
        container = op.attributes.get("container", b"").decode()
        name = op.attributes.get("shared_name", b"").decode() or op.name
        return self._cells.setdefault((container, name), VariableCell(name))

    def of_operation(self, op: Operation, make: Callable[[], _State]) -> _State:
        """The state of one operation, such as its random generator, made when first asked for."""
        if op not in self._of_operations:
            self._of_operations[op] = make()
        state: _State = self._of_operations[op]
        return state

    def clear(self) -> None:
        """Forgets everything."""
        self._cells.clear()
        self._of_operations.clear()

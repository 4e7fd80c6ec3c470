"""What the graph knows of conditionals and loops while they are built, and of values that do not exist.

The contexts themselves are in ``graphlog.ops``; a graph holds the current one and tells it of each new
operation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from graphlog.core.operation import Operation


class ControlFlowContext(Protocol):
    """A branch of a cond or the body of a loop, inside which operations are built."""

    def add_op(self, operation: Operation) -> None:
        """Takes an operation that was just added into the context, and its inputs with it."""

    def check_use(self, operation: Operation, source: Operation) -> None:
        """Raises ValueError where an operation may not use what ``source``, of this context, computes."""


class DeadValue:
    """What an operation computes that does not run, in a branch that is not taken (see ``DEAD``)."""

    def __repr__(self) -> str:
        return "DEAD"


DEAD: Final = DeadValue()

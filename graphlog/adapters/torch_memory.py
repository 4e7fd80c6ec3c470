"""Which values of a program share memory, and which operation changed it last.

A program that PyTorch exports for training changes tensors in place, as its source does. A graph shows that:
who takes a changed tensor takes it from the operation that changed it, and who takes another view of the same
memory comes after that operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphlog.core.operation import Operation


class SharedMemory:
    """The values that were met so far, by memory."""

    def __init__(self) -> None:
        self._memory: dict[Any, _Memory] = {}
        self._seen: dict[Any, int] = {}

    def share(self, value: Any, others: Iterable[Any]) -> None:
        """Notes that a new value lies in the memory of others, as far as these have any."""
        memory = next((self._memory[other] for other in others if other in self._memory), None)
        self._memory[value] = memory = memory or _Memory()
        self._seen[value] = memory.changes

    def change(self, value: Any, operation: Operation) -> None:
        """Notes that an operation has changed a value, and so its memory."""
        memory = self._memory.setdefault(value, _Memory())
        memory.changes += 1
        memory.last_change = operation
        self._seen[value] = memory.changes

    def changed_since(self, value: Any) -> Operation | None:
        """The operation that changed the memory of a value by way of another; None where none did."""
        memory = self._memory.get(value)
        if memory is None or memory.changes <= self._seen.get(value, 0):
            return None
        return memory.last_change


class _Memory:
    """A piece of memory: how often it was changed, and by whom last."""

    __slots__ = ("changes", "last_change")

    def __init__(self) -> None:
        self.changes = 0
        self.last_change: Operation | None = None

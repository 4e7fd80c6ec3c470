"""What each operation of a run took: when, how long, how much memory."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from graphlog.core.control_flow import DEAD
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell
from graphlog.runtime.observation import array_of, outputs_of

# What they give was there before the run.
_PERSISTENT = ("Const", "Variable", "VariableV2")


class OutputRecord(NamedTuple):
    """One output of an operation.

    Attributes:
        position: which.
        shape: its shape.
        size: its bytes.
        address: where it lies; 0 where it is no array.
        is_new: whether its memory was taken for it, so that it is no view of another.
    """

    position: int
    shape: tuple[int, ...]
    size: int
    address: int
    is_new: bool


class OperationRecord:
    """One operation that was run once.

    Attributes:
        op: the operation.
        scheduled: when it could have begun, in nanoseconds since the epoch.
        start: when it began, in nanoseconds since the epoch.
        kernel_start: when its kernel was called, in nanoseconds since ``start``.
        end: when its kernel returned, in nanoseconds since ``start``.
        thread: the number of the thread that ran it.
        outputs: what it gave, as far as it exists.
        persistent: bytes of outputs that stay from run to run.
        releases: for each output that was taken memory for and is free again, when, in nanoseconds since the
            epoch, and its bytes.
    """

    __slots__ = (
        "end",
        "kernel_start",
        "op",
        "outputs",
        "persistent",
        "releases",
        "scheduled",
        "start",
        "thread",
    )

    def __init__(self, op: Operation, scheduled: int, start: int) -> None:
        self.op = op
        self.scheduled = scheduled
        self.start = start
        self.kernel_start = self.end = 0
        self.thread = threading.get_native_id() & 0xFFFFFFFF
        self.outputs: list[OutputRecord] = []
        self.persistent = 0
        self.releases: list[tuple[int, int]] = []

    @property
    def allocated(self) -> int:
        """The bytes that were taken for its outputs."""
        return sum(output.size for output in self.outputs if output.is_new)


class Trace:
    """Records of the operations of a run; an ``Observer``.

    Attributes:
        records: one for each operation that has run, as often as it has.
        thread_names: the names of the threads by their number.
        total: what the run took from begin to end, in nanoseconds.
        most_memory: the most bytes that outputs of operations had at one time.
    """

    def __init__(self) -> None:
        self.records: list[OperationRecord] = []
        self.thread_names: dict[int, str] = {}
        self.total = 0
        self.most_memory = 0
        self._memory = 0
        # The arrays that operations have made and that are still there, by identity.
        self._alive: dict[int, weakref.ref[Any]] = {}
        # The clock of durations is finer than that of the time of the day.
        self._epoch = time.time_ns() - time.perf_counter_ns()
        self._last_end = time.perf_counter_ns() + self._epoch

    @contextmanager
    def timed(self) -> Iterator[None]:
        """A ``with`` block around the run."""
        start = time.perf_counter_ns()
        self._last_end = start + self._epoch
        try:
            yield
        finally:
            self.total += time.perf_counter_ns() - start
            self._alive.clear()

    def call(self, op: Operation, kernel: Callable[..., Any], *arguments: Any) -> Any:
        """Runs an operation and records it."""
        # An update gives a variable another array.
        given = [item.value if isinstance(item, VariableCell) else item for item in arguments]
        begin = time.perf_counter_ns()
        record = OperationRecord(op, self._last_end, begin + self._epoch)
        kernel_begin = time.perf_counter_ns()
        result = kernel(*arguments)
        kernel_end = time.perf_counter_ns()
        record.kernel_start = kernel_begin - begin
        record.end = kernel_end - begin
        self._last_end = kernel_end + self._epoch
        self._describe(record, given, outputs_of(op, result))
        if record.thread not in self.thread_names:
            self.thread_names[record.thread] = threading.current_thread().name
        self.records.append(record)
        return result

    def _describe(self, record: OperationRecord, given: Sequence[Any], outputs: Sequence[Any]) -> None:
        is_persistent = record.op.type in _PERSISTENT
        owners = {id(_owner(value)) for value in given}
        for position, output in enumerate(outputs):
            if output is DEAD:
                continue
            array = array_of(output)
            if array is None:
                record.outputs.append(OutputRecord(position, (), 0, 0, False))
                continue
            owner = _owner(array)
            is_new = not is_persistent and id(owner) not in owners and id(owner) not in self._alive
            size = _size(array)
            if is_persistent:
                record.persistent += size
            elif is_new:
                self._take(record, owner, size)
            address = array.__array_interface__["data"][0] if isinstance(array, np.ndarray) else 0
            record.outputs.append(OutputRecord(position, array.shape, size, address, is_new))

    def _take(self, record: OperationRecord, owner: Any, size: int) -> None:
        """Counts memory that is taken, until it is free again."""
        if not isinstance(owner, np.ndarray):  # A scalar: too small to follow.
            return
        self._memory += size
        self.most_memory = max(self.most_memory, self._memory)
        key = id(owner)

        def free(_: Any) -> None:
            self._memory -= size
            self._alive.pop(key, None)
            record.releases.append((time.perf_counter_ns() + self._epoch, size))

        self._alive[key] = weakref.ref(owner, free)


def _owner(value: Any) -> Any:
    """The array whose memory a value lies in."""
    owner = array_of(value)
    while isinstance(owner, np.ndarray) and isinstance(owner.base, np.ndarray):
        owner = owner.base
    return owner


def _size(array: np.ndarray[Any, Any] | np.generic) -> int:
    if array.dtype.kind == "O" and isinstance(array, np.ndarray):
        return sum(len(item) for item in array.flat if isinstance(item, bytes)) + array.nbytes
    return array.nbytes

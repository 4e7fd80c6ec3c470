"""Where the results of a run lie: buffers that are used again, within a run and from run to run.

A kernel that can write into an array it is given needs none of its own. Which array that may be follows
from who reads a value and when: a buffer is free again once nobody reads what lies in it, nor anything that
may share its memory. What the caller gets, what a variable or a function of the user's may keep, and what
comes from outside never lies in a buffer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from graphlog.core.shapes import element_count, is_fully_defined
from graphlog.runtime.simplification import Program, Step, Value, takes_out

# So that vector instructions load whole lines of the cache.
_ALIGNMENT = 64

# Operations whose output is laid out as their first input is.
_KEEP_LAYOUT = frozenset(["ExpandDims", "Reshape", "Squeeze"])


class Place(NamedTuple):
    """A part of the memory of a run.

    Attributes:
        offset: where it begins, in bytes.
        shape: the shape of the array that lies there.
        dtype: its dtype.
    """

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass
class BufferPlan:
    """The memory of a run.

    Attributes:
        places: where a value lies, by number; a value without a place is allocated when it is computed.
        overwritten: the value in whose array another one is written, by the number of the latter: where
            the array is the caller's in the end.
        size: how much memory there is, in bytes.
        last_reads: the last step that reads a value, by number.
    """

    places: dict[int, Place]
    overwritten: dict[int, int]
    size: int
    last_reads: dict[int, int]

    def arrays(self) -> dict[Place, np.ndarray[Any, Any]]:
        """New memory for one run at a time: the array of each place."""
        memory = np.empty(self.size + _ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % _ALIGNMENT
        arrays = {}
        for place in set(self.places.values()):
            begin = start + place.offset
            end = begin + math.prod(place.shape) * place.dtype.itemsize
            arrays[place] = memory[begin:end].view(place.dtype).reshape(place.shape)
        return arrays


def planned(program: Program) -> BufferPlan:
    """Finds a place for as many values as possible.

    Args:
        program: what is to be run.

    Returns:
        The plan.
    """
    sharing = _Sharing(program)
    overwritten = _overwritten(program, sharing)
    new_arrays = set(overwritten.values())
    memory = _Memory()
    places: dict[int, Place] = {}
    # The value that has a place last, and what becomes free after a step.
    owners: dict[Place, int] = {}
    ending: dict[int, list[int]] = {}
    for index, step in enumerate(program.steps):
        for value in step.outputs:
            if value is None or value.number in new_arrays or not sharing.may_lie_in_buffer(step, value):
                continue
            place = _place_of_input(step, value, index, places, sharing.last_uses)
            if place is None:
                place = memory.take(value)
            places[value.number] = place
            owners[place] = value.number
            ending.setdefault(sharing.last_uses.get(value.number, index), []).append(value.number)
        for number in ending.pop(index, ()):
            if owners[places[number]] == number:
                memory.give_back(places[number])
    return BufferPlan(places, overwritten, memory.size, sharing.last_reads)


def _overwritten(program: Program, sharing: _Sharing) -> dict[int, int]:
    """The values that fetched ones take the arrays of, and those that these take them of."""
    wanted = {value.number for value in program.fetched if value is not None}
    found: dict[int, int] = {}
    producers = {value.number: step for step in program.steps for value in step.outputs if value}
    for index in reversed(range(len(program.steps))):
        step = program.steps[index]
        value = step.outputs[0] if len(step.outputs) == 1 else None
        if value is None or value.number not in wanted or not _may_overwrite_inputs(step):
            continue
        for source in step.inputs:
            producer = producers.get(source.number)
            if (
                producer is not None
                and sharing.may_lie_in_buffer(producer, source)
                and sharing.last_uses[source.number] == index
                and source.tensor.static_shape == value.tensor.static_shape
                and source.tensor.dtype.numpy_dtype == value.tensor.dtype.numpy_dtype
            ):
                found[value.number] = source.number
                wanted.add(source.number)
                break
    return found


def _place_of_input(
    step: Step, value: Value, index: int, places: Mapping[int, Place], last_uses: Mapping[int, int]
) -> Place | None:
    """The place of an input that nobody reads afterwards, for an operation that works element by element."""
    if not _may_overwrite_inputs(step):
        return None
    for source in step.inputs:
        place = places.get(source.number)
        if (
            place is not None
            and last_uses[source.number] == index
            and place.shape == value.tensor.static_shape
            and place.dtype == value.tensor.dtype.numpy_dtype
        ):
            return place
    return None


def _may_overwrite_inputs(step: Step) -> bool:
    """Whether a kernel may write its output over an input of the same shape, and should."""
    if any(value is not None and element_count(value.tensor.static_shape) == 1 for value in step.outputs):
        return False  # NumPy takes longer to write one number over another than into a new array.
    if isinstance(step.kernel, np.ufunc):
        return step.kernel.signature is None
    definition = step.op.definition
    return definition is not None and definition.may_overwrite_inputs and takes_out(step.kernel)


class _Sharing:
    """Which values may share memory, who keeps them, and how they are laid out.

    Attributes:
        last_reads: the last step that reads a value, by number.
        last_uses: the last step that reads a value or what may share its memory.
    """

    def __init__(self, program: Program) -> None:
        self.last_reads: dict[int, int] = {}
        self.last_uses: dict[int, int] = {}
        # The values whose memory a value may be a part of.
        self._origins: dict[int, frozenset[int]] = {}
        self._kept: set[int] = set()
        self._in_order = {value.number for value in program.feeds}
        for number, array in program.constants.items():
            if isinstance(array, np.ndarray) and array.flags.c_contiguous:
                self._in_order.add(number)
        for index, step in enumerate(program.steps):
            self._add(index, step)
        for fetched in program.fetched:
            if fetched is not None:
                self._kept.update(self._origins_of(fetched))

    def _origins_of(self, value: Value) -> frozenset[int]:
        return self._origins.get(value.number, frozenset([value.number]))

    def _add(self, index: int, step: Step) -> None:
        definition = step.op.definition
        assert definition is not None
        sources: set[int] = set()
        for value in step.inputs:
            self.last_reads[value.number] = index
            sources.update(self._origins_of(value))
        self.last_uses.update(dict.fromkeys(sources, index))
        if definition.keeps_inputs:
            self._kept.update(sources)
        is_view = not takes_out(step.kernel) and may_return_inputs(step)
        in_order = self._is_in_order(step)
        for output in step.outputs:
            if output is not None:
                if is_view:
                    self._origins[output.number] = frozenset([output.number, *sources])
                if in_order:
                    self._in_order.add(output.number)

    def _is_in_order(self, step: Step) -> bool:
        """Whether the outputs are known to be laid out row by row."""
        if step.op.type in _KEEP_LAYOUT:
            return step.inputs[0].number in self._in_order
        if step.op.type in ("Identity", "ReadVariableOp") and not step.inputs:
            return True  # A variable.
        if takes_out(step.kernel) and not _may_overwrite_inputs(step):
            return True
        # From rows to rows: tests/ops/test_definitions.py holds every kernel to it.
        is_certain = _may_overwrite_inputs(step) or not may_return_inputs(step)
        return is_certain and all(value.number in self._in_order for value in step.inputs)

    def may_lie_in_buffer(self, step: Step, value: Value) -> bool:
        """Whether a step may write its output into memory that is used again."""
        shape = value.tensor.static_shape
        return (
            len(step.outputs) == 1
            and takes_out(step.kernel)
            and value.number in self._in_order
            and value.number not in self._kept
            and is_fully_defined(shape)
            and shape != ()
            and 0 not in shape
            and value.tensor.dtype.numpy_dtype.kind in "biufc"
        )


def may_return_inputs(step: Step) -> bool:
    """Whether what a kernel returns may share memory with its inputs, or with what somebody keeps."""
    definition = step.op.definition
    assert definition is not None
    return definition.returns_view or definition.is_stateful or definition.calls_users_code


class _Memory:
    """Memory without end, from which parts are taken where they fit best.

    Attributes:
        size: how much of it was ever used, in bytes.
    """

    def __init__(self) -> None:
        self.size = 0
        # What lies free in between: sizes by offset.
        self._free: dict[int, int] = {}

    def take(self, value: Value) -> Place:
        """A free part for a value."""
        shape, dtype = value.tensor.static_shape, value.tensor.dtype.numpy_dtype
        assert is_fully_defined(shape)
        needed = _aligned(math.prod(shape) * dtype.itemsize)
        fitting = [(size, offset) for offset, size in self._free.items() if size >= needed]
        if fitting:
            size, offset = min(fitting)
            del self._free[offset]
            if size > needed:
                self._free[offset + needed] = size - needed
        else:
            offset = self.size
            self.size += needed
        return Place(offset, shape, dtype)

    def give_back(self, place: Place) -> None:
        """Makes a part free again, in one piece with what is free beside it."""
        begin = place.offset
        end = begin + _aligned(math.prod(place.shape) * place.dtype.itemsize)
        if end in self._free:
            end += self._free.pop(end)
        for offset, size in self._free.items():
            if offset + size == begin:
                self._free[offset] = end - offset
                return
        self._free[begin] = end - begin


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT

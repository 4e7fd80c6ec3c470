"""What the begin, end, strides and masks of a strided slice mean.

A slice is written in entries, one for each thing between the brackets: ``x[1, ..., None, ::2]`` has four.
Bit ``i`` of a mask says something of entry ``i``: that its begin or end is left out, that it is an
ellipsis or a new axis, or that it is a single index, whose axis goes away.

Source: the rules are those of TensorFlow's ``StridedSlice``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphlog.core.shapes import StaticShape

MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")

# What an index of one axis may be: a number, a range, or None for a new axis.
Index = int | slice | None


@dataclass(frozen=True)
class Entry:
    """One entry of a strided slice.

    Attributes:
        axis: which axis of the sliced tensor it is about; None for a new axis.
        begin: where it begins; None where that is left out, or not known.
        end: where it ends; likewise.
        stride: the step; not 0.
        is_index: whether it is a single index, whose axis goes away.
        is_known: whether begin and end are known, where they are not left out.
    """

    axis: int | None
    begin: int | None = None
    end: int | None = None
    stride: int = 1
    is_index: bool = False
    is_known: bool = True


def entries(
    rank: int,
    begin: Sequence[int] | None,
    end: Sequence[int] | None,
    strides: Sequence[int],
    masks: Mapping[str, Any],
) -> list[Entry]:
    """The entries of a slice, with those of an ellipsis written out, and all axes after the last.

    Args:
        rank: the number of axes of the sliced tensor.
        begin: where each entry begins, None where that is not known yet.
        end: where each ends; likewise.
        strides: the steps.
        masks: the attributes of the operation.

    Returns:
        An entry for each axis of the tensor and for each new one, in order.

    Raises:
        ValueError: there are more entries than axes, several ellipses, or a stride of 0.
    """
    begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask = (masks[name] for name in MASKS)
    if ellipsis_mask & (ellipsis_mask - 1):
        raise ValueError("Multiple ellipses in slice spec not allowed")
    count = len(strides)
    ellipsis = min(ellipsis_mask.bit_length() - 1, count) if ellipsis_mask else count
    # Entries after an ellipsis count from the last axis; new axes stand for none.
    after = sum(not new_axis_mask >> index & 1 for index in range(ellipsis + 1, count))
    found: list[Entry] = []
    axis = 0
    for index in range(max(count, ellipsis + 1)):
        bit = 1 << index
        if index == ellipsis:
            resume = min(max(rank - after, axis), rank)
            found += [Entry(position) for position in range(axis, resume)]
            axis = resume
        elif new_axis_mask & bit:
            found.append(Entry(None))
        elif axis == rank:
            raise ValueError(f"Index out of range using input dim {axis}; input has only {rank} dims")
        else:
            is_index = bool(shrink_axis_mask & bit)
            open_begin, open_end = bool(begin_mask & bit) and not is_index, bool(end_mask & bit)
            found.append(
                Entry(
                    axis,
                    None if begin is None or open_begin else int(begin[index]),
                    None if end is None or open_end else int(end[index]),
                    int(strides[index]),
                    is_index,
                    (begin is not None and end is not None) or (open_begin and open_end),
                )
            )
            _check_stride(found[-1])
            axis += 1
    return found


def _check_stride(entry: Entry) -> None:
    if entry.stride == 0:
        raise ValueError(f"strides[{entry.axis}] must be non-zero")
    if entry.is_index and entry.stride < 0:
        raise ValueError("only stride 1 allowed on non-range indexing.")


def indices(shape: Sequence[int], found: Sequence[Entry]) -> tuple[Index, ...]:
    """The slice as NumPy's index.

    Args:
        shape: the sizes of the sliced tensor.
        found: its entries.

    Returns:
        An index for each entry.

    Raises:
        ValueError: a single index is out of bounds.
    """
    return tuple([None if entry.axis is None else _index(entry, shape[entry.axis]) for entry in found])


def _index(entry: Entry, size: int) -> int | slice:
    if not entry.is_index:
        return slice(entry.begin, entry.end, entry.stride)
    assert entry.begin is not None
    position = entry.begin + size if entry.begin < 0 else entry.begin
    if not 0 <= position < size:
        raise ValueError(f"slice index {position} of dimension {entry.axis} out of bounds.")
    return position


def sliced_shape(shape: StaticShape, found: Sequence[Entry]) -> StaticShape:
    """The static shape of a slice; sizes that are not known yet are None.

    Raises:
        ValueError: a single index is out of bounds.
    """
    return None if shape is None else tuple(_sizes(shape, found))


def _sizes(shape: Sequence[int | None], found: Sequence[Entry]) -> Iterator[int | None]:
    for entry in found:
        size = None if entry.axis is None else shape[entry.axis]
        if entry.axis is None:
            yield 1
        elif entry.is_index:
            if size is not None and entry.is_known:
                _index(entry, size)
        elif size is None or not entry.is_known:
            yield None
        else:
            yield len(range(*slice(entry.begin, entry.end, entry.stride).indices(size)))

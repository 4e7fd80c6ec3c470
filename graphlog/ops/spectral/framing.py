"""A signal cut into frames that overlap, and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, gathering, joining, padding, ranges, shape_queries, slicing
from graphlog.ops.control_flow import loops
from graphlog.ops.math import arithmetic, comparisons, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Tensor:
    """Cuts an axis into frames that may overlap.

    Args:
        signal: a tensor of rank 1 or more.
        frame_length: the elements of a frame, a scalar.
        frame_step: from the start of a frame to the start of the next, a scalar.
        pad_end: whether frames that reach beyond the end are filled up, instead of being left out.
        pad_value: with what.
        axis: the axis to cut.
        name: the name of the scope.

    Returns:
        A Tensor with axes for the frames and for the elements of a frame in the place of ``axis``.

    Raises:
        ValueError: an argument is no scalar, or the signal is one.

    Source: ``tf.signal.frame``.
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        signal = convert_to_tensor(signal, name="signal")
        length = convert_to_tensor(frame_length, name="frame_length")
        step = convert_to_tensor(frame_step, name="frame_step")
        axis = convert_to_tensor(axis, name="axis")
        signal.shape.with_rank_at_least(1)
        for scalar in (length, step, axis):
            scalar.shape.assert_has_rank(0)
        static_shape = _static_frames(signal, length, step, pad_end, axis)

        rank = shape_queries.rank(signal)
        axis = ranges.range(rank)[axis]
        shape = shape_queries.shape(signal)
        outer, samples, inner = joining.split(shape, [axis, 1, rank - 1 - axis])
        samples = arrays.reshape(samples, [])
        outer_rank, inner_rank = shape_queries.size(outer), shape_queries.size(inner)
        if pad_end:
            filler = convert_to_tensor(pad_value, signal.dtype)
            filler.shape.assert_has_rank(0)
            count = -(-samples // step)
            added = arithmetic.maximum(0, length + step * (count - 1) - samples)
            before = filling.zeros([outer_rank, 2], added.dtype)
            pairs = [before, [[0, added]], filling.zeros([inner_rank, 2], added.dtype)]
            signal = padding.pad(signal, joining.concat(pairs, 0), constant_values=filler)
            shape = shape_queries.shape(signal)
            samples = shape[axis]
        else:
            count = arithmetic.maximum(0, 1 + (samples - length) // step)

        # The frames are made of parts that no frame divides.
        part = _greatest_common_divisor(length, step)
        parts_per_frame, parts_per_step = length // part, step // part
        parts = samples // part
        used_shape = joining.concat([outer, [parts * part], inner], 0)
        parts_shape = joining.concat([outer, [parts, part], inner], 0)
        used = slicing.strided_slice(signal, filling.zeros_like(shape), used_shape)
        divided = arrays.reshape(used, parts_shape)
        of_frames = arrays.reshape(ranges.range(count) * parts_per_step, [count, 1])
        within_frame = arrays.reshape(ranges.range(parts_per_frame), [1, parts_per_frame])
        gathered = gathering.gather(divided, of_frames + within_frame, axis=axis)
        frames = arrays.reshape(gathered, joining.concat([outer, [count, length], inner], 0))
        if static_shape:
            frames.set_shape(static_shape)
        return frames


def _static_frames(signal: Tensor, length: Tensor, step: Tensor, pad_end: bool, axis: Tensor) -> Any:
    known_length, known_step, known_axis = (constant_value(value) for value in (length, step, axis))
    shape = signal.static_shape
    if shape is None:
        return None
    if known_axis is None:
        return [None] * (len(shape) + 1)
    if not -len(shape) <= known_axis < len(shape):
        raise ValueError(f"frame: axis = {known_axis} not in [{-len(shape)}, {len(shape)})")
    if known_step is not None and known_step <= 0:
        raise ValueError(f"frame: frame_step must be positive, but is {known_step}")
    size, count = shape[known_axis], None
    if size is not None and known_step is not None:
        if pad_end:
            count = max(0, -(-size // known_step))
        elif known_length is not None:
            count = max(0, (size - known_length + known_step) // known_step)
    return [*shape[:known_axis], count, known_length, *shape[known_axis:][1:]]


def _greatest_common_divisor(first: Tensor, second: Tensor) -> Tensor:
    with name_scope(None, "gcd", [first, second]):
        for letter, value in zip("ab", (first, second), strict=True):
            if not value.dtype.is_integer:
                raise ValueError(f"{letter} must be an integer type. Got: {value.dtype}")
        known = constant_value(first), constant_value(second)
        if known[0] is not None and known[1] is not None:
            return convert_to_tensor(np.gcd(*known))
        result, _ = loops.while_loop(
            lambda _, rest: comparisons.greater(rest, filling.zeros_like(rest)),
            lambda larger, rest: [rest, arithmetic.floormod(larger, rest)],
            [first, second],
            back_prop=False,
        )
        assert isinstance(result, Tensor)
        return result


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """Adds up frames that overlap: the inverse of ``frame``.

    Args:
        signal: the frames, ``[…, frames, frame_length]``.
        frame_step: from the start of a frame to the start of the next, a scalar integer.
        name: the name of the scope.

    Returns:
        A Tensor ``[…, (frames - 1) * frame_step + frame_length]``.

    Raises:
        ValueError: the signal has fewer than 2 axes, or the step is no scalar integer.

    Source: ``tf.signal.overlap_and_add``.
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        signal = convert_to_tensor(signal, name="signal")
        signal.shape.with_rank_at_least(2)
        step = convert_to_tensor(frame_step, name="frame_step")
        step.shape.assert_has_rank(0)
        if not step.dtype.is_integer:
            raise ValueError(f"frame_step must be an integer. Got {step.dtype}")
        shape = shape_queries.shape(signal)
        outer = shape[:-2]
        outer_rank = shape_queries.size(outer)

        def with_outer(inner: list[Any]) -> Tensor:
            return joining.concat([outer, inner], 0)

        length, frames = shape[-1], shape[-2]
        output_length = length + step * (frames - 1)
        known_step = constant_value(step)
        if known_step is not None and signal.static_shape is not None:
            if known_step <= 0:
                raise ValueError(f"overlap_and_add: frame_step must be positive, but is {known_step}")
            if known_step == signal.static_shape[-1]:
                return arrays.reshape(signal, with_outer([output_length]), name="fast_path")

        # Each frame becomes segments as long as the step. Behind zeros that make up a whole frame, the rows
        # of the n-th segments shift by n when the two axes are reshaped, and can be added up.
        segments = -(-length // step)
        inner_padding = [[0, segments], [0, segments * step - length]]
        outer_padding = filling.zeros([outer_rank, 2], dtypes.int32)
        signal = padding.pad(signal, joining.concat([outer_padding, inner_padding], 0))
        signal = arrays.reshape(signal, with_outer([frames + segments, segments, step]))
        first_axes: Tensor = ranges.range(outer_rank)
        last_axes: Tensor = outer_rank.__add__([1, 0, 2])
        order = joining.concat([first_axes, last_axes], 0)
        signal = arrays.transpose(signal, order)
        signal = arrays.reshape(signal, with_outer([(frames + segments) * segments, step]))
        signal = signal[..., : (frames + segments - 1) * segments, :]
        signal = arrays.reshape(signal, with_outer([segments, (frames + segments - 1), step]))
        signal = reductions.reduce_sum(signal, -3)
        signal = arrays.reshape(signal, with_outer([(frames + segments - 1) * step]))
        restored: Tensor = signal[..., :output_length]
        return restored

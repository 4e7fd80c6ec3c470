"""Slice and StridedSlice: ranges of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import integer, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, filling, joining, packing, padding, shape_queries
from graphlog.ops.array.slice_ranges import MASKS, entries, indices, sliced_shape
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.samples import MATRIX
from graphlog.ops.shape_rules import merged_shape
from graphlog.ops.static_values import constant_shape, constant_value

_CUBE = samples.float32(np.arange(24).reshape(2, 3, 4) / 4 - 2)


def _slice_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    vectors = [shape_rules.with_rank(tensor.static_shape, 1) for tensor in op.inputs[1:]]
    (rank,) = merged_shape(*vectors) or (None,)
    if rank is not None:
        shape = shape_rules.with_rank(shape, rank)
    sizes = constant_value(op.inputs[2])
    if sizes is None:
        partly_known = constant_shape(op.inputs[2])
        if partly_known is not None:
            return [partly_known]
        return [None if shape is None else (None,) * len(shape)]
    begin = constant_shape(op.inputs[1])
    begin, shape = (shape_rules.with_rank(vector, sizes.size) for vector in (begin, shape))
    result: list[int | None] = []
    for axis, (size, first, wanted) in enumerate(zip(shape, begin, sizes.tolist(), strict=True)):
        if wanted < -1:
            raise ValueError(
                f"Out of bounds slicing on dimension {axis} of length {size}: sizes vector cannot be < -1, "
                f"but was {wanted}"
            )
        rest = None if size is None or first is None else size - first
        result.append(rest if wanted == -1 else wanted)
    return [tuple(result)]


def _slice(value: Any, begin: Any, size: Any) -> Any:
    shape = np.shape(value)
    if not begin.shape == size.shape == (len(shape),):
        raise ValueError(
            f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got shapes "
            f"{bracketed(begin.shape)} and {bracketed(size.shape)} instead."
        )
    ranges = []
    for axis, (length, first, wanted) in enumerate(zip(shape, begin.tolist(), size.tolist(), strict=True)):
        if not 0 <= first <= length:
            raise ValueError(f"Expected begin[{axis}] in [0, {length}], but got {first}")
        if wanted != -1 and not 0 <= wanted <= length - first:
            raise ValueError(f"Expected size[{axis}] in [0, {length - first}], but got {wanted}")
        ranges.append(np.s_[first : length if wanted == -1 else first + wanted])
    return value[tuple(ranges)]


def _slice_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient with zeros around it where the slice left something out."""
    value, begin, _ = op.inputs
    rank = shape_queries.rank(value)
    sizes = shape_queries.shape(op.outputs[0])
    column = packing.stack([rank, 1])
    before = arrays.reshape(begin, column)
    after = arrays.reshape(shape_queries.shape(value) - sizes - begin, column)
    return padding.pad(grad, joining.concat([before, after], 1)), None, None


Slice = define_op(
    "Slice",
    ["input: T", "begin: Index", "size: Index"],
    ["output: T"],
    attributes={"T": types(), "Index": types(*INDICES)},
    shape=_slice_shape,
    kernel=_slice,
    gradient=_slice_gradient,
    samples=[
        Sample((MATRIX, samples.int32([0, 1]), samples.int32([2, 1]))),
        Sample((_CUBE, samples.int32([1, 0, 2]), samples.int32([-1, 3, -1]))),
        Sample((samples.int32(5), samples.int64([]), samples.int64([]))),
        Sample(
            (MATRIX, samples.int32([0, 4]), samples.int32([1, 1])),
            raises="Expected begin[1] in [0, 3], but",
        ),
        Sample(
            (MATRIX, samples.int32([1, 1]), samples.int32([2, 1])),
            raises="Expected size[0] in [0, 1], but",
        ),
    ],
    returns_view=True,
)


def _strided_slice_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    for tensor in op.inputs[1:]:
        shape_rules.with_rank(tensor.static_shape, 1)
    begin, end, strides = (constant_value(tensor) for tensor in op.inputs[1:])
    if shape is None or strides is None:
        return [None]
    return [sliced_shape(shape, entries(len(shape), begin, end, strides, op.attributes))]


def _strided_slice_kernel(op: Operation) -> Kernel:
    masks = op.attributes
    return lambda value, begin, end, strides: value[_index(value.shape, begin, end, strides, masks)]


def _index(shape: Any, begin: Any, end: Any, strides: Any, masks: Any) -> Any:
    if not begin.shape == end.shape == strides.shape or begin.ndim != 1:
        listed = [bracketed(bound.shape) for bound in (begin, end, strides)]
        raise ValueError(
            "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
            f"{listed[0]}, {listed[1]}, and {listed[2]} instead."
        )
    bounds = begin.tolist(), end.tolist(), strides.tolist()
    return indices(shape, entries(len(shape), *bounds, masks))


def _strided_slice_gradient(op: Operation, grad: Tensor) -> Any:
    value, begin, end, strides = op.inputs
    sizes = shape_queries.shape(value, out_type=begin.dtype)
    masks = {name: op.attributes[name] for name in MASKS}
    return StridedSliceGrad(sizes, begin, end, strides, grad, **masks), None, None, None


def _strided_slice_grad_kernel(op: Operation) -> Kernel:
    masks = op.attributes

    def kernel(sizes: Any, begin: Any, end: Any, strides: Any, grad: Any) -> Any:
        result = np.zeros(sizes.tolist(), grad.dtype)
        index = _index(result.shape, begin, end, strides, masks)
        wanted = np.shape(result[index])
        if wanted != np.shape(grad):
            raise ValueError(f"shape of dy was {bracketed(np.shape(grad))} instead of {bracketed(wanted)}")
        result[index] = grad
        return result

    return kernel


def _strided_slice_grad_gradient(op: Operation, grad: Tensor) -> Any:
    masks = {name: op.attributes[name] for name in MASKS}
    return None, None, None, None, StridedSlice(grad, *op.inputs[1:4], **masks)


_MASK_ATTRIBUTES = {"T": types(), "Index": types(*INDICES), **{name: integer(0) for name in MASKS}}

# x[..., None, -1], x[1, ::-2, ...] and x[:, 1:3].
_LAST = {"ellipsis_mask": 1, "new_axis_mask": 2, "shrink_axis_mask": 4}
_BACKWARDS = {"begin_mask": 2, "end_mask": 2, "ellipsis_mask": 4, "shrink_axis_mask": 1}
_COLUMNS = {"begin_mask": 1, "end_mask": 1}
_LAST_BOUNDS = samples.int32([0, 0, -1]), samples.int32([0, 0, 0]), samples.int32([1, 1, 1])
_BACKWARDS_BOUNDS = samples.int64([1, 0, 0]), samples.int64([2, 0, 0]), samples.int64([1, -2, 1])
_COLUMNS_BOUNDS = samples.int32([0, 1]), samples.int32([0, 3]), samples.int32([1, 1])

StridedSlice = define_op(
    "StridedSlice",
    ["input: T", "begin: Index", "end: Index", "strides: Index"],
    ["output: T"],
    attributes=_MASK_ATTRIBUTES,
    shape=_strided_slice_shape,
    make_kernel=_strided_slice_kernel,
    gradient=_strided_slice_gradient,
    samples=[
        Sample((_CUBE, *_LAST_BOUNDS), _LAST),
        Sample((_CUBE, *_BACKWARDS_BOUNDS), _BACKWARDS),
        Sample((MATRIX, *_COLUMNS_BOUNDS), _COLUMNS),
        Sample(
            (MATRIX, samples.int32([2]), samples.int32([3]), samples.int32([1])),
            {"shrink_axis_mask": 1},
            raises="slice index 2 of dimension 0 out of bounds.",
        ),
        Sample((MATRIX[0], *_COLUMNS_BOUNDS), _COLUMNS, raises="input has only 1 dims"),
        Sample(
            (MATRIX, samples.int32([0]), samples.int32([1]), samples.int32([0])),
            raises="strides[0] must be non-zero",
        ),
        Sample((MATRIX, *_COLUMNS_BOUNDS), {"ellipsis_mask": 3}, raises="Multiple ellipses in slice spec"),
    ],
    returns_view=True,
)
StridedSliceGrad = define_op(
    "StridedSliceGrad",
    ["shape: Index", "begin: Index", "end: Index", "strides: Index", "dy: T"],
    ["output: T"],
    attributes=_MASK_ATTRIBUTES,
    shape=lambda op: [constant_shape(op.inputs[0])],
    make_kernel=_strided_slice_grad_kernel,
    gradient=_strided_slice_grad_gradient,
    samples=[
        Sample((samples.int32([2, 3, 4]), *_LAST_BOUNDS, _CUBE[..., None, -1]), _LAST),
        Sample((samples.int64([2, 3, 4]), *_BACKWARDS_BOUNDS, _CUBE[1, ::-2]), _BACKWARDS),
        Sample(
            (samples.int32([2, 3]), *_COLUMNS_BOUNDS, MATRIX),
            _COLUMNS,
            raises="shape of dy was [2,3] instead of [2,2]",
        ),
    ],
)


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """A part of a tensor, given where it begins and how large it is.

    Args:
        input_: a tensor.
        begin: the first index along each axis, an int32 or int64 vector.
        size: how many along each axis; -1 for all that follow.
        name: the operation's name.

    Returns:
        A Tensor of shape ``size``.

    Source: TensorFlow's ``Slice``.
    """
    return Slice(input_, begin, size, name=name)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """What ``x[begin:end:strides]`` gives, along several axes at once.

    Args:
        input_: a tensor.
        begin: where each entry of the slice begins, an int32 or int64 vector.
        end: where each ends.
        strides: the steps; ones if None.
        begin_mask: bit ``i`` says that the begin of entry ``i`` is left out.
        end_mask: likewise for the end.
        ellipsis_mask: bit ``i`` says that entry ``i`` is an ellipsis.
        new_axis_mask: bit ``i`` says that entry ``i`` is a new axis.
        shrink_axis_mask: bit ``i`` says that entry ``i`` is one index, whose axis goes away.
        var: accepted for TensorFlow's sake: the variable that ``input_`` is the value of.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype.

    Source: TensorFlow's ``StridedSlice``.
    """
    if strides is None:
        strides = filling.ones_like(begin)
    return StridedSlice(
        input_,
        begin,
        end,
        strides,
        name=name,
        begin_mask=begin_mask,
        end_mask=end_mask,
        ellipsis_mask=ellipsis_mask,
        new_axis_mask=new_axis_mask,
        shrink_axis_mask=shrink_axis_mask,
    )

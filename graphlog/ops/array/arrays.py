"""Operations that pass on, reshape, repeat or reorder the elements of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import packing, ranges, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.samples import MATRIX
from graphlog.ops.static_values import constant_shape, constant_value

Identity = define_op(
    "Identity",
    ["input: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=lambda op, grad: grad,
    samples=[Sample((MATRIX,)), Sample((samples.int32(3),))],
    returns_view=True,
)


def _reshaped_shape(op: Operation) -> list[StaticShape]:
    wanted = constant_shape(op.inputs[1])
    count = shapes.element_count(op.inputs[0].static_shape)
    if wanted is None or count is None:
        return [wanted]
    known = shapes.element_count(tuple([size for size in wanted if size is not None]))
    assert known is not None
    unknown = wanted.count(None)
    fits = known == count if unknown == 0 else known == 0 or count % known == 0
    if not fits:
        raise ValueError(
            f"Cannot reshape a tensor with {count} elements to shape {shapes.bracketed(wanted)} "
            f"({known} elements)"
        )
    if unknown != 1 or known == 0:
        return [wanted]
    return [tuple([count // known if size is None else size for size in wanted])]


def _reshape(value: Any, shape: Any) -> Any:
    wanted = shape.tolist()
    try:
        return np.reshape(value, wanted)
    except ValueError:
        if wanted.count(-1) > 1:
            raise ValueError(f"Only one input size may be -1, but the requested shape is {wanted}") from None
        known = int(np.prod([size for size in wanted if size != -1]))
        raise ValueError(
            f"Input to reshape is a tensor with {np.size(value)} values, but the requested shape "
            f"{'requires a multiple of' if -1 in wanted else 'has'} {known}"
        ) from None


def _reshape_to_known_shape(op: Operation) -> Kernel | None:
    wanted = op.outputs[0].static_shape
    is_known = shapes.is_fully_defined(wanted) and shapes.is_fully_defined(op.inputs[0].static_shape)
    if not is_known or op.inputs[0].dtype.numpy_dtype.kind == "O":  # Of which one may be no array.
        return None
    return lambda value, _: value.reshape(wanted)


Reshape = define_op(
    "Reshape",
    ["tensor: T", "shape: Tshape"],
    ["output: T"],
    attributes={"T": types(), "Tshape": types(*INDICES, default=dtypes.int32)},
    shape=_reshaped_shape,
    kernel=_reshape,
    specialize=_reshape_to_known_shape,
    gradient=lambda op, grad: (reshape(grad, shape_queries.shape(op.inputs[0])), None),
    samples=[
        Sample((MATRIX, samples.int32([3, -1]))),
        Sample((samples.float64(2.5), samples.int64([1, 1]))),
        Sample((MATRIX, samples.int32([4])), raises="tensor with 6 values, but the requested shape has 4"),
    ],
    returns_view=True,
)


def _tiled_shape(op: Operation) -> list[StaticShape]:
    shape, repeats = op.inputs[0].static_shape, constant_shape(op.inputs[1])
    known = repeats if shape is None else shape
    if known is None:
        return [None]
    pairs = zip(
        shape_rules.with_rank(shape, len(known)), shape_rules.with_rank(repeats, len(known)), strict=True
    )
    return [tuple([None if size is None or count is None else size * count for size, count in pairs])]


def _tile(value: Any, multiples: Any) -> Any:
    if multiples.shape != (np.ndim(value),):
        raise ValueError(
            f"Expected multiples argument to be a vector of length {np.ndim(value)} but got length "
            f"{multiples.size}"
        )
    return np.tile(value, multiples)


def _tile_gradient(op: Operation, grad: Tensor) -> Any:
    """Each repeated axis is split in two, and the gradient summed over the repetitions."""
    value, multiples = op.inputs
    sizes = shape_queries.shape(value, out_type=multiples.dtype)
    split = reshape(transpose(packing.stack([multiples, sizes])), [-1])
    axes = ranges.range(0, shape_queries.size(split), 2)
    result = reductions.reduce_sum(reshape(grad, split), axes)
    result.set_shape(value.shape)
    return result, None


Tile = define_op(
    "Tile",
    ["input: T", "multiples: Tmultiples"],
    ["output: T"],
    attributes={"T": types(), "Tmultiples": types(*INDICES, default=dtypes.int32)},
    shape=_tiled_shape,
    kernel=_tile,
    gradient=_tile_gradient,
    samples=[
        Sample((MATRIX, samples.int32([2, 3]))),
        Sample((samples.float64([1.0, 2.0]), samples.int32([2]))),
        Sample((MATRIX, samples.int32([2])), raises="vector of length 2 but got length 1"),
    ],
)


def _transposed_shape(op: Operation) -> list[StaticShape]:
    shape, order = op.inputs[0].static_shape, constant_value(op.inputs[1])
    if shape is None:
        length = shapes.element_count(op.inputs[1].static_shape)
        return [None if length is None else shape_rules.with_rank(None, length)]
    if order is None:
        return [(None,) * len(shape)]
    shape_rules.with_rank(shape, order.size)
    return [tuple([shape[shape_rules.axis_in_range(axis, len(shape))] for axis in order.tolist()])]


def _transpose_gradient(op: Operation, grad: Tensor) -> Any:
    return transpose(grad, InvertPermutation(op.inputs[1])), None


Transpose = define_op(
    "Transpose",
    ["x: T", "perm: Tperm"],
    ["y: T"],
    attributes={"T": types(), "Tperm": types(*INDICES, default=dtypes.int32)},
    shape=_transposed_shape,
    kernel=lambda value, order: np.transpose(value, order.tolist()),
    gradient=_transpose_gradient,
    samples=[
        Sample((MATRIX, samples.int32([1, 0]))),
        Sample((np.arange(6, dtype=np.float64).reshape(1, 2, 3), samples.int32([2, 0, 1]))),
    ],
    returns_view=True,
)


def _conjugate_transpose_gradient(op: Operation, grad: Tensor) -> Any:
    return transpose(grad, InvertPermutation(op.inputs[1]), conjugate=True), None


ConjugateTranspose = define_op(
    "ConjugateTranspose",
    ["x: T", "perm: Tperm"],
    ["y: T"],
    attributes={"T": types(), "Tperm": types(*INDICES, default=dtypes.int32)},
    shape=_transposed_shape,
    kernel=lambda value, order: np.conj(np.transpose(value, order.tolist()), order="C"),
    gradient=_conjugate_transpose_gradient,
    samples=[
        Sample((MATRIX, samples.int32([1, 0]))),
        Sample((samples.complex64([[1 + 2j, 3 - 1j]]), samples.int64([1, 0]))),
    ],
)


def _inverted(order: Any) -> Any:
    if order.size and sorted(order.tolist()) != list(range(order.size)):
        raise ValueError(f"{order.tolist()} is not a permutation of the numbers below {order.size}")
    return np.argsort(order).astype(order.dtype)


InvertPermutation = define_op(
    "InvertPermutation",
    ["x: T"],
    ["y: T"],
    attributes={"T": types(*INDICES, default=dtypes.int32)},
    shape=lambda op: [shape_rules.with_rank(op.inputs[0].static_shape, 1)],
    kernel=_inverted,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.int32([2, 0, 1]),)),
        Sample((samples.int64([0, 0]),), raises="is not a permutation"),
    ],
)


def identity(input: Any, name: str | None = None) -> Tensor:
    """A tensor of the same value (TensorFlow's ``Identity``)."""
    return Identity(input, name=name)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The elements of a tensor in another shape.

    Args:
        tensor: a tensor.
        shape: the sizes; one of them may be -1, which stands for what is left.
        name: the operation's name.

    Returns:
        A Tensor of that shape and the same dtype.

    Raises:
        ValueError: the number of elements differs.

    Source: TensorFlow's ``Reshape``.
    """
    return Reshape(tensor, shape, name=name)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """A tensor repeated along each axis.

    Args:
        input: a tensor.
        multiples: how often, for each axis.
        name: the operation's name.

    Returns:
        A Tensor whose sizes are those of ``input`` times ``multiples``.

    Source: TensorFlow's ``Tile``.
    """
    return Tile(input, multiples, name=name)


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """A tensor with its axes in another order.

    Args:
        a: a tensor.
        perm: which axis of ``a`` comes where; the reverse order if None.
        name: the operation's name.
        conjugate: whether complex elements are conjugated too.

    Returns:
        A Tensor of the same dtype.

    Source: TensorFlow's ``Transpose`` and ``ConjugateTranspose``.
    """
    with name_scope(name, "transpose", [a]) as scope:
        definition = ConjugateTranspose if conjugate and a.dtype.is_complex else Transpose
        if perm is not None:
            return definition(a, perm, name=scope)
        tensor = convert_to_tensor(a, name="a")
        if tensor.static_shape:
            reverse: Any = np.arange(len(tensor.static_shape), dtype=np.int32)[::-1]
        else:
            rank = shape_queries.Rank(tensor)
            reverse = (rank - 1) - ranges.Range(0, rank, 1)
        return definition(tensor, reverse, name=scope)


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes another one, a vector of integers (``InvertPermutation``)."""
    return InvertPermutation(x, name=name)

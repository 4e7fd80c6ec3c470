"""Elementwise operations of a sparse tensor and a dense or another sparse one, and the sparse softmax."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, sparse_parts
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import axes, filling, joining, nd_indices, shape_queries, slicing
from graphlog.ops.dtype_groups import NUMBERS, REALS
from graphlog.ops.math import casts, division_kernels, elementwise, segment_kernels
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import with_rank
from graphlog.ops.sparse import index_rules
from graphlog.ops.sparse.additions import sparse_add, union
from graphlog.ops.sparse.sparse_reductions import sparse_reduce_sum


def _value_shape(op: Operation) -> list[StaticShape]:
    return [(with_rank(op.inputs[0].static_shape, 2)[0],)]


def _dense_kernel(function: Any) -> Kernel:
    def kernel(indices: Any, values: Any, sizes: Any, dense: Any) -> Any:
        index_rules.check_parts(indices, values, sizes, "sp_")
        shape = tuple(sizes.tolist())
        dense = np.asarray(dense)
        own = shape[len(shape) - dense.ndim :]
        if dense.ndim > len(shape) or any(
            size not in (1, whole) for size, whole in zip(dense.shape, own, strict=True)
        ):
            raise ValueError(
                "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: "
                f"{bracketed(shape)} vs. {bracketed(dense.shape)}"
            )
        index_rules.check_bounds(indices, sizes)
        result: Any = function(values, np.broadcast_to(dense, shape)[tuple(indices.T)])
        return result

    return kernel


def _broadcast_parts(op: Operation) -> tuple[Tensor, Tensor, Tensor]:
    """Where in the dense operand the elements stand, what stands there, and the operand's shape."""
    indices, _, sizes, dense = op.inputs
    dense_sizes = casts.cast(shape_queries.shape(dense), dtypes.int64)
    added = axes.expand_dims(shape_queries.size(sizes) - shape_queries.size(dense_sizes), 0)
    padded = joining.concat([filling.ones(added, dtypes.int64), dense_sizes], 0)
    scaled = indices // (sizes // padded)
    scaled = slicing.slice(scaled, joining.concat([[0], added], 0), [-1, -1])
    return scaled, nd_indices.gather_nd(dense, scaled), dense_sizes


def _dense_grad(op: Operation, indices: Tensor, values: Tensor, sizes: Tensor) -> Any:
    return sparse_add(filling.zeros_like(op.inputs[3]), SparseTensor(indices, values, sizes))


def _product_gradient(op: Operation, grad: Tensor) -> Any:
    indices, dense, sizes = _broadcast_parts(op)
    values_grad = grad * dense
    return None, values_grad, None, _dense_grad(op, indices, grad * op.inputs[1], sizes)


def _quotient_gradient(op: Operation, grad: Tensor) -> Any:
    indices, dense, sizes = _broadcast_parts(op)
    values_grad = grad / dense
    dense_values = grad * (-op.inputs[1] / elementwise.square(dense))
    return None, values_grad, None, _dense_grad(op, indices, dense_values, sizes)


def _no_gradient(op: Operation, *_: Tensor | None) -> NoReturn:
    raise NotImplementedError(f"Gradient for {op.type} is currently not implemented yet.")


_A = (
    samples.int64([[0, 1], [1, 0], [1, 2]]),
    samples.float32([1.5, -2.0, 3.0]),
    samples.int64([2, 3]),
)
_ROW = samples.float32([2.0, -1.5, 0.5])


def _with_dense(type: str, function: Any, gradient: GradientRule) -> OpDefinition:
    has_gradient = gradient is not _no_gradient
    return define_op(
        type,
        ["sp_indices: int64", "sp_values: T", "sp_shape: int64", "dense: T"],
        ["output: T"],
        attributes={"T": types(*NUMBERS)},
        shape=_value_shape,
        kernel=_dense_kernel(function),
        gradient=gradient,
        samples=[
            # TensorFlow says that the derivative of the sum is not implemented.
            Sample((*_A, _ROW), differentiable=has_gradient),
            Sample((*_A, samples.float32([[2.0], [-3.0]])), differentiable=has_gradient),
            Sample((*_A, samples.float32([[2.0, 1.0, -1.0], [1.5, 0.5, 4.0]])), differentiable=has_gradient),
            Sample(
                (_A[0], samples.int32([5, -7, 9]), _A[2], samples.int32(2)), differentiable=False
            ),  # Integers have no derivative.
            Sample((*_A, _ROW[:2]), raises="got incompatible shapes: [2,3] vs. [2]"),
        ],
    )


SparseDenseCwiseMul = _with_dense("SparseDenseCwiseMul", np.multiply, _product_gradient)
SparseDenseCwiseDiv = _with_dense("SparseDenseCwiseDiv", division_kernels.true_quotient, _quotient_gradient)
SparseDenseCwiseAdd = _with_dense("SparseDenseCwiseAdd", np.add, _no_gradient)


def sparse_dense_cwise_add(sp_t: SparseTensor, dense_t: Any) -> SparseTensor:
    """A sparse tensor whose elements have those of a dense one, broadcast, added to them."""
    values = SparseDenseCwiseAdd(*sparse_parts(sp_t), dense_t)
    return SparseTensor(sp_t.indices, values, sp_t.dense_shape)


def _softmax_shape(op: Operation) -> list[StaticShape]:
    with_rank(op.inputs[0].static_shape, 2)
    return [with_rank(op.inputs[1].static_shape, 1)]


def _softmax(indices: Any, values: Any, sizes: Any) -> Any:
    index_rules.check_parts(indices, values, sizes, "sp_")
    if len(sizes) < 2:
        listed = " ".join(map(str, sizes.tolist()))
        raise ValueError(f"Input should have rank >= 2, but received shape: {listed}")
    index_rules.check_bounds(indices, sizes)
    groups, places = np.unique(index_rules.positions(indices[:, :-1], sizes[:-1]), return_inverse=True)
    places = places.ravel()
    greatest = segment_kernels.reduced(np.maximum, values, places, len(groups), 0)
    powers = np.exp(values - greatest[places])
    return powers / segment_kernels.reduced(np.add, powers, places, len(groups), 1)[places]


def _softmax_gradient(op: Operation, grad: Tensor) -> Any:
    indices, _, sizes = op.inputs
    output = SparseTensor(indices, op.outputs[0], sizes)
    sparse_grad = SparseTensor(indices, grad, sizes)
    product = SparseTensor(indices, output.values * sparse_grad.values, sizes)
    total = -sparse_reduce_sum(product, [-1], keepdims=True)
    centred = sparse_dense_cwise_add(sparse_grad, total)
    return None, centred.values * output.values, None


SparseSoftmax = define_op(
    "SparseSoftmax",
    ["sp_indices: int64", "sp_values: T", "sp_shape: int64"],
    ["output: T"],
    attributes={"T": types(dtypes.float32, dtypes.float64)},
    shape=_softmax_shape,
    kernel=_softmax,
    gradient=_softmax_gradient,
    samples=[
        # A second derivative needs that of SparseDenseCwiseAdd, which TensorFlow has not.
        Sample(_A, differentiable=False),
        Sample((np.zeros((0, 2), np.int64), np.zeros(0, np.float32), _A[2]), differentiable=False),
        Sample(
            (samples.int64([[1]]), samples.float32([2.0]), samples.int64([3])),
            raises="Input should have rank >= 2, but received shape: 3",
        ),
    ],
)


def sparse_softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax along the last axis, of the elements that are there; the others count as minus infinity.

    Args:
        sp_input: a SparseTensor of rank 2 or more.
        name: the scope's name.

    Returns:
        A SparseTensor of the same shape with elements in the same places.

    Source: TensorFlow's ``SparseSoftmax``.
    """
    with name_scope(name, "SparseSoftmax", [sp_input.indices, sp_input.values]):
        values = SparseSoftmax(*sparse_parts(sp_input))
        return SparseTensor(sp_input.indices, values, sp_input.dense_shape)


def _extremum_shape(op: Operation) -> list[StaticShape]:
    for index, tensor in enumerate(op.inputs):
        with_rank(tensor.static_shape, 1 if index % 3 else 2)
    return [(None, None), (None,)]


def _extremum_kernel(ufunc: Any) -> Kernel:
    def kernel(
        a_indices: Any, a_values: Any, a_shape: Any, b_indices: Any, b_values: Any, b_shape: Any
    ) -> tuple[Any, Any]:
        index_rules.check_parts(a_indices, a_values, a_shape)
        index_rules.check_parts(b_indices, b_values, b_shape)
        index_rules.check_equal_shapes(a_shape, b_shape)
        rows, a_places, b_places = union(a_indices, b_indices, a_shape)
        sides = np.zeros((2, len(rows)), a_values.dtype)
        sides[0, a_places] = a_values
        sides[1, b_places] = b_values
        return rows, ufunc(sides[0], sides[1])

    return kernel


def _extremum(type: str, ufunc: Any, allowed: tuple[DType, ...]) -> OpDefinition:
    second = (samples.int64([[0, 2], [1, 0]]), samples.float32([0.5, 4.0]), samples.int64([2, 3]))
    return define_op(
        type,
        [
            *("a_indices: int64", "a_values: T", "a_shape: int64"),
            *("b_indices: int64", "b_values: T", "b_shape: int64"),
        ],
        ["output_indices: int64", "output_values: T"],
        attributes={"T": types(*allowed)},
        shape=_extremum_shape,
        kernel=_extremum_kernel(ufunc),
        gradient=_no_gradient,
        samples=[
            # TensorFlow says that its derivative is not implemented.
            Sample((*_A, *second), differentiable=False),
            Sample((*_A, *second[:2], samples.int64([2, 4])), raises="got 3 and 4 for dimension 1"),
        ],
    )


SparseSparseMaximum = _extremum("SparseSparseMaximum", np.maximum, REALS)
SparseSparseMinimum = _extremum("SparseSparseMinimum", np.minimum, NUMBERS)


def _extremum_of(definition: OpDefinition, a: Any, b: Any, name: str | None) -> SparseTensor:
    with name_scope(name, definition.type, [a.indices, a.values, b.indices, b.values]) as scope:
        indices, values = definition.operation(*sparse_parts(a), *sparse_parts(b), name=scope).outputs
    return SparseTensor(indices, values, a.dense_shape)


def sparse_maximum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The greater of the elements of two sparse tensors, where 0 stands for those that are not there.

    Args:
        sp_a: a SparseTensor in C order.
        sp_b: another of the same shape and dtype.
        name: the operation's name.

    Returns:
        A SparseTensor with an element wherever one of the two has one.

    Source: TensorFlow's ``SparseSparseMaximum``.
    """
    return _extremum_of(SparseSparseMaximum, sp_a, sp_b, name)


def sparse_minimum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The lesser of the elements of two sparse tensors; see ``sparse_maximum``."""
    return _extremum_of(SparseSparseMinimum, sp_a, sp_b, name)


def sparse_operator(function: Any, name: str) -> Any:
    """The operator of that name of a SparseTensor and a dense tensor."""

    def operator(sparse: SparseTensor, other: Any) -> SparseTensor:
        with name_scope(name, None, [sparse]) as scope:
            dense = convert_to_tensor(other, sparse.dtype.base_dtype, name="y")
            values = function(*sparse_parts(sparse), dense, name=scope)
            return SparseTensor(sparse.indices, values, sparse.dense_shape)

    return operator


def true_quotient(indices: Tensor, values: Tensor, sizes: Tensor, dense: Tensor, name: str) -> Tensor:
    """SparseDenseCwiseDiv, in which integers become floats first."""
    with name_scope(name):
        wanted = _QUOTIENTS.get(values.dtype.base_dtype)
        if wanted is not None:
            values, dense = casts.cast(values, wanted), casts.cast(dense, wanted)
        return SparseDenseCwiseDiv(indices, values, sizes, dense, name=name)


_QUOTIENTS = {
    **dict.fromkeys((dtypes.uint8, dtypes.int8, dtypes.uint16, dtypes.int16), dtypes.float32),
    **dict.fromkeys((dtypes.int32, dtypes.int64), dtypes.float64),
}

"""SparseFillEmptyRows: an element in each row of a sparse tensor that has none."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import merged_size, with_rank
from graphlog.ops.static_values import constant_shape


def _filled_shape(op: Operation) -> list[StaticShape]:
    indices, values = with_rank(op.inputs[0].static_shape, 2), with_rank(op.inputs[1].static_shape, 1)
    sizes = with_rank(op.inputs[2].static_shape, 1)
    with_rank(op.inputs[3].static_shape, 0)
    count = merged_size(indices[0], values[0])
    merged_size(indices[1], sizes[0])
    known = constant_shape(op.inputs[2])
    rows = known[0] if known else None
    return [(None, shapes.element_count(sizes)), (None,), (rows,), (count,)]


def _check(indices: Any, values: Any, sizes: Any, default: Any) -> None:
    for label, value, rank, kind in (
        ("dense_shape", sizes, 1, "vector"),
        ("indices", indices, 2, "matrix"),
        ("values", values, 1, "vector"),
        ("default_value", default, 0, "scalar"),
    ):
        if np.ndim(value) != rank:
            raise ValueError(f"{label} must be a {kind}, saw: {bracketed(np.shape(value))}")
    rows = int(sizes[0])
    if rows == 0 and len(indices):
        raise ValueError(
            f"Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {len(indices)}"
        )
    first = indices[:, 0]
    if (first < 0).any():
        place = int(np.argmax(first < 0))
        raise ValueError(f"indices({place}, 0) is invalid: {first[place]} < 0")
    if (first >= rows).any():
        place = int(np.argmax(first >= rows))
        raise ValueError(f"indices({place}, 0) is invalid: {first[place]} >= {rows}")


def _filled(indices: Any, values: Any, sizes: Any, default: Any) -> tuple[Any, Any, Any, Any]:
    _check(indices, values, sizes, default)
    rows = int(sizes[0])
    is_empty = np.bincount(indices[:, 0], minlength=rows) == 0
    missing = np.zeros((int(is_empty.sum()), indices.shape[1]), indices.dtype)
    missing[:, 0] = np.flatnonzero(is_empty)
    # Within a row the elements stay in their order.
    order = np.argsort(np.concatenate([indices[:, 0], missing[:, 0]]), kind="stable")
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    filled = np.concatenate([values, np.full(len(missing), default, values.dtype)])[order]
    return np.concatenate([indices, missing])[order], filled, is_empty, places[: len(indices)]


def _filled_gradient(op: Operation, *grads: Tensor | None) -> Any:
    values_grad, default_grad = SparseFillEmptyRowsGrad.operation(op.outputs[3], grads[1]).outputs
    return None, values_grad, None, default_grad


def _fill_grad(places: Any, grad: Any) -> tuple[Any, Any]:
    for label, value in (("reverse_index_map", places), ("grad_values", grad)):
        if np.ndim(value) != 1:
            raise ValueError(f"{label} must be a vector, saw: {bracketed(np.shape(value))}")
    wrong = (places < 0) | (places >= len(grad))
    if wrong.any():
        raise ValueError(f"Elements in reverse index must be in [0, {len(grad)}) but got {places[wrong][0]}")
    is_default = np.ones(len(grad), bool)
    is_default[places] = False
    return grad[places], grad[is_default].sum(dtype=grad.dtype)


_INDICES = samples.int64([[2, 1], [0, 2], [0, 0]])
_VALUES = samples.float32([1.5, -2.0, 3.0])
_SIZES = samples.int64([4, 3])
_DEFAULT = samples.float32(0.5)
# TensorFlow registers no gradient of the gradient.
SparseFillEmptyRowsGrad = define_op(
    "SparseFillEmptyRowsGrad",
    ["reverse_index_map: int64", "grad_values: T"],
    ["d_values: T", "d_default_value: T"],
    attributes={"T": types()},
    shape=lambda op: [with_rank(op.inputs[0].static_shape, 1), ()],
    kernel=_fill_grad,
    samples=[
        Sample((samples.int64([3, 0]), samples.float32([1.0, 2.0, 3.0, 4.0]))),
        Sample((samples.int64([4]), samples.float32([1.0])), raises="must be in [0, 1) but got 4"),
    ],
)
SparseFillEmptyRows = define_op(
    "SparseFillEmptyRows",
    ["indices: int64", "values: T", "dense_shape: int64", "default_value: T"],
    ["output_indices: int64", "output_values: T", "empty_row_indicator: bool", "reverse_index_map: int64"],
    attributes={"T": types()},
    shape=_filled_shape,
    kernel=_filled,
    gradient=_filled_gradient,
    samples=[
        # SparseFillEmptyRowsGrad has no gradient of its own.
        Sample((_INDICES, _VALUES, _SIZES, _DEFAULT), differentiable=False),
        Sample((_INDICES, samples.text(["a", "b", "c"]), _SIZES, samples.text("z"))),
        Sample(
            (np.zeros((0, 2), np.int64), np.zeros(0, np.float32), _SIZES, _DEFAULT), differentiable=False
        ),  # As above.
        Sample((_INDICES, _VALUES, _SIZES[[1, 1]] - 1, _DEFAULT), raises="indices(0, 0) is invalid: 2 >= 2"),
        Sample(
            (_INDICES, _VALUES, samples.int64([0, 3]), _DEFAULT),
            raises="dense_shape[0] = 0 but indices.shape[0] = 3",
        ),
    ],
)


def sparse_fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A sparse tensor with an element in each row.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        default_value: the element, in the first column, of rows that have none.
        name: the scope's name.

    Returns:
        The SparseTensor, and a vector that says which rows were empty.

    Raises:
        TypeError: ``sp_input`` is not sparse.

    Source: TensorFlow's ``SparseFillEmptyRows``.
    """
    sparse = as_sparse_tensor(sp_input)
    with name_scope(name, "SparseFillEmptyRows", [sparse]):
        default = convert_to_tensor(default_value, sparse.dtype.base_dtype)
        indices, values, is_empty, _ = SparseFillEmptyRows.operation(
            sparse.indices, sparse.values, sparse.dense_shape, default
        ).outputs
        return SparseTensor(indices, values, sparse.dense_shape), is_empty

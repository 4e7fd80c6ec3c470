"""Confusion matrices: how often each class was taken for which."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import bracketed, merge
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import filling, nd_indices, packing
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.math import arithmetic, casts, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import label_shapes


def _added(indices: Any, values: Any, shape: Any, dense: Any) -> Any:
    if indices.ndim != 2:
        raise ValueError(f"Input a_indices should be a matrix but received shape: {bracketed(indices.shape)}")
    if values.shape != indices.shape[:1]:
        raise ValueError(
            f"Input a_values should be a vector of {len(indices)} elements but received shape: "
            f"{bracketed(values.shape)}"
        )
    if shape.size != dense.ndim:
        raise ValueError(f"Two operands have different ranks; received: {shape.size} and {dense.ndim}")
    for axis, (size, dense_size) in enumerate(zip(shape.tolist(), dense.shape, strict=True)):
        if size != dense_size:
            raise ValueError(
                f"Dimension {axis} does not equal (no broadcasting is supported): sparse side {size} vs "
                f"dense side {dense_size}"
            )
        if np.any((indices[:, axis] < 0) | (indices[:, axis] >= size)):
            raise ValueError(
                f"Sparse tensor has some invalid index on dimension {axis}; dense tensor shape: "
                f"{bracketed(dense.shape)}"
            )
    result = dense.copy()
    np.add.at(result, tuple(indices.T), values)
    return result


def _added_gradient(op: Operation, grad: Tensor) -> Any:
    return None, nd_indices.gather_nd(grad, op.inputs[0]), None, grad


_INDICES = samples.int64([[0, 1], [1, 0], [0, 1]])
_MATRIX = samples.float32([[1.5, -2.0], [0.5, 4.0]])
SparseTensorDenseAdd = define_op(
    "SparseTensorDenseAdd",
    ["a_indices: Tindices", "a_values: T", "a_shape: Tindices", "b: T"],
    ["output: T"],
    attributes={"T": types(*NUMBERS), "Tindices": types(*INDICES)},
    shape=lambda op: [op.inputs[3].static_shape],
    kernel=_added,
    gradient=_added_gradient,
    samples=[
        Sample((_INDICES, samples.float32([1.0, 2.0, 3.0]), samples.int64([2, 2]), _MATRIX)),
        Sample((samples.int32([[1]]), samples.int64([5]), samples.int32([2]), samples.int64([1, 2]))),
        Sample(
            (_INDICES + 1, samples.float32([1.0, 2.0, 3.0]), samples.int64([2, 2]), _MATRIX),
            raises="Sparse tensor has some invalid index on dimension",
        ),
        Sample(
            (_INDICES, samples.float32([1.0, 2.0, 3.0]), samples.int64([2, 3]), _MATRIX),
            raises="sparse side 3 vs dense side 2",
        ),
    ],
)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    weights: Any = None,
) -> Tensor:
    """How often each class (row) was taken for which (column).

    Args:
        labels: the true classes: a vector of integers of at least 0.
        predictions: the predicted classes, a vector of the same length.
        num_classes: how many classes there are; one more than the greatest of both if None.
        dtype: the dtype of the result.
        name: the scope's name.
        weights: how much each example counts; 1 if None.

    Returns:
        A Tensor of shape ``(num_classes, num_classes)``.

    Raises:
        ValueError: the shapes do not fit. A run raises InvalidArgumentError where a class is out of range.

    Source: ``tf.confusion_matrix``.
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        labels, predictions = label_shapes.remove_squeezable_dimensions(
            convert_to_tensor(labels, name="labels"), convert_to_tensor(predictions, name="predictions")
        )
        predictions = casts.cast(predictions, dtypes.int64)
        labels = casts.cast(labels, dtypes.int64)
        labels = _checked(labels, asserts.assert_non_negative, message="`labels` contains negative values")
        predictions = _checked(
            predictions, asserts.assert_non_negative, message="`predictions` contains negative values"
        )
        if num_classes is None:
            greatest = arithmetic.maximum(reductions.reduce_max(predictions), reductions.reduce_max(labels))
            num_classes = greatest + 1
        else:
            limit = casts.cast(num_classes, dtypes.int64)
            labels = _checked(labels, asserts.assert_less, limit, message="`labels` out of bound")
            predictions = _checked(
                predictions, asserts.assert_less, limit, message="`predictions` out of bound"
            )
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            merge(predictions.static_shape, weights.static_shape)
            weights = casts.cast(weights, dtype)
        shape = packing.stack([num_classes, num_classes])
        indices = packing.stack([labels, predictions], axis=1)
        values = filling.ones_like(predictions, dtype) if weights is None else weights
        sizes = casts.cast(shape, dtypes.int64)
        with name_scope(None, "SparseTensor", [indices, values, sizes]):
            pass  # TensorFlow makes a SparseTensor of them here, which takes this name and adds nothing.
        zeros = filling.zeros(casts.cast(shape, dtypes.int32), dtype)
        return SparseTensorDenseAdd(indices, values, sizes, zeros)


def _checked(tensor: Tensor, assertion: Any, *arguments: Any, message: str) -> Tensor:
    return grouping.with_dependencies([assertion(tensor, *arguments, message=message)], tensor)

"""The cross entropy between labels and a softmax of logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, joining, ranges, shape_queries, slicing
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.debugging import asserts
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST, INDICES
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import arithmetic, casts
from graphlog.ops.math.broadcasting import shapes_known_and_equal
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.nn import softmax
from graphlog.ops.static_values import constant_value

# Labels as probabilities


def _cross_entropy_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.broadcast_shape(op.inputs[0].static_shape, op.inputs[1].static_shape)
    if shape is not None and len(shape) != 2:
        raise ValueError(f"Shape must be broadcasted with rank 2, but is rank {len(shape)}")
    rows, classes = _what_is_known(op) if shape is None else shape
    return [(rows,), (rows, classes)]


def _what_is_known(op: Operation) -> tuple[int | None, int | None]:
    """The shape, where that of one of the inputs is unknown: a size above 1 is not broadcast."""
    rows = classes = None
    for tensor in op.inputs:
        shape = tensor.static_shape
        if shape is not None and len(shape) == 2:
            rows = rows if shape[0] in (None, 1) else shape[0]
            classes = classes if shape[1] in (None, 1) else shape[1]
    return rows, classes


def _cross_entropy(logits: Any, labels: Any) -> Any:
    try:
        shape = np.broadcast_shapes(logits.shape, labels.shape)
    except ValueError:
        raise ValueError(
            f"logits and labels must be broadcastable: logits_size={shapes.bracketed(logits.shape)} "
            f"labels_size={shapes.bracketed(labels.shape)}"
        ) from None
    if len(shape) != 2:
        raise ValueError("logits and labels must be either 2-dimensional, or broadcasted to be 2-dimensional")
    kernel = _cross_entropy_of_shape(shape, logits.dtype)
    return kernel(np.broadcast_to(logits, shape), labels)


def _cross_entropy_of_shape(shape: Sequence[int], dtype: np.dtype[Any]) -> Kernel:
    rows, classes = shape
    # Where each row begins, to find its greatest number, and ones, to sum it by a product: rows are short
    # mostly, and NumPy's reductions take several times as long on them.
    starts = np.arange(0, rows * classes, classes or 1)[:, None]
    column = np.ones((classes, 1), dtype)
    ones = column[:, 0]
    subtract, multiply, divide, exp, log = np.subtract, np.multiply, np.divide, np.exp, np.log

    def kernel(logits: Any, labels: Any) -> tuple[Any, Any]:
        # No class at all gives no maximum.
        greatest = logits.take(logits.argmax(1, keepdims=True) + starts) if classes else logits
        scores = subtract(logits, greatest)
        exponentials = exp(scores)
        totals = exponentials.dot(column)
        divide(exponentials, totals, exponentials)
        subtract(exponentials, labels, exponentials)
        subtract(log(totals, totals), scores, scores)
        multiply(scores, labels, scores)
        return scores.dot(ones), exponentials

    return kernel


def _cross_entropy_of_known_shapes(op: Operation) -> Kernel | None:
    shape = op.inputs[0].static_shape
    if not shapes.is_fully_defined(shape) or not shapes_known_and_equal(*op.inputs):
        return None
    return _cross_entropy_of_shape(shape, op.attributes["T"].numpy_dtype)


def _times_rows(vector: Tensor, matrix: Tensor) -> Tensor:
    """A matrix with each of its rows multiplied by a number."""
    return axes.expand_dims(vector, -1) * matrix


def _is_zero(tensor: Tensor) -> bool:
    if tensor.op.type == "ZerosLike":
        return True
    value = constant_value(tensor)
    return value is not None and not np.any(value)


def _cross_entropy_gradient(op: Operation, grad_loss: Tensor, grad_backprop: Tensor | None) -> Any:
    """By the logits, also where the second output is differentiated; by the labels, for the loss alone."""
    logits = op.inputs[0]
    grad = _times_rows(grad_loss, op.outputs[1])
    if grad_backprop is not None and not _is_zero(grad_backprop):
        probabilities = softmax.softmax(logits)
        row, column = axes.expand_dims(grad_backprop, 1), axes.expand_dims(probabilities, 2)
        inner = axes.squeeze(matmul.matmul(row, column), axis=1)
        grad = grad + (grad_backprop - inner) * probabilities
    return grad, _times_rows(grad_loss, -softmax.log_softmax(logits))


_LOGITS = samples.float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
_PROBABILITIES = samples.float32([[0.2, 0.5, 0.3], [0.0, 1.0, 0.0]])

SoftmaxCrossEntropyWithLogits = define_op(
    "SoftmaxCrossEntropyWithLogits",
    ["features: T", "labels: T"],
    ["loss: T", "backprop: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST)},
    shape=_cross_entropy_shape,
    kernel=_cross_entropy,
    specialize=_cross_entropy_of_known_shapes,
    gradient=_cross_entropy_gradient,
    # TensorFlow's gradient leaves out how the second output depends on the labels.
    samples=[
        Sample((_LOGITS, _PROBABILITIES), differentiable=False),
        Sample((_LOGITS, _PROBABILITIES[:1]), differentiable=False),
        Sample((_LOGITS, _PROBABILITIES[:, :2]), raises="logits and labels must be broadcastable"),
        Sample((_LOGITS[0], _PROBABILITIES[0]), raises="must be either 2-dimensional"),
    ],
)

# Labels as numbers of classes


def _sparse_shape(op: Operation) -> list[StaticShape]:
    logits = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    labels = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    rows = shape_rules.merged_size(logits[0], labels[0])
    return [(rows,), (rows, logits[1])]


def _sparse_cross_entropy(logits: Any, labels: Any) -> tuple[Any, Any]:
    if logits.ndim != 2:
        raise ValueError(f"logits must be 2-D, but got shape {shapes.bracketed(logits.shape)}")
    if labels.ndim != 1:
        raise ValueError(f"labels must be 1-D, but got shape {shapes.bracketed(labels.shape)}")
    rows, classes = logits.shape
    if rows != labels.size:
        raise ValueError(
            "logits and labels must have the same first dimension, got logits shape "
            f"{shapes.bracketed(logits.shape)} and labels shape {shapes.bracketed(labels.shape)}"
        )
    if rows and not classes:
        raise ValueError(f"Must have at least one class, but got logits shape {[rows, classes]}")
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.size:
        raise ValueError(
            f"Received a label value of {wrong[0]} which is outside the valid range of [0, {classes}).  "
            f"Label values: {' '.join(map(str, labels.tolist()))}"
        )
    scores = softmax.shifted(logits)
    exponentials = np.exp(scores)
    totals = np.add.reduce(exponentials, axis=1)
    chosen = np.arange(rows), labels
    losses = np.log(totals) - scores[chosen]
    exponentials *= np.reciprocal(totals)[:, None]
    exponentials[chosen] -= 1
    return losses, exponentials


def _sparse_gradient(op: Operation, grad_loss: Tensor, _: Tensor | None) -> Any:
    backprop = op.outputs[1]
    # The second derivative would come out wrong, so that TensorFlow forbids it.
    once = gradient_stops.prevent_gradient(
        backprop,
        message="Currently there is no way to take the second derivative of "
        "sparse_softmax_cross_entropy_with_logits due to the fused implementation's interaction with "
        "tf.gradients()",
    )
    return _times_rows(grad_loss, once), None


_CLASSES = samples.int32([0, 2])

SparseSoftmaxCrossEntropyWithLogits = define_op(
    "SparseSoftmaxCrossEntropyWithLogits",
    ["features: T", "labels: Tlabels"],
    ["loss: T", "backprop: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST), "Tlabels": types(*INDICES, default=dtypes.int64)},
    shape=_sparse_shape,
    kernel=_sparse_cross_entropy,
    gradient=_sparse_gradient,
    # The second output's derivative is left out, and a second derivative is an error, as in TensorFlow.
    samples=[
        Sample((_LOGITS, _CLASSES), differentiable=False),
        Sample((_LOGITS.astype(np.float64), samples.int64([1, 1])), differentiable=False),
        Sample((_LOGITS[:0], samples.int64([])), differentiable=False),
        Sample((_LOGITS, samples.int32([0, 3])), raises="Received a label value of 3 which is outside"),
        Sample((_LOGITS, samples.int32([0])), raises="must have the same first dimension"),
        Sample((_LOGITS[0], _CLASSES), raises="logits must be 2-D, but got shape [3]"),
    ],
)

# What users call


def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: Any = None, name: str | None = None, dim: Any = None
) -> Tensor:
    """The cross entropy between labels and the softmax of logits.

    Args:
        labels: probabilities of the classes, in the shape of ``logits``.
        logits: a tensor of floating-point numbers.
        axis: the axis of the classes; the last if None.
        name: the operation's name.
        dim: the older name of ``axis``.

    Returns:
        A Tensor of the shape of ``logits`` without that axis. Gradients flow to the labels too.

    Raises:
        ValueError: the shapes do not fit, or both names of an argument are given.

    Source: ``tf.nn.softmax_cross_entropy_with_logits_v2``.
    """
    axis = softmax.axis_or_last(axis, dim)
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        is_narrow = logits.dtype in (dtypes.float16, dtypes.bfloat16)
        precise = casts.cast(logits, dtypes.float32) if is_narrow else logits
        labels = casts.cast(labels, precise.dtype)
        rank = shape_queries.rank(precise)
        static = logits.static_shape
        if axis != -1:
            precise, labels = _moved_to_end(precise, axis, rank), _moved_to_end(labels, axis, rank)
        sizes = shape_queries.shape(precise)
        precise, labels = _flattened(precise), _flattened(labels)
        loss = SoftmaxCrossEntropyWithLogits.operation(precise, labels, name=scope).outputs[0]
        outer = slicing.slice(sizes, [0], [arithmetic.subtract(rank, 1)])
        loss = arrays.reshape(loss, outer)
        if static is not None:
            kept = list(static)
            del kept[axis]
            loss.set_shape(kept)
        return casts.cast(loss, logits.dtype) if is_narrow else loss


def _moved_to_end(value: Tensor, axis: Any, rank: Tensor) -> Tensor:
    order = joining.concat([ranges.range(axis), ranges.range(axis + 1, rank), [axis]], 0)
    return arrays.transpose(value, order)


def _flattened(value: Tensor) -> Tensor:
    """A tensor as a matrix: all axes but the last are one."""
    if value.static_shape == ():
        raise ValueError(f"Logits and labels must have rank 1 or more, and {value} has rank 0.")
    rank = shape_queries.rank(value)
    last = slicing.slice(shape_queries.shape(value), [arithmetic.subtract(rank, 1)], [1])
    matrix = arrays.reshape(value, joining.concat([[-1], last], 0))
    static = value.static_shape
    if static is not None and None not in static[:-1]:
        matrix.set_shape((shapes.element_count(static[:-1]), static[-1]))
    return matrix


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: Any = -1,
    name: str | None = None,
    axis: Any = None,
) -> Tensor:
    """As ``softmax_cross_entropy_with_logits_v2``, but no gradient flows to the labels.

    Args:
        _sentinel: to be left out, so that all others are given by name.
        labels: probabilities of the classes, in the shape of ``logits``.
        logits: a tensor of floating-point numbers.
        dim: the axis of the classes.
        name: the operation's name.
        axis: the newer name of ``dim``.

    Returns:
        A Tensor of the shape of ``logits`` without that axis.

    Raises:
        ValueError: an argument is given by position or is missing.

    Source: ``tf.nn.softmax_cross_entropy_with_logits``.
    """
    check_named("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = gradient_stops.stop_gradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(
        labels=labels, logits=logits, axis=dim if axis is None else axis, name=scope
    )


def check_named(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    """Raises ValueError unless labels and logits are given, and by name."""
    if sentinel is not None:
        raise ValueError(f"Only call `{function}` with named arguments (labels=..., logits=..., ...)")
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided.")


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross entropy between the right classes and the softmax of logits.

    Args:
        _sentinel: to be left out, so that all others are given by name.
        labels: the number of the right class for each row of logits, int32 or int64.
        logits: a tensor of floating-point numbers with the classes along its last axis.
        name: the operation's name.

    Returns:
        A Tensor of the shape of ``labels``. It has no second derivative.

    Raises:
        ValueError: an argument is given by position or is missing, or the shapes do not fit.

    Source: ``tf.nn.sparse_softmax_cross_entropy_with_logits``.
    """
    check_named("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "SparseSoftmaxCrossEntropyWithLogits", [labels, logits]):
        labels, logits = convert_to_tensor(labels), convert_to_tensor(logits)
        is_narrow = logits.dtype is dtypes.float16
        precise = casts.cast(logits, dtypes.float32) if is_narrow else logits
        label_sizes = shape_queries.shape(labels)
        are_known = _check_label_shape(labels.static_shape, logits.static_shape)
        if logits.static_shape is not None and len(logits.static_shape) == 2:
            loss = SparseSoftmaxCrossEntropyWithLogits.operation(precise, labels, name=name).outputs[0]
            return casts.cast(loss, dtypes.float16) if is_narrow else loss
        conditions = []
        if not are_known:
            actual, expected = shape_queries.shape(labels), shape_queries.shape(logits)[:-1]
            conditions.append(asserts.assert_equal(actual, expected))
        with control_dependencies(conditions):
            classes = shape_queries.shape(logits)[shape_queries.rank(logits) - 1]
            precise, labels_row = arrays.reshape(precise, [-1, classes]), arrays.reshape(labels, [-1])
            loss = SparseSoftmaxCrossEntropyWithLogits.operation(precise, labels_row, name=name).outputs[0]
            loss = arrays.reshape(loss, label_sizes)
            loss.set_shape(labels.static_shape)
            return casts.cast(loss, dtypes.float16) if is_narrow else loss


def _check_label_shape(labels: StaticShape, logits: StaticShape) -> bool:
    """Whether both shapes are known as far as they must be equal; ValueError where they are not."""
    if logits == ():
        raise ValueError("Logits cannot be scalars - received shape ().")
    if logits is not None and labels is not None and len(labels) != len(logits) - 1:
        raise ValueError(
            f"Rank mismatch: Rank of labels (received {len(labels)}) should equal rank of logits minus 1 "
            f"(received {len(logits)})."
        )
    outer = None if logits is None else logits[:-1]
    are_known = shapes.is_fully_defined(labels) and shapes.is_fully_defined(outer)
    if are_known and labels != outer:
        raise ValueError(
            f"Shape mismatch: The shape of labels (received {shapes.text(labels)}) should equal the shape of "
            f"logits except for the last dimension (received {shapes.text(logits)})."
        )
    return are_known

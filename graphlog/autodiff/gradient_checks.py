"""Comparing derivatives with central differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.autodiff.gradients import gradients
from graphlog.core.default_stacks import get_default_session
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.constants import constant

Array = np.ndarray[Any, Any]


# Jacobians, as tf.test computes them


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Sequence[Any] | None = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> Any:
    """The derivatives of ``y`` by ``x``, as the graph gives them and as differences do.

    It needs a default session, and adds operations to the graph.

    Args:
        x: a tensor, or a list of tensors.
        x_shape: its shape, or the list of their shapes.
        y: a tensor.
        y_shape: its shape.
        x_init_value: where to differentiate: an array, or a list of arrays; random if None.
        delta: how far to go from there in both directions.
        init_targets: operations to run before.
        extra_feed_dict: values of other tensors.

    Returns:
        Two matrices with a row for each element of ``x`` and a column for each of ``y``; a complex number
        has two. A list of such pairs for a list.

    Raises:
        ValueError: there is no default session, or a value has another shape.

    Source: ``tf.test.compute_gradient`` of TensorFlow 1.15.
    """
    session = get_default_session()
    if session is None:
        raise ValueError("compute_gradient needs a default session: `with tf.Session():`.")
    xs = x if isinstance(x, list) else [x]
    shapes = x_shape if isinstance(x, list) else [x_shape]
    values = x_init_value if isinstance(x, list) and x_init_value is not None else [x_init_value] * len(xs)
    derivatives = [_derivative(item, y, y_shape) for item in xs]
    for target in init_targets or ():
        session.run(target)
    pairs = []
    for item, shape, value, (dx, dy) in zip(xs, shapes, values, derivatives, strict=True):
        at = _starting_point(item, shape, value)
        feeds = dict(extra_feed_dict or {})
        run: Callable[..., Any] = lambda fetch, more, feeds=feeds: session.run(fetch, {**feeds, **more})  # noqa: E731
        pairs.append(
            (
                _graph_jacobian(run, item, at, dx, dy, tuple(y_shape)),
                _difference_jacobian(run, item, at, y, tuple(y_shape), delta),
            )
        )
    return pairs if isinstance(x, list) else pairs[0]


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Sequence[Any] | None = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> float:
    """The largest difference between the two results of ``compute_gradient``, whose arguments it takes.

    Source: ``tf.test.compute_gradient_error`` of TensorFlow 1.15.
    """
    pairs = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    error = 0.0
    for computed, numerical in pairs if isinstance(pairs, list) else [pairs]:
        if computed.size or numerical.size:
            error = np.maximum(error, np.fabs(computed - numerical).max())
    return error


def _derivative(x: Tensor, y: Tensor, y_shape: Any) -> tuple[Any, Tensor]:
    for tensor in (x, y):
        if not hasattr(tensor, "graph"):
            raise TypeError(f"compute_gradient takes tensors, not {described(tensor)}.")
    with x.graph.as_default():
        dy = constant(1.0, y.dtype.base_dtype, shape=tuple(y_shape))
        # The Identity is there so that a gradient that is dy itself can be fetched while dy is fed.
        (dx,) = gradients(y, x, arrays.identity(dy))
    if dx is None:
        raise ValueError(f"{y.name} does not depend on {x.name}: there is no gradient to compute.")
    return dx, dy


def _starting_point(x: Tensor, shape: Any, value: Any) -> Array:
    dtype = x.dtype.base_dtype
    if not (dtype.is_floating or dtype.is_complex):
        raise ValueError(f"Don't support type {dtype.name} for x")
    if value is None:
        random = np.random.random_sample(tuple(shape))
        if dtype.is_complex:
            return (random + 1j * np.random.random_sample(tuple(shape))).astype(dtype.numpy_dtype)
        return np.asarray(random, dtype.numpy_dtype)
    array = np.asarray(value, dtype.numpy_dtype)
    if array.shape != tuple(shape):
        raise ValueError(f"x_shape = {list(shape)}, init_data shape = {list(array.shape)}")
    return array


def _reals(array: Array) -> Array:
    """The numbers of an array one after the other; a complex one gives two."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _graph_jacobian(
    run: Callable[..., Any], x: Tensor, at: Array, dx: Any, dy: Tensor, y_shape: tuple[int, ...]
) -> Array:
    direction = np.zeros(y_shape, dy.dtype.numpy_dtype)
    rows = _reals(at).size
    jacobian = np.zeros((rows, _reals(direction).size), _reals(at).dtype)
    for column in range(jacobian.shape[1]):
        one = np.zeros_like(_reals(direction))
        one[column] = 1
        feeds = {x: at, dy: one.view(direction.dtype).reshape(y_shape)}
        jacobian[:, column] = _reals(_whole_gradient(run, dx, feeds, np.zeros_like(at)))
    return jacobian


def _whole_gradient(run: Callable[..., Any], grad: Any, feeds: Mapping[Any, Any], zeros: Array) -> Array:
    """The value of a gradient; that of slices added up into ``zeros``."""
    if not isinstance(grad, IndexedSlices):
        return np.asarray(run(grad, feeds), zeros.dtype)
    indices, values = run([grad.indices, grad.values], feeds)
    np.add.at(zeros, indices, values)
    return zeros


def _difference_jacobian(
    run: Callable[..., Any], x: Tensor, at: Array, y: Tensor, y_shape: tuple[int, ...], delta: float
) -> Array:
    columns = math.prod(y_shape) * (2 if y.dtype.is_complex else 1)
    jacobian = np.zeros((_reals(at).size, columns), _reals(at).dtype)
    for row in range(jacobian.shape[0]):
        ends = []
        for step in (delta, -delta):
            moved = _reals(at).copy()
            moved[row] += moved.dtype.type(step)
            ends.append(np.asarray(run(y, {x: moved.view(at.dtype).reshape(at.shape)})))
        difference = _reals(ends[0] - ends[1])
        jacobian[row] = difference / difference.dtype.type(2 * delta)
    return jacobian


# One number for each input


@dataclass(frozen=True)
class GradientCheck:
    """How the derivative by one input compares with central differences.

    Attributes:
        name: the input's name.
        elements: how many of its elements were compared.
        worst_index: the element with the largest error, as an index into the input.
        computed: the derivative by that element, as the graph gives it.
        numerical: the same from central differences.
        error: their difference, relative to the largest derivative by this input (or to 1, if all are
            smaller).
        tolerance: the error that is still put down to rounding.
    """

    name: str
    elements: int
    worst_index: tuple[int, ...]
    computed: float
    numerical: float
    error: float
    tolerance: float

    @property
    def is_correct(self) -> bool:
        """Whether the error is within the tolerance."""
        return self.error <= self.tolerance

    def __str__(self) -> str:
        verdict = "ok" if self.is_correct else "WRONG"
        return (
            f"{self.name}: {verdict}, worst at {list(self.worst_index)}: {self.computed:.6g} computed, "
            f"{self.numerical:.6g} numerical (error {self.error:.2g}, tolerance {self.tolerance:.2g}, "
            f"{self.elements} elements)"
        )


# From the number of bits: a step that balances rounding against curvature, and what rounding may do.
_STEPS = {2: 1e-1, 4: 1e-2, 8: 1e-5}
_TOLERANCES = {2: 1e-1, 4: 1e-2, 8: 1e-5}


def check_gradients_in(
    session: Any,
    ys: Any,
    xs: Any,
    feed_dict: Mapping[Any, Any] | None = None,
    delta: float | None = None,
    tolerance: float | None = None,
    max_elements: int = 1000,
) -> list[GradientCheck]:
    """``check_gradients`` (see ``graphlog.test``) in a session."""
    if not hasattr(session, "run"):
        raise TypeError(f"check_gradients takes a session, not {described(session)}.")
    if not isinstance(feed_dict, Mapping | None):
        raise TypeError(f"feed_dict must be a dictionary, not {described(feed_dict)}.")
    graph = session.graph
    ys = list(ys) if isinstance(ys, list | tuple) else [ys]
    xs = list(xs) if isinstance(xs, list | tuple) else [xs]
    with graph.as_default():
        grads = gradients(ys, xs)
    tensors = [graph.as_graph_element(x) for x in xs]
    feeds = {graph.as_graph_element(key): value for key, value in (feed_dict or {}).items()}
    points = [
        np.asarray(feeds[x] if x in feeds else session.run(x, feeds), x.dtype.base_dtype.numpy_dtype)
        for x in tensors
    ]

    def total(x: Tensor, value: Array) -> float:
        results = session.run(ys, {**feeds, x: value})
        return float(sum(np.sum(result, dtype=np.float64) for result in results))

    checks = []
    for x, grad, at in zip(tensors, grads, points, strict=True):
        if at.dtype.kind != "f":
            raise TypeError(f"{x.name} is {x.dtype.name}: derivatives by it cannot be checked.")
        zeros = np.zeros(at.shape)
        whole = zeros if grad is None else _whole_gradient(session.run, grad, feeds, zeros)
        checks.append(
            _check(
                x.name,
                at,
                whole,
                lambda value, x=x: total(x, value),  # type: ignore[misc]
                _STEPS[at.dtype.itemsize] if delta is None else delta,
                _TOLERANCES[at.dtype.itemsize] if tolerance is None else tolerance,
                max_elements,
            )
        )
    return checks


def _check(
    name: str,
    at: Array,
    computed: Array,
    total: Callable[[Array], float],
    delta: float,
    tolerance: float,
    max_elements: int,
) -> GradientCheck:
    positions = np.arange(at.size)
    if at.size > max_elements:
        positions = np.sort(np.random.default_rng(0).choice(at.size, max_elements, replace=False))
    numerical = np.array([_difference(at, int(position), total, delta) for position in positions])
    chosen = computed.reshape(-1)[positions]
    if not positions.size:
        return GradientCheck(name, 0, (), 0.0, 0.0, 0.0, tolerance)
    scale = max(1.0, float(np.nanmax(np.abs(numerical), initial=0.0)))
    errors = np.abs(chosen - numerical) / scale
    # A derivative that is no number is the worst of all, unless both are.
    errors = np.where(np.isnan(errors), np.where(np.isnan(chosen) & np.isnan(numerical), 0.0, np.inf), errors)
    worst = int(np.argmax(errors))
    index = tuple(int(item) for item in np.unravel_index(positions[worst], at.shape)) if at.ndim else ()
    return GradientCheck(
        name,
        len(positions),
        index,
        float(chosen[worst]),
        float(numerical[worst]),
        float(errors[worst]),
        tolerance,
    )


def _difference(at: Array, position: int, total: Callable[[Array], float], delta: float) -> float:
    step = delta * max(1.0, abs(float(at.reshape(-1)[position])))
    ends, places = [], []
    for sign in (1.0, -1.0):
        moved = at.copy()
        flat = moved.reshape(-1)
        flat[position] = float(flat[position]) + sign * step
        places.append(float(flat[position]))
        ends.append(total(moved))
    return (ends[0] - ends[1]) / (places[0] - places[1])

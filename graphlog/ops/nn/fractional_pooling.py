"""Fractional pooling: windows of two neighbouring sizes, in a random order, so that any ratio can be had.

Source: Graham: Fractional max-pooling, 2014; the windows are TensorFlow's for the same seeds.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, boolean, types
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.partials import partial_of
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.random import philox
from graphlog.ops.random.random_ops import SEEDS
from graphlog.ops.random.simple_numbers import BitReader
from graphlog.ops.static_values import constant_shape

_DTYPES = types(dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)
_RATIO = Attribute("list(float)", minimum=4)
_NUMBERS = np.random.default_rng(5).permutation(70).reshape(1, 7, 5, 2)


class FractionalPooling(NamedTuple):
    """What fractional pooling gives.

    Attributes:
        output: the pooled images.
        row_pooling_sequence: the first row of each window, and the number of rows, int64.
        col_pooling_sequence: likewise of columns.
    """

    output: Tensor
    row_pooling_sequence: Tensor
    col_pooling_sequence: Tensor


def _pooled_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    ratios = op.attributes["pooling_ratio"]
    if len(ratios) != 4:
        raise ValueError("pooling_ratio field must specify 4 dimensions")
    if any(ratio < 1 for ratio in ratios):
        raise ValueError("pooling_ratio cannot be smaller than 1")
    sizes = [None if size is None else int(size / ratio) for size, ratio in zip(shape, ratios, strict=True)]
    # TensorFlow says that the sequences have one element less than they have, so nothing is said here.
    return [tuple(sizes), (None,), (None,)]


def _boundaries(length: int, count: int, generator: philox.Generator, pseudo_random: bool) -> Any:
    """The first element of each window, and the number of elements."""
    step = length // count
    if length % count == 0:
        return np.arange(count + 1, dtype=np.int64) * step
    if pseudo_random:
        alpha = length / count
        limit = min((step + 2) / alpha - 1, (length + 1 - step) / alpha - (count - 1))
        shift = float(BitReader(generator.reserve(1)).doubles(1)[0]) * limit
        inner = np.ceil(alpha * (np.arange(1, count) + shift)).astype(np.int64)
        return np.concatenate([[1], inner, [length + 1]]) - 1
    sizes = [step + 1] * (length % count) + [step] * (count - length % count)
    bits = generator.reserve(-(-count // 4)).integers(count).tolist()
    for place in range(count - 1):
        other = place + bits[place] % (count - place)
        sizes[place], sizes[other] = sizes[other], sizes[place]
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _elements(sequence: Any, overlapping: bool) -> tuple[Any, Any]:
    """For each window, its elements along an axis, and which of them count."""
    starts, ends = sequence[:-1], sequence[1:] + (1 if overlapping else 0)
    ends = np.minimum(ends, sequence[-1])
    places = starts[:, None] + np.arange(int((ends - starts).max(initial=0)))
    return np.minimum(places, max(int(sequence[-1]) - 1, 0)), places < ends[:, None]


class _Gathered:
    """The elements of all windows of images.

    Args:
        rows: the sequence of rows.
        columns: the sequence of columns.
        overlapping: whether neighbouring windows share an element.
    """

    def __init__(self, rows: Any, columns: Any, overlapping: bool) -> None:
        self._rows, row_counts = _elements(rows, overlapping)
        self._columns, column_counts = _elements(columns, overlapping)
        self.counts = row_counts[:, None, :, None] & column_counts[None, :, None, :]

    def of(self, images: Any) -> Any:
        """An array ``(batch, height, width, rows of a window, columns of it, channels)``."""
        return images[:, self._rows[:, None, :, None], self._columns[None, :, None, :]]

    def spread(self, parts: Any, shape: Any) -> Any:
        """The opposite: the sums of what falls on each element of images of this shape."""
        result = np.zeros(shape, parts.dtype)
        places: Any = (slice(None), self._rows[:, None, :, None], self._columns[None, :, None, :])
        np.add.at(result, places, parts)
        return result


def _largest(windows: _Gathered, images: Any) -> Any:
    least = np.iinfo(images.dtype).min if images.dtype.kind == "i" else -np.inf
    return np.where(windows.counts[..., None], windows.of(images), least)


def _max_of(windows: _Gathered, images: Any) -> Any:
    return _largest(windows, images).max(axis=(3, 4)).astype(images.dtype, copy=False)


def _mean_of(windows: _Gathered, images: Any) -> Any:
    totals = np.where(windows.counts[..., None], windows.of(images), 0).sum(axis=(3, 4))
    numbers = windows.counts.sum(axis=(2, 3))[..., None]
    means = totals / numbers if images.dtype.kind == "f" else totals // numbers
    return means.astype(images.dtype, copy=False)


def _pooling_kernel(
    pool: Callable[[_Gathered, Any], Any],
) -> Callable[[Operation, SessionState], Kernel]:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        ratios, pseudo_random, overlapping, deterministic, seed, seed2 = (
            op.attributes[name]
            for name in ("pooling_ratio", "pseudo_random", "overlapping", "deterministic", "seed", "seed2")
        )
        chosen = state.of_operation(op, lambda: (secrets.randbits(62) + 1, secrets.randbits(62)))

        def kernel(images: Any) -> Any:
            if images.ndim != 4:
                raise ValueError(f"tensor_in must be 4-dimensional, got {bracketed(images.shape)}")
            if ratios[0] != 1 or ratios[3] != 1:
                raise ValueError(
                    "Fractional pooling is not yet supported on the batch nor channel dimension."
                )
            if not deterministic and (seed or seed2):
                raise ValueError("Both seed and seed2 should be 0 if deterministic is false.")
            seeds = (seed, seed2) if seed or seed2 else chosen if deterministic else (0, 0)
            generator = philox.Generator(*seeds)
            sequences: list[Any] = []
            for length, ratio in zip(images.shape[1:3], ratios[1:3], strict=True):
                count = math.floor(length / ratio)
                if count <= 0:
                    raise ValueError(f"Cannot pool {length} elements by {ratio:g}")
                sequences.append(_boundaries(length, count, generator, pseudo_random))
            rows, columns = sequences
            return pool(_Gathered(rows, columns, overlapping), images), rows, columns

        return kernel

    return make_kernel


def _max_gradient(op: Operation, grad: Tensor, *_: Tensor | None) -> Tensor:
    output, rows, columns = op.outputs
    overlapping = op.attributes["overlapping"]
    return FractionalMaxPoolGrad(op.inputs[0], output, grad, rows, columns, overlapping=overlapping)


def _mean_gradient(op: Operation, grad: Tensor, *_: Tensor | None) -> Tensor:
    overlapping = op.attributes["overlapping"]
    shape = op.inputs[0].shape
    return FractionalAvgPoolGrad(shape, grad, *op.outputs[1:], overlapping=overlapping)


def _max_gradient_kernel(op: Operation) -> Kernel:
    overlapping = op.attributes["overlapping"]

    def kernel(images: Any, pooled: Any, grad: Any, rows: Any, columns: Any) -> Any:
        if images.ndim != 4 or grad.ndim != 4:
            raise ValueError("tensor_in and out_backprop must be 4-dimensional")
        windows = _Gathered(rows, columns, overlapping)
        values = _largest(windows, images)
        if not np.array_equal(values.max(axis=(3, 4)), pooled):
            raise ValueError("tensor_out_dup is not the same as tensor_out")
        flat = values.reshape(*values.shape[:3], -1, values.shape[5])
        # The first of several equal elements gets all.
        first = np.argmax(flat, axis=3)
        shares = np.arange(flat.shape[3])[:, None] == first[:, :, :, None]
        parts = np.where(shares, grad[:, :, :, None], grad.dtype.type(0)).reshape(values.shape)
        return windows.spread(parts, images.shape)

    return kernel


def _mean_gradient_kernel(op: Operation) -> Kernel:
    overlapping = op.attributes["overlapping"]

    def kernel(shape: Any, grad: Any, rows: Any, columns: Any) -> Any:
        if np.shape(shape) != (4,) or grad.ndim != 4:
            raise ValueError("original input and out_backprop must be 4-dimensional")
        windows = _Gathered(rows, columns, overlapping)
        numbers = windows.counts.sum(axis=(2, 3))[..., None]
        shares = grad / numbers if grad.dtype.kind == "f" else grad // numbers
        parts = np.where(windows.counts[..., None], shares[:, :, :, None, None], 0).astype(grad.dtype)
        return windows.spread(parts, tuple(shape.tolist()))

    return kernel


_SEEDED = {"deterministic": True, "seed": 5, "seed2": 6}


def _define_pooling(
    type: str, pool: Callable[[_Gathered, Any], Any], gradient: Any, differentiable: bool
) -> OpDefinition:
    ratio = {"pooling_ratio": [1.0, 1.44, 1.73, 1.0], **_SEEDED}
    images = samples.float32(_NUMBERS)
    return define_op(
        type,
        ["value: T"],
        ["output: T", "row_pooling_sequence: int64", "col_pooling_sequence: int64"],
        attributes={
            "pooling_ratio": _RATIO,
            "pseudo_random": boolean(False),
            "overlapping": boolean(False),
            "deterministic": boolean(False),
            **SEEDS,
            "T": _DTYPES,
        },
        shape=_pooled_shape,
        make_stateful_kernel=_pooling_kernel(pool),
        gradient=gradient,
        samples=[
            Sample((images,), ratio, differentiable=differentiable),
            Sample((images,), {**ratio, "overlapping": True}, differentiable=differentiable),
            Sample((samples.int32(_NUMBERS),), {**ratio, "pseudo_random": True}),
            Sample((images,), {"pooling_ratio": [1.0, 1.4, 1.4, 1.0], "seed": 3}, raises="seed2 should be 0"),
            Sample((images[0],), ratio, raises="must be 4-dimensional"),
        ],
    )


FractionalMaxPool = _define_pooling("FractionalMaxPool", _max_of, _max_gradient, False)
# TensorFlow's gradient of means needs a static shape, and neither gradient has one of its own; tests/parity
# compares both.
FractionalAvgPool = _define_pooling("FractionalAvgPool", _mean_of, _mean_gradient, False)

_ROWS, _COLUMNS = samples.int64([0, 2, 4, 5, 7]), samples.int64([0, 2, 5])
_GRAD = samples.float32(np.arange(16).reshape(1, 4, 2, 2))
_MAXIMA, _SHARED_MAXIMA = (
    samples.float32(_max_of(_Gathered(_ROWS, _COLUMNS, overlapping), _NUMBERS))
    for overlapping in (False, True)
)

FractionalMaxPoolGrad = define_op(
    "FractionalMaxPoolGrad",
    [
        "orig_input: T",
        "orig_output: T",
        "out_backprop: T",
        "row_pooling_sequence: int64",
        "col_pooling_sequence: int64",
    ],
    ["output: T"],
    attributes={"overlapping": boolean(False), "T": _DTYPES},
    shape=lambda op: [shape_rules.with_rank(op.inputs[0].static_shape, 4)],
    make_kernel=_max_gradient_kernel,
    samples=[
        Sample((samples.float32(_NUMBERS), _MAXIMA, _GRAD, _ROWS, _COLUMNS)),
        Sample((samples.float32(_NUMBERS), _SHARED_MAXIMA, _GRAD, _ROWS, _COLUMNS), {"overlapping": True}),
        Sample(
            (samples.float32(_NUMBERS), _MAXIMA, _GRAD[0], _ROWS, _COLUMNS), raises="must be 4-dimensional"
        ),
        Sample((samples.float32(_NUMBERS), _GRAD, _GRAD, _ROWS, _COLUMNS), raises="tensor_out_dup is not"),
    ],
)


def _known_shape(op: Operation) -> list[StaticShape]:
    sizes = constant_shape(op.inputs[0])
    return [(None,) * 4 if sizes is None else shapes.merge((None,) * 4, sizes)]


FractionalAvgPoolGrad = define_op(
    "FractionalAvgPoolGrad",
    [
        "orig_input_tensor_shape: int64",
        "out_backprop: T",
        "row_pooling_sequence: int64",
        "col_pooling_sequence: int64",
    ],
    ["output: T"],
    attributes={"overlapping": boolean(False), "T": _DTYPES},
    shape=_known_shape,
    make_kernel=_mean_gradient_kernel,
    samples=[
        Sample((samples.int64([1, 7, 5, 2]), _GRAD, _ROWS, _COLUMNS)),
        Sample((samples.int64([1, 7, 5, 2]), _GRAD, _ROWS, _COLUMNS), {"overlapping": True}),
        Sample((samples.int64([1, 7, 5, 2]), _GRAD[0], _ROWS, _COLUMNS), raises="must be 4-dimensional"),
    ],
)


def _pooled(
    definition: OpDefinition,
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> FractionalPooling:
    op = definition.operation(
        value,
        pooling_ratio=pooling_ratio,
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=deterministic,
        seed=seed,
        seed2=seed2,
        name=name,
    )
    return FractionalPooling(*op.outputs)


@partial_of(_pooled, FractionalMaxPool)
def fractional_max_pool() -> None:
    """The maxima of windows of two neighbouring sizes, in a random order.

    Args:
        value: images ``(batch, height, width, channels)``.
        pooling_ratio: how many times smaller the result is, for each axis; 1 for the first and the last.
        pseudo_random: whether the sizes alternate as evenly as can be.
        overlapping: whether neighbouring windows share an element.
        deterministic: whether the windows are the same in each run, as ``seed`` and ``seed2`` say.
        seed: a seed; 0 where it is not deterministic.
        seed2: another one.
        name: the operation's name.

    Returns:
        The maxima, and the first row and column of each window.

    Source: ``tf.nn.fractional_max_pool`` of TensorFlow 1.
    """


@partial_of(_pooled, FractionalAvgPool)
def fractional_avg_pool() -> None:
    """The means of windows of two neighbouring sizes; see ``fractional_max_pool``."""

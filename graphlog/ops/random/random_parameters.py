"""Random numbers from distributions whose parameters are tensors: gamma and Poisson."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, filling, joining, ranges, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import arithmetic, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.numerics.gamma import lgamma
from graphlog.ops.numerics.incomplete_gamma import igamma_by_a
from graphlog.ops.random import philox, random_rejection
from graphlog.ops.random.random_ops import SEEDS, sizes_of
from graphlog.ops.random.random_seeds import get_seed
from graphlog.ops.static_values import constant_shape

_SEEDED = {"seed": 87654321, "seed2": 7}
_MEANS = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)


def _samples_shape(op: Operation) -> list[StaticShape]:
    sizes, parameters = constant_shape(op.inputs[0]), op.inputs[1].static_shape
    shape_rules.with_rank(op.inputs[0].static_shape, 1)
    return [None if sizes is None or parameters is None else sizes + parameters]


def _gamma_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)

    def kernel(shape: Any, alpha: Any) -> Any:
        sizes = sizes_of(shape)
        count = int(np.prod(sizes, dtype=np.int64))
        if count and not alpha.size:
            raise ValueError(f"Input alpha should have non-zero element count, got: {alpha.size}")
        if not count:
            return np.zeros(sizes + alpha.shape, alpha.dtype)
        stream = generator.reserve(count * alpha.size * philox.BLOCKS_PER_OUTPUT)
        numbers = random_rejection.gamma(stream, np.repeat(alpha.astype(np.float64).reshape(-1), count))
        by_sample = np.ascontiguousarray(numbers.reshape(-1, count).T)
        return by_sample.astype(alpha.dtype).reshape(sizes + alpha.shape)

    return kernel


def _gamma_by_alpha(alpha: Any, sample: Any) -> Any:
    shape, x = alpha.astype(np.float64), sample.astype(np.float64)
    density = np.exp((shape - 1) * np.log(x) - x - lgamma(shape))
    return (-igamma_by_a(*np.broadcast_arrays(shape, x)) / density).astype(alpha.dtype)


def _gamma_gradient(op: Operation, grad: Tensor) -> Any:
    shape, alpha = op.inputs
    with control_dependencies([grad]):
        rank: Any = shape_queries.shape(shape)[0]
        ones = filling.ones([rank], dtype=dtypes.int32)
        broadcastable = arrays.reshape(alpha, joining.concat([ones, shape_queries.shape(alpha)], axis=0))
        by_alpha = RandomGammaGrad(broadcastable, op.outputs[0])
        return None, reductions.reduce_sum(grad * by_alpha, axis=ranges.range(rank))


def _poisson_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)
    dtype = op.attributes["dtype"].numpy_dtype
    largest = float(np.finfo(dtype).max if dtype.kind == "f" else np.iinfo(dtype).max)

    def kernel(shape: Any, rate: Any) -> Any:
        sizes = sizes_of(shape)
        count = int(np.prod(sizes, dtype=np.int64))
        if not count * rate.size:
            return np.zeros(sizes + rate.shape, dtype)
        stream = generator.reserve(count * rate.size * philox.BLOCKS_PER_OUTPUT)
        means = np.repeat(rate.astype(np.float64).reshape(-1), count)
        numbers = random_rejection.poisson(stream, means, largest)
        by_sample = np.ascontiguousarray(numbers.reshape(-1, count).T)
        return by_sample.astype(dtype).reshape(sizes + rate.shape)

    return kernel


RandomGamma = define_op(
    "RandomGamma",
    ["shape: S", "alpha: T"],
    ["output: T"],
    attributes={
        **SEEDS,
        "S": types(*INDICES),
        "T": types(dtypes.float16, dtypes.float32, dtypes.float64),
    },
    shape=_samples_shape,
    make_stateful_kernel=_gamma_kernel,
    gradient=_gamma_gradient,
    samples=[
        # The numerical derivative would draw other numbers each time it evaluates the samples.
        Sample((samples.int32([3]), samples.float32([0.5, 1.0, 2.5])), _SEEDED, differentiable=False),
        Sample((samples.int64([2, 2]), samples.float64(3.5)), _SEEDED, differentiable=False),
        Sample((samples.int32([0]), samples.float32([3.5])), differentiable=False),
    ],
    is_stateful=True,
)
RandomGammaGrad = define_op(
    "RandomGammaGrad",
    ["alpha: T", "sample: T"],
    ["output: T"],
    attributes={"T": types(dtypes.float32, dtypes.float64)},
    shape=shape_rules.broadcast,
    kernel=_gamma_by_alpha,
    samples=[
        Sample((samples.float32([[0.5], [2.5]]), samples.float32([0.25, 3.0]))),
        Sample((samples.float64(2.5), samples.float64([0.25, 30.0]))),
    ],
)
RandomPoissonV2 = define_op(
    "RandomPoissonV2",
    ["shape: S", "rate: R"],
    ["output: dtype"],
    attributes={
        **SEEDS,
        "S": types(*INDICES),
        "R": types(*_MEANS, default=dtypes.float64),
        "dtype": Attribute("type", dtypes.int64, _MEANS),
    },
    shape=_samples_shape,
    make_stateful_kernel=_poisson_kernel,
    samples=[
        Sample((samples.int32([3]), samples.float32([0.5, 9.0, 25.0])), {"dtype": dtypes.float32, **_SEEDED}),
        Sample((samples.int64([2, 2]), samples.int32(3)), _SEEDED),
        Sample((samples.int32([0]), samples.float64([3.5]))),
    ],
    is_stateful=True,
)


def random_gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from gamma distributions.

    Args:
        shape: how many numbers to draw of each distribution, as a shape.
        alpha: the shape parameters.
        beta: the inverse scales, which are broadcast with ``alpha``; 1 if None.
        dtype: float16, float32 or float64.
        seed: see ``tf.set_random_seed``.
        name: the scope of the operations.

    Returns:
        A Tensor of ``shape`` followed by the shape of ``alpha + beta``. Derivatives flow to ``alpha`` and
        ``beta``.

    Source: ``tf.random.gamma``.
    """
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        shape = convert_to_tensor(shape, dtypes.int32, "shape")
        alpha = convert_to_tensor(alpha, dtype, "alpha")
        beta = convert_to_tensor(1 if beta is None else beta, dtype, "beta")
        broadcast = alpha + filling.zeros_like(beta)
        seed1, seed2 = get_seed(seed)
        numbers = RandomGamma(shape, broadcast, seed=seed1, seed2=seed2)
        return arithmetic.maximum(np.finfo(alpha.dtype.as_numpy_dtype).tiny, numbers / beta)


def random_poisson(
    lam: Any, shape: Any, dtype: Any = dtypes.float32, seed: int | None = None, name: str | None = None
) -> Tensor:
    """Numbers from Poisson distributions.

    Args:
        lam: the means.
        shape: how many numbers to draw of each distribution, as a shape.
        dtype: the dtype of the result: float16, float32, float64, int32 or int64.
        seed: see ``tf.set_random_seed``.
        name: the scope of the operations.

    Returns:
        A Tensor of ``shape`` followed by the shape of ``lam``.

    Source: ``tf.random.poisson`` of TensorFlow 1.
    """
    with name_scope(name, "random_poisson", [lam, shape]):
        shape = convert_to_tensor(shape, dtypes.int32, "shape")
        seed1, seed2 = get_seed(seed)
        return RandomPoissonV2(shape, lam, dtype=dtype, seed=seed1, seed2=seed2)

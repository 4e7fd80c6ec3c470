"""Summaries that tell whether gradients vanish or explode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.encoders.tags import clean_tag
from graphlog.ops.array import filling, masking
from graphlog.ops.constants import constant
from graphlog.ops.debugging.summaries import HistogramSummary, MergeSummary, ScalarSummary, collected
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise, logic, reductions, roots
from graphlog.ops.name_scopes import name_scope


def gradients(
    grads_and_vars: Iterable[tuple[Any, Any]],
    histograms: bool = True,
    learning_rate: Any = 1.0,
    collections: Sequence[Any] | None = None,
    name: str | None = None,
) -> Tensor | None:
    """One summary of some numbers of each gradient, as ``SummaryWriter.add_gradients`` writes them.

    For each variable there are ``gradient_l2_norm/NAME``, ``gradient_mean_abs/NAME``,
    ``gradient_max_abs/NAME``, ``gradient_zero_fraction/NAME``, ``gradient_nan_count/NAME``,
    ``gradient_inf_count/NAME``, ``update_to_weight_ratio/NAME`` and the histogram ``gradients/NAME``. NaN and
    infinities are counted, and are in none of the other numbers. All is made of TensorFlow's own operations.

    Args:
        grads_and_vars: gradients and their variables, as ``Optimizer.compute_gradients`` gives them. A
            gradient of None is left out; of IndexedSlices it is the values.
        histograms: whether there are histograms.
        learning_rate: what the gradient is multiplied with when the variable is updated, for the ratio.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        name: the scope of the operations.

    Returns:
        A scalar string Tensor: the bytes of a Summary. None where there is no gradient.
    """
    pairs = [(grad, variable) for grad, variable in grads_and_vars if grad is not None]
    if not pairs:
        return None
    inputs = [grad.values if isinstance(grad, IndexedSlices) else grad for grad, _ in pairs]
    with name_scope(name, "gradient_summaries", inputs):
        summaries: list[Tensor] = []
        for grad, (_, variable) in zip(inputs, pairs, strict=True):
            label = clean_tag(variable.name.removesuffix(":0"))
            with name_scope(label):
                summaries += _summaries(label, convert_to_tensor(grad), variable, histograms, learning_rate)
        return collected(MergeSummary(summaries, name="merged"), collections)


def _summaries(
    label: str, grad: Tensor, variable: Any, histograms: bool, learning_rate: Any
) -> Iterator[Tensor]:
    is_finite = logic.is_finite(grad)
    magnitudes = elementwise.abs(comparisons.where(is_finite, grad, filling.zeros_like(grad)))
    largest = reductions.reduce_max(magnitudes, name="largest")
    norm = _norm(magnitudes, largest)
    count = arithmetic.maximum(_sum(is_finite, grad.dtype), constant(1, grad.dtype))
    weights = elementwise.abs(convert_to_tensor(variable))
    weight_norm = _norm(weights, reductions.reduce_max(weights))
    rate = casts.cast(convert_to_tensor(learning_rate), grad.dtype)
    numbers = {
        "gradient_l2_norm": norm,
        "gradient_mean_abs": arithmetic.truediv(reductions.reduce_sum(magnitudes), count),
        "gradient_max_abs": largest,
        "gradient_zero_fraction": reductions.reduce_mean(
            casts.cast(comparisons.equal(grad, constant(0, grad.dtype)), dtypes.float32)
        ),
        "gradient_nan_count": _sum(logic.is_nan(grad), dtypes.int64),
        "gradient_inf_count": _sum(logic.is_inf(grad), dtypes.int64),
        "update_to_weight_ratio": arithmetic.truediv(
            arithmetic.multiply(rate, norm), casts.cast(weight_norm, grad.dtype)
        ),
    }
    for kind, number in numbers.items():
        yield ScalarSummary(f"{kind}/{label}", number, name=kind)
    if histograms:
        finite = masking.boolean_mask(grad, is_finite) if grad.static_shape != () else grad
        yield HistogramSummary(f"gradients/{label}", finite, name="histogram")


def _norm(magnitudes: Tensor, largest: Tensor) -> Tensor:
    """The square root of the sum of the squares, of which none becomes 0 or infinite on the way."""
    least = np.finfo(magnitudes.dtype.as_numpy_dtype).tiny
    unit = arithmetic.maximum(largest, constant(least, magnitudes.dtype))
    shares = arithmetic.truediv(magnitudes, unit)
    squares = reductions.reduce_sum(elementwise.square(shares))
    return arithmetic.multiply(unit, roots.sqrt(squares), name="l2_norm")


def _sum(is_so: Tensor, dtype: Any) -> Tensor:
    """How many are so."""
    return reductions.reduce_sum(casts.cast(is_so, dtype))

"""Losses that keep weights small (``tf.contrib.layers``)."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, elementwise, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import losses
from graphlog.ops.state.variable_collections import add_to_collection, get_collection

Regularizer = Callable[[Any], Any]


def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """A function from weights to ``scale`` times the sum of their absolute values; None for scale 0.

    Source: ``tf.contrib.layers.l1_regularizer``.
    """
    return _regularizer(scale, scope, "l1_regularizer", lambda w: reductions.reduce_sum(elementwise.abs(w)))


def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """A function from weights to ``scale`` times half the sum of their squares; None for scale 0.

    Source: ``tf.contrib.layers.l2_regularizer``.
    """
    return _regularizer(scale, scope, "l2_regularizer", losses.l2_loss)


def _regularizer(scale: Any, scope: str | None, kind: str, norm: Callable[[Any], Tensor]) -> Regularizer:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real):
        if scale < 0:
            raise ValueError(f"Setting a scale less than 0 on a regularizer: {float(scale):g}")
        if scale == 0:
            return lambda _: None

    def regularizer(weights: Any) -> Tensor:
        with name_scope(scope, kind, [weights]) as name:
            factor = convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return arithmetic.multiply(factor, norm(weights), name=name)

    return regularizer


def l1_l2_regularizer(scale_l1: Any = 1.0, scale_l2: Any = 1.0, scope: str | None = None) -> Any:
    """The sum of ``l1_regularizer`` and ``l2_regularizer``; one of them where the other's scale is 0.

    Source: ``tf.contrib.layers.l1_l2_regularizer``.
    """
    for name, scale in (("scale_l1", scale_l1), ("scale_l2", scale_l2)):
        if isinstance(scale, numbers.Integral):
            raise ValueError(f"{name} cannot be an integer: {scale}")
    scope = scope or "l1_l2_regularizer"
    if isinstance(scale_l1, numbers.Real) and scale_l1 == 0:
        return l2_regularizer(scale_l2, scope)
    if isinstance(scale_l2, numbers.Real) and scale_l2 == 0:
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope)


def sum_regularizer(regularizer_list: Sequence[Regularizer | None], scope: str | None = None) -> Any:
    """The sum of regularizers; None where there are none.

    Source: ``tf.contrib.layers.sum_regularizer``.
    """
    regularizers = [regularizer for regularizer in regularizer_list if regularizer is not None]
    if not regularizers:
        return None

    def regularizer(weights: Any) -> Tensor | None:
        with name_scope(scope, "sum_regularizer", [weights]) as name:
            penalties = [penalty for each in regularizers if (penalty := each(weights)) is not None]
            return arithmetic.add_n(penalties, name=name) if penalties else None

    return regularizer


def apply_regularization(regularizer: Regularizer, weights_list: Sequence[Any] | None = None) -> Tensor:
    """The sum of a regularizer's losses of several weights, which is collected.

    Args:
        regularizer: a function from weights to a loss, or None.
        weights_list: the weights; those in ``GraphKeys.WEIGHTS`` if None.

    Returns:
        A scalar, which is added to ``GraphKeys.REGULARIZATION_LOSSES``.

    Raises:
        ValueError: there are no weights, or a loss is no scalar.

    Source: ``tf.contrib.layers.apply_regularization``.
    """
    weights = weights_list or get_collection(GraphKeys.WEIGHTS)
    if not weights:
        raise ValueError("No weights to regularize.")
    with name_scope("get_regularization_penalty", values=weights) as scope:
        penalties = [regularizer(item) for item in weights]
        penalties = [constant(0.0) if penalty is None else penalty for penalty in penalties]
        for penalty in penalties:
            if penalty.get_shape().ndims != 0:
                raise ValueError(
                    "regularizer must return a scalar Tensor instead of a Tensor with rank "
                    f"{penalty.get_shape().ndims}."
                )
        total = arithmetic.add_n(penalties, name=scope)
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
        return total

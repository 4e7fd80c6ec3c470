"""The parameters of distributions, and what they are checked for."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts, shape_asserts
from graphlog.ops.math import casts, elementwise, reductions, roots, special_functions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations, softmax

_INTEGERS = {
    dtypes.float16: dtypes.int16,
    dtypes.float32: dtypes.int32,
    dtypes.float64: dtypes.int64,
}


def same_shapes(names: tuple[str, ...], sample_shape: Any) -> dict[str, Any]:
    """The shape of samples as that of each parameter."""
    return dict.fromkeys(names, convert_to_tensor(sample_shape, dtype=dtypes.int32))


def new_seed(seed: int | None, salt: str) -> int | None:
    """A seed for more random numbers; None for None."""
    if seed is None:
        return None
    return int(hashlib.md5(f"{seed}{salt}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


def logits_and_probs(
    logits: Any, probs: Any, name: str, is_categorical: bool = False, validate_args: bool = False
) -> tuple[Any, Any]:
    """Logits and probabilities, one of which is given.

    Raises:
        ValueError: not exactly one is given.
        TypeError: its dtype is none of floating point.
    """
    with name_scope(name, values=[probs, logits]):
        if (probs is None) == (logits is None):
            raise ValueError("Must pass probs or logits, but not both.")
        if probs is None:
            logits = convert_to_tensor(logits, name="logits")
            if not logits.dtype.is_floating:
                raise TypeError("logits must having floating type.")
            if is_categorical:
                if validate_args:
                    logits = with_several_classes(logits)
                return logits, softmax.softmax(logits, name="probs")
            return logits, activations.sigmoid(logits, name="probs")
        probs = convert_to_tensor(probs, name="probs")
        if not probs.dtype.is_floating:
            raise TypeError("probs must having floating type.")
        if validate_args:
            probs = _checked_probabilities(probs, is_categorical)
        with name_scope("logits"):
            if is_categorical:
                return elementwise.log(probs), probs
            return elementwise.log(probs) - roots.log1p(-1.0 * probs), probs


def _checked_probabilities(probs: Any, is_categorical: bool) -> Any:
    with name_scope("validate_probs"):
        one = constant(1.0, probs.dtype)
        checks = [asserts.assert_non_negative(probs)]
        if is_categorical:
            probs = with_several_classes(probs)
            total = reductions.reduce_sum(probs, -1)
            checks.append(asserts.assert_near(total, one, message="probs does not sum to 1."))
        else:
            message = "probs has components greater than 1."
            checks.append(asserts.assert_less_equal(probs, one, message=message))
        return grouping.with_dependencies(checks, probs)


def with_several_classes(parameter: Any) -> Any:
    """A parameter of a categorical distribution, checked to have two classes or more."""
    with name_scope("embed_check_categorical_event_shape", values=[parameter]):
        x = convert_to_tensor(parameter, name="categorical_param")
        if not x.dtype.is_floating:
            raise TypeError(f"Unable to validate size of unrecognized dtype ({x.dtype.name}).")
        limit = int(2 ** (np.finfo(x.dtype.as_numpy_dtype).nmant + 1))
        static = x.static_shape
        if static == ():
            raise ValueError("A categorical-distribution parameter must have at least 1 dimension.")
        size = None if static is None else static[-1]
        if size is not None:
            if size < 2:
                raise ValueError("A categorical-distribution parameter must have at least 2 events.")
            return x
        dynamic = shape_queries.shape(x, name="x_shape")[-1]
        checks = [
            shape_asserts.assert_rank_at_least(
                x, 1, message="A categorical-distribution parameter must have at least 1 dimension."
            ),
            asserts.assert_greater_equal(
                shape_queries.shape(x)[-1],
                2,
                message="A categorical-distribution parameter must have at least 2 events.",
            ),
            asserts.assert_less_equal(
                dynamic,
                limit,
                message=f"Number of classes exceeds `dtype` precision, i.e., {x.dtype.name} dtype cannot "
                f"exceed {limit} shape.",
            ),
        ]
        return grouping.with_dependencies(checks, x)


def _assert_integers(x: Tensor, kind: Any, message: str) -> Any:
    with name_scope("assert_integer_form", values=[x, None]) as scope:
        x = convert_to_tensor(x, name="x")
        whole = casts.cast(casts.cast(x, kind), x.dtype)
        return asserts.assert_equal(x, whole, message=message, name=scope)


def non_negative_integers(x: Any) -> Any:
    """A tensor, checked to hold no negative number and no fraction."""
    with name_scope("embed_check_nonnegative_integer_form", values=[x]):
        x = convert_to_tensor(x, name="x")
        checks = [asserts.assert_non_negative(x, message=f"'{x}' must be non-negative.")]
        if not x.dtype.is_integer:
            message = f"'{x}' cannot contain fractional components."
            checks.append(_assert_integers(x, _INTEGERS[x.dtype.base_dtype], message))
        return grouping.with_dependencies(checks, x)


def integers_of(x: Any, kind: Any) -> Any:
    """A tensor, checked to hold only numbers, not negative, that a dtype of integers has."""
    with name_scope("embed_check_casting_closed", values=[x]):
        x = convert_to_tensor(x, name="x")
        checks = [asserts.assert_non_negative(x, message="Elements must be non-negative.")]
        if x.dtype.is_floating:
            checks.append(_assert_integers(x, kind, f"Elements must be {kind.name}-equivalent."))
        else:
            limit = 1 if kind.is_bool else int(np.iinfo(kind.as_numpy_dtype).max)
            if not x.dtype.is_bool and int(np.iinfo(x.dtype.as_numpy_dtype).max) > limit:
                message = f"Elements cannot exceed {limit}."
                checks.append(asserts.assert_less_equal(x, limit, message=message))
        return grouping.with_dependencies(checks, x)


def log_combinations(n: Any, counts: Any) -> Any:
    """The logarithm of the number of ways to divide ``n`` draws into counts of classes."""
    with name_scope("log_combinations", values=[n, counts]):
        n = convert_to_tensor(n, name="n")
        counts = convert_to_tensor(counts, name="counts")
        permutations: Any = special_functions.lgamma(n + 1)
        factorials = special_functions.lgamma(counts + 1)
        return permutations - reductions.reduce_sum(factorials, axis=[-1])

"""Summaries of tensors and collections (``tf.contrib.layers``)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.debugging import summaries
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.state.variable_collections import get_collection

Summarizer = Callable[[Any], Any]


def summarize_tensor(tensor: Any, tag: str | None = None) -> Tensor | None:
    """A scalar or histogram summary of a tensor; None of strings and booleans.

    Source: ``tf.contrib.layers.summarize_tensor``.
    """
    if tensor.dtype.base_dtype in (dtypes.string, dtypes.bool_):
        return None
    tag = tag or f"{tensor.op.name}_summary"
    if tensor.get_shape().ndims == 0:
        return summaries.scalar(tag, tensor)
    return summaries.histogram(tag, tensor)


def summarize_activation(op: Any) -> Tensor:
    """A histogram of an activation, and how much of it was cut off.

    Source: ``tf.contrib.layers.summarize_activation``.
    """
    kind, name = op.op.type, op.op.name

    def part(compare: Any, limit: float) -> Tensor:
        inputs = op.op.inputs[0]
        found = compare(inputs, casts.cast(limit, inputs.dtype))
        return reductions.reduce_mean(casts.to_float(found))

    if kind in ("Relu", "Softplus", "Relu6"):
        summaries.scalar(f"{name}/zeros", part(comparisons.less, 0.0))
    if kind == "Relu6":
        summaries.scalar(f"{name}/sixes", part(comparisons.greater, 6.0))
    return summaries.histogram(f"{name}/activation", op)


def summarize_tensors(tensors: Iterable[Any], summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """A summary of each tensor (``tf.contrib.layers.summarize_tensors``)."""
    return [summarizer(tensor) for tensor in tensors]


def summarize_collection(
    collection: str, name_filter: str | None = None, summarizer: Summarizer = summarize_tensor
) -> list[Any]:
    """A summary of each tensor in a collection whose name begins as a regular expression says.

    Source: ``tf.contrib.layers.summarize_collection``.
    """
    tensors = get_collection(collection)
    if name_filter is not None:
        tensors = [tensor for tensor in tensors if re.match(name_filter, tensor.op.name)]
    return summarize_tensors(tensors, summarizer)


summarize_variables = functools.partial(summarize_collection, GraphKeys.GLOBAL_VARIABLES)
summarize_weights = functools.partial(summarize_collection, GraphKeys.WEIGHTS)
summarize_biases = functools.partial(summarize_collection, GraphKeys.BIASES)


def summarize_activations(
    name_filter: str | None = None, summarizer: Summarizer = summarize_activation
) -> list[Any]:
    """A summary of each tensor in ``GraphKeys.ACTIVATIONS`` (``tf.contrib.layers.summarize_activations``)."""
    return summarize_collection(GraphKeys.ACTIVATIONS, name_filter, summarizer)

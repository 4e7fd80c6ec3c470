"""``tf.contrib.slim.summaries``: summaries by the name of what they show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.debugging import logging_ops, summaries
from graphlog.ops.nn import dropout
from graphlog.ops.state.variable_collections import add_to_collection

__all__ = [
    "add_histogram_summaries",
    "add_histogram_summary",
    "add_scalar_summaries",
    "add_scalar_summary",
    "add_zero_fraction_summaries",
    "add_zero_fraction_summary",
]


def _name(tensor: Any, name: str | None = None, prefix: str | None = None) -> str:
    name = name or tensor.op.name
    return f"{prefix}/{name}" if prefix else str(name)


def add_histogram_summary(tensor: Any, name: str | None = None, prefix: str | None = None) -> Tensor:
    """A histogram of a tensor (``tf.contrib.slim.summaries.add_histogram_summary``)."""
    return summaries.histogram(_name(tensor, name, prefix), tensor)


def add_scalar_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Tensor:
    """A summary of a scalar, which is printed too if wanted.

    Source: ``tf.contrib.slim.summaries.add_scalar_summary``.
    """
    tag = _name(tensor, name, prefix)
    summary = summaries.scalar(tag, tensor, collections=[] if print_summary else None)
    if print_summary:
        summary = logging_ops.Print(summary, [tensor], tag)
        add_to_collection(GraphKeys.SUMMARIES, summary)
    return summary


def add_zero_fraction_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Tensor:
    """The share of zeros of a tensor (``tf.contrib.slim.summaries.add_zero_fraction_summary``)."""
    tag = f"{_name(tensor, name, prefix)}/Fraction_of_Zero_Values"
    return add_scalar_summary(dropout.zero_fraction(tensor), tag, print_summary=print_summary)


def add_histogram_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Tensor]:
    """Histograms of tensors (``tf.contrib.slim.summaries.add_histogram_summaries``)."""
    return [add_histogram_summary(tensor, prefix=prefix) for tensor in tensors]


def add_scalar_summaries(
    tensors: Iterable[Any], prefix: str | None = None, print_summary: bool = False
) -> list[Tensor]:
    """Summaries of scalars (``tf.contrib.slim.summaries.add_scalar_summaries``)."""
    return [add_scalar_summary(tensor, prefix=prefix, print_summary=print_summary) for tensor in tensors]


def add_zero_fraction_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Tensor]:
    """The shares of zeros of tensors (``tf.contrib.slim.summaries.add_zero_fraction_summaries``)."""
    return [add_zero_fraction_summary(tensor, prefix=prefix) for tensor in tensors]

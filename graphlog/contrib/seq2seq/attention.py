"""Attention: where in a memory a query looks (``tf.contrib.seq2seq``)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.contrib.seq2seq.tensors import zero_tensors
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.core import Dense
from graphlog.ops.array import (
    arguments_of_extrema,
    arrays,
    axes,
    filling,
    joining,
    masking,
    one_hot_encoding,
    shape_queries,
)
from graphlog.ops.debugging import asserts
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import comparisons, elementwise, reductions, roots
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.nn import softmax
from graphlog.ops.state.initializers import Constant, Ones, Zeros
from graphlog.ops.state.variable_scope import get_variable, variable_scope

Probability = Callable[[Any], Any]


class AttentionMechanism:
    """What gives the alignments of a query; for mechanisms of a user's own.

    Source: ``tf.contrib.seq2seq.AttentionMechanism``.
    """

    @property
    def alignments_size(self) -> Any:
        """The number of places in the memory."""
        raise NotImplementedError

    @property
    def state_size(self) -> Any:
        """The size of the state."""
        raise NotImplementedError


class MemoryAttention(AttentionMechanism):
    """What the mechanisms here have in common: a memory of keys and values.

    Args:
        query_layer: the layer that queries go through; None for none.
        memory: a tensor of shape ``(batch, time, …)``.
        probability_fn: a function from scores to probabilities.
        memory_sequence_length: the lengths of the sequences in the memory; None where all are full.
        memory_layer: the layer that makes keys of the memory.
        score_mask_value: the score of places past the end; minus infinity if None.
        custom_key_value_fn: a function of keys and values that returns others; None for none.
        name: the name scope.

    Attributes:
        keys: what queries are compared with.
        values: what the attention takes from the memory.
        dtype: the dtype of its variables.

    Raises:
        TypeError: an argument is no layer or no function.
        ValueError: the depth of the memory is unknown.
    """

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Probability,
        memory_sequence_length: Any,
        memory_layer: Any,
        score_mask_value: Any,
        custom_key_value_fn: Callable[[Any, Any], Any] | None,
        name: str | None,
    ) -> None:
        for kind, layer in (("query_layer", query_layer), ("memory_layer", memory_layer)):
            if layer is not None and not isinstance(layer, Layer):
                raise TypeError(f"{kind} is not a Layer: {type(layer).__name__}")
        if not callable(probability_fn):
            raise TypeError(f"probability_fn must be callable, saw type: {type(probability_fn).__name__}")
        self.query_layer = query_layer
        self.memory_layer = memory_layer
        self.dtype = memory_layer.dtype
        if score_mask_value is None:
            score_mask_value = dtypes.as_dtype(self.dtype).as_numpy_dtype(-np.inf)
        self._score_mask_value = score_mask_value
        self._probability = probability_fn
        self._lengths = memory_sequence_length
        with name_scope(name, "BaseAttentionMechanismInit", [memory]):
            self.values = _prepared(memory, memory_sequence_length)
            self.keys = self.memory_layer(self.values) if self.memory_layer else self.values
            if custom_key_value_fn is not None:
                self.keys, self.values = custom_key_value_fn(self.keys, self.values)
            self.batch_size = self._size(0)
            self._alignments_size = self._size(1)

    def _size(self, axis: int) -> Any:
        return self.keys.shape[axis].value or shape_queries.shape(self.keys)[axis]

    @property
    def alignments_size(self) -> Any:
        """The number of places in the memory."""
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        """The size of the alignments, which are the state."""
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros."""
        return zero_tensors(self._alignments_size, batch_size, dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros."""
        return self.initial_alignments(batch_size, dtype)

    def _alignments(self, score: Tensor) -> tuple[Any, Any]:
        """The probabilities, which are the next state too."""
        alignments = self._probability(self._masked(score))
        return alignments, alignments

    def _masked(self, score: Tensor) -> Tensor:
        if self._lengths is None:
            return score
        message = "All values in memory_sequence_length must be greater than zero."
        with control_dependencies([asserts.assert_positive(self._lengths, message=message)]):
            mask = masking.sequence_mask(self._lengths, maxlen=shape_queries.shape(score)[1])
        others = self._score_mask_value * filling.ones_like(score)
        return comparisons.where(mask, score, others)


def _prepared(memory: Any, lengths: Any) -> Any:
    """The memory with zeros past the end of its sequences."""
    memory = convert_to_tensor(memory, name="memory")
    if lengths is not None:
        lengths = convert_to_tensor(lengths, name="memory_sequence_length")
    if not memory.get_shape()[2:].is_fully_defined():
        raise ValueError(
            f"Expected memory {memory.name} to have fully defined inner dims, but saw shape: "
            f"{memory.get_shape()}"
        )
    if lengths is None:
        return memory
    mask = masking.sequence_mask(lengths, maxlen=shape_queries.shape(memory)[1], dtype=memory.dtype)
    rank = memory.get_shape().ndims
    ones = filling.ones((shape_queries.rank(memory) if rank is None else rank) - 2, dtype=dtypes.int32)
    mask = arrays.reshape(mask, joining.concat((shape_queries.shape(mask), ones), 0))
    return memory * mask


def _layer(units: int, name: str, dtype: Any) -> Dense:
    return Dense(units, name=name, use_bias=False, dtype=dtype or dtypes.float32)


class LuongAttention(MemoryAttention):
    """Attention by the product of query and keys.

    Args:
        num_units: the depth of query and keys.
        memory: a tensor of shape ``(batch, time, depth)``, such as the outputs of an encoder.
        memory_sequence_length: the lengths of its sequences; None where all are full.
        scale: whether the score is multiplied by a variable ``attention_g``.
        probability_fn: a function from scores to probabilities; softmax if None.
        score_mask_value: the score of places past the end; minus infinity if None.
        dtype: the dtype of the variables; float32 if None.
        custom_key_value_fn: a function of keys and values that returns others; None for none.
        name: the name scope.

    Source: ``tf.contrib.seq2seq.LuongAttention``; https://arxiv.org/abs/1508.04025.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Probability | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], Any] | None = None,
        name: str = "LuongAttention",
    ) -> None:
        super().__init__(
            query_layer=None,
            memory=memory,
            probability_fn=softmax.softmax if probability_fn is None else probability_fn,
            memory_sequence_length=memory_sequence_length,
            memory_layer=_layer(num_units, "memory_layer", dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._scale = scale

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """``(alignments, next_state)`` of a query of shape ``(batch, num_units)``."""
        with variable_scope(None, "luong_attention", [query]):
            gain = None
            if self._scale:
                gain = get_variable("attention_g", dtype=query.dtype, initializer=Ones, shape=())
            depth, units = query.get_shape()[-1], self.keys.get_shape()[-1]
            if depth.value is None or depth.value != units.value:
                raise ValueError(
                    "Incompatible or unknown inner dimensions between query and keys.  "
                    f"Query ({query}) has units: {depth}.  Keys ({self.keys}) have units: {units}.  Perhaps "
                    f"you need to set num_units to the keys' dimension ({units})?"
                )
            rows = axes.expand_dims(query, 1)
            score: Any = axes.squeeze(matmul.matmul(rows, self.keys, transpose_b=True), [1])
            if gain is not None:
                score = gain * score
        return self._alignments(score)


class BahdanauAttention(MemoryAttention):
    """Attention by a hidden layer of query and keys.

    Args:
        num_units: the size of the hidden layer.
        memory: as for ``LuongAttention``; so are all others but one.
        memory_sequence_length: …
        normalize: whether the weights of the layer are normalized.
        probability_fn: …
        score_mask_value: …
        dtype: …
        custom_key_value_fn: …
        name: …

    Source: ``tf.contrib.seq2seq.BahdanauAttention``; https://arxiv.org/abs/1409.0473.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Probability | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], Any] | None = None,
        name: str = "BahdanauAttention",
    ) -> None:
        super().__init__(
            query_layer=_layer(num_units, "query_layer", dtype),
            memory=memory,
            probability_fn=softmax.softmax if probability_fn is None else probability_fn,
            memory_sequence_length=memory_sequence_length,
            memory_layer=_layer(num_units, "memory_layer", dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """``(alignments, next_state)`` of a query of shape ``(batch, depth)``."""
        with variable_scope(None, "bahdanau_attention", [query]):
            rows = self.query_layer(query)
            weights: Any = get_variable("attention_v", [self._num_units], dtype=query.dtype)
            offset = None
            if self._normalize:
                first = Constant(math.sqrt(1.0 / self._num_units))
                gain = get_variable("attention_g", dtype=query.dtype, initializer=first, shape=())
                offset = get_variable(
                    "attention_b", [self._num_units], dtype=query.dtype, initializer=Zeros()
                )
            rows = axes.expand_dims(rows, 1)
            if offset is not None:
                scaled = gain * weights
                weights = scaled * roots.rsqrt(reductions.reduce_sum(elementwise.square(weights)))
                hidden = elementwise.tanh(self.keys + rows + offset)
            else:
                hidden = elementwise.tanh(self.keys + rows)
            score = reductions.reduce_sum(weights * hidden, [2])
        return self._alignments(score)


def hardmax(logits: Any, name: str | None = None) -> Tensor:
    """Ones where a row is largest, and zeros elsewhere (``tf.contrib.seq2seq.hardmax``)."""
    with name_scope(name, "Hardmax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        depth = logits.get_shape()[-1].value
        if depth is None:
            depth = shape_queries.shape(logits)[-1]
        largest = arguments_of_extrema.argmax(logits, -1)
        return one_hot_encoding.one_hot(largest, depth, dtype=logits.dtype)

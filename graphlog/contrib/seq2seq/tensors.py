"""What decoders do with the axes of their tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import joined_shape, joined_sizes
from graphlog.ops.array import arrays, filling, joining, padding, shape_queries
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import embedding
from graphlog.ops.random import random_functions


def zero_tensors(sizes: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros of shape ``(batch_size, size)`` for each size of a nest."""

    def zeros(size: Any) -> Tensor:
        result = filling.zeros(joined_sizes(batch_size, size), dtype=dtype)
        result.set_shape(joined_shape(batch_size, size))
        return result

    return nest.map_structure(zeros, sizes)


def unstacked(tensor: Tensor) -> TensorArray:
    """The parts of a tensor along its first axis."""
    array = TensorArray(
        dtype=tensor.dtype,
        size=shape_queries.shape(tensor)[0],
        element_shape=tensor.get_shape()[1:],
    )
    return array.unstack(tensor)


def embedding_function(rows: Any) -> Callable[[Any], Any]:
    """A function from numbers to rows: the one that is given, or one that looks up in a tensor."""
    return rows if callable(rows) else lambda ids: embedding.embedding_lookup(rows, ids)


def output_sizes(cell: Any, layer: Any) -> Any:
    """The sizes of the output of a cell, or of a layer above it."""
    sizes = cell.output_size
    if layer is None:
        return sizes
    shapes = nest.map_structure(lambda size: TensorShape([None]).concatenate(size), sizes)
    made = layer.compute_output_shape(shapes)
    return nest.map_structure(lambda shape: shape[1:], made)


def _sampled(sample_n: Callable[[Any], Tensor], sample_shape: Any) -> Tensor:
    with name_scope(None, "call_sampler", values=[sample_shape]):
        sample_shape = convert_to_tensor(sample_shape, dtype=dtypes.int32, name="sample_shape")
        pad = casts.cast(comparisons.equal(shape_queries.rank(sample_shape), 0), dtypes.int32)
        wanted = padding.pad(shape_queries.shape(sample_shape), paddings=[[pad, 0]], constant_values=1)
        sample_shape = arrays.reshape(sample_shape, wanted)
        samples = sample_n(reductions.reduce_prod(sample_shape))
        rest = shape_queries.shape(samples)[1:]
        return arrays.reshape(samples, joining.concat([sample_shape, rest], 0))


def bernoulli_sample(
    probs: Any, dtype: Any = dtypes.int32, sample_shape: Any = (), seed: int | None = None
) -> Tensor:
    """Random zeros and ones: ones with probability ``probs``."""
    probs = convert_to_tensor(probs, name="probs")
    shape = shape_queries.shape(probs)

    def sample(count: Any) -> Tensor:
        wanted = joining.concat([[count], shape], 0)
        uniform = random_functions.random_uniform(wanted, seed=seed, dtype=probs.dtype)
        return casts.cast(comparisons.less(uniform, probs), dtype)

    return _sampled(sample, sample_shape)


def categorical_sample(
    logits: Any, dtype: Any = dtypes.int32, sample_shape: Any = (), seed: int | None = None
) -> Tensor:
    """Random class numbers, by the softmax of ``logits``."""
    logits = convert_to_tensor(logits, name="logits")
    classes = shape_queries.shape(logits)[-1]
    shape = shape_queries.shape(logits)[:-1]

    def sample(count: Any) -> Tensor:
        rows = logits if logits.shape.ndims == 2 else arrays.reshape(logits, [-1, classes])
        kind = dtypes.int64 if logits.dtype.size > 4 else dtypes.int32
        draws = arrays.transpose(random_functions.multinomial(rows, count, seed=seed, output_dtype=kind))
        wanted = joining.concat([[count], shape], 0)
        return casts.cast(arrays.reshape(draws, wanted), dtype)

    return _sampled(sample, sample_shape)

"""The values that a run is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.graph import Graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor


def feed_arrays(graph: Graph, feed_dict: Mapping[Any, Any] | None) -> dict[Tensor, Any]:
    """The fed values as arrays.

    Args:
        graph: the graph that is run.
        feed_dict: values by tensor or name of a tensor.

    Returns:
        An array of the tensor's dtype for each tensor.

    Raises:
        TypeError: a key is no tensor of the graph, or a value is a tensor.
        ValueError: a value does not fit its tensor's shape or dtype.
    """
    if not feed_dict:
        return {}
    if not isinstance(feed_dict, Mapping):
        raise TypeError("feed_dict must be a dictionary of values by tensor")
    feeds = {}
    for key, value in feed_dict.items():
        if isinstance(key, IndexedSlices):
            parts = [part for part in (key.values, key.indices, key.dense_shape) if part is not None]
            feeds.update(feed_arrays(graph, dict(zip(parts, value, strict=False))))
            continue
        tensor = feed_tensor(graph, key)
        feeds[tensor] = _array(tensor, value)
    return feeds


def feed_tensor(graph: Graph, key: Any) -> Tensor:
    """The tensor that a key of a feed_dict stands for."""
    try:
        tensor = graph.as_graph_element(key, allow_operation=False)
    except (TypeError, ValueError, KeyError) as error:
        message = error.args[0] if error.args else error
        raise TypeError(f"Cannot interpret feed_dict key as Tensor: {message}") from None
    assert isinstance(tensor, Tensor)
    if not graph.is_feedable(tensor):
        raise ValueError(f"Tensor {tensor} may not be fed.")
    return tensor


def _array(tensor: Tensor, value: Any) -> Any:
    if isinstance(value, Tensor):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python "
            "scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object "
            f"was {value} which was passed to the feed with key {tensor}."
        )
    try:
        if tensor.dtype.base_dtype is dtypes.string:
            array = _string_array(value)
        else:
            array = _number_array(value, tensor.dtype.numpy_dtype)
    except (TypeError, ValueError, OverflowError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"{error} (fed was a value of type {type(value).__name__} for Tensor '{tensor.name}', which has "
            f"dtype {tensor.dtype.base_dtype.name})"
        ) from error
    if not shapes.is_compatible(tensor.static_shape, array.shape):
        raise ValueError(
            f"Cannot feed value of shape {array.shape!r} for Tensor '{tensor.name}', which has shape "
            f"'{shapes.text(tensor.static_shape)}'"
        )
    return array


def _number_array(value: Any, dtype: np.dtype[Any]) -> Any:
    """The value as an array, converted as TensorFlow does: fractions are cut off, large numbers infinite."""
    with np.errstate(all="ignore"):
        try:
            return np.asarray(value, dtype)
        except OverflowError:
            # An integer with too many bits keeps its lowest ones.
            return np.asarray(value).astype(dtype)


def _string_array(value: Any) -> Any:
    given = np.asarray(value, object)
    encoded = np.empty(given.shape, object)
    encoded.ravel()[:] = [_encoded(item) for item in given.ravel()]
    return encoded


def _encoded(item: Any) -> bytes:
    if isinstance(item, str | bytes):
        return item.encode() if isinstance(item, str) else item
    raise TypeError(f"A tensor of strings takes str and bytes, not {item!r} of type {type(item).__name__}.")

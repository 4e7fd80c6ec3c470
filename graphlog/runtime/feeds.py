"""The values that a run is given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.graph import Graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.sparse_tensor import SparseTensor, sparse_parts
from graphlog.core.tensor import Tensor
from graphlog.runtime.failures import describe

# Numbers up to here become floats of any size without a warning, which would take time to keep silent.
_UNREMARKABLE = 1e4


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
    feeds = {}
    for key, value in checked_feed_dict(feed_dict).items():
        tensors = feed_tensors(graph, key)
        parts = [value] if len(tensors) == 1 else fed_parts(key, value)
        feeds.update({tensor: fed_array(tensor, part) for tensor, part in zip(tensors, parts, strict=True)})
    return feeds


def checked_feed_dict(feed_dict: Any) -> Mapping[Any, Any]:
    """The feed_dict, empty where there is none; TypeError where it is no dictionary."""
    if not feed_dict:
        return {}
    if not isinstance(feed_dict, Mapping):
        raise TypeError(
            f"feed_dict must be a dictionary of values by tensor, not of type {type(feed_dict).__name__}."
        )
    return feed_dict


def feed_tensors(graph: Graph, key: Any) -> list[Tensor]:
    """The tensors that a key of a feed_dict stands for: one, or those that a sparse tensor is made of."""
    keys = _parts(key) if isinstance(key, IndexedSlices | SparseTensor) else [key]
    return [feed_tensor(graph, item) for item in keys]


def fed_parts(key: Any, value: Any) -> list[Any]:
    """The values of the tensors that a key stands for, from what is fed for all of them.

    Raises:
        TypeError: it is no sequence of so many values.
    """
    if not isinstance(key, IndexedSlices | SparseTensor):
        return [value]
    count = len(_parts(key))
    parts = list(value)[:count] if isinstance(value, tuple | list) else []
    if len(parts) < count:
        raise TypeError(
            f"{key} is fed with {count} values, such as a {type(key).__name__}Value; got a value of "
            f"type {type(value).__name__}."
        )
    return parts


def _parts(key: IndexedSlices | SparseTensor) -> list[Tensor]:
    if isinstance(key, SparseTensor):
        return sparse_parts(key)
    return [part for part in (key.values, key.indices, key.dense_shape) if part is not None]


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


def feeder(tensor: Tensor) -> Callable[[Any], Any]:
    """What makes arrays of the values that are fed for a tensor: ``fed_array``, prepared for many of them."""
    static, dtype = tensor.static_shape, tensor.dtype.numpy_dtype
    if dtype.kind not in "biufc":
        return functools.partial(fed_array, tensor)
    takes_number = dtype.kind == "f" and static in ((), None)
    asarray, ndarray = np.asarray, np.ndarray
    # The shape of the array that was fed last, which fits.
    fitting: Any = None

    def feed(value: Any) -> Any:
        nonlocal fitting
        if (
            type(value) is ndarray
            and value.dtype is dtype
            and value.shape == fitting
            and value.flags.c_contiguous
        ):
            return value
        if takes_number and type(value) is float and -_UNREMARKABLE < value < _UNREMARKABLE:
            return asarray(value, dtype)
        array = fed_array(tensor, value)
        fitting = array.shape
        return array

    return feed


def fed_array(tensor: Tensor, value: Any) -> Any:
    """A fed value as an array.

    Args:
        tensor: what it is fed for.
        value: an array, number, string, or (nested) list of them.

    Returns:
        An array of the tensor's dtype with its elements row by row in memory; ``value`` itself where it is
        one already.

    Raises:
        TypeError: it is a tensor, or of another kind than the tensor's values.
        ValueError: it does not fit the tensor's shape or dtype.
    """
    dtype = tensor.dtype.numpy_dtype
    if type(value) is np.ndarray and value.dtype is dtype and dtype.kind != "O" and value.flags.c_contiguous:
        array = value
    else:
        array = _converted(tensor, value)
    static = tensor.static_shape
    if array.shape != static and not shapes.is_compatible(static, array.shape):
        raise ValueError(
            f"Cannot feed value of shape {array.shape!r} for Tensor '{tensor.name}', which has shape "
            f"'{shapes.text(static)}'\n{describe(tensor.op, ())}"
        )
    return array


def _converted(tensor: Tensor, value: Any) -> Any:
    if isinstance(value, Tensor):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python "
            "scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object "
            f"was {value} which was passed to the feed with key {tensor}."
        )
    try:
        if tensor.dtype.base_dtype is dtypes.string:
            return _string_array(value)
        return _number_array(value, tensor.dtype.numpy_dtype)
    except (TypeError, ValueError, OverflowError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"{error} (fed was a value of type {type(value).__name__} for Tensor '{tensor.name}', which has "
            f"dtype {tensor.dtype.base_dtype.name})\n{describe(tensor.op, ())}"
        ) from None


def _number_array(value: Any, dtype: np.dtype[Any]) -> Any:
    """The value as an array, converted as TensorFlow does: fractions are cut off, large numbers infinite."""
    with np.errstate(all="ignore"):
        try:
            return np.asarray(value, dtype, order="C")
        except OverflowError:
            if isinstance(value, int) and dtype.kind in "iu":
                raise TypeError(
                    f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type "
                    f"{dtype.type}. Try explicitly setting the type of the feed tensor to a larger type "
                    "(e.g. int64)."
                ) from None
            # An integer in a list that has too many bits keeps its lowest ones.
            return np.asarray(value).astype(dtype, order="C")


def _string_array(value: Any) -> Any:
    given = np.asarray(value, object)
    encoded = np.empty(given.shape, object)
    encoded.ravel()[:] = [_encoded(item) for item in given.ravel()]
    return encoded


def _encoded(item: Any) -> bytes:
    if isinstance(item, str | bytes):
        return item.encode() if isinstance(item, str) else item
    raise TypeError(f"A tensor of strings takes str and bytes, not {item!r} of type {type(item).__name__}.")

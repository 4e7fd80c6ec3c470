"""Arrays as TensorProtos and back, for users (``tf.make_tensor_proto``, ``tf.make_ndarray``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.dtypes import as_dtype
from graphlog.core.graph import Graph
from graphlog.core.printable import described
from graphlog.graphdef.tensor_values import tensor_array, tensor_proto
from graphlog.ops.constants import constant
from graphlog.proto.tensor_pb2 import TensorProto


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> TensorProto:
    """A value as a TensorProto.

    Args:
        values: a number, string, (nested) list of them, array, or TensorProto, which comes back as it is.
        dtype: its dtype; see ``tf.constant``.
        shape: its shape, which the last element is repeated to fill; that of ``values`` if None.
        verify_shape: whether ``values`` must have that shape already.
        allow_broadcast: whether only a single value is repeated.

    Returns:
        The TensorProto.

    Raises:
        TypeError: the value does not fit the dtype or the shape.
        ValueError: it has more elements than the shape, is ragged, or is None; both options are set.

    Source: ``tf.make_tensor_proto``.
    """
    if allow_broadcast and verify_shape:
        raise ValueError("allow_broadcast and verify_shape are not both allowed.")
    if isinstance(values, TensorProto):
        return values
    with Graph().as_default():
        array = constant(values, dtype).op.attributes["value"]
        if shape is not None:
            if allow_broadcast and array.size not in (1, int(np.prod(shape, dtype=np.int64))):
                raise TypeError(f"Expected Tensor's shape: {tuple(shape)}, got {array.shape}.")
            array = constant(array, shape=shape, verify_shape=verify_shape).op.attributes["value"]
    return tensor_proto(array)


def make_ndarray(tensor: TensorProto) -> np.ndarray[Any, Any]:
    """The array of a TensorProto, the caller's own.

    Args:
        tensor: the TensorProto; of strings it gives bytes objects.

    Raises:
        TypeError: it has a dtype that NumPy does not have.
        ValueError: its shape and its values do not fit together.

    Source: ``tf.make_ndarray``.
    """
    if not hasattr(tensor, "tensor_shape"):
        raise TypeError(f"make_ndarray takes a TensorProto, not {described(tensor)}.")
    try:
        as_dtype(tensor.dtype)
    except TypeError:
        raise TypeError(f"Unsupported tensor type: {tensor.dtype}") from None
    return np.array(tensor_array(tensor))

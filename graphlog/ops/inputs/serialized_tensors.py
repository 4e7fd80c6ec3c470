"""Tensors as bytes and back, and data that are compressed."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.files.compression import inflated
from graphlog.graphdef.tensor_values import parsed_tensor_proto, tensor_array, tensor_proto
from graphlog.ops import samples, shape_rules
from graphlog.ops.strings.string_kernels import mapped

_NUMBERS = samples.float32([[1.5, -2.0]])


def _serialized(value: Any) -> Any:
    return np.array(tensor_proto(np.asarray(value), as_content=True).SerializeToString(), object)


def _parse_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["out_type"]

    def kernel(serialized: Any) -> Any:
        if np.ndim(serialized):
            raise ValueError(f"Expected `serialized` to be a scalar, got shape: {list(np.shape(serialized))}")
        proto = parsed_tensor_proto(np.asarray(serialized, object).item())
        array = tensor_array(proto)
        found = dtypes.as_dtype(proto.dtype)
        if found is not dtype:
            raise ValueError(
                f"Type mismatch between parsed tensor ({_short_name(found)}) and dtype ({_short_name(dtype)})"
            )
        return np.array(array)

    return kernel


def _short_name(dtype: dtypes.DType) -> str:
    return {"float32": "float", "float64": "double", "float16": "half"}.get(dtype.name, dtype.name)


def _scalar_to_any(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    return [None]


def _decompress_kernel(op: Operation) -> Kernel:
    compression_type = op.attributes["compression_type"].decode()

    def kernel(values: Any) -> Any:
        if compression_type not in ("", "GZIP", "ZLIB"):
            raise ValueError("Only ZLIB, GZIP or NONE are supported compressions")
        return mapped(lambda value: inflated(value, compression_type), values)

    return kernel


SerializeTensor = define_op(
    "SerializeTensor",
    ["tensor: T"],
    ["serialized: string"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=_serialized,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_NUMBERS,)), Sample((samples.text(["a", "bc"]),)), Sample((samples.int64(3),))],
)
ParseTensor = define_op(
    "ParseTensor",
    ["serialized: string"],
    ["output: out_type"],
    attributes={"out_type": types()},
    shape=_scalar_to_any,
    make_kernel=_parse_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((_serialized(_NUMBERS),), {"out_type": dtypes.float32}),
        Sample(
            (_serialized(_NUMBERS),),
            {"out_type": dtypes.int32},
            raises="parsed tensor (float) and dtype (int32)",
        ),
        Sample((samples.text("\x07"),), {"out_type": dtypes.int32}, raises="Could not parse `serialized`"),
    ],
)
DecodeCompressed = define_op(
    "DecodeCompressed",
    ["bytes: string"],
    ["output: string"],
    attributes={"compression_type": string("")},
    shape=shape_rules.unchanged,
    make_kernel=_decompress_kernel,
    samples=[
        Sample((samples.text(["a", "bc"]),)),
        Sample((samples.text("a"),), {"compression_type": "LZW"}, raises="Only ZLIB, GZIP or NONE"),
    ],
)


def serialize_tensor(tensor: Any, name: str | None = None) -> Tensor:
    """A tensor as the bytes of a TensorProto, a scalar string (TensorFlow's ``SerializeTensor``)."""
    return SerializeTensor(tensor, name=name)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Tensor:
    """The opposite of ``serialize_tensor``.

    Args:
        serialized: a scalar string.
        out_type: the dtype of the tensor in it; a run fails where it has another.
        name: the operation's name.

    Returns:
        A Tensor whose shape is not known before it is run.

    Source: TensorFlow's ``ParseTensor``.
    """
    return ParseTensor(serialized, out_type=out_type, name=name)


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Tensor:
    """Strings, decompressed.

    Args:
        bytes: a tensor of strings.
        compression_type: ``"GZIP"``, ``"ZLIB"``, or ``""`` for no compression.
        name: the operation's name.

    Returns:
        A Tensor of strings of the same shape.

    Source: TensorFlow's ``DecodeCompressed``.
    """
    return DecodeCompressed(bytes, compression_type=compression_type, name=name)

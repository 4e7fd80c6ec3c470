"""The operations by which a Saver writes variables to a file and reads them back.

A checkpoint is one npz file, ``prefix.npz``; see ``array_files``.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, type_list
from graphlog.core.errors import (
    InvalidArgumentError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnknownError,
)
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.checkpoints.array_files import arrays_exist, read_arrays, write_arrays
from graphlog.ops.static_values import constant_value

# Which part of an array is meant: its whole shape, and the slice in each of its dimensions.
_Part = tuple[tuple[int, ...], tuple[slice, ...]]


def _texts(values: Any) -> list[str]:
    return [item if isinstance(item, str) else item.decode() for item in np.ravel(values).tolist()]


def _part(text: str) -> _Part | None:
    """The part that a text such as ``"4 3 0,2:-"`` names; None for the empty text, the whole array."""
    if not text:
        return None
    *sizes, extents = text.split(" ")
    shape = tuple(int(size) for size in sizes)
    slices = []
    for extent, size in zip(extents.split(":"), shape, strict=True):
        start, length = (0, size) if extent == "-" else (int(item) for item in extent.split(","))
        if not 0 <= start <= start + length <= size:
            raise ValueError(f"Slice {text!r} goes beyond its shape")
        slices.append(slice(start, start + length))
    return shape, tuple(slices)


def _save(prefix: Any, tensor_names: Any, shape_and_slices: Any, *tensors: Any) -> tuple[()]:
    (path,), names, parts = _texts(prefix), _texts(tensor_names), _texts(shape_and_slices)
    if not len(names) == len(parts) == len(tensors):
        raise ValueError(
            f"Got {len(names)} tensor names, {len(parts)} slices and {len(tensors)} tensors: not as "
            "many of each"
        )
    values: dict[str, Any] = {}
    for name, text, tensor in zip(names, parts, tensors, strict=True):
        part = _part(text)
        if part is None:
            values[name] = tensor
            continue
        shape, slices = part
        if name not in values:
            values[name] = np.zeros(shape, np.asarray(tensor).dtype)
        values[name][slices] = tensor
    _written(path, values)
    return ()


def _written(path: str, values: dict[str, Any]) -> None:
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        write_arrays(path, values)
    except OSError as error:
        kind: type[OpError] = {errno.ENOSPC: ResourceExhaustedError, errno.EACCES: PermissionDeniedError}.get(
            error.errno or 0, UnknownError
        )
        raise kind(None, None, f"{path}: {error}") from error


def _restore_kernel(op: Operation) -> Kernel:
    wanted = op.attributes["dtypes"]

    def restore(prefix: Any, tensor_names: Any, shape_and_slices: Any) -> Any:
        (path,), names, parts = _texts(prefix), _texts(tensor_names), _texts(shape_and_slices)
        if not len(names) == len(parts) == len(wanted):
            raise ValueError(
                f"Got {len(names)} tensor names, {len(parts)} slices and {len(wanted)} dtypes: not as many "
                "of each"
            )
        if not arrays_exist(path):
            raise NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {path}",
            )
        arrays = read_arrays(path)
        return tuple(
            _restored(arrays, name, part, dtype, path)
            for name, part, dtype in zip(names, parts, wanted, strict=True)
        )

    return restore


def _restored(arrays: dict[str, Any], name: str, text: str, dtype: Any, path: str) -> Any:
    if name not in arrays:
        raise NotFoundError(None, None, f"Key {name} not found in checkpoint {path}")
    value, expected = arrays[name], dtype.base_dtype.numpy_dtype
    if value.dtype != expected:
        raise InvalidArgumentError(
            None,
            None,
            f"tensor_name = {name}; expected dtype {expected} does not equal original dtype {value.dtype}",
        )
    part = _part(text)
    if part is None:
        return value
    shape, slices = part
    if value.shape != shape:
        raise ValueError(
            f"Shape in shape_and_slice spec {list(shape)} does not match the shape in the save file: "
            f"{list(value.shape)}"
        )
    return np.ascontiguousarray(value[slices])


def _restored_shapes(op: Operation) -> Sequence[StaticShape]:
    known = constant_value(op.inputs[2])
    unknown: list[StaticShape] = [None] * len(op.attributes["dtypes"])
    if known is None or np.size(known) != len(unknown):
        return unknown
    parts = [_part(text) for text in _texts(known)]
    return [None if part is None else tuple(item.stop - item.start for item in part[1]) for part in parts]


def _sharded_filename(basename: Any, shard: Any, num_shards: Any) -> Any:
    (path,) = _texts(basename)
    return np.array(f"{path}-{int(shard):05d}-of-{int(num_shards):05d}".encode(), object)


def _merge_kernel(op: Operation) -> Kernel:
    deletes = op.attributes["delete_old_dirs"]

    def merge(checkpoint_prefixes: Any, destination_prefix: Any) -> tuple[()]:
        (destination,) = _texts(destination_prefix)
        values: dict[str, Any] = {}
        for prefix in _texts(checkpoint_prefixes):
            values |= read_arrays(prefix)
        _written(destination, values)
        if deletes:
            for prefix in _texts(checkpoint_prefixes):
                shutil.rmtree(os.path.dirname(prefix), ignore_errors=True)
        return ()

    return merge


_SAMPLE_FILE = os.path.join(tempfile.gettempdir(), "graphlog_sample_checkpoint")
_NAMES = (
    samples.text(_SAMPLE_FILE),
    samples.text(["w", "b"]),
    samples.text(["", ""]),
)
_VALUES = [samples.float32([1.5, -2.0]), samples.int64(3)]

SaveV2 = define_op(
    "SaveV2",
    ["prefix: string", "tensor_names: string", "shape_and_slices: string", "tensors: dtypes"],
    [],
    attributes={"dtypes": type_list()},
    shape=lambda op: [],
    kernel=_save,
    samples=[
        # It would leave a file behind.
        Sample((*_NAMES, _VALUES), is_runnable=False),
        Sample((*_NAMES, _VALUES[:1]), raises="not as many of each"),
    ],
    is_stateful=True,
)
RestoreV2 = define_op(
    "RestoreV2",
    ["prefix: string", "tensor_names: string", "shape_and_slices: string"],
    ["tensors: dtypes"],
    attributes={"dtypes": type_list()},
    shape=_restored_shapes,
    make_kernel=_restore_kernel,
    samples=[
        # There is no such file.
        Sample(_NAMES, {"dtypes": [dtypes.float32, dtypes.int64]}, is_runnable=False),
        Sample(_NAMES, {"dtypes": [dtypes.float32]}, raises="not as many of each"),
    ],
    is_stateful=True,
)
ShardedFilename = define_op(
    "ShardedFilename",
    ["basename: string", "shard: int32", "num_shards: int32"],
    ["filename: string"],
    shape=shape_rules.scalar,
    kernel=_sharded_filename,
    samples=[Sample((samples.text("model"), samples.int32(1), samples.int32(3)))],
)
MergeV2Checkpoints = define_op(
    "MergeV2Checkpoints",
    ["checkpoint_prefixes: string", "destination_prefix: string"],
    [],
    attributes={"delete_old_dirs": boolean(True)},
    shape=lambda op: [],
    make_kernel=_merge_kernel,
    # There are no such files.
    samples=[Sample((samples.text(["a", "b"]), samples.text("c")), is_runnable=False)],
    is_stateful=True,
)


def save_v2(
    prefix: Any, tensor_names: Any, shape_and_slices: Any, tensors: Sequence[Any], name: str | None = None
) -> Operation:
    """An operation that writes tensors to a checkpoint.

    Args:
        prefix: the path of the file without ``.npz``.
        tensor_names: under which names, a vector of strings.
        shape_and_slices: which part of an array each tensor is, as ``"4 3 0,2:-"`` says it; empty for all.
        tensors: the tensors.
        name: the operation's name.

    Returns:
        The Operation.

    Source: TensorFlow's ``SaveV2``.
    """
    return SaveV2.operation(prefix, tensor_names, shape_and_slices, list(tensors), name=name)


def restore_v2(
    prefix: Any, tensor_names: Any, shape_and_slices: Any, dtypes: Sequence[Any], name: str | None = None
) -> list[Tensor]:
    """Tensors from a checkpoint, of these dtypes; see ``save_v2`` (TensorFlow's ``RestoreV2``)."""
    operation = RestoreV2.operation(prefix, tensor_names, shape_and_slices, dtypes=list(dtypes), name=name)
    return list(operation.outputs)

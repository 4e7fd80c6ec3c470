"""SparseCross: what the features of several columns are together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, type_list, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.inputs.hashes import farm_fingerprint
from graphlog.ops.math import casts
from graphlog.ops.sparse import index_rules

_MULTIPLIER = 0xC6A4A7935BD1E995
_BITS = (1 << 64) - 1
_DEFAULT_HASH_KEY = 0xDECAFCAFFE


def fingerprint_cat(first: int, second: int) -> int:
    """One 64-bit fingerprint of two (``FingerprintCat64`` of TensorFlow)."""
    mixed = _shift_mix(second * _MULTIPLIER & _BITS) * _MULTIPLIER & _BITS
    result = ((first ^ _MULTIPLIER) ^ mixed) * _MULTIPLIER & _BITS
    return _shift_mix(_shift_mix(result) * _MULTIPLIER & _BITS)


def _shift_mix(value: int) -> int:
    return value ^ (value >> 47)


def _hashed(key: int, buckets: int) -> Callable[[Sequence[Any]], Any]:
    def function(features: Sequence[Any]) -> int:
        total = key & _BITS
        for feature in features:
            number = farm_fingerprint(feature) if isinstance(feature, bytes) else int(feature)
            total = fingerprint_cat(total, number & _BITS)
        return total % (buckets or np.iinfo(np.int64).max)

    return function


def _joined(features: Sequence[Any]) -> bytes:
    return b"_X_".join(item if isinstance(item, bytes) else str(item).encode() for item in features)


def _cross_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    count = attributes["N"]
    combine: Callable[[Sequence[Any]], Any] = _joined
    if attributes["hashed_output"]:
        combine = _hashed(attributes["hash_key"], attributes["num_buckets"])
    dtype = op.outputs[1].dtype.numpy_dtype

    def kernel(*inputs: Any) -> tuple[Any, Any, Any]:
        indices, values, sizes = (inputs[start * count : (start + 1) * count] for start in range(3))
        dense = inputs[3 * count :]
        for parts in zip(indices, values, sizes, strict=True):
            index_rules.check_parts(*parts)
            if len(parts[2]) != 2:
                raise ValueError(f"shape should imply a 2D tensor, but got shape [{len(parts[2])}]")
        for item in dense:
            if item.ndim != 2:
                raise ValueError("Dense inputs should be a matrix")
        lengths = [int(item[0]) for item in sizes] + [len(item) for item in dense]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"Expected batch size {lengths[0]}, got {next(n for n in lengths if n != lengths[0])}"
            )
        rows = lengths[0] if lengths else 0
        columns = [
            [part.tolist() for part in np.split(own, np.searchsorted(place[:, 0], np.arange(1, rows)))]
            for place, own in zip(indices, values, strict=True)
        ]
        columns += [[row.tolist() for row in item] for item in dense]
        found = [
            [combine(features) for features in itertools.product(*[column[row] for column in columns])]
            for row in range(rows)
        ]
        counts = np.array([len(row) for row in found], np.int64)
        row_numbers = np.repeat(np.arange(rows), counts)
        within = np.arange(len(row_numbers)) - np.repeat(np.cumsum(counts) - counts, counts)
        crossed = np.empty(len(row_numbers), dtype)
        crossed[:] = [item for row in found for item in row]
        index = np.stack([row_numbers, within], axis=1).astype(np.int64)
        return index, crossed, np.array([rows, counts.max(initial=0)], np.int64)

    return kernel


_FIRST = (samples.int64([[0, 0], [1, 0], [1, 1]]), samples.text(["a", "b", "c"]), samples.int64([2, 2]))
_SECOND = (samples.int64([[0, 0], [0, 1], [1, 0]]), samples.int64([1, 2, 3]), samples.int64([2, 2]))
_DENSE = samples.text([["d"], ["e"]])
_PAIR = tuple([one, other] for one, other in zip(_FIRST, _SECOND, strict=True))
_OPTIONS = {"hashed_output": False, "num_buckets": 0, "hash_key": _DEFAULT_HASH_KEY}
# TensorFlow registers no gradient for it.
SparseCross = define_op(
    "SparseCross",
    ["indices: N * int64", "values: sparse_types", "shapes: N * int64", "dense_inputs: dense_types"],
    ["output_indices: int64", "output_values: out_type", "output_shape: int64"],
    attributes={
        "N": integer(minimum=0),
        "hashed_output": boolean(),
        "num_buckets": integer(minimum=0),
        "hash_key": integer(),
        "sparse_types": type_list(dtypes.int64, dtypes.string, minimum=0),
        "dense_types": type_list(dtypes.int64, dtypes.string, minimum=0),
        "out_type": types(dtypes.int64, dtypes.string),
        "internal_type": types(dtypes.int64, dtypes.string),
    },
    shape=lambda op: [(None, 2), (None,), (2,)],
    make_kernel=_cross_kernel,
    samples=[
        Sample(
            (*_PAIR, [_DENSE]),
            {**_OPTIONS, "out_type": dtypes.string, "internal_type": dtypes.string},
        ),
        Sample(
            (*_PAIR, []),
            {
                **_OPTIONS,
                "hashed_output": True,
                "num_buckets": 100,
                "out_type": dtypes.int64,
                "internal_type": dtypes.string,
            },
        ),
        Sample(
            (*_PAIR, [_DENSE[:1]]),
            {**_OPTIONS, "out_type": dtypes.string, "internal_type": dtypes.string},
            raises="Expected batch size 2, got 1",
        ),
    ],
)


def sparse_cross(inputs: Sequence[Any], name: str | None = None) -> SparseTensor:
    """All combinations of the features in the same row of several tensors, as texts.

    Args:
        inputs: a list of SparseTensors and Tensors of rank 2, of integers or strings, with as many rows.
        name: the operation's name.

    Returns:
        A SparseTensor of strings, in which the features are joined by ``_X_``.

    Raises:
        TypeError: ``inputs`` is no list, or something in it is no tensor.

    Source: ``tf.sparse.cross``.
    """
    return _crossed(inputs, name, dtypes.string, hashed_output=False, num_buckets=0, hash_key=None)


def sparse_cross_hashed(
    inputs: Sequence[Any], num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """``sparse_cross`` with an int64 hash of each combination.

    Args:
        inputs: as for ``sparse_cross``.
        num_buckets: the hashes are below this number; 0 for no such limit.
        hash_key: what the hashes start from; a fixed number if None.
        name: the operation's name.

    Returns:
        A SparseTensor of int64.

    Source: ``tf.sparse.cross_hashed``.
    """
    return _crossed(
        inputs, name, dtypes.int64, hashed_output=True, num_buckets=num_buckets, hash_key=hash_key
    )


def _crossed(
    inputs: Sequence[Any], name: str | None, out_type: Any, hash_key: int | None, **options: Any
) -> SparseTensor:
    if not isinstance(inputs, list):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(item, SparseTensor | Tensor) for item in inputs):
        raise TypeError("All inputs must be SparseTensors")
    sparse = [item for item in inputs if isinstance(item, SparseTensor)]
    dense = [item for item in inputs if not isinstance(item, SparseTensor)]
    values, dense = [_as_features(item.values) for item in sparse], [_as_features(item) for item in dense]
    is_text = all(item.dtype.base_dtype is dtypes.string for item in [*values, *dense])
    outputs = SparseCross.operation(
        [item.indices for item in sparse],
        values,
        [item.dense_shape for item in sparse],
        dense,
        hash_key=hash_key or _DEFAULT_HASH_KEY,
        out_type=out_type,
        internal_type=dtypes.string if is_text else dtypes.int64,
        name=name,
        **options,
    ).outputs
    return SparseTensor(*outputs)


def _as_features(tensor: Tensor) -> Tensor:
    return tensor if tensor.dtype.base_dtype is dtypes.string else casts.cast(tensor, dtypes.int64)

"""Strings as numbers of buckets, by their hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, integer
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.inputs.hashes import farm_fingerprint, murmur_hash, sip_hash
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.strings.string_kernels import mapped

_WORDS = samples.text([["hello", "Wörld"], ["", "x" * 99]])


def _bucket_kernel(hash_function: Callable[[bytes], int]) -> Callable[[Operation], Kernel]:
    def make_kernel(op: Operation) -> Kernel:
        count = op.attributes["num_buckets"]
        return lambda values: mapped(lambda value: hash_function(value) % count, values, dtype=np.int64)

    return make_kernel


def _strong_kernel(op: Operation) -> Kernel:
    count, key = op.attributes["num_buckets"], op.attributes["key"]

    def kernel(values: Any) -> Any:
        if len(key) != 2:
            raise ValueError("Key must have 2 elements")
        pair = key[0], key[1]
        return mapped(lambda value: sip_hash(value, pair) % count, values, dtype=np.int64)

    return kernel


# TensorFlow registers no gradients here.
StringToHashBucket = define_op(
    "StringToHashBucket",
    ["string_tensor: string"],
    ["output: int64"],
    attributes={"num_buckets": integer(minimum=1)},
    shape=shape_rules.unchanged,
    make_kernel=_bucket_kernel(murmur_hash),
    samples=[Sample((_WORDS,), {"num_buckets": 1000})],
)
StringToHashBucketFast = define_op(
    "StringToHashBucketFast",
    ["input: string"],
    ["output: int64"],
    attributes={"num_buckets": integer(minimum=1)},
    shape=shape_rules.unchanged,
    make_kernel=_bucket_kernel(farm_fingerprint),
    samples=[Sample((_WORDS,), {"num_buckets": 1000})],
)
StringToHashBucketStrong = define_op(
    "StringToHashBucketStrong",
    ["input: string"],
    ["output: int64"],
    attributes={"num_buckets": integer(minimum=1), "key": Attribute("list(int)")},
    shape=shape_rules.unchanged,
    make_kernel=_strong_kernel,
    samples=[
        Sample((_WORDS,), {"num_buckets": 1000, "key": [3, -5]}),
        Sample((_WORDS,), {"num_buckets": 9, "key": [3]}, raises="Key must have 2 elements"),
    ],
)


def string_to_hash_bucket(
    string_tensor: Any = None, num_buckets: int | None = None, name: str | None = None, input: Any = None
) -> Tensor:
    """The hash of each string, modulo a number of buckets.

    Args:
        string_tensor: a tensor of strings.
        num_buckets: how many buckets there are.
        name: the operation's name.
        input: the newer name of ``string_tensor``.

    Returns:
        An int64 Tensor of the same shape.

    Source: TensorFlow's ``StringToHashBucket`` (MurmurHash64A).
    """
    tensor = renamed_argument("input", input, "string_tensor", string_tensor)
    return StringToHashBucket(tensor, num_buckets=num_buckets, name=name)


def string_to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """The same by a faster hash (TensorFlow's ``StringToHashBucketFast``: FarmHash's Fingerprint64)."""
    return StringToHashBucketFast(input, num_buckets=num_buckets, name=name)


def string_to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Sequence[int], name: str | None = None
) -> Tensor:
    """The same by a hash that nobody foresees without its key.

    Args:
        input: a tensor of strings.
        num_buckets: how many buckets there are.
        key: two integers.
        name: the operation's name.

    Returns:
        An int64 Tensor of the same shape.

    Source: TensorFlow's ``StringToHashBucketStrong`` (SipHash-2-4).
    """
    return StringToHashBucketStrong(input, num_buckets=num_buckets, key=key, name=name)

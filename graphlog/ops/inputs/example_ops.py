"""The operations that parse serialized Examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, integer
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.inputs.example_kernels import Dense, keys_of, parsed_batch, parsed_one, parsed_sequence
from graphlog.ops.strings.string_kernels import as_text

_TYPES = (dtypes.float32, dtypes.int64, dtypes.string)


def _type_list(default: Any = None) -> Attribute:
    if default is None:
        return Attribute("list(type)", allowed=_TYPES, minimum=0)
    return Attribute("list(type)", default, _TYPES, 0)


def _parts(values: Sequence[Any], *sizes: int) -> list[Sequence[Any]]:
    """Values cut into pieces of these sizes, and the rest."""
    pieces, start = [], 0
    for size in sizes:
        pieces.append(values[start : start + size])
        start += size
    return [*pieces, values[start:]]


def _batch_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    sparse_types, dense_types = attributes["sparse_types"], attributes["Tdense"]
    shapes = [shape.as_tuple() for shape in attributes["dense_shapes"]]

    def kernel(serialized: Any, names: Any, *rest: Any) -> Any:
        if np.ndim(serialized) != 1:
            raise ValueError(f"Expected serialized to be a vector, got shape: {list(np.shape(serialized))}")
        sparse_keys, dense_keys, defaults = _parts(rest, attributes["Nsparse"], attributes["Ndense"])
        dense = [
            Dense(*of_key) for of_key in zip(keys_of(dense_keys), dense_types, shapes, defaults, strict=True)
        ]
        sparse = list(zip(keys_of(sparse_keys), sparse_types, strict=True))
        return parsed_batch(serialized, np.asarray(names, object), sparse, dense)

    return kernel


def _single_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    sparse = list(zip(keys_of(attributes["sparse_keys"]), attributes["sparse_types"], strict=True))
    shapes = [shape.as_tuple() for shape in attributes["dense_shapes"]]
    dense_keys, dense_types = keys_of(attributes["dense_keys"]), attributes["Tdense"]

    def kernel(serialized: Any, *defaults: Any) -> Any:
        dense = [Dense(*of_key) for of_key in zip(dense_keys, dense_types, shapes, defaults, strict=True)]
        return parsed_one(np.asarray(serialized, object).item(), sparse, dense)

    return kernel


def _sequence_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    counts = [
        attributes[f"N{part}_{kind}"] for part in ("context", "feature_list") for kind in ("sparse", "dense")
    ]
    context_shapes = [shape.as_tuple() for shape in attributes["context_dense_shapes"]]
    list_shapes = [shape.as_tuple() for shape in attributes["feature_list_dense_shapes"]]

    def kernel(serialized: Any, may_be_missing: Any, *rest: Any) -> Any:
        parts = _parts(rest, *counts, len(context_shapes))
        sparse_keys, dense_keys, list_sparse_keys, list_dense_keys = [keys_of(part) for part in parts[:4]]
        defaults, (debug_name,) = parts[4], parts[5]
        dense_types, list_types = attributes["Tcontext_dense"], attributes["feature_list_dense_types"]
        dense = [
            Dense(*of_key) for of_key in zip(dense_keys, dense_types, context_shapes, defaults, strict=True)
        ]
        sparse = list(zip(sparse_keys, attributes["context_sparse_types"], strict=True))
        sparse_lists = list(zip(list_sparse_keys, attributes["feature_list_sparse_types"], strict=True))
        dense_lists = list(zip(list_dense_keys, list_types, list_shapes, strict=True))
        return parsed_sequence(
            np.asarray(serialized, object).item(),
            as_text(np.asarray(debug_name, object).item()),
            (sparse, dense),
            (sparse_lists, dense_lists),
            frozenset(keys_of(np.asarray(may_be_missing, object).ravel().tolist())),
        )

    return kernel


def _sparse_shapes(count: int, rank: int) -> list[StaticShape]:
    return [*[(None, rank)] * count, *[(None,)] * count, *[(rank,)] * count]


def _after(size: int | None, shape: StaticShape) -> StaticShape:
    return None if shape is None else (size, *shape)


def _batch_shapes(op: Operation) -> list[StaticShape]:
    (size,) = shape_rules.with_rank(op.inputs[0].static_shape, 1)
    shapes = [shape.as_tuple() for shape in op.attributes["dense_shapes"]]
    return [*_sparse_shapes(op.attributes["Nsparse"], 2), *[_after(size, shape) for shape in shapes]]


def _single_shapes(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    shapes = [shape.as_tuple() for shape in op.attributes["dense_shapes"]]
    return [*_sparse_shapes(op.attributes["num_sparse"], 1), *shapes]


def _sequence_shapes(op: Operation) -> list[StaticShape]:
    attributes = op.attributes
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    return [
        *_sparse_shapes(attributes["Ncontext_sparse"], 1),
        *[shape.as_tuple() for shape in attributes["context_dense_shapes"]],
        *_sparse_shapes(attributes["Nfeature_list_sparse"], 2),
        *[_after(None, shape.as_tuple()) for shape in attributes["feature_list_dense_shapes"]],
    ]


# An Example with the features a = int64s [1, 2, 3] and b = strings ["x"].
_EXAMPLE = b"\n\x1a\n\x0c\n\x01a\x12\x07\x1a\x05\n\x03\x01\x02\x03\n\n\n\x01b\x12\x05\n\x03\n\x01x"
_NO_NAMES, _NO_DEFAULT = samples.text([]), samples.int64([])
_A, _B = samples.text("a"), samples.text("b")
_LISTED = {"sparse_types": [dtypes.string], "dense_shapes": [[3]]}
_WRONG_SIZE = "Key: a, Index: 0.  Number of int64 values != expected.  Values size: 3 but output shape: [2]"

# TensorFlow registers no gradients here.
ParseExample = define_op(
    "ParseExample",
    [
        *("serialized: string", "names: string", "sparse_keys: Nsparse * string"),
        *("dense_keys: Ndense * string", "dense_defaults: Tdense"),
    ],
    [
        *("sparse_indices: Nsparse * int64", "sparse_values: sparse_types", "sparse_shapes: Nsparse * int64"),
        "dense_values: Tdense",
    ],
    attributes={
        "Nsparse": integer(minimum=0),
        "Ndense": integer(minimum=0),
        "sparse_types": _type_list(),
        "Tdense": _type_list(),
        "dense_shapes": Attribute("list(shape)", minimum=0),
    },
    shape=_batch_shapes,
    make_kernel=_batch_kernel,
    samples=[
        Sample((samples.text([]), _NO_NAMES, [_B], [_A], [_NO_DEFAULT]), _LISTED),
        Sample((np.array([_EXAMPLE] * 2, object), _NO_NAMES, [_B], [_A], [_NO_DEFAULT]), _LISTED),
        Sample(
            (np.array([_EXAMPLE], object), _NO_NAMES, [], [_A], [_NO_DEFAULT]),
            {"sparse_types": [], "dense_shapes": [[2]]},
            raises=_WRONG_SIZE,
        ),
    ],
)
ParseSingleExample = define_op(
    "ParseSingleExample",
    ["serialized: string", "dense_defaults: Tdense"],
    [
        *("sparse_indices: num_sparse * int64", "sparse_values: sparse_types"),
        *("sparse_shapes: num_sparse * int64", "dense_values: Tdense"),
    ],
    attributes={
        "num_sparse": integer(minimum=0),
        "sparse_keys": Attribute("list(string)", minimum=0),
        "dense_keys": Attribute("list(string)", minimum=0),
        "sparse_types": _type_list(),
        "Tdense": _type_list(),
        "dense_shapes": Attribute("list(shape)", minimum=0),
    },
    shape=_single_shapes,
    make_kernel=_single_kernel,
    samples=[
        Sample(
            (np.array(_EXAMPLE, object), [_NO_DEFAULT]),
            {**_LISTED, "num_sparse": 1, "sparse_keys": ["b"], "dense_keys": ["a"]},
        ),
        Sample(
            (samples.text(""), [_NO_DEFAULT]),
            {**_LISTED, "num_sparse": 1, "sparse_keys": ["b"], "dense_keys": ["a"]},
            raises="Feature: a (data type: int64) is required but could not be found.",
        ),
    ],
)
ParseSingleSequenceExample = define_op(
    "ParseSingleSequenceExample",
    [
        *("serialized: string", "feature_list_dense_missing_assumed_empty: string"),
        *("context_sparse_keys: Ncontext_sparse * string", "context_dense_keys: Ncontext_dense * string"),
        "feature_list_sparse_keys: Nfeature_list_sparse * string",
        "feature_list_dense_keys: Nfeature_list_dense * string",
        *("context_dense_defaults: Tcontext_dense", "debug_name: string"),
    ],
    [
        *("context_sparse_indices: Ncontext_sparse * int64", "context_sparse_values: context_sparse_types"),
        *("context_sparse_shapes: Ncontext_sparse * int64", "context_dense_values: Tcontext_dense"),
        "feature_list_sparse_indices: Nfeature_list_sparse * int64",
        "feature_list_sparse_values: feature_list_sparse_types",
        "feature_list_sparse_shapes: Nfeature_list_sparse * int64",
        "feature_list_dense_values: feature_list_dense_types",
    ],
    attributes={
        "Ncontext_sparse": integer(0, minimum=0),
        "Ncontext_dense": integer(0, minimum=0),
        "Nfeature_list_sparse": integer(0, minimum=0),
        "Nfeature_list_dense": integer(0, minimum=0),
        "context_sparse_types": _type_list([]),
        "Tcontext_dense": _type_list([]),
        "feature_list_dense_types": _type_list([]),
        "context_dense_shapes": Attribute("list(shape)", [], minimum=0),
        "feature_list_sparse_types": _type_list([]),
        "feature_list_dense_shapes": Attribute("list(shape)", [], minimum=0),
    },
    shape=_sequence_shapes,
    make_kernel=_sequence_kernel,
    samples=[
        # The context of a SequenceExample lies where the features of an Example do.
        Sample(
            (
                *(np.array(_EXAMPLE, object), _A.reshape(1), [_B], [_A], [_B], [_A]),
                *([_NO_DEFAULT], samples.text("name")),
            ),
            {
                "context_sparse_types": [dtypes.string],
                "context_dense_shapes": [[3]],
                "feature_list_sparse_types": [dtypes.float32],
                "feature_list_dense_types": [dtypes.int64],
                "feature_list_dense_shapes": [[2]],
            },
        ),
        Sample(
            (samples.text(""), _NO_NAMES, [], [], [], [_A], [], samples.text("name")),
            {"feature_list_dense_types": [dtypes.int64], "feature_list_dense_shapes": [[2]]},
            raises="Name: name, Feature list 'a' is required but could not be found.",
        ),
    ],
)

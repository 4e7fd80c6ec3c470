"""Parsing serialized Examples (``tf.parse_example`` and its neighbours)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries, slicing
from graphlog.ops.array.axes import expand_dims, squeeze
from graphlog.ops.control_flow.grouping import with_dependencies
from graphlog.ops.debugging.logging_ops import Assert
from graphlog.ops.inputs import example_ops
from graphlog.ops.inputs.features import (
    FeatureArguments,
    FixedLenFeature,
    FixedLenSequenceFeature,
    SparseFeature,
    VarLenFeature,
    name_part,
    sparse_triples,
    with_unknown_lengths,
)
from graphlog.ops.math import comparisons
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.sparse.selections import sparse_merge

_ALL_KINDS = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)


def parse_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of a batch of serialized Examples.

    Args:
        serialized: a vector of strings, each a ``tf.train.Example``.
        features: for each name of a feature a FixedLenFeature, VarLenFeature, SparseFeature, or a
            FixedLenSequenceFeature that may be missing.
        name: the name of the scope of the operations.
        example_names: a vector of names for error messages.

    Returns:
        For each name a Tensor or a SparseTensor, whose first dimension is that of the batch.

    Raises:
        ValueError: the features are not complete.

    Source: ``tf.parse_example``, TensorFlow's ``ParseExample``.
    """
    if not features:
        raise ValueError(f"Missing: features was {features}.")
    features = with_unknown_lengths(features)
    outputs = _parsed(serialized, example_names, FeatureArguments(features, _ALL_KINDS), name)
    return _with_sparse_features(features, outputs)


def _parsed(serialized: Any, names: Any, arguments: FeatureArguments, name: str | None) -> dict[str, Any]:
    with name_scope(name, "ParseExample", [serialized, names]):
        arguments.check()
        defaults = arguments.default_tensors()
        outputs = example_ops.ParseExample.operation(
            serialized,
            [] if names is None else names,
            list(arguments.sparse),
            list(arguments.dense),
            defaults,
            sparse_types=list(arguments.sparse.values()),
            dense_shapes=arguments.dense_shapes,
            name=name,
        ).outputs
        return _by_key(arguments, outputs)


def _by_key(arguments: FeatureArguments, outputs: Any) -> dict[str, Any]:
    count = len(arguments.sparse)
    sparse = [SparseTensor(*triple) for triple in sparse_triples(outputs, count)]
    return dict(zip([*arguments.sparse, *arguments.dense], [*sparse, *outputs[3 * count :]], strict=True))


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of one serialized Example.

    Args:
        serialized: a scalar string, a ``tf.train.Example``.
        features: see ``parse_example``.
        name: the name of the scope of the operations.
        example_names: a scalar string, the Example's name for error messages.

    Returns:
        For each name a Tensor or a SparseTensor.

    Raises:
        ValueError: the features are not complete.

    Source: ``tf.parse_single_example``, TensorFlow's ``ParseSingleExample``.
    """
    if not features:
        raise ValueError("Missing features.")
    features = with_unknown_lengths(features)
    arguments = FeatureArguments(features, _ALL_KINDS)
    if example_names is not None:
        outputs = _parsed_as_batch(serialized, example_names, arguments, name)
        return _with_sparse_features(features, outputs)
    with name_scope(name, "ParseSingleExample", [serialized]):
        serialized = convert_to_tensor(serialized, name="serialized")
        arguments.check()
        defaults = arguments.default_tensors()
        parsed = example_ops.ParseSingleExample.operation(
            serialized,
            defaults,
            num_sparse=len(arguments.sparse),
            sparse_keys=list(arguments.sparse),
            sparse_types=list(arguments.sparse.values()),
            dense_keys=list(arguments.dense),
            dense_shapes=arguments.dense_shapes,
            name=name,
        )
        outputs = _by_key(arguments, parsed.outputs)
    return _with_sparse_features(features, outputs)


def _parsed_as_batch(
    serialized: Any, example_name: Any, arguments: FeatureArguments, name: str | None
) -> dict[str, Any]:
    """One Example with a name, parsed as a batch of one."""
    with name_scope(name, "ParseSingleExample", [serialized, example_name]):
        serialized = _in_batch(serialized, "serialized", "Serialized")
        example_name = _in_batch(example_name, "names", "Names")
        outputs = _parsed(serialized, example_name, arguments, name)
        for key in arguments.dense:
            outputs[key] = squeeze(outputs[key], [0], name=f"Squeeze_{name_part(key)}")
        for key in arguments.sparse:
            sparse = outputs[key]
            outputs[key] = SparseTensor(
                slicing.slice(sparse.indices, [0, 1], [-1, -1], name=f"Slice_Indices_{name_part(key)}"),
                sparse.values,
                slicing.slice(sparse.dense_shape, [1], [-1], name=f"Squeeze_Shape_{name_part(key)}"),
            )
        return outputs


def _in_batch(value: Any, what: str, scope: str) -> Tensor:
    tensor = convert_to_tensor(value)
    message = f"Input {what} must be a scalar"
    if tensor.static_shape is None:
        is_scalar = comparisons.equal(shape_queries.rank(tensor), 0)
        check = Assert(is_scalar, [message], name=f"{scope}IsScalar")
        tensor = with_dependencies([check], tensor, name=f"{scope}Dependencies")
    elif tensor.static_shape:
        raise ValueError(message)
    return expand_dims(tensor, 0)


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of one serialized SequenceExample.

    Args:
        serialized: a scalar string, a ``tf.train.SequenceExample``.
        context_features: for each name of a feature of its context a FixedLenFeature or VarLenFeature.
        sequence_features: for each name of a feature list a FixedLenSequenceFeature or VarLenFeature.
        example_name: a scalar string, the name of the SequenceExample for error messages.
        name: the name of the scope of the operations.

    Returns:
        For each name a Tensor or a SparseTensor: those of the context, and those of the feature lists.

    Raises:
        ValueError: the features are not complete.

    Source: ``tf.parse_single_sequence_example``, TensorFlow's ``ParseSingleSequenceExample``.
    """
    if not context_features and not sequence_features:
        raise ValueError("Missing features.")
    context = FeatureArguments(context_features, (VarLenFeature, FixedLenFeature))
    lists = FeatureArguments(sequence_features, (VarLenFeature, FixedLenSequenceFeature))
    with name_scope(name, "ParseSingleSequenceExample", [serialized]):
        for key, value in lists.defaults.items():
            if value is not None:
                raise ValueError(f"Value feature_list_dense_defaults[{key}] must be None")
        for arguments in (context, lists):
            if arguments.dense or arguments.sparse:
                arguments.check()
        outputs = example_ops.ParseSingleSequenceExample.operation(
            serialized,
            list(lists.defaults),
            list(context.sparse),
            list(context.dense),
            list(lists.sparse),
            list(lists.dense),
            context.default_tensors(),
            "" if example_name is None else example_name,
            context_sparse_types=list(context.sparse.values()),
            context_dense_shapes=context.dense_shapes,
            feature_list_sparse_types=list(lists.sparse.values()),
            feature_list_dense_types=[dtype for dtype, _ in lists.dense.values()],
            feature_list_dense_shapes=lists.dense_shapes,
            name=name,
        ).outputs
        end = 3 * len(context.sparse) + len(context.dense)
        # TensorFlow makes the SparseTensors of both, and so their scopes, in this order.
        return _by_key(context, outputs[:end]), _by_key(lists, outputs[end:])


def _with_sparse_features(features: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What was parsed, with one SparseTensor for each SparseFeature and without its parts."""
    result = dict(outputs)
    for key, feature in sorted(features.items()):
        if isinstance(feature, SparseFeature):
            is_one = isinstance(feature.index_key, str)
            keys = [feature.index_key] if is_one else feature.index_key
            positions = [outputs[index_key] for index_key in keys]
            result[key] = sparse_merge(
                positions[0] if is_one else positions,
                outputs[feature.value_key],
                vocab_size=feature.size,
                already_sorted=feature.already_sorted,
            )
    return {key: value for key, value in result.items() if key in features}

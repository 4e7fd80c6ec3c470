"""What all layers of ``tf.contrib.layers`` do with their variables and outputs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from graphlog.contrib.framework.variables import model_variable
from graphlog.core.default_graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.ops.state.variable_collections import add_to_collection, add_to_collections, get_collection
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization

# The names of layers that a tensor is the output of.
_ALIASES: WeakKeyDictionary[Tensor, list[str]] = WeakKeyDictionary()


def collect_named_outputs(collections: Any, alias: str, outputs: Tensor) -> Tensor:
    """Adds the output of a layer to collections, under the layer's name.

    Args:
        collections: a collection or several; None for none.
        alias: the name of the layer.
        outputs: the output.

    Returns:
        The output.

    Source: ``tf.contrib.layers.utils.collect_named_outputs``.
    """
    if collections:
        append_tensor_alias(outputs, alias)
        add_to_collections(collections, outputs)
    return outputs


def append_tensor_alias(tensor: Tensor, alias: str) -> Tensor:
    """Gives a tensor one more name, under which ``convert_collection_to_dict`` lists it."""
    _ALIASES.setdefault(tensor, []).append(alias.removesuffix("/"))
    return tensor


def get_tensor_aliases(tensor: Tensor) -> list[str]:
    """The names a tensor was given; its own if there are none."""
    return list(_ALIASES.get(tensor) or [tensor.name.removesuffix(":0")])


def gather_tensors_aliases(tensors: Iterable[Tensor]) -> list[str]:
    """The names of several tensors; see ``get_tensor_aliases``."""
    return [alias for tensor in tensors for alias in get_tensor_aliases(tensor)]


def convert_collection_to_dict(collection: str, clear_collection: bool = False) -> OrderedDict[str, Tensor]:
    """The tensors of a collection by the names of the layers they come from.

    Args:
        collection: the collection.
        clear_collection: whether the collection is emptied.

    Returns:
        An ordered dict.

    Source: ``tf.contrib.layers.utils.convert_collection_to_dict``.
    """
    named = OrderedDict(
        (alias, tensor) for tensor in get_collection(collection) for alias in get_tensor_aliases(tensor)
    )
    if clear_collection:
        get_default_graph().clear_collection(collection)
    return named


def get_variable_collections(variables_collections: Any, name: str) -> Any:
    """The collections for the variables of a name: the same for all, or from a dict."""
    if isinstance(variables_collections, Mapping):
        return variables_collections.get(name)
    return variables_collections


def add_variable_to_collections(variable: Any, variables_collections: Any, name: str) -> None:
    """Adds a variable (or None) to the collections for its name, once."""
    if variable is None:
        return
    for collection in get_variable_collections(variables_collections, name) or []:
        if all(variable is not item for item in get_collection(collection)):
            add_to_collection(collection, variable)


def variable_getter(names: Mapping[str, str] | None = None) -> Callable[..., Any]:
    """A custom getter that makes model variables, some of them under other names.

    Args:
        names: the names to use, by those that layers use.
    """
    renamed = names or {}

    def make(
        getter: Callable[..., Any],
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        **_: Any,
    ) -> Any:
        *scopes, last = name.split("/")
        return model_variable(
            "/".join([*scopes, renamed.get(last, last)]),
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections,
            trainable=trainable,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=getter,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    return make


# The names that convolutions and dense layers give to their variables.
WEIGHTS_AND_BIASES = {"bias": "biases", "kernel": "weights"}


def finished(
    outputs: Any,
    normalizer_fn: Any,
    normalizer_params: Any,
    activation_fn: Any,
    outputs_collections: Any,
    alias: str,
) -> Any:
    """The output of a layer, normalized, through its activation, and collected."""
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(outputs_collections, alias, outputs)


# What data formats of images and volumes may be, by the number of dimensions of space.
FORMATS = {2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def is_channels_first(data_format: str | None, *allowed: str | None) -> bool:
    """Whether channels come before the dimensions of space.

    Args:
        data_format: such as ``"NHWC"``.
        *allowed: what it may be.

    Raises:
        ValueError: it is something else.
    """
    if data_format not in allowed:
        first, second = allowed[1], allowed[0]
        raise ValueError(f"data_format has to be either {first} or {second}.")
    return bool(data_format) and str(data_format).startswith("NC")


def long_format(data_format: str | None) -> str:
    """``"NHWC"`` as ``"channels_last"``, and so on."""
    return "channels_first" if data_format and data_format.startswith("NC") else "channels_last"


def known_rank(inputs: Tensor) -> int:
    """The rank of an input, which has to be known; ValueError where it is not."""
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    return rank


def last_dimension(tensor: Tensor, axis: int = -1, min_rank: int = 1) -> int:
    """The size of an axis, which has to be known; ValueError where it is not."""
    dims = tensor.shape.dims
    if dims is None:
        raise ValueError("dims of shape must be known but is None")
    if len(dims) < min_rank:
        raise ValueError(f"rank of shape must be at least {min_rank} not: {len(dims)}")
    value = dims[axis].value
    if value is None:
        raise ValueError(f"dimension {axis} of shape must be known but is None: {tensor.shape}")
    return int(value)

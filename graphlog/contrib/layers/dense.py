"""Dense layers (``tf.contrib.layers``)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.layers.collecting import (
    WEIGHTS_AND_BIASES,
    add_variable_to_collections,
    finished,
    variable_getter,
)
from graphlog.contrib.layers.initializers import xavier_initializer
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.layers import core
from graphlog.ops.array import arrays, packing, shape_queries
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.nn import activations, bias
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_collections import add_to_collections
from graphlog.ops.state.variable_scope import get_variable, variable_scope


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: int,
    activation_fn: Any = activations.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A dense layer with variables ``weights`` and ``biases``.

    Args:
        inputs: a tensor of rank 2 or more.
        num_outputs: the size of the last dimension of the output.
        activation_fn: a function of the output; None for none.
        normalizer_fn: a function that takes the place of the bias, such as ``batch_norm``; None for none.
        normalizer_params: its keyword arguments.
        weights_initializer: what makes the first value of ``weights``.
        weights_regularizer: a function from ``weights`` to a loss that is collected.
        biases_initializer: what makes that of ``biases``; None for no bias.
        biases_regularizer: one from ``biases``.
        reuse: whether the variables of this scope are used again.
        variables_collections: collections for the variables, or a dict of collections by their names.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        scope: the scope of operations and variables.

    Returns:
        A Tensor.

    Raises:
        ValueError: ``num_outputs`` is no int.

    Source: ``tf.contrib.layers.fully_connected``.
    """
    if not isinstance(num_outputs, int):
        raise ValueError(f"num_outputs type should be one of {[int]}, got {type(num_outputs)}.")
    with variable_scope(
        scope, "fully_connected", [inputs], reuse=reuse, custom_getter=variable_getter(WEIGHTS_AND_BIASES)
    ) as opened:
        inputs = convert_to_tensor(inputs)
        layer = core.Dense(
            units=num_outputs,
            use_bias=not normalizer_fn and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=opened.name,
            dtype=inputs.dtype.base_dtype,
            _scope=opened,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        add_variable_to_collections(layer.kernel, variables_collections, "weights")
        add_variable_to_collections(layer.bias, variables_collections, "biases")
        return finished(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections, opened.name
        )


linear = functools.partial(fully_connected, activation_fn=None)
relu = functools.partial(fully_connected, activation_fn=activations.relu)
relu6 = functools.partial(fully_connected, activation_fn=activations.relu6)
elu = functools.partial(fully_connected, activation_fn=activations.elu)


def legacy_fully_connected(
    x: Any,
    num_output_units: int,
    activation_fn: Any = None,
    weight_init: Any = xavier_initializer(),  # noqa: B008
    bias_init: Any = Zeros(),  # noqa: B008
    name: str | None = None,
    weight_collections: Sequence[str] | None = (GraphKeys.WEIGHTS,),
    bias_collections: Sequence[str] | None = (GraphKeys.BIASES,),
    output_collections: Sequence[str] | None = (GraphKeys.ACTIVATIONS,),
    trainable: bool = True,
    weight_regularizer: Any = None,
    bias_regularizer: Any = None,
) -> Tensor:
    """A dense layer with variables ``weights`` and ``bias``, in an older form.

    Args:
        x: a tensor of rank 2 or more.
        num_output_units: the size of the last dimension of the output.
        activation_fn: a function of the output; None for none.
        weight_init: what makes the first value of ``weights``.
        bias_init: what makes that of ``bias``; None for no bias.
        name: the scope.
        weight_collections: collections for ``weights``.
        bias_collections: collections for ``bias``.
        output_collections: collections for the output, besides ``GraphKeys.ACTIVATIONS``.
        trainable: whether optimizers change the variables.
        weight_regularizer: a function from ``weights`` to a loss that is collected.
        bias_regularizer: one from ``bias``.

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank of ``x`` is below 2 or unknown, or its last dimension is unknown.

    Source: ``tf.contrib.layers.legacy_fully_connected``.
    """
    with variable_scope(name, "fully_connected", [x]):
        x = convert_to_tensor(x)
        if x.static_shape is None:
            raise ValueError("dims of x must be known but is None")
        sizes = list(x.static_shape)
        if len(sizes) < 2:
            raise ValueError(f"rank of x must be at least 2 not: {len(sizes)}")
        if sizes[-1] is None:
            raise ValueError("last dimension of x must be known but is None")
        weights = get_variable(
            "weights",
            shape=[sizes[-1], num_output_units],
            dtype=x.dtype.base_dtype,
            initializer=weight_init,
            collections=[*(weight_collections or ()), GraphKeys.GLOBAL_VARIABLES],
            regularizer=weight_regularizer,
            trainable=trainable,
        )
        rows = x if len(sizes) <= 2 else arrays.reshape(x, [-1, sizes[-1]])
        outputs: Any = matmul.matmul(rows, weights)
        if bias_init is not None:
            offset = get_variable(
                "bias",
                shape=[num_output_units],
                dtype=x.dtype.base_dtype,
                initializer=bias_init,
                collections=[*(bias_collections or ()), GraphKeys.GLOBAL_VARIABLES],
                regularizer=bias_regularizer,
                trainable=trainable,
            )
            outputs = bias.bias_add(outputs, offset)
        if len(sizes) > 2:
            wanted: list[Any] = [*packing.unstack(shape_queries.shape(x))[:-1], num_output_units]
            outputs = arrays.reshape(outputs, packing.stack(wanted))
            outputs.set_shape([*sizes[:-1], num_output_units])
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        add_to_collections([*(output_collections or ()), GraphKeys.ACTIVATIONS], outputs)
        result: Tensor = outputs
        return result


legacy_relu = functools.partial(legacy_fully_connected, activation_fn=activations.relu)
legacy_linear = functools.partial(legacy_fully_connected, activation_fn=None)

"""Normalization of single examples, and biases (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.framework.variables import model_variable
from graphlog.contrib.layers.collecting import (
    finished,
    get_variable_collections,
    is_channels_first,
    known_rank,
)
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, joining, shape_queries, slicing
from graphlog.ops.math import division, elementwise, moments, reductions, roots
from graphlog.ops.nn import batch_normalization, bias
from graphlog.ops.state.initializers import Ones, Zeros
from graphlog.ops.state.variable_scope import variable_scope


@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Any = None,
    initializer: Any = Zeros(),  # noqa: B008
    regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """The input plus a variable ``biases`` for each channel.

    Args:
        inputs: a tensor of rank 2 or more; of rank 4 with ``"NCHW"``.
        activation_fn: a function of the output; None for none.
        initializer: what makes the first value of ``biases``.
        regularizer: a function from ``biases`` to a loss that is collected.
        reuse: whether the variables of this scope are used again.
        variables_collections: collections for ``biases``.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        scope: the scope of operations and variables.

    Returns:
        A Tensor.

    Raises:
        ValueError: the number of channels is unknown, or the data format does not fit.

    Source: ``tf.contrib.layers.bias_add``.
    """
    is_first = is_channels_first(data_format, "NHWC", "NCHW")
    with variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as opened:
        inputs = convert_to_tensor(inputs)
        sizes = inputs.static_shape
        if sizes is None:
            raise ValueError("Dims of shape must be known but is None")
        if len(sizes) != 4 and is_first:
            raise ValueError("Data format NCHW only supports 4D Tensor")
        channels = sizes[1 if is_first else -1]
        if channels is None:
            raise ValueError("`C` dimension must be known but is None")
        biases = model_variable(
            "biases",
            shape=[channels],
            dtype=inputs.dtype.base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=get_variable_collections(variables_collections, "biases"),
            trainable=trainable,
        )
        outputs = bias.bias_add(inputs, biases, data_format=data_format)
        return finished(outputs, None, None, activation_fn, outputs_collections, opened.name)


def _parameter(
    name: str, shape: Any, dtype: Any, initializers: Any, collections: Any, trainable: bool
) -> Any:
    default = Zeros() if name == "beta" else Ones()
    return model_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=(initializers or {}).get(name, default),
        collections=get_variable_collections(collections, name),
        trainable=trainable,
    )


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Any:
    """Brings each example to mean ``beta`` and deviation ``gamma``.

    Args:
        inputs: a tensor.
        center: whether there is a ``beta``.
        scale: whether there is a ``gamma``.
        activation_fn: a function of the output; None for none.
        reuse: whether the variables of this scope are used again.
        variables_collections: collections for the variables, or a dict of collections by their names.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        begin_norm_axis: the first axis over which mean and variance are taken.
        begin_params_axis: the first axis of ``beta`` and ``gamma``.
        scope: the scope of operations and variables.

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank, or a size that ``beta`` has, is unknown, or there is no such axis.

    Source: ``tf.contrib.layers.layer_norm``; Ba, Kiros and Hinton, "Layer Normalization", 2016.
    """
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as opened:
        inputs = convert_to_tensor(inputs)
        rank = known_rank(inputs)
        dtype = inputs.dtype.base_dtype
        if begin_norm_axis < 0:
            begin_norm_axis += rank
        if begin_params_axis >= rank or begin_norm_axis >= rank:
            raise ValueError(
                f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({begin_norm_axis}) must be < "
                f"rank(inputs) ({rank})"
            )
        shape = inputs.shape[begin_params_axis:]
        if not shape.is_fully_defined():
            raise ValueError(
                f"Inputs {inputs.name}: shape(inputs)[{begin_params_axis}:] is not fully defined: "
                f"{inputs.shape}"
            )
        made = (dtype, None, variables_collections, trainable)
        beta = _parameter("beta", shape, *made) if center else None
        gamma = _parameter("gamma", shape, *made) if scale else None
        mean, variance = moments.moments(inputs, list(range(begin_norm_axis, rank)), keep_dims=True)
        outputs = batch_normalization.batch_normalization(
            inputs,
            mean,
            variance,
            offset=beta,
            scale=gamma,
            variance_epsilon=1e-3 if dtype is dtypes.float16 else 1e-12,
        )
        outputs.set_shape(inputs.shape)
        return finished(outputs, None, None, activation_fn, outputs_collections, opened.name)


@add_arg_scope
def instance_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Any = None,
    param_initializers: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """Brings each channel of each example to mean ``beta`` and deviation ``gamma``.

    Args:
        inputs: a tensor of rank 3 or more.
        center: as for ``layer_norm``; so are all that are not listed here.
        scale: …
        epsilon: is added to the variance.
        activation_fn: …
        param_initializers: initializers by the names ``beta`` and ``gamma``.
        reuse: …
        variables_collections: …
        outputs_collections: …
        trainable: …
        data_format: ``"NHWC"`` or ``"NCHW"``.
        scope: …

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank or the number of channels is unknown, or there is no such data format.

    Source: ``tf.contrib.layers.instance_norm``; Ulyanov and others, "Instance Normalization", 2016.
    """
    inputs = convert_to_tensor(inputs)
    rank = known_rank(inputs)
    is_first = is_channels_first(data_format, "NHWC", "NCHW")
    with variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as opened:
        axis = 1 if is_first else rank - 1
        shape = inputs.shape[axis : axis + 1]
        if not shape.is_fully_defined():
            raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {shape}.")

        def parameter(name: str) -> Any:
            value = _parameter(
                name, shape, inputs.dtype.base_dtype, param_initializers, variables_collections, trainable
            )
            spread = [1, inputs.shape[1].value, *[1] * (rank - 2)]
            return arrays.reshape(value, spread) if is_first else value

        beta = parameter("beta") if center else None
        gamma = parameter("gamma") if scale else None
        others = [other for other in range(1, rank) if other != axis]
        mean, variance = moments.moments(inputs, others, keep_dims=True)
        outputs = batch_normalization.batch_normalization(
            inputs, mean, variance, beta, gamma, epsilon, name="instancenorm"
        )
        return finished(outputs, None, None, activation_fn, outputs_collections, opened.name)


@add_arg_scope
def group_norm(
    inputs: Any,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Any = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Any = None,
    param_initializers: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    mean_close_to_zero: bool = False,
) -> Any:
    """Brings each group of channels of each example to the same mean and deviation.

    Args:
        inputs: a tensor.
        groups: the number of groups.
        channels_axis: the axis of the channels.
        reduction_axes: the other axes over which mean and variance are taken.
        center: as for ``instance_norm``; so are all that follow but the last.
        scale: …
        epsilon: …
        activation_fn: …
        param_initializers: …
        reuse: …
        variables_collections: …
        outputs_collections: …
        trainable: …
        scope: …
        mean_close_to_zero: whether the variance is found from the sum of the squares.

    Returns:
        A Tensor.

    Raises:
        ValueError: a size is unknown, an axis is not there or given twice, or the channels do not make so
            many groups.

    Source: ``tf.contrib.layers.group_norm``; Wu and He, "Group Normalization", 2018.
    """
    inputs = convert_to_tensor(inputs)
    rank = known_rank(inputs)
    if channels_axis > rank - 1:
        raise ValueError("Axis is out of bounds.")
    dynamic = shape_queries.shape(inputs)
    sizes = [dynamic[i] if size is None else size for i, size in enumerate(inputs.shape.as_list())]
    if channels_axis < 0:
        channels_axis += rank
    channels = inputs.shape[channels_axis].value
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channel dimension: {channels_axis}.")
    axes = [axis + rank if axis < 0 else axis for axis in reduction_axes]
    for axis in axes:
        if axis >= rank:
            raise ValueError("Axis is out of bounds.")
        if inputs.shape[axis].value is None:
            raise ValueError(f"Inputs {inputs.name} has undefined dimensions {axis}.")
        if axis == channels_axis:
            raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    if groups > channels:
        raise ValueError(f"Invalid groups {groups} for {channels} channels.")
    if channels % groups:
        raise ValueError(f"{channels} channels is not commensurate with {groups} groups.")
    before, after = sizes[:channels_axis], sizes[channels_axis + 1 :]
    split = [groups, channels // groups]
    inputs = arrays.reshape(inputs, [*before, *split, *after])
    reduced = [channels_axis + 1, *(axis + 1 if axis > channels_axis else axis for axis in axes)]
    with variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as opened:

        def parameter(name: str) -> Any:
            value = _parameter(
                name,
                [channels],
                inputs.dtype.base_dtype,
                param_initializers,
                variables_collections,
                trainable,
            )
            return arrays.reshape(value, [*[1] * len(before), *split, *[1] * len(after)])

        beta = parameter("beta") if center else None
        gamma = parameter("gamma") if scale else None
        mean, variance = _group_moments(inputs, reduced, mean_close_to_zero)
        gain = roots.rsqrt(variance + epsilon)
        offset = -mean * gain
        if gamma is not None:
            gain = gain * gamma
            offset = offset * gamma
        if beta is not None:
            offset = offset + beta
        outputs = arrays.reshape(inputs * gain + offset, sizes)
        return finished(outputs, None, None, activation_fn, outputs_collections, opened.name)


def _group_moments(inputs: Tensor, axes: list[int], mean_close_to_zero: bool) -> Any:
    if not mean_close_to_zero:
        return moments.moments(inputs, axes, keep_dims=True)
    counts, sums, squares, _ = moments.sufficient_statistics(inputs, axes, keep_dims=True)
    return moments.normalize_moments(counts, sums, squares, shift=None)


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Tensor:
    """The input over its Euclidean length along one axis.

    Args:
        inputs: a tensor of known rank.
        dim: the axis.
        epsilon: is added to the square of the length.
        scope: the scope.

    Returns:
        A Tensor.

    Raises:
        ValueError: there is no such axis.

    Source: ``tf.contrib.layers.unit_norm``.
    """
    with variable_scope(scope, "UnitNorm", [inputs]):
        rank = inputs.get_shape().ndims
        if not rank:
            raise ValueError(f"The input rank must be known. Got {inputs}.")
        if not 0 <= dim < rank:
            raise ValueError("dim must be positive but smaller than the input rank.")
        lengths = roots.sqrt(epsilon + reductions.reduce_sum(elementwise.square(inputs), dim, True))
        multiples = []
        if dim > 0:
            multiples.append(filling.ones([dim], dtypes.int32))
        multiples.append(slicing.strided_slice(shape_queries.shape(inputs), [dim], [dim + 1]))
        if dim < rank - 1:
            multiples.append(filling.ones([rank - 1 - dim], dtypes.int32))
        return division.div(inputs, arrays.tile(lengths, joining.concat(multiples, 0)))

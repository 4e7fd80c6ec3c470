"""Batch normalization (``tf.contrib.layers.batch_norm``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.framework.variables import model_variable
from graphlog.contrib.layers.collecting import (
    add_variable_to_collections,
    collect_named_outputs,
    get_variable_collections,
    is_channels_first,
    known_rank,
    variable_getter,
)
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.layers import normalization
from graphlog.layers.static_conditions import known_condition, smart_cond
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import moments
from graphlog.ops.name_scopes import control_dependencies
from graphlog.ops.nn import batch_normalization as batch_normalization_ops
from graphlog.ops.state.initializers import Ones, Zeros
from graphlog.ops.state.variable_collections import add_to_collections
from graphlog.ops.state.variable_scope import get_variable_scope, variable_scope
from graphlog.train.moving_averages import assign_moving_average

_FIRST_VALUES = {"beta": Zeros, "gamma": Ones, "moving_mean": Zeros, "moving_variance": Ones}


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Any = None,
    param_initializers: Any = None,
    param_regularizers: Any = None,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Any:
    """Brings each channel to mean ``beta`` and deviation ``gamma``.

    Args:
        inputs: a tensor whose last dimension, or second with ``"NCHW"``, is that of the channels.
        decay: what the older averages count.
        center: whether there is a ``beta``.
        scale: whether there is a ``gamma``.
        epsilon: is added to the variance.
        activation_fn: a function of the output; None for none.
        param_initializers: initializers by the names ``beta``, ``gamma``, ``moving_mean`` and
            ``moving_variance``.
        param_regularizers: regularizers by the names ``beta`` and ``gamma``.
        updates_collections: collections for the operations that move the averages, which training has to
            run; if None, the output itself waits for them.
        is_training: whether mean and variance are those of the batch, or the averages: a bool or a tensor.
        reuse: whether the variables of this scope are used again.
        variables_collections: collections for the variables, or a dict of collections by their names.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        batch_weights: what each element of the batch counts.
        fused: whether one operation does it all, where it can; yes if None.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        zero_debias_moving_mean: whether the average of the mean is that of the values alone.
        scope: the scope of operations and variables.
        renorm: must be False: graphlog has no batch renormalization.
        renorm_clipping: means nothing without ``renorm``.
        renorm_decay: means nothing without ``renorm``.
        adjustment: must be None.

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank or the number of channels is unknown, or there is no such data format.

    Source: ``tf.contrib.layers.batch_norm``; Ioffe and Szegedy, "Batch Normalization", 2015.
    """
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    is_usual = updates_collections is GraphKeys.UPDATE_OPS and not zero_debias_moving_mean
    may_fuse = batch_weights is None and not renorm and rank in (2, 4) and adjustment is None
    parameters = _Parameters(
        param_initializers or {}, param_regularizers or {}, variables_collections, trainable
    )
    updates = _Updates(is_training, decay, zero_debias_moving_mean, updates_collections)
    if fused is not False and may_fuse and (not is_usual or rank == 2):
        is_first = is_channels_first(data_format, "NHWC", "NCHW")
        with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse) as opened:
            outputs = _fused(inputs, parameters, updates, center, scale, epsilon, is_first)
            return _activated(outputs, activation_fn, outputs_collections, opened.name)
    is_first = is_channels_first(data_format, "NHWC", "NCHW")
    with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=variable_getter()) as opened:
        inputs = convert_to_tensor(inputs)
        if batch_weights is None and is_usual:
            layer = normalization.BatchNormalization(
                axis=1 if is_first else -1,
                momentum=decay,
                epsilon=epsilon,
                center=center,
                scale=scale,
                **{f"{name}_initializer": parameters.initializer(name) for name in _FIRST_VALUES},
                beta_regularizer=parameters.regularizers.get("beta"),
                gamma_regularizer=parameters.regularizers.get("gamma"),
                trainable=trainable,
                renorm=renorm,
                renorm_clipping=renorm_clipping,
                renorm_momentum=renorm_decay,
                adjustment=adjustment,
                name=opened.name,
                _scope=opened,
                _reuse=reuse,
                fused=fused is not False,
            )
            outputs = layer(inputs, training=is_training)
            for name in ("moving_mean", "moving_variance", "beta", "gamma"):
                add_variable_to_collections(getattr(layer, name), variables_collections, name)
        else:
            if renorm:
                raise ValueError(
                    "renorm is not supported with batch_weights, updates_collections or "
                    "zero_debias_moving_mean"
                )
            outputs = _in_parts(inputs, parameters, updates, center, scale, epsilon, is_first, batch_weights)
        return _activated(outputs, activation_fn, outputs_collections, opened.name)


def _activated(outputs: Any, activation_fn: Any, collections: Any, alias: str) -> Any:
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(collections, alias, outputs)


class _Parameters:
    """How the variables are made."""

    def __init__(self, initializers: Any, regularizers: Any, collections: Any, trainable: bool) -> None:
        self.initializers = initializers
        self.regularizers = regularizers
        self.collections = collections
        self.trainable = trainable

    def initializer(self, name: str) -> Any:
        return self.initializers.get(name, _FIRST_VALUES[name]())

    def make(self, name: str, shape: Any, dtype: Any, is_regularized: bool = False) -> Any:
        return model_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=self.initializer(name),
            regularizer=self.regularizers.get(name) if is_regularized else None,
            collections=get_variable_collections(self.collections, name),
            trainable=self.trainable and not name.startswith("moving"),
        )

    def averages(self, shape: Any, dtype: Any) -> tuple[Any, Any]:
        with variable_scope(get_variable_scope()) as local_scope:
            local_scope.set_partitioner(None)
            return self.make("moving_mean", shape, dtype), self.make("moving_variance", shape, dtype)


class _Updates:
    """How the averages are moved."""

    def __init__(self, is_training: Any, decay: Any, zero_debias: bool, collections: Any) -> None:
        self.is_training = is_training
        self.decay = decay
        self.zero_debias = zero_debias
        self.collections = collections

    def _move(self, averages: tuple[Any, Any], mean: Any, variance: Any) -> tuple[Tensor, Tensor]:
        return (
            assign_moving_average(averages[0], mean, self.decay, zero_debias=self.zero_debias),
            assign_moving_average(averages[1], variance, self.decay, zero_debias=False),
        )

    def awaited(
        self, averages: tuple[Any, Any], mean: Any, variance: Any, values: Any, others: Callable[[], Any]
    ) -> Any:
        """Values that wait for the averages to be moved, in training."""

        def moved() -> Any:
            with control_dependencies(list(self._move(averages, mean, variance))):
                if isinstance(values, tuple):
                    return tuple(arrays.identity(value) for value in values)
                return arrays.identity(values)

        return smart_cond(self.is_training, moved, others)

    def collect(self, averages: tuple[Any, Any], mean: Any, variance: Any) -> None:
        """Adds the operations that move the averages to the collections."""
        moved = smart_cond(self.is_training, lambda: self._move(averages, mean, variance), lambda: averages)
        for update in moved:
            add_to_collections(self.collections, update)


def _fused(
    inputs: Any,
    parameters: _Parameters,
    updates: _Updates,
    center: bool,
    scale: bool,
    epsilon: float,
    is_first: bool,
) -> Any:
    inputs = convert_to_tensor(inputs)
    original = inputs
    if original.shape.ndims == 2:
        channels = original.static_shape[-1]
        if channels is None:
            raise ValueError("`C` dimension must be known but is None")
        inputs = arrays.reshape(inputs, [-1, channels, 1, 1] if is_first else [-1, 1, 1, channels])
    shape = inputs.shape
    sizes = shape[1:2] if is_first else shape[-1:]
    if not sizes.is_fully_defined():
        raise ValueError(f"Inputs {inputs.name} has undefined `C` dimension {sizes}.")
    dtype = dtypes.float32
    if center:
        beta = parameters.make("beta", sizes, dtype, is_regularized=True)
    else:
        beta = constant(0.0, dtype, sizes)
    if scale:
        gamma = parameters.make("gamma", sizes, dtype, is_regularized=True)
    else:
        gamma = constant(1.0, dtype, sizes)
    averages = parameters.averages(sizes, dtype)
    data_format = "NCHW" if is_first else "NHWC"

    def of_batch() -> Any:
        return batch_normalization_ops.fused_batch_norm(
            inputs, gamma, beta, epsilon=epsilon, data_format=data_format
        )

    def of_averages() -> Any:
        return batch_normalization_ops.fused_batch_norm(
            inputs,
            gamma,
            beta,
            mean=averages[0],
            variance=averages[1],
            epsilon=epsilon,
            is_training=False,
            data_format=data_format,
        )

    outputs, mean, variance = smart_cond(updates.is_training, of_batch, of_averages)
    if known_condition(updates.is_training) is not False:
        if updates.collections is None:
            normalized = outputs
            outputs = updates.awaited(averages, mean, variance, normalized, lambda: normalized)
        else:
            updates.collect(averages, mean, variance)
    outputs.set_shape(shape)
    if original.shape.ndims == 2:
        outputs = arrays.reshape(outputs, shape_queries.shape(original))
    return outputs


def _in_parts(
    inputs: Tensor,
    parameters: _Parameters,
    updates: _Updates,
    center: bool,
    scale: bool,
    epsilon: float,
    is_first: bool,
    batch_weights: Any,
) -> Tensor:
    rank = known_rank(inputs)
    dtype = inputs.dtype.base_dtype
    if batch_weights is not None:
        batch_weights = convert_to_tensor(batch_weights)
        inputs.shape[0:1].assert_is_compatible_with(batch_weights.get_shape())
        batch_weights = arrays.reshape(batch_weights, [-1] + [1] * (rank - 1))
    sizes = inputs.shape[1:2] if is_first else inputs.shape[-1:]
    if not sizes.is_fully_defined():
        raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {sizes}.")
    beta = parameters.make("beta", sizes, dtype) if center else None
    gamma = parameters.make("gamma", sizes, dtype) if scale else None
    averages = parameters.averages(sizes, dtype)
    mean, variance = averages
    if known_condition(updates.is_training) is not False:
        mean, variance = _moments(inputs, is_first, batch_weights)
        found = (mean, variance)
        if updates.collections is None:
            mean, variance = updates.awaited(averages, mean, variance, found, lambda: averages)
        else:
            updates.collect(averages, mean, variance)
            mean, variance = smart_cond(updates.is_training, lambda: found, lambda: averages)
    if is_first:
        spread = [1, inputs.shape[1].value, *[1] * (rank - 2)]
        mean, variance = arrays.reshape(mean, spread), arrays.reshape(variance, spread)
        beta = None if beta is None else arrays.reshape(beta, spread)
        gamma = None if gamma is None else arrays.reshape(gamma, spread)
    outputs = batch_normalization_ops.batch_normalization(inputs, mean, variance, beta, gamma, epsilon)
    outputs.set_shape(inputs.shape)
    return outputs


def _moments(inputs: Tensor, is_first: bool, weights: Any) -> tuple[Any, Any]:
    rank = inputs.shape.ndims
    assert rank is not None
    axes = [0, *range(2, rank)] if is_first else list(range(rank - 1))
    if weights is None:
        mean, variance = moments.moments(inputs, axes, keep_dims=is_first)
    else:
        mean, variance = moments.weighted_moments(inputs, axes, weights, keepdims=is_first)
    if is_first:
        return arrays.reshape(mean, [-1]), arrays.reshape(variance, [-1])
    return mean, variance

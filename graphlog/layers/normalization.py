"""Batch normalization."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.static_conditions import known_condition, smart_cond
from graphlog.ops.array import arrays
from graphlog.ops.constants import constant
from graphlog.ops.math import casts, moments
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.nn import batch_normalization as batch_normalization_ops
from graphlog.ops.state import state_ops
from graphlog.ops.state.initializers import Ones, Zeros
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization


class BatchNormalization(Layer):
    """Brings each channel to mean ``beta`` and deviation ``gamma``.

    In training, mean and variance are those of the batch, and moving averages of them are kept: the
    operations that do so stand in the collection ``GraphKeys.UPDATE_OPS`` and have to be run with each
    step. Otherwise the moving averages are used.

    Args:
        axis: the axis of the channels, or several.
        momentum: what the older averages count.
        epsilon: is added to the variance.
        center: whether there is a ``beta``.
        scale: whether there is a ``gamma``.
        beta_initializer: what makes the first value of ``beta``; so for the following.
        gamma_initializer: …
        moving_mean_initializer: …
        moving_variance_initializer: …
        beta_regularizer: a function from ``beta`` to a loss that is collected.
        gamma_regularizer: one from ``gamma``.
        beta_constraint: a function from the value of ``beta`` that an optimizer computed to the one it
            assigns.
        gamma_constraint: one for ``gamma``.
        renorm: must be False: graphlog has no batch renormalization.
        renorm_clipping: means nothing without ``renorm``.
        renorm_momentum: means nothing without ``renorm``.
        fused: whether one operation does it all; if None, where the input is of rank 4 and one axis, 1
            or 3, is that of the channels.
        trainable: whether optimizers change ``beta`` and ``gamma``.
        virtual_batch_size: must be None.
        adjustment: must be None.
        name: the layer's name.
        **kwargs: ``dtype``.

    Source: ``tf.layers.BatchNormalization``; Ioffe and Szegedy, "Batch Normalization", 2015.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = Zeros(),  # noqa: B008
        gamma_initializer: Any = Ones(),  # noqa: B008
        moving_mean_initializer: Any = Zeros(),  # noqa: B008
        moving_variance_initializer: Any = Ones(),  # noqa: B008
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        if renorm or virtual_batch_size is not None or adjustment is not None:
            raise NotImplementedError(
                "graphlog's batch normalization has no renorm, virtual_batch_size and adjustment."
            )
        if not isinstance(axis, int | list | tuple):
            raise TypeError(f"axis must be int or list, type given: {type(axis)}")
        self.axis = [axis] if isinstance(axis, int) else list(axis)
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.fused = True if fused is None else fused
        self.gamma: Any = None
        self.beta: Any = None
        self.moving_mean: Any = None
        self.moving_variance: Any = None
        # What stands in the place of gamma and beta where the layer has none.
        self._gamma_constant: Any = None
        self._beta_constant: Any = None

    @property
    def _parameter_dtype(self) -> DType:
        is_short = self._variable_dtype in (dtypes.float16, dtypes.bfloat16)
        return dtypes.float32 if is_short else self._variable_dtype

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        sizes = self._with_positive_axes(input_shape)
        rank = len(sizes)
        self.fused = bool(self.fused and rank == 4 and self.axis in ([1], [3]))
        channels = {axis: sizes[axis] for axis in self.axis}
        if None in channels.values():
            raise ValueError("Input has undefined `axis` dimension. Input shape: ", input_shape)
        self.input_spec = InputSpec(ndim=rank, axes=channels)
        if len(channels) == 1:
            shape: tuple[Any, ...] = tuple(channels.values())
        else:
            shape = tuple(channels.get(axis, 1) for axis in range(rank))
        if self.scale:
            self.gamma = self._parameter(
                "gamma", shape, self.gamma_initializer, self.gamma_regularizer, self.gamma_constraint
            )
        elif self.fused:
            self._gamma_constant = constant(1.0, self._parameter_dtype, shape)
        if self.center:
            self.beta = self._parameter(
                "beta", shape, self.beta_initializer, self.beta_regularizer, self.beta_constraint
            )
        elif self.fused:
            self._beta_constant = constant(0.0, self._parameter_dtype, shape)
        self.moving_mean = self._average("moving_mean", shape, self.moving_mean_initializer)
        self.moving_variance = self._average("moving_variance", shape, self.moving_variance_initializer)
        self.built = True

    def _with_positive_axes(self, input_shape: Any) -> list[int | None]:
        shape = TensorShape(input_shape)
        if not shape.ndims:
            raise ValueError("Input has undefined rank:", input_shape)
        rank = shape.ndims
        self.axis = [axis + rank if axis < 0 else axis for axis in self.axis]
        for axis in self.axis:
            if not 0 <= axis < rank:
                raise ValueError(f"Invalid axis: {axis}")
        if len(self.axis) != len(set(self.axis)):
            raise ValueError(f"Duplicate axis: {self.axis}")
        return shape.as_list()

    def _parameter(self, name: str, shape: Any, initializer: Any, regularizer: Any, constraint: Any) -> Any:
        return self.add_weight(
            name,
            shape,
            dtype=self._parameter_dtype,
            initializer=initializer,
            regularizer=regularizer,
            constraint=constraint,
        )

    def _average(self, name: str, shape: Any, initializer: Any) -> Any:
        return self.add_weight(
            name,
            shape,
            dtype=self._parameter_dtype,
            initializer=initializer,
            synchronization=VariableSynchronization.ON_READ,
            trainable=False,
            aggregation=VariableAggregation.MEAN,
        )

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """See ``Layer``; ``training`` is a bool or a boolean tensor."""
        return self._fused(inputs, training) if self.fused else self._in_parts(inputs, training)

    def _fused(self, inputs: Tensor, training: Any) -> Tensor:
        gamma = self.gamma if self.scale else self._gamma_constant
        beta = self.beta if self.center else self._beta_constant
        options: dict[str, Any] = {
            "epsilon": self.epsilon,
            "data_format": "NCHW" if self.axis == [1] else "NHWC",
        }

        def of_batch() -> Any:
            return batch_normalization_ops.fused_batch_norm(inputs, gamma, beta, **options)

        def of_averages() -> Any:
            return batch_normalization_ops.fused_batch_norm(
                inputs,
                gamma,
                beta,
                mean=self.moving_mean,
                variance=self.moving_variance,
                is_training=False,
                **options,
            )

        outputs, mean, variance = smart_cond(training, of_batch, of_averages)
        known = known_condition(training)
        if known is None:
            momentum = smart_cond(training, lambda: self.momentum, lambda: 1.0)
        else:
            momentum = convert_to_tensor(self.momentum)
        if known is not False:
            self.add_update(lambda: self._move(self.moving_mean, mean, momentum))
            self.add_update(lambda: self._move(self.moving_variance, variance, momentum))
        result: Tensor = outputs
        return result

    def _in_parts(self, inputs: Tensor, training: Any) -> Tensor:
        sizes = inputs.shape.as_list()
        others = [axis for axis in range(len(sizes)) if axis not in self.axis]
        single = [sizes[axis] if axis == self.axis[0] else 1 for axis in range(len(sizes))]

        def spread(value: Any) -> Any:
            """A value for each channel, in a shape that broadcasts to the input's."""
            is_short = value is not None and len(value.shape.as_list()) != len(sizes)
            if is_short and others != list(range(len(sizes) - 1)):
                return arrays.reshape(value, single)
            return value

        scale, offset = spread(self.gamma), spread(self.beta)
        if known_condition(training) is False:
            mean, variance = self.moving_mean, self.moving_variance
        else:
            mean, variance = self._of_batch_or_averages(inputs, others, training)
        mean, variance = casts.cast(mean, inputs.dtype), casts.cast(variance, inputs.dtype)
        if offset is not None:
            offset = casts.cast(offset, inputs.dtype)
        if scale is not None:
            scale = casts.cast(scale, inputs.dtype)
        outputs = batch_normalization_ops.batch_normalization(
            inputs, spread(mean), spread(variance), offset, scale, self.epsilon
        )
        outputs.set_shape(inputs.shape)
        return outputs

    def _of_batch_or_averages(self, inputs: Tensor, others: list[int], training: Any) -> tuple[Any, Any]:
        wide = casts.cast(inputs, self._parameter_dtype)
        found = moments.moments(wide, others, keep_dims=len(self.axis) > 1)
        mean = smart_cond(training, lambda: found[0], lambda: convert_to_tensor(self.moving_mean))
        variance = smart_cond(training, lambda: found[1], lambda: convert_to_tensor(self.moving_variance))
        for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            self.add_update(
                lambda average=average, value=value: smart_cond(
                    training,
                    lambda: self._move(average, value, self.momentum),
                    lambda: average,
                )
            )
        return mean, variance

    def _move(self, average: Any, value: Tensor, momentum: Any) -> Tensor:
        """Moves an average towards a value."""
        with name_scope("AssignMovingAvg") as scope, colocate_with(average.op):
            rate = convert_to_tensor(1.0 - momentum, name="decay")
            if rate.dtype is not average.dtype.base_dtype:
                rate = casts.cast(rate, average.dtype.base_dtype)
            delta = (average - casts.cast(value, average.dtype)) * rate
            return state_ops.assign_sub(average, delta, name=scope)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        return TensorShape(input_shape)


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = Zeros(),  # noqa: B008
    gamma_initializer: Any = Ones(),  # noqa: B008
    moving_mean_initializer: Any = Zeros(),  # noqa: B008
    moving_variance_initializer: Any = Ones(),  # noqa: B008
    beta_regularizer: Any = None,
    gamma_regularizer: Any = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Any = None,
) -> Any:
    """The output of a ``BatchNormalization`` layer, whose arguments these are but for three.

    ``inputs`` is a tensor, ``training`` says whether mean and variance are those of the batch (a bool or a
    boolean tensor), and ``reuse`` whether the variables of a layer of this name are used again.

    Returns a Tensor. Source: ``tf.layers.batch_normalization``.
    """
    layer = BatchNormalization(
        axis=axis,
        momentum=momentum,
        epsilon=epsilon,
        center=center,
        scale=scale,
        beta_initializer=beta_initializer,
        gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer,
        moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer,
        gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint,
        gamma_constraint=gamma_constraint,
        renorm=renorm,
        renorm_clipping=renorm_clipping,
        renorm_momentum=renorm_momentum,
        fused=fused,
        trainable=trainable,
        virtual_batch_size=virtual_batch_size,
        adjustment=adjustment,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs, training=training)

"""The variables that ``get_variable`` has made in a graph, by their full names."""

from __future__ import annotations

import enum
import inspect
import traceback
from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.shapes import TensorShape
from graphlog.ops import initializers
from graphlog.ops.initial_values import init_scope
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.variable_options import (
    VariableAggregation,
    VariableSynchronization,
    checked_aggregation,
    checked_synchronization,
)
from graphlog.ops.variables import Variable


class ReuseMode(enum.Enum):
    """The value of ``reuse`` that is neither True nor False."""

    AUTO_REUSE = 1


# Makes a variable where there is none of that name, and returns the one there is.
AUTO_REUSE = ReuseMode.AUTO_REUSE


class VariableStore:
    """The variables of a graph that can be shared by name."""

    def __init__(self) -> None:
        self._variables: dict[str, Variable] = {}

    def get_variable(
        self, name: str, custom_getter: Callable[..., Any] | None, constraint: Any, **options: Any
    ) -> Any:
        """Finds or makes a variable, or has a custom getter do it.

        Args:
            name: the full name.
            custom_getter: what is called instead of ``find_or_make``, with it as argument ``getter``.
            constraint: see ``find_or_make``; given only to custom getters that take it.
            **options: all other arguments of ``find_or_make``.

        Returns:
            The Variable, or what the custom getter returns.
        """
        if custom_getter is not None and not callable(custom_getter):
            raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
        options["synchronization"] = checked_synchronization(options["synchronization"], name)
        options["aggregation"] = checked_aggregation(options["aggregation"], name)
        if options["trainable"] is None:
            options["trainable"] = options["synchronization"] is not VariableSynchronization.ON_READ
        if custom_getter is None:
            return self.find_or_make(name, constraint=constraint, **options)
        if _takes(custom_getter, "constraint"):
            options["constraint"] = constraint
        return custom_getter(getter=self.find_or_make, name=name, **options)

    def find_or_make(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        initializer: Any = None,
        regularizer: Callable[[Variable], Any] | None = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        constraint: Any = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
    ) -> Variable:
        """The variable of a full name; see ``graphlog.ops.variable_scope.get_variable``."""
        if partitioner is not None:
            raise NotImplementedError("graphlog has no partitioned variables: leave partitioner out.")
        is_value = initializer is not None and not callable(initializer)
        if shape is not None and is_value:
            raise ValueError("If initializer is a constant, do not specify shape.")
        dtype = as_dtype(dtype).base_dtype
        static = TensorShape(shape)
        if name in self._variables:
            return self._found(name, static, dtype, reuse)
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to "
                "set reuse=tf.AUTO_REUSE in VarScope?"
            )
        if initializer is None:
            initializer = _default_initializer(name, dtype)
        variable = Variable(
            initial_value=initializer if is_value else _initial_value(initializer, static, dtype),
            name=name,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            dtype=dtype if static.is_fully_defined() and not is_value else None,
            validate_shape=validate_shape,
            constraint=constraint,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )
        self._variables[name] = variable
        if regularizer:
            _add_loss(variable, name, regularizer)
        return variable

    def _found(self, name: str, shape: TensorShape, dtype: DType, reuse: Any) -> Variable:
        variable = self._variables[name]
        if reuse is False:
            frames = list(reversed(variable.op.traceback))[:5]
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in VarScope? Originally defined at:\n\n"
                + "".join(traceback.format_list(frames))
            )
        if not shape.is_compatible_with(variable.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape "
                f"{variable.shape}."
            )
        if not dtype.is_compatible_with(variable.dtype):
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype "
                f"{variable.dtype.name}."
            )
        return variable


def _initial_value(initializer: Any, shape: TensorShape, dtype: DType) -> Callable[[], Any]:
    """The function without arguments that makes a variable's first value."""
    if inspect.isclass(initializer):
        initializer = initializer()
    if shape.is_fully_defined():
        return lambda: initializer(shape.as_list(), dtype=dtype, partition_info=None)
    parameters = inspect.signature(initializer).parameters.values()
    if any(item.default is item.empty and item.kind is not item.VAR_KEYWORD for item in parameters):
        raise ValueError(
            "The initializer passed is not valid. It should be a callable with no arguments and the shape "
            "should not be provided or an instance of `tf.keras.initializers.*' and `shape` should be fully "
            "defined."
        )
    without_arguments: Callable[[], Any] = initializer
    return without_arguments


def _default_initializer(name: str, dtype: DType) -> Any:
    if dtype.is_floating:
        return initializers.GlorotUniform()
    if dtype.is_integer or dtype.is_bool or dtype is dtypes.string:
        return initializers.Zeros()
    raise ValueError(f"An initializer for variable {name} of {dtype} is required")


def _add_loss(variable: Variable, name: str, regularizer: Callable[[Variable], Any]) -> None:
    with colocate_with(variable.op), name_scope(name + "/Regularizer/"), init_scope():
        loss = regularizer(variable)
    if loss is not None:
        get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


def _takes(function: Callable[..., Any], parameter: str) -> bool:
    parameters = inspect.signature(function).parameters
    return parameter in parameters or any(item.kind is item.VAR_KEYWORD for item in parameters.values())

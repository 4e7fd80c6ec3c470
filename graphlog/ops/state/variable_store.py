"""The variables that ``get_variable`` has made in a graph, by their full names."""

from __future__ import annotations

import enum
import inspect
import traceback
from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import slicing
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.state import initializers
from graphlog.ops.state.initial_values import init_scope
from graphlog.ops.state.partitioned_variables import PartitionedVariable, PartitionInfo, parts_of, places
from graphlog.ops.state.variable_options import (
    VariableAggregation,
    VariableSynchronization,
    checked_aggregation,
    checked_synchronization,
)
from graphlog.ops.state.variable_slices import SliceInfo
from graphlog.ops.state.variables import Variable


class ReuseMode(enum.Enum):
    """The value of ``reuse`` that is neither True nor False."""

    AUTO_REUSE = 1


# Makes a variable where there is none of that name, and returns the one there is.
AUTO_REUSE = ReuseMode.AUTO_REUSE


class VariableStore:
    """The variables of a graph that can be shared by name."""

    def __init__(self) -> None:
        self._variables: dict[str, Variable] = {}
        self._partitioned: dict[str, PartitionedVariable] = {}

    def by_name(self) -> dict[str, Variable]:
        """The variables by their full names."""
        return dict(self._variables)

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
    ) -> Any:
        """The variable of a full name; see ``graphlog.ops.state.variable_scope.get_variable``."""
        options = {
            "regularizer": regularizer,
            "reuse": reuse,
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "validate_shape": validate_shape,
            "use_resource": use_resource,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        if partitioner is not None or (reuse is True and name in self._partitioned):
            return self._partitioned_variable(name, shape, as_dtype(dtype), initializer, partitioner, options)
        if f"{name}/part_0" in self._variables:
            raise ValueError(
                "No partitioner was provided, but a partitioned version of the variable was found: "
                f"{name}/part_0. Perhaps a variable of the same name was already created with partitioning?"
            )
        return self._single_variable(name, shape, dtype, initializer, None, **options)

    def _partitioned_variable(
        self, name: str, shape: Any, dtype: DType, initializer: Any, partitioner: Any, options: dict[str, Any]
    ) -> PartitionedVariable:
        """The partitioned variable of a full name."""
        if name in self._variables:
            raise ValueError(
                "A partitioner was provided, but an unpartitioned version of the variable was found: "
                f"{name}.  Perhaps a variable of the same name was already created without partitioning?"
            )
        static = TensorShape(shape)
        if isinstance(initializer, Tensor):
            static = static.merge_with(initializer.shape)
        parts = None if partitioner is None else parts_of(partitioner, static, dtype)
        if name in self._partitioned:
            return self._found_in_parts(name, static, dtype, parts, options["reuse"])
        if options["reuse"] is True:
            raise ValueError(
                f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). Did "
                "you mean to set reuse=False or reuse=tf.AUTO_REUSE in VarScope?"
            )
        assert parts is not None
        sizes = [int(size) for size in static.as_list() if size is not None]
        variables = []
        for number, (offset, extent) in enumerate(places(sizes, parts)):
            full_name = f"{name}/part_{number}"
            with name_scope(f"{full_name}/PartitionedInitializer"):
                first: Any = initializer
                first_shape: list[int] | None = extent
                if initializer is None:
                    first = _default_initializer(name, dtype)
                elif not callable(initializer):
                    whole = (
                        initializer
                        if isinstance(initializer, Tensor)
                        else convert_to_tensor(initializer, dtype)
                    )
                    first, first_shape = slicing.slice(whole, offset, extent), None
            with name_scope(None):
                info = PartitionInfo(sizes, offset)
                part = self._single_variable(full_name, first_shape, dtype, first, info, **options)
            part._save_slice_info = SliceInfo(name, sizes, offset, extent)
            variables.append(part)
        self._partitioned[name] = PartitionedVariable(name, static, dtype, variables, parts)
        return self._partitioned[name]

    def _found_in_parts(
        self, name: str, shape: TensorShape, dtype: DType, parts: Any, reuse: Any
    ) -> PartitionedVariable:
        found = self._partitioned[name]
        if reuse is False:
            raise ValueError(
                f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in VarScope?"
            )
        for what, fits, given, known in (
            ("shape", shape.is_compatible_with(found.shape), shape, found.shape),
            ("dtype", dtype.is_compatible_with(found.dtype), dtype.name, found.dtype.name),
            ("partitions", parts in (None, found.partitions), parts, found.partitions),
        ):
            if not fits:
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified {what} {given} and found "
                    f"{what} {known}."
                )
        return found

    def _single_variable(
        self,
        name: str,
        shape: Any,
        dtype: Any,
        initializer: Any,
        partition_info: PartitionInfo | None,
        regularizer: Any,
        reuse: Any,
        trainable: Any,
        collections: Any,
        caching_device: Any,
        validate_shape: bool,
        use_resource: bool | None,
        constraint: Any,
        synchronization: Any,
        aggregation: Any,
    ) -> Variable:
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
            initial_value=initializer
            if is_value
            else _initial_value(initializer, static, dtype, partition_info),
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


def _initial_value(
    initializer: Any, shape: TensorShape, dtype: DType, partition_info: PartitionInfo | None
) -> Callable[[], Any]:
    """The function without arguments that makes a variable's first value."""
    if inspect.isclass(initializer):
        initializer = initializer()
    if shape.is_fully_defined():
        return lambda: initializer(shape.as_list(), dtype=dtype, partition_info=partition_info)
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

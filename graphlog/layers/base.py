"""Layer: variables, and a function that uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.named_functions import initializer as initializer_of
from graphlog.ops.array import shape_queries
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variable_collections import global_variables, trainable_variables
from graphlog.ops.state.variable_defaults import VariableScope
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variable_scope import get_variable, variable_scope

# The collection that counts the layers of each kind in a graph, for their names.
_COUNTS = "__layer_counts__"


class Layer:
    """Variables, made when the layer is first called, and a function that uses them.

    A layer of a user's own defines ``call``, and ``build`` where it has variables, which it makes with
    ``add_weight``. Its operations stand in a name scope that is fixed by the first call.

    Args:
        trainable: whether optimizers change its variables.
        name: its name, which the names of its variables begin with.
        dtype: the dtype of its variables; that of its first input if None.
        activity_regularizer: a function from the output to a loss that is collected.
        **kwargs: nothing that users give.

    Attributes:
        built: whether the variables are there.
        input_spec: what it expects of its input; None for anything.

    Source: ``tf.layers.Layer`` of TensorFlow 1.
    """

    def __init__(
        self,
        trainable: bool = True,
        name: Any = None,
        dtype: Any = None,
        activity_regularizer: Callable[[Tensor], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        scope, self._reuse = kwargs.pop("_scope", None), kwargs.pop("_reuse", None)
        if kwargs:
            raise TypeError(f"Keyword argument not understood: {next(iter(kwargs))}")
        self.trainable = trainable
        self.built = False
        self.input_spec: InputSpec | None = None
        self.activity_regularizer = activity_regularizer
        self._dtype = None if dtype is None else as_dtype(dtype).base_dtype
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._updates: list[Any] = []
        self._losses: list[Any] = []
        self._current_scope: Any = None
        self._scope: VariableScope | None = None
        self._always_reuse: Any = None
        kind = _snake_case(type(self).__name__)
        if isinstance(name, VariableScope):
            self._name, self._base_name = _numbered(kind), name.name
        else:
            self._name, self._base_name = (name, name) if name else (_numbered(kind), kind)
        if scope:
            with variable_scope(scope) as captured:
                self._scope = captured

    # What it is

    @property
    def name(self) -> str:
        """Its name."""
        return str(self._name)

    @property
    def scope_name(self) -> str:
        """The name of its variable scope; ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been used yet. '
                "The scope name  is determined the first time the layer instance is called. You must "
                "therefore call the layer before querying `scope_name`."
            )
        return self._scope.name

    @property
    def dtype(self) -> str | None:
        """The name of the dtype of its variables; None before the first call."""
        return None if self._dtype is None else self._dtype.name

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables that optimizers change."""
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The other variables."""
        if self.trainable:
            return list(self._non_trainable_weights)
        return self._trainable_weights + self._non_trainable_weights

    @property
    def weights(self) -> list[Any]:
        """All variables."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def trainable_variables(self) -> list[Any]:
        """The variables that optimizers change."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The other variables."""
        return self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        """All variables."""
        return self.weights

    @property
    def updates(self) -> list[Any]:
        """The operations that keep its statistics up to date; training has to run them."""
        return list(self._updates) if self.trainable else []

    @property
    def losses(self) -> list[Any]:
        """The losses of its regularizers."""
        return list(self._losses)

    def count_params(self) -> int:
        """The number of elements of all variables; ValueError before the first call."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self.name}, but the layer isn't built. You can build "
                f"it manually via: `{self.name}.build(batch_input_shape)`."
            )
        return sum(int(np.prod(variable.shape.as_list(), dtype=np.int64)) for variable in self.weights)

    # What kinds of layers define

    def build(self, input_shape: Any) -> None:
        """Makes the variables, once the shape of the input (a TensorShape) is known."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output of the layer."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape of the output for a shape of the input."""
        raise NotImplementedError

    # What they use

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool | None = None,
        constraint: Callable[[Tensor], Tensor] | None = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        partitioner: Any = None,
    ) -> Any:
        """Makes a variable of the layer, or finds it where variables are to be reused.

        Args:
            name: its name; the layer's scope is put before it.
            shape: its shape.
            dtype: its dtype; the layer's if None.
            initializer: the function that makes its first value; that of the variable scope if None.
            regularizer: a function from the variable to a loss, which is collected.
            trainable: whether optimizers change it.
            constraint: a function from the value that an optimizer computed to the one it assigns.
            use_resource: must be None or False.
            synchronization: as for ``tf.Variable``.
            aggregation: as for ``tf.Variable``.
            partitioner: must be None.

        Returns:
            The Variable.
        """
        if synchronization is VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError(
                    "Synchronization value can be set to VariableSynchronization.ON_READ only for "
                    "non-trainable variables. You have specified trainable=True and "
                    "synchronization=VariableSynchronization.ON_READ."
                )
            trainable = False
        is_trainable = trainable is not False and self.trainable
        known = set(global_variables())
        self._set_scope(None)
        reuse = self.built or self._reuse
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                first = scope.initializer if initializer is None else initializer_of(initializer)
                variable = get_variable(
                    name,
                    shape=() if shape is None else shape,
                    dtype=as_dtype(dtype or self._dtype or dtypes.float32),
                    initializer=first,
                    trainable=is_trainable,
                    constraint=constraint,
                    partitioner=partitioner,
                    use_resource=use_resource,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                if regularizer and variable not in known:
                    with name_scope(f"{name}/Regularizer"):
                        loss = regularizer(variable)
                    if loss is not None:
                        self.add_loss(loss)
        if is_trainable and variable in trainable_variables():
            self._trainable_weights.append(variable)
        else:
            self._non_trainable_weights.append(variable)
        return variable

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """The older name of ``add_weight``."""
        return self.add_weight(*args, **kwargs)

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses, or what functions return, to ``GraphKeys.REGULARIZATION_LOSSES``."""
        for loss in nest.flatten(losses):
            loss = loss() if callable(loss) else loss
            if loss is None:
                continue
            loss = convert_to_tensor(loss)
            self._losses.append(loss)
            _add_once(GraphKeys.REGULARIZATION_LOSSES, [loss])

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds operations that training has to run; functions are called for them.

        They are added to the collection ``GraphKeys.UPDATE_OPS`` when the call is over.
        """
        for update in updates if isinstance(updates, list | tuple) else [updates]:
            while callable(update):
                update = update()
            self._updates.append(update if isinstance(update, Operation) else update.op)

    # Calling it

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds the layer's operations to the graph.

        Args:
            inputs: a tensor, or a nest of tensors.
            *args: what ``call`` takes besides.
            **kwargs: likewise; and ``scope``, the variable scope of the first call.

        Returns:
            What ``call`` returns.

        Raises:
            ValueError: the shape of the input does not fit.
        """
        self._set_scope(kwargs.pop("scope", None))
        with self._scope_of_call() as scope:
            self._current_scope = scope
            inputs = nest.map_structure(_as_tensor, inputs)
            flat = nest.flatten(inputs)
            self._check(flat)
            with name_scope(self._name_scope()):
                outputs = self._built_and_called(inputs, flat, args, kwargs)
        _add_once(GraphKeys.UPDATE_OPS, self.updates)
        return outputs

    def _built_and_called(self, inputs: Any, flat: Any, args: Any, kwargs: Any) -> Any:
        self._build_once(inputs, flat)
        outputs = self.call(inputs, *args, **kwargs)
        if outputs is None:
            raise ValueError(
                "A layer's `call` method should return a Tensor or a list of Tensors, not None "
                f"(layer: {self.name})."
            )
        self._regularize_activity(outputs)
        return outputs

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The same as calling it."""
        return self(inputs, *args, **kwargs)

    def _set_scope(self, scope: Any) -> None:
        if self._scope is not None:
            return
        if self._reuse:
            opened = variable_scope(self._base_name if scope is None else scope)
        else:
            opened = variable_scope(scope, default_name=self._base_name)
        with opened as captured:
            self._scope = captured

    def _scope_of_call(self) -> Any:
        if not self.built:
            return variable_scope(self._scope, reuse=self._reuse, auxiliary_name_scope=False)
        if self._always_reuse is None:
            self._always_reuse = variable_scope(self._scope, reuse=True, auxiliary_name_scope=False)
        return self._always_reuse

    def _name_scope(self) -> str:
        return str(self._current_scope.original_name_scope)

    def _check(self, inputs: list[Any]) -> None:
        if self.input_spec is not None:
            for tensor in inputs:
                self.input_spec.check(tensor, self.name)

    def _build_once(self, inputs: Any, flat: list[Any]) -> None:
        if self.built:
            return
        if flat and self._dtype is None and isinstance(flat[0], Tensor):
            self._dtype = flat[0].dtype.base_dtype
        self.build(nest.map_structure(lambda tensor: tensor.shape, inputs))
        self.built = True

    def _regularize_activity(self, outputs: Any) -> None:
        if self.activity_regularizer is None:
            return
        with name_scope("ActivityRegularizer"):
            for output in nest.flatten(outputs):
                loss = self.activity_regularizer(output)
                count = casts.cast(shape_queries.shape(output)[0], loss.dtype)
                self.add_loss(loss / count)

    @property
    def _variable_dtype(self) -> DType:
        return self._dtype or dtypes.float32


def _as_tensor(value: Any) -> Any:
    if isinstance(value, np.ndarray | float | int):
        return convert_to_tensor(value)
    return value if isinstance(value, Tensor) else convert_to_tensor(value)


def _add_once(collection: str, elements: list[Any]) -> None:
    present = get_default_graph().get_collection_ref(collection)
    for element in elements:
        if not any(element is item for item in present):
            present.append(element)


def _snake_case(name: str) -> str:
    """``MaxPooling2D`` as ``max_pooling2d``, which is the name of its scope."""
    spaced = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()
    return f"private{snake}" if snake.startswith("_") else snake


def _numbered(kind: str) -> str:
    """A name for the next layer of a kind in the default graph: ``dense_1``, ``dense_2`` and so on."""
    kept = get_default_graph().get_collection_ref(_COUNTS)
    if not kept:
        kept.append({})
    kept[0][kind] = kept[0].get(kind, 0) + 1
    return f"{kind}_{kept[0][kind]}"

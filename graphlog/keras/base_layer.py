"""Layer of ``tf.keras.layers``: resource variables in a name scope of the layer's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.keras import constraints, initializers, regularizers
from graphlog.layers import base
from graphlog.ops import placeholders
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variables import Variable

_COUNTS = "__keras_layer_counts__"
_PHASE = "__keras_learning_phase__"


def unique_name(kind: type) -> str:
    """The name of the next layer of a kind in the default graph: ``dense``, ``dense_1`` and so on."""
    spaced = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind.__name__)
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()
    kept = get_default_graph().get_collection_ref(_COUNTS)
    if not kept:
        kept.append({})
    count = kept[0].get(name, 0)
    kept[0][name] = count + 1
    return f"{name}_{count}" if count else name


def learning_phase() -> Tensor:
    """Whether the graph is run for training, as a tensor that can be fed; no if it is not fed.

    Source: ``tf.keras.backend.learning_phase``.
    """
    kept = get_default_graph().get_collection_ref(_PHASE)
    if not kept:
        with name_scope(""):
            kept.append(placeholders.placeholder_with_default(False, shape=(), name="keras_learning_phase"))
    phase: Tensor = kept[0]
    return phase


class Layer(base.Layer):
    """Variables, made when the layer is first called, and a function that uses them.

    A layer of a user's own defines ``call``, and ``build`` where it has variables, which it makes with
    ``add_weight``. The losses of regularizers stand in ``losses``, and in no collection.

    Args:
        trainable: whether optimizers change its variables.
        name: its name.
        dtype: the dtype of its variables; that of its first input if None.
        **kwargs: ``activity_regularizer`` is taken; ``input_shape``, ``input_dim`` and ``batch_input_shape``
            are accepted and have no effect, as there are no models here.

    Source: ``tf.keras.layers.Layer`` of TensorFlow 1.15.
    """

    def __init__(
        self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        for ignored in ("input_shape", "input_dim", "batch_input_shape", "batch_size", "weights"):
            kwargs.pop(ignored, None)
        name = name or unique_name(type(self))
        # Not the next class: what is inherited of tf.layers besides takes other arguments.
        base.Layer.__init__(self, trainable=trainable, name=name, dtype=dtype, **kwargs)
        self._callable_losses: list[Callable[[], Any]] = []

    def add_weight(  # type: ignore[override]
        self,
        name: str | None = None,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Makes a variable of the layer; the arguments are those of ``tf.layers.Layer.add_weight``."""
        kind = as_dtype(dtype or self._dtype or dtypes.float32)
        default = "glorot_uniform" if kind.is_floating else "zeros"
        first = initializers.get(default if initializer is None else initializer)
        if isinstance(first, type):
            first = first()
        sizes = tuple(() if shape is None else shape)
        is_trainable = trainable is not False and self.trainable
        variable = Variable(
            lambda: first(sizes, dtype=kind),
            name=name or "Variable",
            trainable=is_trainable,
            dtype=kind,
            constraint=constraints.get(constraint),
            use_resource=True,
        )
        penalty = regularizers.get(regularizer)
        if penalty is not None:
            self._callable_losses.append(lambda: _penalty(penalty, variable))
        weights = self._trainable_weights if is_trainable else self._non_trainable_weights
        weights.append(variable)
        return variable

    @property
    def losses(self) -> list[Any]:
        """The losses of its regularizers; those of variables are built anew each time."""
        return [*self._losses, *(loss() for loss in self._callable_losses)]

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses, or functions that return one, to ``losses``."""
        for loss in nest.flatten(losses):
            if callable(loss):
                self._callable_losses.append(loss)
            elif loss is not None:
                self._losses.append(convert_to_tensor(loss))

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """The operations that training has to run."""
        return self.updates

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """The losses."""
        return self.losses

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds the layer's operations to the graph; returns what ``call`` returns."""
        inputs = nest.map_structure(base._as_tensor, inputs)
        flat = nest.flatten(inputs)
        self._check(flat)
        with name_scope(self.name):
            return self._built_and_called(inputs, flat, args, kwargs)


def _penalty(penalty: Callable[[Any], Any], variable: Any) -> Any:
    with name_scope(f"{variable.name.removesuffix(':0')}/Regularizer"):
        return penalty(variable)

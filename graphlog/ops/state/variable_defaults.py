"""What a variable scope holds: what it adds to the names of variables, and their defaults."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variable_store import VariableStore


class VariableScope:
    """What ``get_variable`` adds to a name, and what it takes where an argument is None.

    Args:
        reuse: whether variables are shared: True, False, None (as outside) or ``tf.AUTO_REUSE``.
        name: what the names of variables begin with, without a final ``/``.
        initializer: the initializer of variables that are given none.
        regularizer: the regularizer likewise.
        caching_device: the caching device likewise.
        partitioner: the partitioner likewise.
        custom_getter: the custom getter likewise.
        name_scope: the full name of the name scope that was entered with it.
        dtype: the dtype likewise.
        use_resource: the argument ``use_resource`` likewise.
        constraint: the constraint likewise.

    Source: ``tf.VariableScope``.
    """

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        name_scope: str | None = "",
        dtype: Any = dtypes.float32,
        use_resource: bool | None = None,
        constraint: Any = None,
    ) -> None:
        self.reuse = reuse
        self.name = name
        self.initializer = initializer
        self.regularizer = regularizer
        self.caching_device = caching_device
        self.partitioner = partitioner
        self.custom_getter = custom_getter
        self.original_name_scope = name_scope
        self.dtype = dtype
        self.use_resource = use_resource
        self.constraint = constraint

    def reuse_variables(self) -> None:
        """Shares variables from now on."""
        self.reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets the initializer of variables that are given none."""
        self.initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        """Sets the dtype of variables that are given none."""
        self.dtype = dtype

    def set_use_resource(self, use_resource: bool | None) -> None:
        """Sets the argument ``use_resource`` of variables that are given none."""
        self.use_resource = use_resource

    def set_regularizer(self, regularizer: Any) -> None:
        """Sets the regularizer of variables that are given none."""
        self.regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Sets the caching device of variables that are given none."""
        self.caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        """Sets the partitioner of variables that are given none."""
        self.partitioner = partitioner

    def set_custom_getter(self, custom_getter: Any) -> None:
        """Sets the custom getter."""
        self.custom_getter = custom_getter

    def get_collection(self, name: Any) -> list[Any]:
        """What the default graph has in a collection under this scope's name."""
        return get_default_graph().get_collection(name, f"{self.name}/" if self.name else "")

    def trainable_variables(self) -> list[Any]:
        """The trainable variables of this scope."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        """The global variables of this scope."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        """The local variables of this scope."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        var_store: VariableStore,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
    ) -> Any:
        """``tf.get_variable`` in this scope, with the variables of ``var_store``."""
        with name_scope(None):
            if dtype is not None and initializer is not None and not callable(initializer):
                found = convert_to_tensor(initializer).dtype.base_dtype
                if found != dtype:
                    raise ValueError(f"Initializer type '{found}' and explicit dtype '{dtype}' don't match.")
            return var_store.get_variable(
                f"{self.name}/{name}" if self.name else name,
                custom_getter=first(custom_getter, self.custom_getter),
                shape=shape,
                dtype=first(dtype, self.dtype),
                initializer=first(initializer, self.initializer),
                regularizer=first(regularizer, self.regularizer),
                reuse=first(reuse, self.reuse),
                trainable=trainable,
                collections=collections,
                caching_device=first(caching_device, self.caching_device),
                partitioner=first(partitioner, self.partitioner),
                validate_shape=validate_shape,
                use_resource=first(use_resource, self.use_resource),
                constraint=first(constraint, self.constraint),
                synchronization=synchronization,
                aggregation=aggregation,
            )


def first(given: Any, otherwise: Any) -> Any:
    """``given``, or ``otherwise`` where it is None."""
    return otherwise if given is None else given

"""Variables of models, and how to find them (``tf.contrib.framework``)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.name_scopes import device as placed_on
from graphlog.ops.placeholders import placeholder
from graphlog.ops.state.variable_collections import add_to_collection, get_collection
from graphlog.ops.state.variable_defaults import VariableScope
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variable_scope import get_variable, get_variable_scope
from graphlog.ops.state.variables import Variable
from graphlog.train import global_steps


def assert_or_get_global_step(graph: Any = None, global_step_tensor: Any = None) -> Any:
    """The global step of a graph where none is given; else the given one, once it is checked."""
    if global_step_tensor is None:
        return global_steps.get_global_step(graph)
    global_steps.assert_global_step(global_step_tensor)
    return global_step_tensor


def local_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Any:
    """A variable of ``GraphKeys.LOCAL_VARIABLES`` that no optimizer changes."""
    return _untrained(initial_value, GraphKeys.LOCAL_VARIABLES, validate_shape, name, use_resource)


def global_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Any:
    """A variable of ``GraphKeys.GLOBAL_VARIABLES`` that no optimizer changes."""
    return _untrained(initial_value, GraphKeys.GLOBAL_VARIABLES, validate_shape, name, use_resource)


def _untrained(
    initial_value: Any, collection: str, validate_shape: bool, name: str | None, use_resource: bool | None
) -> Any:
    return Variable(
        initial_value,
        trainable=False,
        collections=[collection],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Iterable[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """``tf.get_variable``, on a device.

    Args:
        name: as for ``tf.get_variable``; so are all others but one.
        shape: …
        dtype: …
        initializer: …
        regularizer: …
        trainable: …
        collections: …
        caching_device: …
        device: the device of the variable.
        partitioner: …
        custom_getter: …
        use_resource: …
        synchronization: …
        aggregation: …

    Returns:
        The Variable.

    Source: ``tf.contrib.framework.variable``.
    """
    wanted = [GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    getter: Callable[..., Any] = get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=get_variable_scope().reuse)
    with placed_on(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=list(dict.fromkeys(wanted)),
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: Any = dtypes.float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Iterable[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """``variable``, of a variable that is in ``GraphKeys.MODEL_VARIABLES`` too.

    Args:
        name: as for ``variable``, like all that follow.
        shape: …
        dtype: …
        initializer: …
        regularizer: …
        trainable: …
        collections: …
        caching_device: …
        device: …
        partitioner: …
        custom_getter: …
        use_resource: …
        synchronization: …
        aggregation: …

    Returns:
        The Variable.

    Source: ``tf.contrib.framework.model_variable``.
    """
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[*(collections or []), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES],
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def add_model_variable(var: Any) -> None:
    """Adds a variable to ``GraphKeys.MODEL_VARIABLES``, once."""
    if all(var is not item for item in get_collection(GraphKeys.MODEL_VARIABLES)):
        add_to_collection(GraphKeys.MODEL_VARIABLES, var)


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection whose names begin and end in some way.

    Args:
        scope: a regular expression that their names begin with, or a VariableScope.
        suffix: what the names end with.
        collection: the collection.

    Returns:
        A list of Variables.

    Source: ``tf.contrib.framework.get_variables``.
    """
    if isinstance(scope, VariableScope):
        scope = scope.name
    if suffix is not None:
        scope = f"{scope or ''}.*{suffix if ':' in suffix else suffix + ':'}"
    return get_collection(collection, scope)


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """``get_variables`` of ``GraphKeys.MODEL_VARIABLES``."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """``get_variables`` of ``GraphKeys.LOCAL_VARIABLES``."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """``get_variables`` of ``GraphKeys.TRAINABLE_VARIABLES``."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list[Any]:
    """The global variables of some scopes without those of others; TypeError where they are no lists."""
    for name, scopes in (("include", include), ("exclude", exclude)):
        if scopes is not None and not isinstance(scopes, list | tuple):
            raise TypeError(f"{name} is provided but is not a list or a tuple.")
    included = get_variables() if include is None else [v for scope in include for v in get_variables(scope)]
    excluded = {variable for scope in exclude or () for variable in get_variables(scope)}
    return [variable for variable in included if variable not in excluded]


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The global variables of a scope whose names end with ``suffix``."""
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The global variables of a scope whose last name is ``given_name``."""
    return get_variables(scope=scope, suffix=f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name: str) -> Any:
    """The variable of a name; ValueError where there is none."""
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


def get_variable_full_name(var: Any) -> str:
    """The name under which a variable is saved."""
    return str(var.op.name)


def filter_variables(
    var_list: Iterable[Any],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """The variables whose names match one of some patterns and none of others.

    Args:
        var_list: the variables.
        include_patterns: regular expressions; None for all variables.
        exclude_patterns: regular expressions of the names that are left out.
        reg_search: whether a pattern may match anywhere, or only at the beginning.

    Returns:
        A list of Variables.

    Source: ``tf.contrib.framework.filter_variables``.
    """
    matches = re.search if reg_search else re.match

    def is_one_of(variable: Any, patterns: Sequence[str]) -> bool:
        return any(matches(pattern, variable.name) for pattern in patterns)

    return [
        variable
        for variable in var_list
        if (include_patterns is None or is_one_of(variable, include_patterns))
        and not is_one_of(variable, exclude_patterns or ())
    ]


def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Operation, dict[Tensor, Any]]:
    """An operation that assigns arrays to variables, and what it has to be fed with.

    Args:
        var_names_to_values: an array for each name of a global variable.

    Returns:
        The operation and the ``feed_dict``.

    Raises:
        ValueError: there is no variable of a name.

    Source: ``tf.contrib.framework.assign_from_values``.
    """
    assignments, feed_dict = [], {}
    for name, value in var_names_to_values.items():
        found = get_collection(GraphKeys.GLOBAL_VARIABLES, name)
        if not found:
            raise ValueError(f"Variable {name} wasn't found")
        exact = found if len(found) == 1 else [item for item in found if item.op.name == name]
        if not exact:
            raise ValueError(f"Variable {name} doesn't uniquely identify a variable")
        target = exact[0]
        fed = placeholder(
            dtype=target.dtype.base_dtype, shape=target.get_shape(), name=f"placeholder/{target.op.name}"
        )
        assignments.append(target.assign(fed))
        feed_dict[fed] = value.reshape(tuple(target.get_shape().as_list()))
    return grouping.group(*assignments), feed_dict


def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], Any]:
    """A function that assigns arrays to variables in a session; see ``assign_from_values``."""
    operation, feed_dict = assign_from_values(var_names_to_values)
    return lambda session: session.run(operation, feed_dict)


def get_name_scope() -> str:
    """The current name scope."""
    return get_default_graph().get_name_scope()

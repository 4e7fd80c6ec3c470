"""The variables of a graph, and operations on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.ops.array import masking, packing, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.math import logic
from graphlog.ops.name_scopes import colocate_with, device, name_scope
from graphlog.ops.state import state_ops


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """``Graph.get_collection`` of the default graph."""
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """``Graph.get_collection_ref`` of the default graph."""
    return get_default_graph().get_collection_ref(key)


def add_to_collection(name: Any, value: Any) -> None:
    """``Graph.add_to_collection`` of the default graph."""
    get_default_graph().add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    """``Graph.add_to_collection`` for each of ``names``, or the one name, once."""
    graph = get_default_graph()
    for name in dict.fromkeys((names,) if isinstance(names, str) else names):
        graph.add_to_collection(name, value)


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables in the collection ``GraphKeys.GLOBAL_VARIABLES`` of the default graph.

    Args:
        scope: a regular expression that the beginning of their names must match; all if None.

    Returns:
        A list of Variables.

    Source: ``tf.global_variables``.
    """
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def local_variables(scope: str | None = None) -> list[Any]:
    """The variables that are not saved, such as counters of metrics; see ``global_variables``."""
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Any]:
    """The variables of ``GraphKeys.MODEL_VARIABLES``; see ``global_variables``."""
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables that optimizers change; see ``global_variables``."""
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Any]:
    """The variables whose moving averages are kept; see ``global_variables``."""
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> Operation:
    """An operation that gives variables their first values.

    Args:
        var_list: the variables.
        name: the operation's name.

    Returns:
        The Operation.

    Source: ``tf.variables_initializer``.
    """
    if var_list:
        _check_variables(var_list)
        return grouping.group(*[variable.initializer for variable in var_list], name=name)
    return grouping.no_op(name=name)


def global_variables_initializer() -> Operation:
    """``variables_initializer`` of all global variables."""
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    """``variables_initializer`` of all local variables."""
    return variables_initializer(local_variables())


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An operation that initializes the lookup tables of the graph: the collection of their initializers.

    Source: ``tf.tables_initializer``.
    """
    initializers = get_collection(GraphKeys.TABLE_INITIALIZERS)
    if initializers:
        return grouping.group(*initializers, name=name)
    return grouping.no_op(name=name)


# The names of early versions of TensorFlow.
all_variables = global_variables
initialize_variables = variables_initializer
initialize_all_variables = global_variables_initializer
initialize_local_variables = local_variables_initializer
initialize_all_tables = tables_initializer


def assert_variables_initialized(var_list: Sequence[Any] | None = None) -> Tensor | None:
    """A tensor whose run raises FailedPreconditionError where a variable has no value.

    Args:
        var_list: the variables; all global and local ones if None.

    Returns:
        The Tensor, or None where there are no variables.

    Source: ``tf.assert_variables_initialized``.
    """
    variables = _all_variables() if var_list is None else list(var_list)
    if not variables:
        variables = _references()
    _check_variables(variables)
    ranks = []
    for variable in variables:
        with colocate_with(variable.op):
            ranks.append(shape_queries.Rank(variable, name="Rank"))
    if not ranks:
        return None
    return ranks[0] if len(ranks) == 1 else packing.stack(ranks)


def report_uninitialized_variables(
    var_list: Sequence[Any] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables that have no value.

    Args:
        var_list: the variables; all global and local ones if None.
        name: the scope of the operations.

    Returns:
        A vector of strings.

    Source: ``tf.report_uninitialized_variables``.
    """
    variables = (_all_variables() or _references()) if var_list is None else list(var_list)
    with name_scope(name):
        known = [state_ops.is_variable_initialized(variable) for variable in variables]
        with device("/cpu:0"):
            if not variables:
                return constant([], dtypes.string)
            mask = logic.logical_not(packing.stack(known))
            names = constant([variable.op.name for variable in variables])
            return masking.boolean_mask(names, mask)


def _all_variables() -> list[Any]:
    return global_variables() + local_variables()


def _check_variables(variables: Any) -> None:
    for variable in variables:
        if not hasattr(variable, "initializer") and not hasattr(variable, "op"):
            raise TypeError(f"{described(variable)} is no variable.")


def _references() -> list[Tensor]:
    """The references to variables that stand in no collection, as in an imported graph."""
    operations = get_default_graph().get_operations()
    return [op.outputs[0] for op in operations if op.type in ("Variable", "VariableV2")]

"""The global step: the variable that counts how often a model was trained."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_options import VariableAggregation
from graphlog.ops.state.variable_scope import get_variable
from graphlog.ops.state.variables import Variable


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The number of steps so far.

    Args:
        sess: a Session.
        global_step_tensor: the variable that counts them.

    Source: ``tf.train.global_step``.
    """
    if not hasattr(sess, "run"):
        raise TypeError(f"global_step takes a session, not {described(sess)}.")
    return int(sess.run(global_step_tensor))


def get_global_step(graph: Graph | None = None) -> Any:
    """The variable that counts steps.

    Args:
        graph: the graph; the default one if None.

    Returns:
        What the collection ``GraphKeys.GLOBAL_STEP`` holds, else the tensor ``global_step:0``; None where
        there is neither, or several.

    Raises:
        TypeError: it is no integer scalar.

    Source: ``tf.train.get_global_step``.
    """
    graph = graph or get_default_graph()
    if not isinstance(graph, Graph):
        raise TypeError(f"graph must be a Graph, not {described(graph)}.")
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        return None
    if found:
        step = found[0]
    else:
        try:
            step = graph.get_tensor_by_name("global_step:0")
        except KeyError:
            return None
    assert_global_step(step)
    return step


def create_global_step(graph: Graph | None = None) -> Variable:
    """Makes a variable that counts steps, and adds it to the collection ``GraphKeys.GLOBAL_STEP``.

    Args:
        graph: the graph; the default one if None.

    Returns:
        The Variable, an int64 scalar named ``global_step``.

    Raises:
        ValueError: there is one already.

    Source: ``tf.train.create_global_step``.
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), graph.name_scope(None):
        step: Variable = get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=dtypes.int64,
            initializer=Zeros(),
            trainable=False,
            aggregation=VariableAggregation.ONLY_FIRST_REPLICA,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )
    return step


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The variable that counts steps, made where there is none (``tf.train.get_or_create_global_step``)."""
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError where something is no integer scalar variable or tensor."""
    if not isinstance(global_step_tensor, Variable | Tensor):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}')
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {shape}')


# Where a graph keeps the tensor of the step that hooks run.
_READ_KEY = "global_step_read_op_cache"


def get_or_create_global_step_read(graph: Graph | None = None) -> Tensor | None:
    """A tensor of the number of steps, also where the variable has no value yet; None where there is none."""
    graph = graph or get_default_graph()
    found = graph.get_collection(_READ_KEY)
    if found:
        (tensor,) = found
        return tensor  # type: ignore[no-any-return]
    step = get_global_step(graph)
    if step is None:
        return None
    with graph.as_default(), graph.name_scope(None), graph.name_scope(f"{step.op.name}/"):
        value = step.initialized_value() if isinstance(step, Variable) else step
        graph.add_to_collection(_READ_KEY, value + 0)
    return get_or_create_global_step_read(graph)

"""Which nodes hold the parameters of a model, and how many these are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import StaticShape, is_fully_defined
from graphlog.graphdef.tensor_values import static_shape
from graphlog.inspect.graphs.nodes import GraphNodes
from graphlog.proto.graph_pb2 import NodeDef

# The last is what adapters call the parameters of other frameworks' models.
VARIABLE_TYPES = frozenset({"Variable", "VariableV2", "VarHandleOp", "Parameter"})
# What they call what a model keeps and does not train, such as a running mean: no parameter.
BUFFER_TYPE = "Buffer"
_CONSTANT_TYPES = frozenset({"Const"})


@dataclass(frozen=True)
class Parameters:
    """What one node holds of a model's parameters.

    Attributes:
        shape: the static shape.
        dtype: the dtype; None where the node states none that is known.
        count: the number of elements; None where the shape is not fully known.
        bytes: how many bytes they take in memory; None where that is not known.
    """

    shape: StaticShape
    dtype: DType | None
    count: int | None
    bytes: int | None


def parameters(nodes: GraphNodes, position: int) -> Parameters | None:
    """The parameters that a node holds.

    They are the elements of variables (``Variable``, ``VariableV2``, ``VarHandleOp``, ``Parameter``), and
    those of the constants that were variables before a graph was frozen: a ``Const`` that an ``Identity``
    reads which is called ``NAME/read``, or ``…ReadVariableOp``.

    Args:
        nodes: the graph.
        position: the node.

    Returns:
        The parameters; None for a node that holds none.
    """
    kind = nodes.types[position]
    if kind in VARIABLE_TYPES:
        node = nodes.node_def(position)
        shape = node.attr["shape"].shape if "shape" in node.attr else None
        return _parameters(None if shape is None else static_shape(shape), _dtype(node))
    if kind in _CONSTANT_TYPES and is_frozen_variable(nodes, position):
        node = nodes.node_def(position)
        return _parameters(static_shape(node.attr["value"].tensor.tensor_shape), _dtype(node))
    return None


def is_frozen_variable(nodes: GraphNodes, position: int) -> bool:
    """Whether a constant was a variable before the graph was frozen."""
    for target in nodes.edges.target_positions(position):
        if nodes.types[target] == "Identity":
            name = nodes.names[target]
            if name.endswith("ReadVariableOp") or name == f"{nodes.names[position]}/read":
                return True
    return False


def _dtype(node: NodeDef) -> DType | None:
    try:
        return as_dtype(node.attr["dtype"].type).base_dtype
    except (TypeError, ValueError):
        return None


def _parameters(shape: StaticShape, dtype: DType | None) -> Parameters:
    count = math.prod(shape) if is_fully_defined(shape) else None
    size = dtype.size if dtype is not None else None
    return Parameters(shape, dtype, count, None if count is None or not size else count * size)

"""graphlog: computation graphs and gradients for TensorBoard, without TensorFlow.

``import graphlog as tf`` gives the vocabulary of TensorFlow 1.15's graph mode: build a graph,
differentiate it, run it with NumPy, and write it to an event file that TensorBoard shows.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graphlog import errors, summary
from graphlog._version import __version__
from graphlog.autodiff.aggregation import AggregationMethod
from graphlog.autodiff.gradients import UnconnectedGradients, gradients
from graphlog.core.conversion import convert_to_tensor, register_tensor_conversion_function
from graphlog.core.default_stacks import get_default_session
from graphlog.core.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from graphlog.core.dtypes import bool_ as bool
from graphlog.core.graph import Graph, get_default_graph, reset_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.serialization import Serializer, set_serializer
from graphlog.core.shapes import Dimension, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.arithmetic import (
    add,
    add_n,
    divide,
    floor_div,
    floordiv,
    floormod,
    maximum,
    minimum,
    multiply,
    pow,
    realdiv,
    subtract,
    truediv,
)
from graphlog.ops.arithmetic import (
    floormod as mod,
)
from graphlog.ops.arrays import identity, reshape, tile, transpose
from graphlog.ops.casts import cast
from graphlog.ops.comparisons import equal, greater, greater_equal, less, less_equal, not_equal, where
from graphlog.ops.constants import constant
from graphlog.ops.dynamic_stitch import dynamic_stitch
from graphlog.ops.elementwise import abs, conj, exp, log, negative, reciprocal, sign, square, tanh
from graphlog.ops.filling import fill, ones, ones_like, zeros, zeros_like
from graphlog.ops.gathering import gather
from graphlog.ops.grouping import group, no_op
from graphlog.ops.name_scopes import colocate_with, control_dependencies, device, name_scope
from graphlog.ops.packing import stack, unstack
from graphlog.ops.placeholders import placeholder
from graphlog.ops.ranges import range
from graphlog.ops.reductions import reduce_sum
from graphlog.ops.shape_queries import rank, shape, size
from graphlog.runtime.session import InteractiveSession, Session

if TYPE_CHECKING:
    from graphlog.graphdef.imports import import_graph_def
    from graphlog.writers.file_writer import FileWriter

__all__ = [
    "AggregationMethod",
    "DType",
    "Dimension",
    "FileWriter",
    "Graph",
    "GraphKeys",
    "InteractiveSession",
    "Operation",
    "Session",
    "Tensor",
    "TensorShape",
    "UnconnectedGradients",
    "__version__",
    "abs",
    "add",
    "add_n",
    "as_dtype",
    "bfloat16",
    "bool",
    "cast",
    "colocate_with",
    "complex64",
    "complex128",
    "conj",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "device",
    "divide",
    "double",
    "dynamic_stitch",
    "equal",
    "errors",
    "exp",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor_div",
    "floordiv",
    "floormod",
    "gather",
    "get_default_graph",
    "get_default_session",
    "gradients",
    "greater",
    "greater_equal",
    "group",
    "half",
    "identity",
    "import_graph_def",
    "int8",
    "int16",
    "int32",
    "int64",
    "less",
    "less_equal",
    "log",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "name_scope",
    "negative",
    "no_op",
    "not_equal",
    "ones",
    "ones_like",
    "placeholder",
    "pow",
    "qint8",
    "qint16",
    "qint32",
    "quint8",
    "quint16",
    "range",
    "rank",
    "realdiv",
    "reciprocal",
    "reduce_sum",
    "register_tensor_conversion_function",
    "reset_default_graph",
    "reshape",
    "resource",
    "shape",
    "sign",
    "size",
    "square",
    "stack",
    "string",
    "subtract",
    "summary",
    "tanh",
    "tile",
    "transpose",
    "truediv",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unstack",
    "variant",
    "where",
    "zeros",
    "zeros_like",
]

# What needs protobuf is imported when it is first used, so that importing graphlog stays quick.
_LATE = {
    "FileWriter": "graphlog.writers.file_writer",
    "import_graph_def": "graphlog.graphdef.imports",
}


def _load_serializer() -> Serializer:
    module: ModuleType = importlib.import_module("graphlog.graphdef.export")
    return module


set_serializer(_load_serializer)


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'graphlog' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATE[name]), name)
    globals()[name] = value
    return value

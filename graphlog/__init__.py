"""graphlog: computation graphs and gradients for TensorBoard, without TensorFlow.

``import graphlog as tf`` gives the vocabulary of TensorFlow 1.15's graph mode: build a graph,
differentiate it, run it with NumPy, and write it to an event file that TensorBoard shows.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graphlog import (
    bitwise,
    contrib,
    debugging,
    dtypes,
    errors,
    image,
    initializers,
    io,
    layers,
    linalg,
    losses,
    manip,
    math,
    metrics,
    nest,
    nn,
    random,
    strings,
    summary,
    test,
    train,
)
from graphlog._version import __version__
from graphlog.autodiff.aggregation import AggregationMethod
from graphlog.autodiff.custom_gradients import custom_gradient
from graphlog.autodiff.gradients import UnconnectedGradients, gradients
from graphlog.autodiff.hessians import hessians
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
from graphlog.core.gradient_registry import RegisterGradient
from graphlog.core.gradient_registry import no_gradient as NoGradient
from graphlog.core.gradient_registry import no_gradient as NotDifferentiable
from graphlog.core.graph import Graph, get_default_graph, reset_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.indexed_slices import IndexedSlices, IndexedSlicesValue
from graphlog.core.operation import Operation
from graphlog.core.serialization import Serializer, set_serializer
from graphlog.core.shapes import Dimension, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.accumulation import accumulate_n, cross
from graphlog.ops.activations import log_sigmoid, sigmoid
from graphlog.ops.arguments_of_extrema import arg_max, arg_min, argmax, argmin
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
    scalar_mul,
    subtract,
    truediv,
)
from graphlog.ops.arithmetic import (
    floormod as mod,
)
from graphlog.ops.arrays import identity, invert_permutation, reshape, tile, transpose
from graphlog.ops.asserts import (
    assert_equal,
    assert_greater,
    assert_greater_equal,
    assert_less,
    assert_less_equal,
    assert_near,
    assert_negative,
    assert_non_negative,
    assert_non_positive,
    assert_none_equal,
    assert_positive,
)
from graphlog.ops.axes import expand_dims, squeeze
from graphlog.ops.batch_gathering import batch_gather
from graphlog.ops.casts import (
    cast,
    saturate_cast,
    to_bfloat16,
    to_complex64,
    to_complex128,
    to_double,
    to_float,
    to_int32,
    to_int64,
)
from graphlog.ops.cholesky import cholesky, cholesky_solve
from graphlog.ops.clipping import (
    clip_by_average_norm,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    global_norm,
)
from graphlog.ops.comparisons import equal, greater, greater_equal, less, less_equal, not_equal, where
from graphlog.ops.complex_numbers import angle, complex, imag, real
from graphlog.ops.conditionals import case, cond
from graphlog.ops.confusion import confusion_matrix
from graphlog.ops.constants import constant
from graphlog.ops.cumulative import cumprod, cumsum
from graphlog.ops.decompositions import qr, self_adjoint_eig, self_adjoint_eigvals, svd
from graphlog.ops.diagonals import (
    diag,
    diag_part,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
)
from graphlog.ops.division import div, div_no_nan, squared_difference, truncatediv, truncatemod
from graphlog.ops.dynamic_stitch import dynamic_stitch
from graphlog.ops.einsum import einsum
from graphlog.ops.elementwise import abs, conj, exp, log, negative, reciprocal, sign, square, tanh
from graphlog.ops.filling import fill, ones, ones_like, zeros, zeros_like
from graphlog.ops.functional import foldl, foldr, map_fn, scan
from graphlog.ops.gathering import gather
from graphlog.ops.gradient_stops import stop_gradient
from graphlog.ops.grids import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    meshgrid,
    repeat,
    unravel_index,
)
from graphlog.ops.grouping import gated_tuple as tuple
from graphlog.ops.grouping import group, no_op
from graphlog.ops.histograms import bincount, histogram_fixed_width, histogram_fixed_width_bins
from graphlog.ops.identity_matrices import eye, trace
from graphlog.ops.indexed_slices import convert_to_tensor_or_indexed_slices
from graphlog.ops.indexing import newaxis
from graphlog.ops.initial_values import init_scope
from graphlog.ops.initializers import (
    Constant as constant_initializer,
)
from graphlog.ops.initializers import (
    GlorotNormal as glorot_normal_initializer,
)
from graphlog.ops.initializers import (
    GlorotUniform as glorot_uniform_initializer,
)
from graphlog.ops.initializers import (
    Ones as ones_initializer,
)
from graphlog.ops.initializers import (
    Orthogonal as orthogonal_initializer,
)
from graphlog.ops.initializers import (
    RandomNormal as random_normal_initializer,
)
from graphlog.ops.initializers import (
    RandomUniform as random_uniform_initializer,
)
from graphlog.ops.initializers import (
    TruncatedNormal as truncated_normal_initializer,
)
from graphlog.ops.initializers import (
    UniformUnitScaling as uniform_unit_scaling_initializer,
)
from graphlog.ops.initializers import (
    VarianceScaling as variance_scaling_initializer,
)
from graphlog.ops.initializers import (
    Zeros as zeros_initializer,
)
from graphlog.ops.joining import concat, split
from graphlog.ops.least_squares import matrix_solve_ls
from graphlog.ops.linear_systems import (
    matrix_determinant,
    matrix_inverse,
    matrix_solve,
    matrix_transpose,
    matrix_triangular_solve,
)
from graphlog.ops.logging_ops import Assert, Print
from graphlog.ops.logic import is_finite, is_inf, is_nan, logical_and, logical_not, logical_or, logical_xor
from graphlog.ops.loops import while_loop
from graphlog.ops.masking import boolean_mask, sequence_mask
from graphlog.ops.matmul import matmul
from graphlog.ops.name_scopes import colocate_with, control_dependencies, device, name_scope
from graphlog.ops.nd_indices import (
    gather_nd,
    scatter_nd,
    tensor_scatter_add,
    tensor_scatter_sub,
    tensor_scatter_update,
)
from graphlog.ops.nd_indices import tensor_scatter_add as tensor_scatter_nd_add
from graphlog.ops.nd_indices import tensor_scatter_sub as tensor_scatter_nd_sub
from graphlog.ops.nd_indices import tensor_scatter_update as tensor_scatter_nd_update
from graphlog.ops.norms import norm
from graphlog.ops.numeric_checks import add_check_numerics_ops, check_numerics, verify_tensor_all_finite
from graphlog.ops.one_hot_encoding import one_hot
from graphlog.ops.packing import stack, unstack
from graphlog.ops.padding import pad
from graphlog.ops.partitioning import dynamic_partition
from graphlog.ops.passing import bitcast, ensure_shape, guarantee_const, identity_n
from graphlog.ops.patches import extract_image_patches
from graphlog.ops.placeholders import placeholder, placeholder_with_default
from graphlog.ops.printing import print
from graphlog.ops.python_functions import numpy_function, py_func
from graphlog.ops.random_functions import (
    multinomial,
    random_crop,
    random_normal,
    random_shuffle,
    random_uniform,
    truncated_normal,
)
from graphlog.ops.random_parameters import random_gamma, random_poisson
from graphlog.ops.random_seeds import get_seed, set_random_seed
from graphlog.ops.ranges import lin_space, range
from graphlog.ops.ranges import lin_space as linspace
from graphlog.ops.reductions import (
    reduce_all,
    reduce_any,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from graphlog.ops.reordering import reverse, reverse_sequence, roll
from graphlog.ops.reordering import reverse as reverse_v2
from graphlog.ops.roots import expm1, log1p, rsqrt, sqrt
from graphlog.ops.rounding import ceil, floor, rint, round
from graphlog.ops.scatter_ops import (
    batch_scatter_update,
    scatter_add,
    scatter_div,
    scatter_max,
    scatter_min,
    scatter_mul,
    scatter_nd_add,
    scatter_nd_sub,
    scatter_nd_update,
    scatter_sub,
    scatter_update,
)
from graphlog.ops.searching import searchsorted
from graphlog.ops.segments import (
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
)
from graphlog.ops.selection import where_v2
from graphlog.ops.shape_asserts import (
    assert_integer,
    assert_proper_iterable,
    assert_rank,
    assert_rank_at_least,
    assert_rank_in,
    assert_same_float_dtype,
    assert_scalar,
    assert_type,
    is_non_decreasing,
    is_numeric_tensor,
    is_strictly_increasing,
)
from graphlog.ops.shape_queries import rank, shape, shape_n, size
from graphlog.ops.slicing import slice, strided_slice
from graphlog.ops.sorting import argsort, sort
from graphlog.ops.space_batches import (
    batch_to_space,
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
)
from graphlog.ops.space_depths import depth_to_space, space_to_depth
from graphlog.ops.sparse_matmul import sparse_matmul
from graphlog.ops.sparse_segments import sparse_segment_mean, sparse_segment_sqrt_n, sparse_segment_sum
from graphlog.ops.special_functions import (
    betainc,
    digamma,
    erf,
    erfc,
    igamma,
    igammac,
    lbeta,
    lgamma,
    polygamma,
    zeta,
)
from graphlog.ops.state_ops import assign, assign_add, assign_sub, count_up_to, is_variable_initialized
from graphlog.ops.statistics import count_nonzero, reduce_logsumexp
from graphlog.ops.string_conversions import (
    as_string,
    decode_base64,
    decode_raw,
    encode_base64,
    string_to_number,
)
from graphlog.ops.string_ops import reduce_join, regex_replace, string_join, string_strip, substr
from graphlog.ops.tensor_arrays import TensorArray
from graphlog.ops.tensordot import tensordot
from graphlog.ops.trigonometry import acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan
from graphlog.ops.unique import setdiff1d, unique, unique_with_counts
from graphlog.ops.unsorted_segments import (
    unsorted_segment_max,
    unsorted_segment_mean,
    unsorted_segment_min,
    unsorted_segment_prod,
    unsorted_segment_sqrt_n,
    unsorted_segment_sum,
)
from graphlog.ops.variable_collections import (
    add_to_collection,
    add_to_collections,
    all_variables,
    assert_variables_initialized,
    get_collection,
    get_collection_ref,
    global_variables,
    global_variables_initializer,
    initialize_all_tables,
    initialize_all_variables,
    initialize_local_variables,
    initialize_variables,
    local_variables,
    local_variables_initializer,
    model_variables,
    moving_average_variables,
    report_uninitialized_variables,
    tables_initializer,
    trainable_variables,
    variables_initializer,
)
from graphlog.ops.variable_defaults import VariableScope
from graphlog.ops.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.variable_scope import (
    get_local_variable,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_op_scope,
    variable_scope,
)
from graphlog.ops.variable_store import AUTO_REUSE
from graphlog.ops.variables import Variable
from graphlog.runtime.session import InteractiveSession, Session
from graphlog.test import check_gradients

if TYPE_CHECKING:
    from graphlog.graphdef.imports import import_graph_def
    from graphlog.writers.file_writer import FileWriter

__all__ = [
    "AUTO_REUSE",
    "AggregationMethod",
    "Assert",
    "DType",
    "Dimension",
    "FileWriter",
    "Graph",
    "GraphKeys",
    "IndexedSlices",
    "IndexedSlicesValue",
    "InteractiveSession",
    "NoGradient",
    "NotDifferentiable",
    "Operation",
    "Print",
    "RegisterGradient",
    "Session",
    "Tensor",
    "TensorArray",
    "TensorShape",
    "UnconnectedGradients",
    "Variable",
    "VariableAggregation",
    "VariableScope",
    "VariableSynchronization",
    "__version__",
    "abs",
    "accumulate_n",
    "acos",
    "acosh",
    "add",
    "add_check_numerics_ops",
    "add_n",
    "add_to_collection",
    "add_to_collections",
    "all_variables",
    "angle",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "argsort",
    "as_dtype",
    "as_string",
    "asin",
    "asinh",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_proper_iterable",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_type",
    "assert_variables_initialized",
    "assign",
    "assign_add",
    "assign_sub",
    "atan",
    "atan2",
    "atanh",
    "batch_gather",
    "batch_scatter_update",
    "batch_to_space",
    "batch_to_space_nd",
    "betainc",
    "bfloat16",
    "bincount",
    "bitcast",
    "bitwise",
    "bool",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "case",
    "cast",
    "ceil",
    "check_gradients",
    "check_numerics",
    "cholesky",
    "cholesky_solve",
    "clip_by_average_norm",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "colocate_with",
    "complex",
    "complex128",
    "complex64",
    "concat",
    "cond",
    "confusion_matrix",
    "conj",
    "constant",
    "constant_initializer",
    "contrib",
    "control_dependencies",
    "convert_to_tensor",
    "convert_to_tensor_or_indexed_slices",
    "cos",
    "cosh",
    "count_nonzero",
    "count_up_to",
    "cross",
    "cumprod",
    "cumsum",
    "custom_gradient",
    "debugging",
    "decode_base64",
    "decode_raw",
    "depth_to_space",
    "device",
    "diag",
    "diag_part",
    "digamma",
    "div",
    "div_no_nan",
    "divide",
    "double",
    "dtypes",
    "dynamic_partition",
    "dynamic_stitch",
    "einsum",
    "encode_base64",
    "ensure_shape",
    "equal",
    "erf",
    "erfc",
    "errors",
    "exp",
    "expand_dims",
    "expm1",
    "extract_image_patches",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "floor_div",
    "floordiv",
    "floormod",
    "foldl",
    "foldr",
    "gather",
    "gather_nd",
    "get_collection",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "get_local_variable",
    "get_seed",
    "get_variable",
    "get_variable_scope",
    "global_norm",
    "global_variables",
    "global_variables_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "gradients",
    "greater",
    "greater_equal",
    "group",
    "guarantee_const",
    "half",
    "hessians",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "identity",
    "identity_n",
    "igamma",
    "igammac",
    "imag",
    "image",
    "import_graph_def",
    "init_scope",
    "initialize_all_tables",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "initializers",
    "int16",
    "int32",
    "int64",
    "int8",
    "invert_permutation",
    "io",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "is_numeric_tensor",
    "is_strictly_increasing",
    "is_variable_initialized",
    "layers",
    "lbeta",
    "less",
    "less_equal",
    "lgamma",
    "lin_space",
    "linalg",
    "linspace",
    "local_variables",
    "local_variables_initializer",
    "log",
    "log1p",
    "log_sigmoid",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "losses",
    "manip",
    "map_fn",
    "math",
    "matmul",
    "matrix_band_part",
    "matrix_determinant",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_inverse",
    "matrix_set_diag",
    "matrix_solve",
    "matrix_solve_ls",
    "matrix_transpose",
    "matrix_triangular_solve",
    "maximum",
    "meshgrid",
    "metrics",
    "minimum",
    "mod",
    "model_variables",
    "moving_average_variables",
    "multinomial",
    "multiply",
    "name_scope",
    "negative",
    "nest",
    "newaxis",
    "nn",
    "no_op",
    "no_regularizer",
    "norm",
    "not_equal",
    "numpy_function",
    "one_hot",
    "ones",
    "ones_initializer",
    "ones_like",
    "orthogonal_initializer",
    "pad",
    "placeholder",
    "placeholder_with_default",
    "polygamma",
    "pow",
    "print",
    "py_func",
    "qint16",
    "qint32",
    "qint8",
    "qr",
    "quint16",
    "quint8",
    "random",
    "random_crop",
    "random_gamma",
    "random_normal",
    "random_normal_initializer",
    "random_poisson",
    "random_shuffle",
    "random_uniform",
    "random_uniform_initializer",
    "range",
    "rank",
    "real",
    "realdiv",
    "reciprocal",
    "reduce_all",
    "reduce_any",
    "reduce_join",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "regex_replace",
    "register_tensor_conversion_function",
    "repeat",
    "report_uninitialized_variables",
    "required_space_to_batch_paddings",
    "reset_default_graph",
    "reshape",
    "resource",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "rint",
    "roll",
    "round",
    "rsqrt",
    "saturate_cast",
    "scalar_mul",
    "scan",
    "scatter_add",
    "scatter_div",
    "scatter_max",
    "scatter_min",
    "scatter_mul",
    "scatter_nd",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "scatter_sub",
    "scatter_update",
    "searchsorted",
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "self_adjoint_eig",
    "self_adjoint_eigvals",
    "sequence_mask",
    "set_random_seed",
    "setdiff1d",
    "shape",
    "shape_n",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "size",
    "slice",
    "sort",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
    "sparse_matmul",
    "sparse_segment_mean",
    "sparse_segment_sqrt_n",
    "sparse_segment_sum",
    "split",
    "sqrt",
    "square",
    "squared_difference",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "string_join",
    "string_strip",
    "string_to_number",
    "strings",
    "substr",
    "subtract",
    "summary",
    "svd",
    "tables_initializer",
    "tan",
    "tanh",
    "tensor_scatter_add",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensor_scatter_sub",
    "tensor_scatter_update",
    "tensordot",
    "test",
    "tile",
    "to_bfloat16",
    "to_complex128",
    "to_complex64",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
    "trace",
    "train",
    "trainable_variables",
    "transpose",
    "truediv",
    "truncated_normal",
    "truncated_normal_initializer",
    "truncatediv",
    "truncatemod",
    "tuple",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uniform_unit_scaling_initializer",
    "unique",
    "unique_with_counts",
    "unravel_index",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
    "unstack",
    "variable_op_scope",
    "variable_scope",
    "variables_initializer",
    "variance_scaling_initializer",
    "variant",
    "verify_tensor_all_finite",
    "where",
    "where_v2",
    "while_loop",
    "zeros",
    "zeros_initializer",
    "zeros_like",
    "zeta",
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

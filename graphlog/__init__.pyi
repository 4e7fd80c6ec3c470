# What users find in ``graphlog``, and where it is; ``_late_names`` reads it, and so do type checkers.

from graphlog import (
    audio,
    bitwise,
    contrib,
    data,
    debugging,
    distributions,
    dtypes,
    errors,
    flags,
    gfile,
    graph_util,
    image,
    initializers,
    io,
    keras,
    layers,
    linalg,
    lookup,
    losses,
    manip,
    math,
    metrics,
    nest,
    nn,
    python_io,
    quantization,
    queue,
    random,
    resource_loader,
    saved_model,
    sets,
    signal,
    sparse,
    spectral,
    strings,
    summary,
    sysconfig,
    test,
    timeline,
    train,
    version,
)
from graphlog._tensor_protos import (
    make_ndarray,
    make_tensor_proto,
)
from graphlog._version import __version__
from graphlog.adapters.graph_files import load_graph
from graphlog.adapters.jax_models import from_jax, profile_jax
from graphlog.adapters.onnx_models import from_onnx
from graphlog.adapters.torch_autograd import from_autograd
from graphlog.adapters.torch_models import from_torch, profile_torch
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
    bool_ as bool,
    complex128,
    complex64,
    double,
    float16,
    float32,
    float64,
    half,
    int16,
    int32,
    int64,
    int8,
    qint16,
    qint32,
    qint8,
    quint16,
    quint8,
    resource,
    string,
    uint16,
    uint32,
    uint64,
    uint8,
    variant,
)
from graphlog.core.gradient_registry import (
    no_gradient as NoGradient,
    no_gradient as NotDifferentiable,
    RegisterGradient,
    no_gradient,
)
from graphlog.core.default_graph import get_default_graph, reset_default_graph
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.indexed_slices import IndexedSlices, IndexedSlicesValue
from graphlog.core.op_definition import define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import Dimension, TensorShape
from graphlog.core.sparse_tensor import (
    SparseTensor,
    SparseTensorValue,
    convert_to_tensor_or_sparse_tensor,
)
from graphlog.core.tensor import Tensor
from graphlog.graphdef.imports import import_graph_def
from graphlog.ops.math.accumulation import accumulate_n, cross
from graphlog.ops.nn.activations import log_sigmoid, sigmoid
from graphlog.ops.array.arguments_of_extrema import arg_max, arg_min, argmax, argmin
from graphlog.ops.math.arithmetic import (
    add,
    add_n,
    divide,
    floor_div,
    floordiv,
    floormod,
    maximum,
    minimum,
    floormod as mod,
    multiply,
    pow,
    realdiv,
    scalar_mul,
    subtract,
    truediv,
)
from graphlog.ops.array.arrays import identity, invert_permutation, reshape, tile, transpose
from graphlog.ops.debugging.asserts import (
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
from graphlog.ops.array.axes import expand_dims, squeeze
from graphlog.ops.array.batch_gathering import batch_gather
from graphlog.ops.math.casts import (
    cast,
    saturate_cast,
    to_bfloat16,
    to_complex128,
    to_complex64,
    to_double,
    to_float,
    to_int32,
    to_int64,
)
from graphlog.ops.linear_algebra.cholesky import cholesky, cholesky_solve
from graphlog.ops.math.clipping import (
    clip_by_average_norm,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    global_norm,
)
from graphlog.ops.debugging.clock import timestamp
from graphlog.ops.math.comparisons import equal, greater, greater_equal, less, less_equal, not_equal, where
from graphlog.ops.math.complex_numbers import angle, complex, imag, real
from graphlog.ops.control_flow.conditionals import case, cond
from graphlog.ops.array.confusion import confusion_matrix
from graphlog.ops.constants import constant
from graphlog.ops.math.cumulative import cumprod, cumsum
from graphlog.ops.datasets.structures import TensorSpec
from graphlog.ops.linear_algebra.decompositions import qr, self_adjoint_eig, self_adjoint_eigvals, svd
from graphlog.ops.linear_algebra.diagonals import (
    diag,
    diag_part,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
)
from graphlog.ops.math.division import div, div_no_nan, squared_difference, truncatediv, truncatemod
from graphlog.ops.array.dynamic_stitch import dynamic_stitch
from graphlog.ops.linear_algebra.einsum import einsum
from graphlog.ops.math.elementwise import abs, conj, exp, log, negative, reciprocal, sign, square, tanh
from graphlog.ops.array.filling import fill, ones, ones_like, zeros, zeros_like
from graphlog.ops.control_flow.functional import foldl, foldr, map_fn, scan
from graphlog.ops.array.gathering import gather
from graphlog.ops.control_flow.gradient_stops import stop_gradient
from graphlog.ops.array.grids import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    meshgrid,
    repeat,
    unravel_index,
)
from graphlog.ops.control_flow.grouping import group, no_op, gated_tuple as tuple
from graphlog.ops.array.histograms import bincount, histogram_fixed_width, histogram_fixed_width_bins
from graphlog.ops.linear_algebra.identity_matrices import eye
from graphlog.ops.indexed_slices import convert_to_tensor_or_indexed_slices
from graphlog.ops.array.indexing import newaxis
from graphlog.ops.state.initial_values import init_scope
from graphlog.ops.state.initializers import (
    Constant as constant_initializer,
    GlorotNormal as glorot_normal_initializer,
    GlorotUniform as glorot_uniform_initializer,
    Ones as ones_initializer,
    Orthogonal as orthogonal_initializer,
    RandomNormal as random_normal_initializer,
    RandomUniform as random_uniform_initializer,
    TruncatedNormal as truncated_normal_initializer,
    UniformUnitScaling as uniform_unit_scaling_initializer,
    VarianceScaling as variance_scaling_initializer,
    Zeros as zeros_initializer,
)
from graphlog.ops.inputs.csv import (
    decode_csv,
)
from graphlog.ops.inputs.examples import (
    parse_example,
    parse_single_example,
    parse_single_sequence_example,
)
from graphlog.ops.inputs.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    VarLenFeature,
)
from graphlog.ops.inputs.features import (
    SparseFeature,
)
from graphlog.ops.inputs.file_contents import (
    matching_files,
    read_file,
    write_file,
)
from graphlog.ops.inputs.hash_buckets import (
    string_to_hash_bucket,
    string_to_hash_bucket_fast,
    string_to_hash_bucket_strong,
)
from graphlog.ops.inputs.queues import (
    FIFOQueue,
    PaddingFIFOQueue,
    PriorityQueue,
    QueueBase,
    RandomShuffleQueue,
)
from graphlog.ops.inputs.readers import (
    FixedLengthRecordReader,
    IdentityReader,
    ReaderBase,
    TFRecordReader,
    TextLineReader,
    WholeFileReader,
)
from graphlog.ops.inputs.serialized_tensors import (
    decode_compressed,
    parse_tensor,
    serialize_tensor,
)
from graphlog.ops.array.joining import concat, split
from graphlog.ops.linear_algebra.least_squares import matrix_solve_ls
from graphlog.ops.linear_algebra.matrix_functions import matrix_square_root
from graphlog.ops.linear_algebra.linear_systems import (
    matrix_determinant,
    matrix_inverse,
    matrix_solve,
    matrix_transpose,
    matrix_triangular_solve,
)
from graphlog.ops.debugging.logging_ops import Assert, Print
from graphlog.ops.math.logic import (
    is_finite,
    is_inf,
    is_nan,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
)
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.array.masking import boolean_mask, sequence_mask
from graphlog.ops.linear_algebra.matmul import matmul
from graphlog.ops.name_scopes import colocate_with, container, control_dependencies, device, name_scope
from graphlog.ops.array.nd_indices import (
    gather_nd,
    scatter_nd,
    tensor_scatter_add,
    tensor_scatter_add as tensor_scatter_nd_add,
    tensor_scatter_sub as tensor_scatter_nd_sub,
    tensor_scatter_update as tensor_scatter_nd_update,
    tensor_scatter_sub,
    tensor_scatter_update,
)
from graphlog.ops.linear_algebra.norms import norm
from graphlog.ops.debugging.numeric_checks import (
    add_check_numerics_ops,
    check_numerics,
    verify_tensor_all_finite,
)
from graphlog.ops.array.one_hot_encoding import one_hot
from graphlog.ops.array.packing import stack, unstack
from graphlog.ops.array.padding import pad
from graphlog.ops.array.partitioning import dynamic_partition
from graphlog.ops.array.passing import bitcast, ensure_shape, guarantee_const, identity_n
from graphlog.ops.images.patches import extract_image_patches
from graphlog.ops.placeholders import placeholder, placeholder_with_default
from graphlog.ops.debugging.printing import print
from graphlog.ops.debugging.python_functions import numpy_function, py_func
from graphlog.ops.nn.volume_patches import extract_volume_patches
from graphlog.ops.quantization.quantization_functions import (
    dequantize,
    fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient,
    quantize,
    quantize_v2,
)
from graphlog.ops.random.random_functions import (
    multinomial,
    random_crop,
    random_normal,
    random_shuffle,
    random_uniform,
    truncated_normal,
)
from graphlog.ops.random.random_parameters import random_gamma, random_poisson
from graphlog.ops.random.random_seeds import get_seed, set_random_seed
from graphlog.ops.array.ranges import lin_space, lin_space as linspace, range
from graphlog.ops.math.reductions import (
    reduce_all,
    reduce_any,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from graphlog.ops.array.reordering import reverse, reverse_sequence, reverse as reverse_v2, roll
from graphlog.ops.math.roots import expm1, log1p, rsqrt, sqrt
from graphlog.ops.math.rounding import ceil, floor, rint, round
from graphlog.ops.state.scatter_ops import (
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
from graphlog.ops.array.searching import searchsorted
from graphlog.ops.math.segments import segment_max, segment_mean, segment_min, segment_prod, segment_sum
from graphlog.ops.array.selection import where_v2
from graphlog.ops.array.parallel_stacks import parallel_stack
from graphlog.ops.control_flow.switch_cases import switch_case
from graphlog.ops.debugging.shape_asserts import (
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
from graphlog.ops.array.shape_queries import rank, shape, shape_n, size
from graphlog.ops.array.slicing import slice, strided_slice
from graphlog.ops.array.sorting import argsort, sort
from graphlog.ops.array.space_batches import (
    batch_to_space,
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
)
from graphlog.ops.array.space_depths import depth_to_space, space_to_depth
from graphlog.ops.sparse.additions import sparse_add
from graphlog.ops.sparse.concatenation import sparse_concat, sparse_slice, sparse_split
from graphlog.ops.sparse.cwise import sparse_maximum, sparse_minimum, sparse_softmax
from graphlog.ops.sparse.densifying import sparse_tensor_to_dense, sparse_to_dense
from graphlog.ops.sparse.edit_distances import edit_distance
from graphlog.ops.sparse.empty_rows import sparse_fill_empty_rows
from graphlog.ops.sparse.orders import sparse_reorder, sparse_reshape, sparse_transpose
from graphlog.ops.sparse.placeholders import sparse_placeholder
from graphlog.ops.sparse.products import sparse_tensor_dense_matmul
from graphlog.ops.sparse.selections import (
    sparse_mask,
    sparse_merge,
    sparse_reset_shape,
    sparse_retain,
    sparse_to_indicator,
)
from graphlog.ops.sparse.sparse_reductions import (
    sparse_reduce_max,
    sparse_reduce_max_sparse,
    sparse_reduce_sum,
    sparse_reduce_sum_sparse,
)
from graphlog.ops.sparse.string_splitting import string_split
from graphlog.ops.linear_algebra.sparse_matmul import sparse_matmul
from graphlog.ops.math.sparse_segments import sparse_segment_mean, sparse_segment_sqrt_n, sparse_segment_sum
from graphlog.ops.math.special_functions import (
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
from graphlog.ops.spectral.transforms import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from graphlog.ops.state.state_ops import assign, assign_add, assign_sub, count_up_to, is_variable_initialized
from graphlog.ops.math.statistics import count_nonzero, reduce_logsumexp
from graphlog.ops.strings.string_conversions import (
    as_string,
    decode_base64,
    decode_raw,
    encode_base64,
    string_to_number,
)
from graphlog.ops.strings.string_ops import reduce_join, regex_replace, string_join, string_strip, substr
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.linear_algebra.tensordot import tensordot
from graphlog.ops.math.trigonometry import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    sin,
    sinh,
    tan,
)
from graphlog.ops.array.unique import setdiff1d, unique, unique_with_counts
from graphlog.ops.math.unsorted_segments import (
    unsorted_segment_max,
    unsorted_segment_mean,
    unsorted_segment_min,
    unsorted_segment_prod,
    unsorted_segment_sqrt_n,
    unsorted_segment_sum,
)
from graphlog.ops.state.variable_collections import (
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
from graphlog.ops.state.variable_defaults import VariableScope
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variable_scope import (
    get_local_variable,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_op_scope,
    variable_scope,
)
from graphlog.ops.state.variable_store import AUTO_REUSE
from graphlog.ops.state.variables import Variable
from graphlog.readers.log import Log, open_log
from graphlog.readers.run import Run
from graphlog.runtime.numeric_watch import debug_numerics
from graphlog.runtime.profiles import profile
from graphlog.runtime.session import InteractiveSession, Session
from graphlog.test import check_gradients
from graphlog.tracing.derivatives import grad, hessian, jacobian, jvp, value_and_grad, vjp
from graphlog.tracing.trace import trace
from graphlog.tracing.traced_array import TracingError
from graphlog.writers.file_writer import FileWriter
from graphlog.writers.summary_writer import SummaryWriter

from graphlog import app, compat, logging

from graphlog.core.options import (
    ConfigProto,
    GPUOptions,
    GraphOptions,
    OptimizerOptions,
    disable_eager_execution,
    disable_v2_behavior,
    executing_eagerly,
)

from graphlog.proto.event_pb2 import Event

from graphlog.proto.graph_pb2 import AttrValue, GraphDef, NodeDef

from graphlog.proto.meta_graph_pb2 import MetaGraphDef

from graphlog.proto.run_metadata_pb2 import RunMetadata, RunOptions

from graphlog.proto.summary_pb2 import HistogramProto, Summary

from graphlog.core.op_definition import Sample
from graphlog.version import (
    COMPILER_VERSION,
    GIT_VERSION,
    GRAPH_DEF_VERSION,
    GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER,
    VERSION,
)
from graphlog.sysconfig import CXX11_ABI_FLAG, MONOLITHIC_BUILD
from graphlog.inspect.drawing.drawing import Drawing, draw_graph
from graphlog.inspect.explanation.explanation import Explanation
from graphlog.inspect.explanation.explain import explain
from graphlog.logging import get_logger
from graphlog.core.errors import OpError
from graphlog.core.device_specs import DeviceSpec
from graphlog.core.shapes import dimension_at_index, dimension_value
from graphlog.autodiff.recomputation import grad_pass_through, recompute_grad
from graphlog.autodiff.tapes import GradientTape
from graphlog.ops.state.templates import make_template
from graphlog.ops.tensor_kinds import get_static_value, is_tensor, op_scope
from graphlog.ops.debugging.python_functions import py_function
from graphlog.core.options import (
    disable_resource_variables,
    disable_tensor_equality,
    disable_v2_tensorshape,
    enable_eager_execution,
    enable_resource_variables,
    enable_tensor_equality,
    enable_v2_behavior,
    enable_v2_tensorshape,
    resource_variables_enabled,
)
from graphlog.ops.state.variable_creators import variable_creator_scope
from graphlog.ops.state.partitioned_variables import (
    fixed_size_partitioner,
    min_max_variable_partitioner,
    variable_axis_size_partitioner,
)
from graphlog.proto.event_pb2 import SessionLog
from graphlog.proto.meta_graph_pb2 import TensorInfo

__all__ = [
    "AUTO_REUSE",
    "COMPILER_VERSION",
    "CXX11_ABI_FLAG",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER",
    "MONOLITHIC_BUILD",
    "VERSION",
    "AggregationMethod",
    "Assert",
    "AttrValue",
    "ConfigProto",
    "DType",
    "DeviceSpec",
    "Dimension",
    "Drawing",
    "Event",
    "Explanation",
    "FIFOQueue",
    "FileWriter",
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "FixedLengthRecordReader",
    "GPUOptions",
    "GradientTape",
    "Graph",
    "GraphDef",
    "GraphKeys",
    "GraphOptions",
    "HistogramProto",
    "IdentityReader",
    "IndexedSlices",
    "IndexedSlicesValue",
    "InteractiveSession",
    "Log",
    "MetaGraphDef",
    "NoGradient",
    "NodeDef",
    "NotDifferentiable",
    "OpError",
    "Operation",
    "OptimizerOptions",
    "PaddingFIFOQueue",
    "Print",
    "PriorityQueue",
    "QueueBase",
    "RandomShuffleQueue",
    "ReaderBase",
    "RegisterGradient",
    "Run",
    "RunMetadata",
    "RunOptions",
    "Sample",
    "Session",
    "SessionLog",
    "SparseFeature",
    "SparseTensor",
    "SparseTensorValue",
    "Summary",
    "SummaryWriter",
    "TFRecordReader",
    "Tensor",
    "TensorArray",
    "TensorInfo",
    "TensorShape",
    "TensorSpec",
    "TextLineReader",
    "TracingError",
    "UnconnectedGradients",
    "VarLenFeature",
    "Variable",
    "VariableAggregation",
    "VariableScope",
    "VariableSynchronization",
    "WholeFileReader",
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
    "app",
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
    "audio",
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
    "compat",
    "complex",
    "complex64",
    "complex128",
    "concat",
    "cond",
    "confusion_matrix",
    "conj",
    "constant",
    "constant_initializer",
    "container",
    "contrib",
    "control_dependencies",
    "convert_to_tensor",
    "convert_to_tensor_or_indexed_slices",
    "convert_to_tensor_or_sparse_tensor",
    "cos",
    "cosh",
    "count_nonzero",
    "count_up_to",
    "cross",
    "cumprod",
    "cumsum",
    "custom_gradient",
    "data",
    "debug_numerics",
    "debugging",
    "decode_base64",
    "decode_compressed",
    "decode_csv",
    "decode_raw",
    "define_op",
    "depth_to_space",
    "dequantize",
    "device",
    "diag",
    "diag_part",
    "digamma",
    "dimension_at_index",
    "dimension_value",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "distributions",
    "div",
    "div_no_nan",
    "divide",
    "double",
    "draw_graph",
    "dtypes",
    "dynamic_partition",
    "dynamic_stitch",
    "edit_distance",
    "einsum",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_tensor_equality",
    "enable_v2_behavior",
    "enable_v2_tensorshape",
    "encode_base64",
    "ensure_shape",
    "equal",
    "erf",
    "erfc",
    "errors",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "explain",
    "expm1",
    "extract_image_patches",
    "extract_volume_patches",
    "eye",
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
    "fft",
    "fft2d",
    "fft3d",
    "fill",
    "fixed_size_partitioner",
    "flags",
    "float16",
    "float32",
    "float64",
    "floor",
    "floor_div",
    "floordiv",
    "floormod",
    "foldl",
    "foldr",
    "from_autograd",
    "from_jax",
    "from_onnx",
    "from_torch",
    "gather",
    "gather_nd",
    "get_collection",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "get_local_variable",
    "get_logger",
    "get_seed",
    "get_static_value",
    "get_variable",
    "get_variable_scope",
    "gfile",
    "global_norm",
    "global_variables",
    "global_variables_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "grad",
    "grad_pass_through",
    "gradients",
    "graph_util",
    "greater",
    "greater_equal",
    "group",
    "guarantee_const",
    "half",
    "hessian",
    "hessians",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "identity",
    "identity_n",
    "ifft",
    "ifft2d",
    "ifft3d",
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
    "int8",
    "int16",
    "int32",
    "int64",
    "invert_permutation",
    "io",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "is_numeric_tensor",
    "is_strictly_increasing",
    "is_tensor",
    "is_variable_initialized",
    "jacobian",
    "jvp",
    "keras",
    "layers",
    "lbeta",
    "less",
    "less_equal",
    "lgamma",
    "lin_space",
    "linalg",
    "linspace",
    "load_graph",
    "local_variables",
    "local_variables_initializer",
    "log",
    "log1p",
    "log_sigmoid",
    "logging",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lookup",
    "losses",
    "make_ndarray",
    "make_template",
    "make_tensor_proto",
    "manip",
    "map_fn",
    "matching_files",
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
    "matrix_square_root",
    "matrix_transpose",
    "matrix_triangular_solve",
    "maximum",
    "meshgrid",
    "metrics",
    "min_max_variable_partitioner",
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
    "no_gradient",
    "no_op",
    "no_regularizer",
    "norm",
    "not_equal",
    "numpy_function",
    "one_hot",
    "ones",
    "ones_initializer",
    "ones_like",
    "op_scope",
    "open_log",
    "orthogonal_initializer",
    "pad",
    "parallel_stack",
    "parse_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "parse_tensor",
    "placeholder",
    "placeholder_with_default",
    "polygamma",
    "pow",
    "print",
    "profile",
    "profile_jax",
    "profile_torch",
    "py_func",
    "py_function",
    "python_io",
    "qint8",
    "qint16",
    "qint32",
    "qr",
    "quantization",
    "quantize",
    "quantize_v2",
    "queue",
    "quint8",
    "quint16",
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
    "read_file",
    "real",
    "realdiv",
    "reciprocal",
    "recompute_grad",
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
    "resource_loader",
    "resource_variables_enabled",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "rint",
    "roll",
    "round",
    "rsqrt",
    "saturate_cast",
    "saved_model",
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
    "serialize_tensor",
    "set_random_seed",
    "setdiff1d",
    "sets",
    "shape",
    "shape_n",
    "sigmoid",
    "sign",
    "signal",
    "sin",
    "sinh",
    "size",
    "slice",
    "sort",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
    "sparse",
    "sparse_add",
    "sparse_concat",
    "sparse_fill_empty_rows",
    "sparse_mask",
    "sparse_matmul",
    "sparse_maximum",
    "sparse_merge",
    "sparse_minimum",
    "sparse_placeholder",
    "sparse_reduce_max",
    "sparse_reduce_max_sparse",
    "sparse_reduce_sum",
    "sparse_reduce_sum_sparse",
    "sparse_reorder",
    "sparse_reset_shape",
    "sparse_reshape",
    "sparse_retain",
    "sparse_segment_mean",
    "sparse_segment_sqrt_n",
    "sparse_segment_sum",
    "sparse_slice",
    "sparse_softmax",
    "sparse_split",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
    "sparse_to_dense",
    "sparse_to_indicator",
    "sparse_transpose",
    "spectral",
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
    "string_split",
    "string_strip",
    "string_to_hash_bucket",
    "string_to_hash_bucket_fast",
    "string_to_hash_bucket_strong",
    "string_to_number",
    "strings",
    "substr",
    "subtract",
    "summary",
    "svd",
    "switch_case",
    "sysconfig",
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
    "timeline",
    "timestamp",
    "to_bfloat16",
    "to_complex64",
    "to_complex128",
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
    "uint8",
    "uint16",
    "uint32",
    "uint64",
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
    "value_and_grad",
    "variable_axis_size_partitioner",
    "variable_creator_scope",
    "variable_op_scope",
    "variable_scope",
    "variables_initializer",
    "variance_scaling_initializer",
    "variant",
    "verify_tensor_all_finite",
    "version",
    "vjp",
    "where",
    "where_v2",
    "while_loop",
    "write_file",
    "zeros",
    "zeros_initializer",
    "zeros_like",
    "zeta",
]

"""``tf.contrib.slim``: the layers, losses and metrics of contrib under one name."""

from graphlog.contrib import losses, metrics
from graphlog.contrib.framework import *  # noqa: F403
from graphlog.contrib.layers import *  # noqa: F403
from graphlog.contrib.slim import learning, model_analyzer, summaries

__all__ = [
    "OPTIMIZER_CLS_NAMES",  # noqa: F405
    "OPTIMIZER_SUMMARIES",  # noqa: F405
    "add_arg_scope",  # noqa: F405
    "add_model_variable",  # noqa: F405
    "apply_regularization",  # noqa: F405
    "arg_scope",  # noqa: F405
    "arg_scope_func_key",  # noqa: F405
    "arg_scoped_arguments",  # noqa: F405
    "argsort",  # noqa: F405
    "assert_global_step",  # noqa: F405
    "assert_or_get_global_step",  # noqa: F405
    "assert_same_float_dtype",  # noqa: F405
    "assert_scalar",  # noqa: F405
    "assign_from_checkpoint",  # noqa: F405
    "assign_from_checkpoint_fn",  # noqa: F405
    "assign_from_values",  # noqa: F405
    "assign_from_values_fn",  # noqa: F405
    "avg_pool2d",  # noqa: F405
    "avg_pool3d",  # noqa: F405
    "batch_norm",  # noqa: F405
    "bias_add",  # noqa: F405
    "bow_encoder",  # noqa: F405
    "conv1d",  # noqa: F405
    "conv2d",  # noqa: F405
    "conv2d_in_plane",  # noqa: F405
    "conv2d_transpose",  # noqa: F405
    "conv3d",  # noqa: F405
    "convolution",  # noqa: F405
    "convolution1d",  # noqa: F405
    "convolution2d",  # noqa: F405
    "convolution2d_in_plane",  # noqa: F405
    "convolution2d_transpose",  # noqa: F405
    "convolution3d",  # noqa: F405
    "create_global_step",  # noqa: F405
    "current_arg_scope",  # noqa: F405
    "dropout",  # noqa: F405
    "elu",  # noqa: F405
    "embed_sequence",  # noqa: F405
    "embedding_lookup_unique",  # noqa: F405
    "filter_variables",  # noqa: F405
    "flatten",  # noqa: F405
    "fully_connected",  # noqa: F405
    "get_global_step",  # noqa: F405
    "get_local_variables",  # noqa: F405
    "get_model_variables",  # noqa: F405
    "get_name_scope",  # noqa: F405
    "get_or_create_global_step",  # noqa: F405
    "get_trainable_variables",  # noqa: F405
    "get_unique_variable",  # noqa: F405
    "get_variable_full_name",  # noqa: F405
    "get_variables",  # noqa: F405
    "get_variables_by_name",  # noqa: F405
    "get_variables_by_suffix",  # noqa: F405
    "get_variables_to_restore",  # noqa: F405
    "global_variable",  # noqa: F405
    "group_norm",  # noqa: F405
    "has_arg_scope",  # noqa: F405
    "images_to_sequence",  # noqa: F405
    "instance_norm",  # noqa: F405
    "is_non_decreasing",  # noqa: F405
    "is_numeric_tensor",  # noqa: F405
    "is_strictly_increasing",  # noqa: F405
    "l1_l2_regularizer",  # noqa: F405
    "l1_regularizer",  # noqa: F405
    "l2_regularizer",  # noqa: F405
    "layer_norm",  # noqa: F405
    "learning",
    "legacy_fully_connected",  # noqa: F405
    "legacy_linear",  # noqa: F405
    "legacy_relu",  # noqa: F405
    "linear",  # noqa: F405
    "list_variables",  # noqa: F405
    "load_checkpoint",  # noqa: F405
    "load_variable",  # noqa: F405
    "local_variable",  # noqa: F405
    "losses",
    "max_pool2d",  # noqa: F405
    "max_pool3d",  # noqa: F405
    "maxout",  # noqa: F405
    "metrics",
    "model_analyzer",
    "model_variable",  # noqa: F405
    "nest",  # noqa: F405
    "one_hot_encoding",  # noqa: F405
    "optimize_loss",  # noqa: F405
    "pool",  # noqa: F405
    "py_func",  # noqa: F405
    "relu",  # noqa: F405
    "relu6",  # noqa: F405
    "repeat",  # noqa: F405
    "separable_conv2d",  # noqa: F405
    "separable_convolution2d",  # noqa: F405
    "sequence_to_images",  # noqa: F405
    "smart_cond",  # noqa: F405
    "smart_constant_value",  # noqa: F405
    "softmax",  # noqa: F405
    "sort",  # noqa: F405
    "spatial_softmax",  # noqa: F405
    "stack",  # noqa: F405
    "sum_regularizer",  # noqa: F405
    "summaries",
    "summarize_activation",  # noqa: F405
    "summarize_activations",  # noqa: F405
    "summarize_biases",  # noqa: F405
    "summarize_collection",  # noqa: F405
    "summarize_tensor",  # noqa: F405
    "summarize_tensors",  # noqa: F405
    "summarize_variables",  # noqa: F405
    "summarize_weights",  # noqa: F405
    "unit_norm",  # noqa: F405
    "utils",  # noqa: F405
    "variable",  # noqa: F405
    "variance_scaling_initializer",  # noqa: F405
    "with_same_shape",  # noqa: F405
    "xavier_initializer",  # noqa: F405
    "xavier_initializer_conv2d",  # noqa: F405
]

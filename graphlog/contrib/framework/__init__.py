"""What tutorials use of ``tf.contrib.framework``."""

from graphlog.contrib.framework.arg_scopes import (
    add_arg_scope,
    arg_scope,
    arg_scope_func_key,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from graphlog.contrib.framework.checkpoints import assign_from_checkpoint, assign_from_checkpoint_fn
from graphlog.contrib.framework.same_shapes import with_same_shape
from graphlog.contrib.framework.variables import (
    add_model_variable,
    assert_or_get_global_step,
    assign_from_values,
    assign_from_values_fn,
    filter_variables,
    get_local_variables,
    get_model_variables,
    get_name_scope,
    get_trainable_variables,
    get_unique_variable,
    get_variable_full_name,
    get_variables,
    get_variables_by_name,
    get_variables_by_suffix,
    get_variables_to_restore,
    global_variable,
    local_variable,
    model_variable,
    variable,
)
from graphlog.core import nest
from graphlog.layers.static_conditions import known_condition as smart_constant_value
from graphlog.layers.static_conditions import smart_cond
from graphlog.ops.array.sorting import argsort, sort
from graphlog.ops.debugging.python_functions import py_func
from graphlog.ops.debugging.shape_asserts import (
    assert_same_float_dtype,
    assert_scalar,
    is_non_decreasing,
    is_numeric_tensor,
    is_strictly_increasing,
)
from graphlog.train.checkpoint_files import list_variables, load_checkpoint, load_variable
from graphlog.train.global_steps import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "add_arg_scope",
    "add_model_variable",
    "arg_scope",
    "arg_scope_func_key",
    "arg_scoped_arguments",
    "argsort",
    "assert_global_step",
    "assert_or_get_global_step",
    "assert_same_float_dtype",
    "assert_scalar",
    "assign_from_checkpoint",
    "assign_from_checkpoint_fn",
    "assign_from_values",
    "assign_from_values_fn",
    "create_global_step",
    "current_arg_scope",
    "filter_variables",
    "get_global_step",
    "get_local_variables",
    "get_model_variables",
    "get_name_scope",
    "get_or_create_global_step",
    "get_trainable_variables",
    "get_unique_variable",
    "get_variable_full_name",
    "get_variables",
    "get_variables_by_name",
    "get_variables_by_suffix",
    "get_variables_to_restore",
    "global_variable",
    "has_arg_scope",
    "is_non_decreasing",
    "is_numeric_tensor",
    "is_strictly_increasing",
    "list_variables",
    "load_checkpoint",
    "load_variable",
    "local_variable",
    "model_variable",
    "nest",
    "py_func",
    "smart_cond",
    "smart_constant_value",
    "sort",
    "variable",
    "with_same_shape",
]

"""``tf.contrib.layers.utils``: names of outputs, and conditions."""

from graphlog.contrib.layers.collecting import (
    append_tensor_alias,
    collect_named_outputs,
    convert_collection_to_dict,
    gather_tensors_aliases,
    get_tensor_aliases,
    get_variable_collections,
)
from graphlog.layers.static_conditions import known_condition as constant_value
from graphlog.layers.static_conditions import smart_cond

__all__ = [
    "append_tensor_alias",
    "collect_named_outputs",
    "constant_value",
    "convert_collection_to_dict",
    "gather_tensors_aliases",
    "get_tensor_aliases",
    "get_variable_collections",
    "smart_cond",
]

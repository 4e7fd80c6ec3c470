"""``tf.graph_util``: parts of GraphDefs, and graphs whose variables are frozen."""

from __future__ import annotations

from graphlog.graphdef.imports import import_graph_def
from graphlog.graphdef.sub_graphs import (
    convert_variables_to_constants,
    extract_sub_graph,
    must_run_on_cpu,
    remove_training_nodes,
    tensor_shape_from_node_def_name,
)

__all__ = ["convert_variables_to_constants", "extract_sub_graph", "import_graph_def", "must_run_on_cpu"]
__all__ += ["remove_training_nodes", "tensor_shape_from_node_def_name"]

"""What takes and gives sparse tensors (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.layers.collecting import collect_named_outputs
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.ops.array import nd_indices, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import comparisons
from graphlog.ops.sparse.embedding_lookups import safe_embedding_lookup_sparse
from graphlog.ops.state.variable_scope import variable_scope

__all__ = ["dense_to_sparse", "safe_embedding_lookup_sparse"]


@add_arg_scope
def dense_to_sparse(
    tensor: Any, eos_token: Any = 0, outputs_collections: Any = None, scope: Any = None
) -> SparseTensor:
    """The elements of a dense tensor that are not the end of a sentence, as a sparse one.

    Args:
        tensor: a tensor of integers.
        eos_token: what stands for the end, and is left out.
        outputs_collections: collections to which the result is added.
        scope: the scope.

    Returns:
        A SparseTensor of the same shape, such as ``ctc_loss`` takes for its labels.

    Source: ``tf.contrib.layers.dense_to_sparse``.
    """
    with variable_scope(scope, "dense_to_sparse", [tensor]) as opened:
        dense = convert_to_tensor(tensor)
        is_kept = comparisons.not_equal(dense, constant(eos_token, dense.dtype.base_dtype))
        indices = comparisons.where(is_kept)
        values = nd_indices.gather_nd(dense, indices)
        sizes = shape_queries.shape(dense, out_type=dtypes.int64)
        outputs = SparseTensor(indices, values, sizes)
        named: Any = outputs
        collect_named_outputs(outputs_collections, opened.name, named)
        return outputs

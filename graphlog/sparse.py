"""``tf.sparse``: sparse tensors and the operations on them."""

from __future__ import annotations

from graphlog.core.sparse_tensor import SparseTensor
from graphlog.ops.math.sparse_segments import sparse_segment_mean as segment_mean
from graphlog.ops.math.sparse_segments import sparse_segment_sqrt_n as segment_sqrt_n
from graphlog.ops.math.sparse_segments import sparse_segment_sum as segment_sum
from graphlog.ops.sparse.additions import sparse_add as add
from graphlog.ops.sparse.concatenation import sparse_concat as concat
from graphlog.ops.sparse.concatenation import sparse_slice as slice
from graphlog.ops.sparse.concatenation import sparse_split as split
from graphlog.ops.sparse.crosses import sparse_cross as cross
from graphlog.ops.sparse.crosses import sparse_cross_hashed as cross_hashed
from graphlog.ops.sparse.cwise import sparse_maximum as maximum
from graphlog.ops.sparse.cwise import sparse_minimum as minimum
from graphlog.ops.sparse.cwise import sparse_softmax as softmax
from graphlog.ops.sparse.densifying import from_dense
from graphlog.ops.sparse.densifying import sparse_tensor_to_dense as to_dense
from graphlog.ops.sparse.empty_rows import sparse_fill_empty_rows as fill_empty_rows
from graphlog.ops.sparse.orders import sparse_reorder as reorder
from graphlog.ops.sparse.orders import sparse_reshape as reshape
from graphlog.ops.sparse.orders import sparse_transpose as transpose
from graphlog.ops.sparse.placeholders import sparse_placeholder as placeholder
from graphlog.ops.sparse.products import sparse_tensor_dense_matmul as matmul
from graphlog.ops.sparse.products import sparse_tensor_dense_matmul as sparse_dense_matmul
from graphlog.ops.sparse.selections import sparse_expand_dims as expand_dims
from graphlog.ops.sparse.selections import sparse_eye as eye
from graphlog.ops.sparse.selections import sparse_mask as mask
from graphlog.ops.sparse.selections import sparse_merge as merge
from graphlog.ops.sparse.selections import sparse_reset_shape as reset_shape
from graphlog.ops.sparse.selections import sparse_retain as retain
from graphlog.ops.sparse.selections import sparse_to_indicator as to_indicator
from graphlog.ops.sparse.sparse_reductions import sparse_reduce_max as reduce_max
from graphlog.ops.sparse.sparse_reductions import sparse_reduce_max_sparse as reduce_max_sparse
from graphlog.ops.sparse.sparse_reductions import sparse_reduce_sum as reduce_sum
from graphlog.ops.sparse.sparse_reductions import sparse_reduce_sum_sparse as reduce_sum_sparse

__all__ = [
    "SparseTensor",
    "add",
    "concat",
    "cross",
    "cross_hashed",
    "expand_dims",
    "eye",
    "fill_empty_rows",
    "from_dense",
    "mask",
    "matmul",
    "maximum",
    "merge",
    "minimum",
    "placeholder",
    "reduce_max",
    "reduce_max_sparse",
    "reduce_sum",
    "reduce_sum_sparse",
    "reorder",
    "reset_shape",
    "reshape",
    "retain",
    "segment_mean",
    "segment_sqrt_n",
    "segment_sum",
    "slice",
    "softmax",
    "sparse_dense_matmul",
    "split",
    "to_dense",
    "to_indicator",
    "transpose",
]

"""What SparseTensor can do by means of operations: its static shape, and its operators."""

from __future__ import annotations

from graphlog.core.sparse_tensor import SparseTensorOperators
from graphlog.ops.sparse.cwise import (
    SparseDenseCwiseDiv,
    SparseDenseCwiseMul,
    sparse_operator,
    true_quotient,
)
from graphlog.ops.sparse.known_values import known_shape

SparseTensorOperators.table |= {
    "static_shape": known_shape,
    "mul": sparse_operator(SparseDenseCwiseMul, "mul"),
    "div": sparse_operator(SparseDenseCwiseDiv, "div"),
    "truediv": sparse_operator(true_quotient, "truediv"),
    # What ``dense * sparse`` gives.
    "rmul": sparse_operator(SparseDenseCwiseMul, "mul"),
}

"""The operators of tensors: ``x + y`` and the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import building_graph
from graphlog.core.sparse_tensor import SparseTensor, SparseTensorOperators
from graphlog.core.tensor import Tensor, TensorOperators
from graphlog.ops.array import indexing
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import arithmetic, comparisons, elementwise, logic
from graphlog.ops.name_scopes import name_scope

BinaryFunction = Callable[..., Tensor]


def _forward(function: BinaryFunction, name: str) -> BinaryFunction:
    """``x ? y`` with a tensor on the left; a number on the right takes its dtype where it can."""

    def operator(x: Tensor, y: Any) -> Any:
        if type(y) is Tensor:
            return function(x, y, name=building_graph(x).unique_scope_name(name))
        if name == "mul" and isinstance(y, SparseTensor):
            return SparseTensorOperators.get("rmul")(y, x)
        graph = building_graph(x)
        with graph.as_default(), graph.name_scope(name) as scope:
            try:
                y = convert_to_tensor(y, name="y", preferred_dtype=x.dtype.base_dtype)
            except TypeError:
                if hasattr(type(y), f"__r{name}__"):
                    return NotImplemented
                raise
            return function(x, y, name=scope)

    return operator


def _reflected(function: BinaryFunction, name: str) -> BinaryFunction:
    """``x ? y`` with a tensor on the right only; what is on the left takes its dtype."""

    def operator(y: Tensor, x: Any) -> Any:
        graph = building_graph(y)
        with graph.as_default(), graph.name_scope(name) as scope:
            return function(convert_to_tensor(x, y.dtype.base_dtype, name="x"), y, name=scope)

    return operator


def _add(x: Any, y: Any, name: str | None = None) -> Any:
    # AddV2 is Add without strings, which do not commute.
    return (arithmetic.Add if x.dtype.base_dtype.name == "string" else arithmetic.AddV2)(x, y, name=name)


def _xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    with name_scope(name) as scope:
        return logic.logical_xor(x, y, name=scope)


_ARITHMETIC: dict[str, BinaryFunction] = {
    "add": _add,
    "sub": arithmetic.Sub,
    "mul": arithmetic.Mul,
    "truediv": arithmetic.truediv,
    "floordiv": arithmetic.FloorDiv,
    "mod": arithmetic.FloorMod,
    "pow": arithmetic.Pow,
    "and": logic.LogicalAnd,
    "or": logic.LogicalOr,
    "xor": _xor,
    "matmul": matmul.matmul,
}
for _name, _function in _ARITHMETIC.items():
    TensorOperators.binary[_name] = _forward(_function, _name)
    TensorOperators.binary["r" + _name] = _reflected(_function, _name)

TensorOperators.binary |= {
    "getitem": indexing.get_item,
    "lt": comparisons.Less,
    "le": comparisons.LessEqual,
    "gt": comparisons.Greater,
    "ge": comparisons.GreaterEqual,
}
TensorOperators.unary |= {
    "neg": elementwise.Neg,
    "abs": elementwise.abs,
    "invert": logic.LogicalNot,
}

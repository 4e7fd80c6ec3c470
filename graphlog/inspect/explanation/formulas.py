"""Operations and their derivatives as one writes them by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

# The most characters of a value that stands in a formula itself.
_MOST_CHARACTERS = 12
_MOST_OPERANDS = 32


class Formula(NamedTuple):
    """An operation, with ``{0}`` and ``{1}`` for its inputs.

    Attributes:
        expression: what it computes.
        derivatives: the derivative by each input, with ``{out}`` for the output, of one element by the
            element that it is made of.
    """

    expression: str
    derivatives: tuple[str, ...]


_SUM = Formula("{0} + {1}", ("1", "1"))
_QUOTIENT = Formula("{0} / {1}", ("1 / {1}", "-{0} / {1}^2"))
_RECIPROCAL = Formula("1 / {0}", ("-({out}^2)",))
_SAME = Formula("{0}", ("1",))

FORMULAS: dict[str, Formula] = {
    "Add": _SUM,
    "AddV2": _SUM,
    "BiasAdd": _SUM,
    "Sub": Formula("{0} - {1}", ("1", "-1")),
    "Mul": Formula("{0} · {1}", ("{1}", "{0}")),
    "RealDiv": _QUOTIENT,
    "Div": _QUOTIENT,
    "Neg": Formula("-{0}", ("-1",)),
    "Identity": _SAME,
    "ReadVariableOp": _SAME,
    "Reciprocal": _RECIPROCAL,
    "Inv": _RECIPROCAL,
    "Square": Formula("{0}^2", ("2 · {0}",)),
    "SquaredDifference": Formula("({0} - {1})^2", ("2 · ({0} - {1})", "-2 · ({0} - {1})")),
    "Pow": Formula("{0}^{1}", ("{1} · {0}^({1} - 1)", "{out} · log({0})")),
    "Sqrt": Formula("sqrt({0})", ("1 / (2 · {out})",)),
    "Rsqrt": Formula("1 / sqrt({0})", ("-{out} / (2 · {0})",)),
    "Exp": Formula("exp({0})", ("{out}",)),
    "Expm1": Formula("exp({0}) - 1", ("{out} + 1",)),
    "Log": Formula("log({0})", ("1 / {0}",)),
    "Log1p": Formula("log(1 + {0})", ("1 / (1 + {0})",)),
    "Sin": Formula("sin({0})", ("cos({0})",)),
    "Cos": Formula("cos({0})", ("-sin({0})",)),
    "Tan": Formula("tan({0})", ("1 + tan({0})^2",)),
    "Asin": Formula("asin({0})", ("1 / sqrt(1 - {0}^2)",)),
    "Acos": Formula("acos({0})", ("-1 / sqrt(1 - {0}^2)",)),
    "Atan": Formula("atan({0})", ("1 / (1 + {0}^2)",)),
    "Sinh": Formula("sinh({0})", ("cosh({0})",)),
    "Cosh": Formula("cosh({0})", ("sinh({0})",)),
    "Tanh": Formula("tanh({0})", ("1 - {out}^2",)),
    "Sigmoid": Formula("sigmoid({0})", ("{out} · (1 - {out})",)),
    "Softplus": Formula("log(1 + exp({0}))", ("1 - exp(-{out})",)),
    "Abs": Formula("abs({0})", ("sign({0})",)),
}

# What an operation on matrices does with the gradient g that arrives.
_OF_MATRICES = ("g @ {1}ᵀ", "{0}ᵀ @ g")


# What these compute of their first input; the second says along which axes.
_REDUCTIONS = ("Sum", "Mean", "Prod", "Max", "Min")


def expression(op: Operation, label: Callable[[Tensor], str]) -> str:
    """What an operation computes, such as ``a · b``, or ``Conv2D(image, filter)`` where no signs are known.

    Args:
        op: the operation.
        label: what a tensor is called.
    """
    names = _operands(op, label)
    formula = FORMULAS.get(op.type)
    if formula is not None and len(names) == len(formula.derivatives):
        return formula.expression.format(*names)
    if op.type == "AddN":
        return " + ".join(names)
    if _is_plain_product(op):
        return f"{names[0]} @ {names[1]}"
    if op.type in _REDUCTIONS:
        return f"{op.type.lower()}({names[0]})"
    return f"{op.type}({', '.join(names)})"


def local_derivative(op: Operation, index: int, label: Callable[[Tensor], str]) -> str:
    """The derivative of an operation's elements by those of an input, or else whose rule it is.

    Args:
        op: the operation.
        index: which input.
        label: what a tensor is called.
    """
    override = op.attributes.get("_gradient_op_type")
    if isinstance(override, bytes):
        return f"custom gradient {override.decode(errors='replace')}"
    names = _operands(op, label)
    formula = FORMULAS.get(op.type)
    if formula is not None and len(names) == len(formula.derivatives):
        return formula.derivatives[index].format(*names, out=label(op.outputs[0]))
    if op.type == "AddN":
        return "1"
    if _is_plain_product(op):
        return _OF_MATRICES[index].format(*names)
    return f"rule of {op.type}"


def _operands(op: Operation, label: Callable[[Tensor], str]) -> list[str]:
    """What an operation takes; of very many the first and the last, as the text stands at each of them."""
    if len(op.inputs) <= _MOST_OPERANDS:
        return [operand(tensor, label) for tensor in op.inputs]
    first = [operand(tensor, label) for tensor in op.inputs[: _MOST_OPERANDS // 2]]
    return [*first, f"… {len(op.inputs):,} in all …", operand(op.inputs[-1], label)]


def operand(tensor: Tensor, label: Callable[[Tensor], str]) -> str:
    """What a tensor is called in a formula: a constant of one element is its value."""
    value = tensor.op.attributes.get("value") if tensor.op.type == "Const" else None
    if isinstance(value, np.ndarray | np.generic) and value.size == 1 and value.dtype.kind in "fiu":
        text = f"{np.asarray(value).item():.6g}"
        if len(text) <= _MOST_CHARACTERS:
            return f"({text})" if text.startswith("-") else text
    return label(tensor)


def _is_plain_product(op: Operation) -> bool:
    return op.type == "MatMul" and not (op.attributes["transpose_a"] or op.attributes["transpose_b"])

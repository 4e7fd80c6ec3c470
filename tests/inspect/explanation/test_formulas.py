"""The derivatives that are written beside an operation are what the operation's gradient computes."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.op_definition import find_definition
from graphlog.inspect.explanation.formulas import FORMULAS
from graphlog.inspect.explanation.labels import short_labels

# Handles and vectors, for which a formula stands as for numbers.
NOT_OF_NUMBERS = ("ReadVariableOp", "BiasAdd")
NAMES: dict[str, Any] = {
    **{
        name: getattr(math, name)
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")
    },
    **{name: getattr(math, name) for name in ("asin", "acos", "atan")},
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "abs": abs,
    "sign": lambda x: math.copysign(1, x),
}


@pytest.fixture(autouse=True)
def _fresh_graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def value_of(formula: str, **names: float) -> float:
    return float(eval(formula.replace("·", "*").replace("^", "**"), {**NAMES, **names}))


@pytest.mark.parametrize("op_type", [name for name in FORMULAS if name not in NOT_OF_NUMBERS])
def test_a_formula_says_what_is_computed(op_type: str) -> None:
    formula, definition = FORMULAS[op_type], find_definition(op_type)
    assert definition is not None
    count = len(formula.derivatives)
    inputs = [tf.placeholder(tf.float64, (), name=name) for name in "xz"[:count]]
    y = definition(*inputs, name="y")
    numbers = [0.6, 0.35][:count]
    explanation = tf.explain(y, inputs, dict(zip(inputs, numbers, strict=True)))
    known = {**dict(zip("xz", numbers, strict=False)), "y": float(explanation.values["y:0"])}
    assert value_of(formula.expression.format("x", "z"), **known) == pytest.approx(known["y"])
    for step, total in zip(explanation.steps, explanation.totals, strict=True):
        assert step.local is not None
        assert value_of(step.formula, **known) == pytest.approx(float(step.local))
        assert float(np.asarray(total.gradient)) == float(step.local)


@pytest.mark.parametrize(
    ("build", "expression", "formulas"),
    [
        (lambda x, w: tf.matmul(x, w), "x @ w", ["g @ wᵀ", "xᵀ @ g"]),
        (lambda x, w: tf.matmul(x, w, transpose_a=True), "MatMul(x, w)", ["rule of MatMul"] * 2),
        (lambda x, w: tf.add_n([x, w, x]), "x + w + x", ["1", "1", "1"]),
        (lambda x, w: x * -2.5 + 0 * w, "x · (-2.5)", ["(-2.5)"]),
        (lambda x, w: tf.reduce_max(x + w), "max(add)", ["rule of Max"]),
        (lambda x, w: tf.minimum(x, w), "Minimum(x, w)", ["rule of Minimum"] * 2),
    ],
)
def test_expressions(build: Any, expression: str, formulas: list[str]) -> None:
    x, w = (tf.placeholder(tf.float32, (2, 2), name=name) for name in "xw")
    explanation = tf.explain(build(x, w), [x, w], {x: np.ones((2, 2)), w: np.eye(2)})
    assert [step.formula for step in explanation.steps if step.expression == expression] == formulas


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["a:0", "b:0"], ["a", "b"]),
        (["layer/w:0", "layer/b:0"], ["w", "b"]),
        (["one/w:0", "two/w:0", "b:0"], ["one/w", "two/w", "b"]),
        (["w:0", "one/w:0"], ["w", "one/w"]),
        (["split:0", "split:1"], ["split", "split:1"]),
        (["a/b/c:0", "x/b/c:0", "a/b/c:0"], ["a/b/c", "x/b/c", "a/b/c"]),
    ],
)
def test_labels_are_as_short_as_may_be(names: list[str], labels: list[str]) -> None:
    found = short_labels(names)
    assert [found[name] for name in names] == labels


def test_the_text_of_a_sum_of_very_many_stays_short() -> None:
    with tf.Graph().as_default():
        x = tf.constant(1.0, name="x")
        y = tf.add_n([tf.tanh(x) for _ in range(500)], name="y")
        found = tf.explain(y, x)
    expressions = {step.expression for step in found.steps if step.type == "AddN"}
    assert len(expressions) == 1
    (text,) = expressions
    assert len(text) < 500
    assert "500 in all" in text

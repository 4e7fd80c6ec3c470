"""Gradients that cannot be built."""

import numpy as np

import graphlog as tf
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op
from tests.tensorflow_errors.wrong_uses import Case, Setting, assert_raises, each_of

without_gradient = define_op(
    "TestUnlisted",
    ["x: T"],
    ["y: T"],
    attributes={"T": types()},
    shape=lambda op: [op.inputs[0].static_shape],
    kernel=np.copy,
    samples=[Sample((np.zeros(2, np.float32),))],
)

DIFFERENTIATING: dict[str, Case] = {
    "too few grad_ys": (
        lambda o: tf.gradients([o.x, o.s], o.x, grad_ys=[None]),
        ValueError,
        "Passed 1 grad_ys for 2 ys",
    ),
    "a grad_y of another shape": (
        lambda o: tf.gradients(o.x * o.x, o.x, grad_ys=[tf.constant([1.0, 2.0, 3.0])]),
        ValueError,
        "Dimensions must be equal, but are 3 and 2 for 'gradients/mul_grad/Mul' (op: 'Mul') with input shapes: "
        "[3], [2].",
    ),
    "a grad_y of another kind": (
        lambda o: tf.gradients(o.x, o.x, grad_ys=[tf.constant(["a"])]),
        TypeError,
        'Gradient type string generated for real or integer-valued tensor Tensor("x:0", shape=(2,), '
        "dtype=float32) with type float32 must be real or integer",
    ),
    "a y of strings": (
        lambda o: tf.gradients(o.text, o.x),
        TypeError,
        'Tensor Tensor("text:0", shape=(2,), dtype=string) with type string must be numeric to obtain a default '
        "gradient",
    ),
    "an unknown choice for unconnected xs": (
        lambda o: tf.gradients(o.x, o.x, unconnected_gradients="foo"),
        ValueError,
        "Unknown value for unconnected_gradients: 'foo'",
    ),
    "an unknown aggregation method": (
        lambda o: tf.gradients(o.x, o.x, aggregation_method=7),
        ValueError,
        "Invalid aggregation_method specified 7.",
    ),
    "an operation without a gradient": (
        lambda o: tf.gradients(without_gradient(o.x), o.x),
        LookupError,
        "No gradient defined for operation 'TestUnlisted' (op type: TestUnlisted)",
    ),
}


@each_of(DIFFERENTIATING)
def test_differentiating(setting: Setting, case: Case) -> None:
    assert_raises(setting, case)

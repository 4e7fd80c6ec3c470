"""tf.gradients: what the programs of ``tests/parity`` do not show.

The results were read off TensorFlow 1.15.5.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from tests.numerical import numerical_gradient


@pytest.fixture
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def run(fetches: Any, feeds: Any = None) -> Any:
    """The values of the fetches; None stays None."""
    with tf.Session() as session:
        return [None if fetch is None else session.run(fetch, feeds) for fetch in fetches]


# What is connected


def test_y_is_x(graph: tf.Graph) -> None:
    z = tf.constant(1.5)
    (grad,) = tf.gradients(z, z)
    assert grad is not None
    assert grad.op.type == "Fill"
    assert run([grad]) == [1.0]
    assert run(tf.gradients([z, z], z)) == [2.0]


def test_xs_may_be_repeated(graph: tf.Graph) -> None:
    z = tf.constant(1.5)
    first, second = tf.gradients(z * z, [z, z])
    assert first is second
    assert run([first]) == [3.0]


def test_xs_may_be_intermediate_values(graph: tf.Graph) -> None:
    z = tf.constant(1.5)
    w = z * 2.0
    v = w * z
    assert run(tf.gradients(v, [w, z])) == [1.5, 6.0]
    assert run(tf.gradients([v, w], [w])) == [2.5]
    assert run(tf.gradients(v, [v, w, z])) == [1.0, 1.5, 6.0]


def test_ys_that_depend_on_each_other(graph: tf.Graph) -> None:
    x = tf.constant(3.0)
    y = tf.square(x)
    z = tf.square(y)
    for ys in itertools.permutations([x, y, z]):
        assert run(tf.gradients(list(ys), x)) == [1.0 + 6.0 + 4 * 27.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda x: tf.constant(2.0),
        lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32),
        lambda x: tf.cast(tf.shape(tf.stack([x, x])), tf.float32),
        lambda x: tf.cast(x > 1.0, tf.float32),
        lambda x: tf.zeros_like(x),
        lambda x: tf.ones_like(x) * 3.0,
    ],
    ids=["a constant", "an integer", "a shape", "a comparison", "zeros", "ones"],
)
def test_no_derivative_flows(graph: tf.Graph, make: Callable[[Any], Any]) -> None:
    x = tf.placeholder(tf.float32, ())
    y = make(x)
    assert tf.gradients(y, x) == [None]
    (zero,) = tf.gradients(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert run([zero], {x: 2.0}) == [0.0]
    # With another path, that path alone counts.
    assert run(tf.gradients(tf.reduce_sum(y) + x * 3.0, x), {x: 2.0}) == [3.0]


def test_unconnected_gradients_have_the_shape_of_x(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float64, (None, 2))
    y = tf.constant(1.0)
    none, connected = tf.gradients(y, [x, y])
    assert none is None
    zero, connected = tf.gradients(y, [x, y], unconnected_gradients="zero")
    np.testing.assert_array_equal(run([zero], {x: np.ones((3, 2))})[0], np.zeros((3, 2)))
    assert run([connected]) == [1.0]


def test_control_inputs_carry_no_derivative(graph: tf.Graph) -> None:
    x = tf.constant(2.0)
    with tf.control_dependencies([tf.square(x)]):
        y = tf.constant(1.0)
        z = tf.identity(x)
    assert tf.gradients(y, x) == [None]
    assert run(tf.gradients(z * 3.0, x)) == [3.0]


def test_gradients_inside_control_dependencies_wait_for_them(graph: tf.Graph) -> None:
    x = tf.constant(2.0)
    gate = tf.no_op(name="gate")
    y = x * 3.0
    with tf.control_dependencies([gate]):
        (grad,) = tf.gradients(y, x)
    assert grad is not None
    waiting, stack = set(), [grad.op]
    while stack:
        op = stack.pop()
        if op not in waiting:
            waiting.add(op)
            stack += [*op.control_inputs, *(tensor.op for tensor in op.inputs)]
    assert gate in waiting
    assert run([grad]) == [3.0]


def test_unused_outputs_count_as_zero(graph: tf.Graph) -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    parts = tf.unstack(x)
    (grad,) = tf.gradients(tf.square(parts[1]), x)
    np.testing.assert_array_equal(run([grad])[0], [0.0, 4.0, 0.0])
    assert run(tf.gradients(tf.square(parts[1]), parts)) == [None, 4.0, None]


def test_no_ys_or_no_xs(graph: tf.Graph) -> None:
    x = tf.constant(1.0)
    assert tf.gradients([], x) == [None]
    assert tf.gradients(x, []) == []


# Stops


def test_stop_gradients(graph: tf.Graph) -> None:
    z = tf.constant(1.5)
    w = z * 2.0
    v = w * z
    assert run(tf.gradients(v, z)) == [6.0]
    assert run(tf.gradients(v, z, stop_gradients=w)) == [3.0]
    assert run(tf.gradients(v, [z, w], stop_gradients=[w])) == [3.0, 1.5]
    assert run(tf.gradients(v, [z, w], stop_gradients=[z, w])) == [3.0, 1.5]
    assert run(tf.gradients(z * 3.0, z, stop_gradients=[z])) == [3.0]
    assert tf.gradients(tf.square(w), z, stop_gradients=[w]) == [None]


# What is given


def test_grad_ys(graph: tf.Graph) -> None:
    x = tf.constant([1.0, 2.0])
    y, z = tf.square(x), x * 3.0
    np.testing.assert_array_equal(run(tf.gradients(y, x, grad_ys=[[10.0, 1.0]]))[0], [20.0, 4.0])
    np.testing.assert_array_equal(run(tf.gradients(y, x, grad_ys=tf.constant([1.0, 0.0])))[0], [2.0, 0.0])
    both = tf.gradients([y, z], x, grad_ys=[None, tf.constant([1.0, 2.0])])
    np.testing.assert_array_equal(run(both)[0], [5.0, 10.0])


def test_integer_ys_and_xs(graph: tf.Graph) -> None:
    m = tf.constant(3)
    (grad,) = tf.gradients(m, m)
    assert grad is not None
    assert grad.dtype is tf.int32
    assert run([grad]) == [1]
    # Derivatives flow along floating-point numbers only.
    assert tf.gradients(m * 2, m) == [None]
    assert tf.gradients(m, tf.constant(1.0)) == [None]


def test_complex_ys_need_a_grad_y(graph: tf.Graph) -> None:
    x = tf.constant(1 + 2j, tf.complex128)
    y = tf.square(x)
    with pytest.raises(TypeError, match="Gradients of complex tensors must set grad_ys"):
        tf.gradients(y, x)
    (grad,) = tf.gradients(y, x, grad_ys=[tf.constant(1 + 0j, tf.complex128)])
    assert run([grad]) == [np.conj(2 * (1 + 2j))]  # TensorFlow's convention


def test_values_are_converted(graph: tf.Graph) -> None:
    x = tf.constant(2.0)
    assert run(tf.gradients((x * 3.0, x), (x,))) == [4.0]
    assert tf.gradients(5.0, x) == [None]
    names = [op.name for op in graph.get_operations()]
    assert "gradients_1/y_0" in names


# Sums of gradients


def test_the_order_of_a_sum_does_not_matter(graph: tf.Graph) -> None:
    """Powers of two: their sum is exact, so any order gives the same bits."""
    x = tf.constant(2.0)
    factors = [2.0**number for number in range(6)]
    for order in (factors, factors[::-1], factors[3:] + factors[:3]):
        y = tf.add_n([x * factor for factor in order])
        (grad,) = tf.gradients(y, x)
        assert grad is not None
        assert (grad.op.type, len(grad.op.inputs)) == ("AddN", 6)
        assert run([grad]) == [63.0]


@pytest.mark.parametrize("method", [None, 0, 1, 2])
def test_aggregation_methods_give_the_same(graph: tf.Graph, method: int | None) -> None:
    x = tf.constant([1.0, 2.0])
    y = x * 2.0 + tf.square(x) + tf.tanh(x) * x
    (grad,) = tf.gradients(y, x, aggregation_method=method)
    value = np.array([1.0, 2.0])
    expected = 2 + 2 * value + np.tanh(value) + value * (1 - np.tanh(value) ** 2)
    np.testing.assert_allclose(run([grad])[0], expected, rtol=1e-6)


def test_a_diamond_of_many_paths_is_visited_once(graph: tf.Graph) -> None:
    """2**60 paths lead from x to y; a walk along each would not end."""
    x = tf.constant(1.0, tf.float64)
    y = x
    for _ in range(60):
        y = y + y
    assert run(tf.gradients(y, x)) == [2.0**60]


# Higher derivatives


@pytest.mark.parametrize(
    ("function", "derivatives"),
    [
        (lambda x: x * x * x, [lambda x: 3 * x**2, lambda x: 6 * x, lambda x: 6 + 0 * x]),
        (tf.exp, [np.exp, np.exp, np.exp]),
        (tf.log, [lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3]),
        (tf.reciprocal, [lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4]),
        (lambda x: tf.pow(x, 4.0), [lambda x: 4 * x**3, lambda x: 12 * x**2, lambda x: 24 * x]),
        (
            tf.tanh,
            [
                lambda x: 1 - np.tanh(x) ** 2,
                lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2),
                lambda x: (1 - np.tanh(x) ** 2) * (6 * np.tanh(x) ** 2 - 2),
            ],
        ),
        (lambda x: 1.0 / (x * x), [lambda x: -2 * x**-3, lambda x: 6 * x**-4, lambda x: -24 * x**-5]),
        (tf.square, [lambda x: 2 * x, lambda x: 2 + 0 * x, None]),
        (lambda x: abs(x), [np.sign, lambda x: 0 * x, None]),
    ],
    ids=["cube", "exp", "log", "reciprocal", "pow", "tanh", "quotient", "square", "abs"],
)
def test_first_second_and_third_derivatives(
    graph: tf.Graph, function: Callable[[Any], Any], derivatives: list[Any]
) -> None:
    x = tf.placeholder(tf.float64, (3,))
    point = np.array([0.5, 1.25, 2.0])
    y = function(x)
    for derivative in derivatives:
        (grad,) = tf.gradients(y, x)
        if derivative is None:
            # None or zeros: both say that it is constant.
            assert grad is None or not np.any(run([grad], {x: point})[0])
            return
        assert grad is not None
        np.testing.assert_allclose(run([grad], {x: point})[0], derivative(point), rtol=1e-9, atol=1e-12)
        y = grad


def test_a_mixed_second_derivative_is_symmetric(graph: tf.Graph) -> None:
    x, y = tf.placeholder(tf.float64, ()), tf.placeholder(tf.float64, ())
    z = tf.tanh(x * y) * tf.exp(x) / (y * y + 1.0)
    by_x, by_y = tf.gradients(z, [x, y])
    xy, yx = tf.gradients(by_x, y)[0], tf.gradients(by_y, x)[0]

    def by_x_at(session: tf.Session, feeds: Any, value: Any) -> float:
        return float(session.run(by_x, {**feeds, y: value}))

    with tf.Session() as session:
        for point in [(0.5, 1.0), (-1.5, 0.25), (0.0, 0.0)]:
            feeds = dict(zip((x, y), point, strict=True))
            first, second = session.run([xy, yx], feeds)
            np.testing.assert_allclose(first, second, rtol=1e-9)
            expected = numerical_gradient(functools.partial(by_x_at, session, feeds), np.array(point[1]))
            np.testing.assert_allclose(first, expected, rtol=1e-5, atol=1e-6)


# Names


def test_scopes(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (), name="x")
    y = tf.tanh(x, name="y")

    def name(**arguments: Any) -> str:
        (grad,) = tf.gradients(y, x, **arguments)
        assert grad is not None
        return str(grad.op.name)

    assert name() == "gradients/y_grad/TanhGrad"
    assert name() == "gradients_1/y_grad/TanhGrad"
    assert name(name="mine") == "mine/y_grad/TanhGrad"
    with tf.name_scope("outer"):
        assert name() == "outer/gradients/y_grad/TanhGrad"
        assert name(name="mine") == "outer/mine/y_grad/TanhGrad"
    assert graph.get_name_scope() == ""


def test_operations_in_a_scope_keep_it_within_the_gradients(graph: tf.Graph) -> None:
    with tf.name_scope("layer"):
        x = tf.placeholder(tf.float32, (), name="x")
        y = tf.tanh(x, name="y")
    (grad,) = tf.gradients(y, x)
    assert grad is not None
    assert grad.op.name == "gradients/layer/y_grad/TanhGrad"


def test_gradients_are_built_in_the_graph_of_the_tensors(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, ())
    y = tf.square(x)
    with tf.Graph().as_default() as other:
        (grad,) = tf.gradients(y, x)
        assert grad is not None
        assert grad.graph is graph
        assert other.get_operations() == []


def test_colocation(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (), name="x")
    with tf.device("/gpu:1"):
        y = tf.tanh(x, name="y")
    (apart,) = tf.gradients(y, x)
    (together,) = tf.gradients(y, x, colocate_gradients_with_ops=True)
    assert apart is not None
    assert together is not None
    assert ("_class" in apart.op.attributes, apart.device) == (False, "")
    assert together.op.get_attr("_class") == [b"loc:@y"]
    assert together.device == "/device:GPU:1"

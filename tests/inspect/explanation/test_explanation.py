"""What ``explain`` tells is what ``gradients`` computes, and the graph stays as it was."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.inspect.explanation.explanation import Explanation

Case = Callable[[], tuple[Any, list[Any], dict[Any, Any]]]


@pytest.fixture(autouse=True)
def _fresh_graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def assert_explains(y: Any, xs: list[Any], feeds: dict[Any, Any], session: Any = None) -> Explanation:
    """Holds everything in an explanation against ``gradients``, and the graph against what it was."""
    before, version = y.graph.as_graph_def(add_shapes=True), y.graph.version
    explanation = tf.explain(y, xs, feeds, session=session)
    assert y.graph.version == version
    assert y.graph.as_graph_def(add_shapes=True) == before
    expected = tf.gradients(y, xs)
    runner = session or tf.Session(graph=y.graph)
    for total, gradient in zip(explanation.totals, expected, strict=True):
        if gradient is None:
            assert total.gradient is None
            assert total.reason
        else:
            assert total.gradient is not None
            dense = tf.convert_to_tensor(gradient)
            np.testing.assert_allclose(total.gradient, runner.run(dense, feeds), rtol=1e-5, atol=1e-6)
            assert not total.reason
    assert_adds_up(explanation)
    str(explanation), explanation.markdown(), explanation._repr_html_()
    return explanation


def assert_adds_up(explanation: Explanation) -> None:
    arrived: dict[str, Any] = {}
    for step in explanation.steps:
        assert step.arriving.shape == explanation.values[step.output].shape
        assert step.passed_on.shape == explanation.gradients[step.input].shape
        if step.local is not None:
            product = step.arriving.reshape(()) * step.local
            np.testing.assert_allclose(product, step.passed_on, rtol=1e-4, atol=1e-6)
        arrived[step.input] = arrived.get(step.input, 0) + step.passed_on
    for name, parts in arrived.items():
        np.testing.assert_allclose(parts, explanation.gradients[name], rtol=1e-4, atol=1e-5)
    for total in explanation.totals:
        assert len(total.paths) <= total.path_count
        parts = [path.gradient for path in total.paths if path.gradient is not None]
        if total.gradient is not None and len(parts) == total.path_count:
            np.testing.assert_allclose(np.sum(parts, axis=0), total.gradient, rtol=1e-4, atol=1e-5)


def placeholders(names: str, shape: tuple[int, ...] = ()) -> list[Any]:
    return [tf.placeholder(tf.float32, shape, name=name) for name in names]


def blog(shape: tuple[int, ...] = (1,)) -> tuple[Any, list[Any], dict[Any, Any]]:
    a, b, c, d = placeholders("abcd", shape)
    u = tf.multiply(a, b, name="u")
    t = tf.log(d, name="t")
    v = tf.multiply(t, c, name="v")
    e = tf.add(u, v, name="e")
    numbers = zip((a, b, c, d), (2.0, 3.0, 5.0, 10.0), strict=True)
    return e, [a, b, c, d], {x: np.full(shape, value) for x, value in numbers}


BLOG_TEXT = """\
e = 17.5129 at a = 2, b = 3, c = 5, d = 10

operation   value    gradient that arrives  local derivative     gradient passed on
e = u + v   17.5129  ∂e/∂e = 1              ∂e/∂u = 1            1 · 1 = 1
                                            ∂e/∂v = 1            1 · 1 = 1
u = a · b   6        ∂e/∂u = 1              ∂u/∂a = b = 3        1 · 3 = 3
                                            ∂u/∂b = a = 2        1 · 2 = 2
v = t · c   11.5129  ∂e/∂v = 1              ∂v/∂t = c = 5        1 · 5 = 5
                                            ∂v/∂c = t = 2.30259  1 · 2.30259 = 2.30259
t = log(d)  2.30259  ∂e/∂t = 5              ∂t/∂d = 1 / d = 0.1  5 · 0.1 = 0.5

∂e/∂a = ∂e/∂u · ∂u/∂a = 1 · 3 = 3
∂e/∂b = ∂e/∂u · ∂u/∂b = 1 · 2 = 2
∂e/∂c = ∂e/∂v · ∂v/∂c = 1 · 2.30259 = 2.30259
∂e/∂d = ∂e/∂v · ∂v/∂t · ∂t/∂d = 1 · 5 · 0.1 = 0.5"""


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_the_blogs_example_reads_like_the_derivation_by_hand(shape: tuple[int, ...]) -> None:
    explanation = assert_explains(*blog(shape))
    assert str(explanation) == BLOG_TEXT


def test_several_paths_are_summed() -> None:
    (x,) = placeholders("x")
    y = tf.add(tf.multiply(x, x, name="s"), x, name="y")
    explanation = assert_explains(y, [x], {x: 3.0})
    assert str(explanation).split("\n\n")[-1] == (
        "∂y/∂x = 7, the sum of 3 paths:\n"
        "  ∂y/∂s · ∂s/∂x (input 0) = 1 · 3 = 3\n"
        "  ∂y/∂s · ∂s/∂x (input 1) = 1 · 3 = 3\n"
        "  ∂y/∂x directly = 1\n"
        "  3 + 3 + 1 = 7"
    )


def model(use_resource: bool) -> tuple[Any, list[Any], dict[Any, Any]]:
    x = tf.placeholder(tf.float32, (None, 3), name="x")
    w = tf.get_variable(
        "w", initializer=np.arange(6, dtype=np.float32).reshape(3, 2), use_resource=use_resource
    )
    b = tf.get_variable("b", initializer=[0.5, -1.0], use_resource=use_resource)
    h = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w), b), name="h")
    loss = tf.reduce_mean(tf.square(h - 1.0) * 0.1, name="loss")
    return loss, [w, b, x], {x: [[1, 2, 3], [-1, 0.5, 0]]}


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_model_with_variables_shows_shapes_and_norms(use_resource: bool) -> None:
    loss, xs, feeds = model(use_resource)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        explanation = assert_explains(loss, xs, feeds, session)
        assert "∂loss/∂w = " in str(explanation)
        assert "[3, 2], norm " in str(explanation)
        assert str(tf.explain(loss, xs, feeds)) == str(explanation)  # the default session


def embeddings() -> tuple[Any, list[Any], dict[Any, Any]]:
    table = tf.get_variable("table", initializer=np.eye(4, dtype=np.float32), use_resource=True)
    rows = tf.nn.embedding_lookup(table, [1, 3, 1])
    return tf.reduce_sum(rows * rows * 2.0, name="y"), [table], {}


def test_rows_that_are_gathered_are_put_into_zeros() -> None:
    y, xs, feeds = embeddings()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        explanation = assert_explains(y, xs, feeds, session)
    assert explanation.totals[0].gradient is not None
    assert explanation.totals[0].gradient.tolist() == np.diag([0, 8, 0, 4]).tolist()


def conditional() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return tf.cond(p > 0, lambda: p * q, lambda: p + q) * p, [p, q], {p: 2.0, q: 3.0}


def conditional_of_two() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    first, second = tf.cond(p > 0, lambda: (p * q, q), lambda: (p + q, p))
    return first * tf.exp(second) * p, [p, q], {p: -2.0, q: 0.5}


def chained_conditionals() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    first = tf.cond(p > 0, lambda: p * q, lambda: q)
    second = tf.cond(q > 0, lambda: first * p, lambda: first)
    return second * second, [p, q, first], {p: 2.0, q: 0.5}


def loop() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    _, z = tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z * p), [0, q])
    return tf.multiply(z, p, name="y"), [p, q], {p: 2.0, q: 3.0}


def loop_of_two() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    _, a, b = tf.while_loop(lambda i, a, b: i < 3, lambda i, a, b: (i + 1, a * p, b + a), [0, q, p])
    return a * tf.sin(b), [p, q], {p: 1.5, q: 0.25}


def loop_with_a_conditional() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    _, z = tf.while_loop(
        lambda i, z: i < 4,
        lambda i, z: (i + 1, tf.cond(z > 1, lambda: z * p, lambda: z + q)),
        [0, q],
    )
    return z * z, [p, q], {p: 2.0, q: 0.75}


def scan() -> tuple[Any, list[Any], dict[Any, Any]]:
    (p,) = placeholders("p")
    (v,) = placeholders("v", (3,))
    return tf.reduce_sum(tf.scan(lambda a, item: a * p + item, v)), [p, v], {p: 0.5, v: [1, 2, 3]}


def broadcasting() -> tuple[Any, list[Any], dict[Any, Any]]:
    (x,) = placeholders("x", (2, 3))
    (s,) = placeholders("s")
    return tf.tanh(x * s + s), [x, s], {x: np.linspace(-1, 1, 6).reshape(2, 3), s: 0.5}


def several_outputs() -> tuple[Any, list[Any], dict[Any, Any]]:
    (x,) = placeholders("x", (4,))
    first, second, third = tf.split(tf.square(x), [1, 2, 1])
    return tf.reduce_sum(first * third) + tf.reduce_sum(second), [x], {x: [1, 2, 3, 4]}


def unpacked() -> tuple[Any, list[Any], dict[Any, Any]]:
    (x,) = placeholders("x", (3,))
    a, b, c = tf.unstack(x * 2.0)
    return a * b + c * a, [x], {x: [1, 2, 3]}


def stopped() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return tf.stop_gradient(p, name="stop") * q, [p, q], {p: 2.0, q: 3.0}


def unrelated() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return p * p, [p, q], {p: 2.0, q: 3.0}


def whole_numbers() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return tf.cast(tf.cast(p, tf.int32) * 2, tf.float32) * q, [p, q], {p: 2.5, q: 3.0}


def y_is_x() -> tuple[Any, list[Any], dict[Any, Any]]:
    (p,) = placeholders("p", (2,))
    return p, [p], {p: [2.0, 3.0]}


def one_x_behind_another() -> tuple[Any, list[Any], dict[Any, Any]]:
    (p,) = placeholders("p")
    square = tf.square(p, name="square")
    return tf.exp(square) * p, [p, square, p], {p: 0.5}


def half_precision() -> tuple[Any, list[Any], dict[Any, Any]]:
    x = tf.placeholder(tf.float16, (), name="x")
    return tf.tanh(x) * x, [x], {x: 0.3}


def complex_numbers() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return tf.abs(tf.complex(p, q) * (1 + 2j)), [p, q], {p: 3.0, q: 4.0}


def custom_gradient() -> tuple[Any, list[Any], dict[Any, Any]]:
    (p,) = placeholders("p")

    @tf.custom_gradient
    def clipped(x: Any) -> Any:
        return x * x, lambda grad: tf.clip_by_value(grad * x, -1.0, 1.0)

    return clipped(p * 2.0) * 3.0, [p], {p: 2.0}


def without_definition() -> tuple[Any, list[Any], dict[Any, Any]]:
    p, q = placeholders("pq")
    return tf.where(p > q, p, q * 2.0) + tf.minimum(p, q), [p, q], {p: 2.0, q: 3.0}


CASES: list[Case] = [
    conditional,
    conditional_of_two,
    chained_conditionals,
    loop,
    loop_of_two,
    loop_with_a_conditional,
    scan,
    broadcasting,
    several_outputs,
    unpacked,
    stopped,
    unrelated,
    whole_numbers,
    y_is_x,
    one_x_behind_another,
    half_precision,
    complex_numbers,
    custom_gradient,
    without_definition,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_totals_are_those_of_gradients(case: Case) -> None:
    assert_explains(*case())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_gradients_after_it_are_built_as_without_it(case: Case) -> None:
    graphs = []
    for explains in (False, True):
        with tf.Graph().as_default() as graph:
            y, xs, feeds = case()
            if explains:
                tf.explain(y, xs, feeds)
            tf.gradients(y, xs)
            graphs.append(_without_numbers(graph.as_graph_def()))
    assert graphs[0] == graphs[1]


def _without_numbers(graph_def: Any) -> Any:
    """The names of custom gradients count up through the program."""
    for node in graph_def.node:
        node.attr.pop("_gradient_op_type", None)
    return graph_def


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (stopped, "∂mul/∂p: none, no derivative flows through stop (StopGradient)"),
        (unrelated, "∂mul/∂q: none, y does not depend on it"),
        (whole_numbers, "∂mul_1/∂p: none, y depends on it only through what has no derivative"),
    ],
)
def test_why_there_is_no_gradient_is_said(case: Case, reason: str) -> None:
    y, xs, feeds = case()
    assert reason in str(tf.explain(y, xs, feeds))


def test_the_sum_of_several_elements_is_differentiated_and_it_says_so() -> None:
    text = str(tf.explain(*broadcasting()))
    assert "has 6 elements: what is differentiated is their sum." in text


def test_a_finalized_graph_is_explained_and_stays_finalized() -> None:
    y, xs, feeds = blog()
    y.graph.finalize()
    tf.explain(y, xs, feeds)
    with pytest.raises(RuntimeError, match="finalized"):
        tf.no_op()


def test_paths_are_counted_and_the_first_are_listed() -> None:
    (x,) = placeholders("x")
    y = x
    for _ in range(100):
        y = y + y
    explanation = tf.explain(y, x, {x: 1.0}, most_paths=3)
    total = explanation.totals[0]
    assert total.path_count == 2**100
    assert len(total.paths) == 3
    assert total.gradient == np.float32(2.0**100)
    assert f"… and {2**100 - 3} more" in str(explanation)


def test_random_numbers_are_those_of_one_run() -> None:
    (x,) = placeholders("x")
    noise = tf.random_normal((), name="noise")
    explanation = tf.explain(x * noise, x, {x: 1.0})
    assert explanation.totals[0].gradient == explanation.values[explanation.y]


def test_what_a_run_updates_is_updated_once() -> None:
    counter = tf.get_variable("counter", initializer=0.0)
    (x,) = placeholders("x")
    with tf.Session() as session, tf.control_dependencies([tf.assign_add(counter, 1.0)]):
        y = x * 2.0
        session.run(counter.initializer)
        tf.explain(y, x, {x: 1.0})
        assert session.run(counter) == 1.0


def test_a_session_keeps_nothing_of_it() -> None:
    y, xs, feeds = blog()
    with tf.Session() as session:
        tf.explain(y, xs, feeds)
        assert not session._runners
        assert not session._prepared


def test_an_operation_without_gradient_raises_what_gradients_raises() -> None:
    x, z = placeholders("xz")
    y = tf.truncatemod(x, z, name="y")
    before = y.graph.as_graph_def()
    with pytest.raises(LookupError, match="No gradient defined for operation 'y'"):
        tf.explain(y, [x, z], {x: 3.0, z: 2.0})
    assert y.graph.as_graph_def() == before


def test_variables_without_a_session_are_an_error_that_says_what_to_do() -> None:
    loss, xs, feeds = model(False)
    with pytest.raises(tf.errors.FailedPreconditionError, match="give it session="):
        tf.explain(loss, xs, feeds)


def test_a_session_of_another_graph_is_refused() -> None:
    y, xs, feeds = blog()
    with tf.Session(graph=tf.Graph()) as session, pytest.raises(ValueError, match="runs another graph"):
        tf.explain(y, xs, feeds, session=session)
    with tf.Session(graph=tf.Graph()):
        tf.explain(y, xs, feeds)  # the default session is of another graph, and no variables are needed


def test_what_is_inside_of_a_loop_is_refused() -> None:
    (p,) = placeholders("p")
    inside: list[Any] = []

    def body(z: Any) -> Any:
        inside.append(z * p)
        return inside[0]

    y = tf.while_loop(lambda z: z < 10, body, [p])
    with pytest.raises(ValueError, match="inside of a loop or conditional"):
        tf.explain(inside[0], p, {p: 2.0})
    with pytest.raises(ValueError, match="inside of a loop or conditional"):
        tf.explain(y, inside[0], {p: 2.0})


@pytest.mark.parametrize("y", [3.0, None, "e"])
def test_what_is_no_tensor_is_refused(y: Any) -> None:
    with pytest.raises(TypeError, match="y must be a tensor"):
        tf.explain(y, [])


def test_an_error_of_the_run_leaves_the_graph_as_it_was() -> None:
    y, xs, _ = blog()
    before = y.graph.as_graph_def()
    with pytest.raises(tf.errors.InvalidArgumentError, match="feed a value for placeholder"):
        tf.explain(y, xs)
    assert y.graph.as_graph_def() == before


def test_other_threads_may_build_meanwhile() -> None:
    y, xs, feeds = blog()
    graph = y.graph
    stop = threading.Event()

    def build() -> None:
        with graph.as_default():
            while not stop.is_set():
                tf.constant(1.0, name="other")

    thread = threading.Thread(target=build)
    thread.start()
    try:
        texts = {str(tf.explain(y, xs, feeds)) for _ in range(5)}
    finally:
        stop.set()
        thread.join()
    assert texts == {BLOG_TEXT}
    names = [op.name for op in graph.get_operations()]
    assert len(names) == len(set(names))
    assert {op.type for op in graph.get_operations()} == {"Placeholder", "Mul", "Log", "Add", "Const"}


def test_a_drawing_holds_values_gradients_and_local_derivatives() -> None:
    page = tf.explain(*blog()).svg()
    assert page.startswith("<svg")
    for text in ("17.5129, ∂e/∂e = 1", "10, ∂e/∂d = 0.5", "∂v/∂t = 5", "∂t/∂d = 0.1", ">Log<"):
        assert text in page


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_everything_can_be_drawn(case: Case) -> None:
    assert "</svg>" in tf.explain(*case()).svg()


UNARY = [tf.sin, tf.cos, tf.tanh, tf.square, tf.sigmoid, tf.negative, tf.identity, tf.stop_gradient, tf.atan]
BINARY = [tf.add, tf.subtract, tf.multiply, tf.maximum, tf.squared_difference]


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_totals_on_random_graphs(data: st.DataObject) -> None:
    with tf.Graph().as_default():
        shapes = st.sampled_from([(), (1,), (2,), (3, 2)])
        xs: list[Any] = [tf.placeholder(tf.float32, data.draw(shapes), name="x") for _ in range(2)]
        values = list(xs)
        for _ in range(data.draw(st.integers(1, 12))):
            first, second = (values[data.draw(st.integers(0, len(values) - 1))] for _ in range(2))
            if data.draw(st.booleans()):
                values.append(data.draw(st.sampled_from(UNARY))(first))
            elif _broadcasts(first, second):
                values.append(data.draw(st.sampled_from(BINARY))(first, second))
        numbers = np.random.default_rng(data.draw(st.integers(0, 100)))
        feeds = {x: numbers.normal(size=x.shape.as_list()) for x in xs}
        assert_explains(values[-1], xs, feeds)


def _broadcasts(first: Any, second: Any) -> bool:
    pairs = itertools.zip_longest(
        reversed(first.shape.as_list()), reversed(second.shape.as_list()), fillvalue=1
    )
    return all(a == b or 1 in (a, b) for a, b in pairs)

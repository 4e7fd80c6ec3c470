"""Session: what is fetched and fed, whose the arrays are, and what is run at all."""

import threading
from collections import OrderedDict, defaultdict, namedtuple
from typing import Any, NamedTuple

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


_ran: list[str] = []


def _note(op: Any) -> Any:
    def kernel(value: Any) -> Any:
        _ran.append(op.name)
        if op.attributes["T"] is tf.int32:
            raise ValueError("This should not be run.")
        return value.copy()

    return kernel


Noting = define_op(
    "TestNoting",
    ["x: T"],
    ["y: T"],
    attributes={"T": types(tf.float32, tf.int32)},
    shape=lambda op: [op.inputs[0].static_shape],
    make_kernel=_note,
    samples=[Sample((np.ones(1, np.float32),))],
)


@pytest.fixture
def ran() -> list[str]:
    _ran.clear()
    return _ran


# Fetches


class Pair(NamedTuple):
    p: Any
    q: Any


Untyped = namedtuple("Untyped", "p q")


@pytest.mark.parametrize(
    ("fetches", "expected"),
    [
        ("x:0", 1.0),
        (b"x:0", 1.0),
        ("x", None),  # the operation
        (["x:0", "y:0"], [1.0, 2.0]),
        (("x:0",), (1.0,)),
        (Pair("x:0", ["y:0"]), Pair(1.0, [2.0])),
        (Untyped("x:0", "y:0"), Untyped(1.0, 2.0)),
        ({"a": "x:0", "b": {"c": "y:0"}}, {"a": 1.0, "b": {"c": 2.0}}),
        (OrderedDict([("z", "x:0"), ("a", "y:0")]), OrderedDict([("z", 1.0), ("a", 2.0)])),
        (defaultdict(str, {"a": "x:0"}), defaultdict(None, {"a": 1.0})),
        (["x:0", "x:0", "y:0", "x:0"], [1.0, 1.0, 2.0, 1.0]),
        (["x", ["x", "y:0"]], [None, [None, 2.0]]),
        ([], []),
        ((), ()),
        ({}, {}),
        ([[], {}, ()], [[], {}, ()]),
    ],
)
def test_values_have_the_structure_of_the_fetches(session: tf.Session, fetches: Any, expected: Any) -> None:
    tf.constant(1.0, name="x")
    tf.constant(2.0, name="y")
    values = session.run(fetches)
    assert values == expected
    assert type(values) in (type(expected), np.float32)
    assert session.make_callable(fetches)() == expected


def test_a_dict_keeps_its_order_and_keys(session: tf.Session) -> None:
    x = tf.constant(1.0)
    values = session.run({x: x, "b": x, 3: x})
    assert list(values) == [x, "b", 3]


def test_tensors_and_operations_mixed(session: tf.Session) -> None:
    x = tf.constant([1.0, 2.0])
    y = tf.square(x)
    values = session.run([y, y.op, tf.no_op(), (x, y)])
    np.testing.assert_array_equal(values[0], [1, 4])
    assert values[1:3] == [None, None]
    np.testing.assert_array_equal(values[3][1], [1, 4])


@pytest.mark.parametrize(
    ("value", "dtype", "kind"),
    [
        (1.5, tf.float32, np.float32),
        (1.5, tf.float64, np.float64),
        (3, tf.int64, np.int64),
        (True, tf.bool, np.bool_),
        (1 + 2j, tf.complex128, np.complex128),
        ("ä", tf.string, bytes),
    ],
)
def test_scalars(session: tf.Session, value: Any, dtype: Any, kind: Any) -> None:
    x = tf.placeholder(dtype, ())
    for tensor, feeds in [(tf.constant(value, dtype), {}), (tf.identity(x), {x: value}), (x, {x: value})]:
        fetched = session.run(tensor, feeds)
        assert type(fetched) is kind
        assert fetched == (value.encode() if isinstance(value, str) else value)


def test_computed_scalars_are_scalars(session: tf.Session) -> None:
    x = tf.constant([1.0, 2.0])
    for tensor in (tf.reduce_sum(x), tf.unstack(x)[1], tf.reshape(tf.reduce_sum(x), []), tf.size(x)):
        assert isinstance(session.run(tensor), np.generic), tensor


def test_strings_are_bytes(session: tf.Session) -> None:
    text = tf.placeholder(tf.string)
    both = tf.stack([tf.constant(["a", b"b"]), text])
    fetched = session.run(both, {text: np.array(["ü", "x"])})
    assert fetched.dtype == object
    assert fetched.tolist() == [[b"a", b"b"], ["ü".encode(), b"x"]]
    assert session.run(text, {text: np.array([b"a\0b", b""], object)}).tolist() == [b"a\0b", b""]


@pytest.mark.parametrize("value", [1, [1, "a"], [None], [[b"a"], [1.5]], object()])
def test_what_is_no_string_is_not_fed_as_one(session: tf.Session, value: Any) -> None:
    text = tf.placeholder(tf.string)
    with pytest.raises(TypeError):
        session.run(text, {text: value})


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_arrays_without_elements(session: tf.Session, shape: tuple[int, ...]) -> None:
    x = tf.placeholder(tf.float32, shape)
    fetches = [x, tf.square(x), tf.zeros(shape), tf.reduce_sum(x), tf.constant(np.zeros(shape, np.int32))]
    values = session.run(fetches, {x: np.zeros(shape)})
    assert [np.shape(value) for value in values] == [shape, shape, shape, (), shape]
    assert values[3] == 0.0


# Feeds


def test_any_tensor_can_be_fed(session: tf.Session) -> None:
    a = tf.placeholder(tf.float32, (2,), name="a")
    k = tf.constant([1.0, 1.0], name="k")
    b = tf.multiply(a, 2.0, name="b")
    c = tf.add(b, k, name="c")
    np.testing.assert_array_equal(session.run(c, {a: [1, 2]}), [3, 5])
    np.testing.assert_array_equal(session.run(c, {b: [1, 2]}), [2, 3])
    np.testing.assert_array_equal(session.run(c, {"k:0": [5, 5], a: [1, 1]}), [7, 7])
    np.testing.assert_array_equal(session.run(c, {c: [8, 9]}), [8, 9])
    values = session.run([a, b, c], {a: [0, 0], b: [3, 4]})
    np.testing.assert_array_equal(values, [[0, 0], [3, 4], [4, 5]])
    np.testing.assert_array_equal(session.run(k), [1, 1])  # for that run only
    assert session.run(b.op, {b: [0, 0], a: [0, 0]}) is None


def test_one_of_several_outputs_can_be_fed(session: tf.Session) -> None:
    a = tf.placeholder(tf.float32, (2,))
    first, second = tf.unstack(a)
    total = tf.add(first, second)
    assert session.run(total, {a: [1, 2], first: 10}) == 12.0
    assert session.run([first, second], {a: [1, 2], second: 10}) == [1.0, 10.0]
    assert session.run(total, {first: 10, second: 1}) == 11.0  # then ``a`` is not needed


@pytest.mark.parametrize(
    "value",
    [
        [0, 2],
        (0.0, 2.0),
        range(0, 4, 2),
        np.arange(4)[::2],
        np.asfortranarray(np.array([0.0, 2.0])),
        np.array([2.0, 0.0])[::-1],
        np.array([0, 2], ">i8"),
        np.array([False, True]) * 2,
        [np.float64(0), np.array(2)],
    ],
    ids=["list", "tuple", "range", "strided", "fortran", "reversed", "big-endian", "integers", "scalars"],
)
def test_what_can_be_fed(session: tf.Session, value: Any) -> None:
    a = tf.placeholder(tf.float32, (2,), name="a")
    for key in (a, "a:0", b"a:0"):
        fetched, computed = session.run([a, a + 1.0], {key: value})
        assert fetched.dtype == computed.dtype == np.float32
        np.testing.assert_array_equal(fetched, [0, 2])
        np.testing.assert_array_equal(computed, [1, 3])


def test_fed_arrays_in_any_memory_order_give_the_same(session: tf.Session) -> None:
    a = tf.placeholder(tf.float64, (3, 4))
    flat = tf.reshape(tf.transpose(a * 2.0), [-1])
    value = np.arange(12.0).reshape(3, 4)
    read_only = value.copy()
    read_only.flags.writeable = False
    padded = np.zeros((6, 8))
    padded[::2, ::2] = value
    for same in (value, np.asfortranarray(value), read_only, padded[::2, ::2], value[::-1][::-1]):
        np.testing.assert_array_equal(session.run(flat, {a: same}), (value.T * 2).ravel())


# Whose the arrays are


def test_fetched_arrays_are_the_callers_own(session: tf.Session) -> None:
    """Writing into one changes no constant, no feed, no other fetch and no later run."""
    given = np.ones((2, 2), np.float32)
    x = tf.placeholder(tf.float32, (2, 2))
    constant = tf.constant(np.full((2, 2), 2.0, np.float32))
    computed = x + constant
    fetches = [
        *(x, constant, computed, tf.identity(x), tf.identity(computed), tf.identity(constant)),
        *(tf.reshape(x, [4]), tf.reshape(computed, [4]), tf.transpose(computed), tf.add_n([computed])),
        *(*tf.unstack(computed), *tf.unstack(x), tf.zeros([2, 2]), tf.fill([2, 2], 3.0), tf.shape(x)),
        *(x, constant, computed),
    ]
    expected = [np.array(value) for value in session.run(fetches, {x: given})]
    for index in range(len(fetches)):
        values = session.run(fetches, {x: given})
        values[index][...] = -7
        for other, value in enumerate(values):
            if other != index and fetches[other] is not fetches[index]:
                np.testing.assert_array_equal(value, expected[other])
        np.testing.assert_array_equal(given, np.ones((2, 2)))
    for value, known in zip(session.run(fetches, {x: given}), expected, strict=True):
        np.testing.assert_array_equal(value, known)
        assert value.flags.writeable
        assert not np.shares_memory(value, given)


def test_arrays_of_strings_are_the_callers_own(session: tf.Session) -> None:
    constant = tf.constant(["a", "b"])
    given = np.array([b"c", b"d"], object)
    x = tf.placeholder(tf.string, (2,))
    for value in session.run([constant, tf.identity(constant), x, tf.identity(x)], {x: given}):
        value[0] = b"written"
    assert session.run(constant).tolist() == [b"a", b"b"]
    assert given.tolist() == [b"c", b"d"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["the dtype itself", "converted"])
def test_a_feed_that_changes_later_does_not_change_what_was_fetched(session: tf.Session, dtype: Any) -> None:
    x = tf.placeholder(tf.float32, (3,))
    given = np.ones(3, dtype)
    values = session.run([x, tf.identity(x), tf.reshape(x, [3, 1]), x * 1.0], {x: given})
    given[:] = 5
    for value in values:
        np.testing.assert_array_equal(value.ravel(), [1, 1, 1])
    np.testing.assert_array_equal(session.run(x, {x: given}), [5, 5, 5])


def test_a_constant_is_not_the_callers_array(session: tf.Session) -> None:
    given = np.ones(3, np.float32)
    constant = tf.constant(given)
    given[:] = 5
    np.testing.assert_array_equal(session.run(constant), [1, 1, 1])
    with pytest.raises(ValueError, match="read-only"):
        constant.op.get_attr("value")[0] = 5


# What is run


def test_only_what_is_needed_is_run(session: tf.Session, ran: list[str]) -> None:
    x = tf.placeholder(tf.float32, ())
    a = Noting(x, name="a")
    b = Noting(a, name="b")
    Noting(tf.constant(1), name="fails")
    Noting(b, name="not_needed")
    assert session.run(b, {x: 1.0}) == 1.0
    assert ran == ["a", "b"]
    ran.clear()
    assert session.run([b, b, a], {a: 2.0}) == [2.0, 2.0, 2.0]
    assert ran == ["b"]
    ran.clear()
    assert session.run({"b": b}, {b: 3.0}) == {"b": 3.0}
    assert ran == []
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"This should not be run\.\n.*node fails"):
        session.run("fails")


def test_an_operation_runs_once_however_often_it_is_used(session: tf.Session, ran: list[str]) -> None:
    a = Noting(tf.constant(1.0), name="a")
    assert session.run([a + a, a * a, a.op, a]) == [2.0, 1.0, None, 1.0]
    assert ran == ["a"]


def test_control_inputs_run_before(session: tf.Session, ran: list[str]) -> None:
    one = tf.constant(1.0)
    first, second = Noting(one, name="first"), Noting(one, name="second")
    with tf.control_dependencies([first]):
        middle = Noting(one, name="middle")
    with tf.control_dependencies([middle, second]):
        last = Noting(one, name="last")
    session.run(last)
    assert sorted(ran) == ["first", "last", "middle", "second"]
    assert ran.index("first") < ran.index("middle") < ran.index("last") == 3
    ran.clear()
    session.run(tf.group(first, second))
    assert sorted(ran) == ["first", "second"]


def test_a_graph_that_grows_between_runs(session: tf.Session) -> None:
    x = tf.placeholder(tf.float32, ())
    y = x
    for count in range(1, 6):
        y = y + 1.0
        assert session.run(y, {x: 0.0}) == count
        assert session.run(x, {x: 9.0}) == 9.0


def test_feeds_may_differ_from_run_to_run(session: tf.Session) -> None:
    x = tf.placeholder(tf.float32)
    y = x * 2.0
    for value in (1.0, [1.0, 2.0], [[3.0]], np.zeros((0, 2))):
        np.testing.assert_array_equal(session.run(y, {x: value}), np.asarray(value) * 2)


# Sessions


def test_make_callable(session: tf.Session) -> None:
    x, y = tf.placeholder(tf.float32, (), name="x"), tf.placeholder(tf.float32, (2,))
    function = session.make_callable({"sum": x + y, "x": x}, [x, y])
    for number in (1.0, 2.0):
        values = function(number, [1.0, 2.0])
        np.testing.assert_array_equal(values["sum"], [1.0 + number, 2.0 + number])
        assert values["x"] == number
    assert session.make_callable(x, ["x:0"])(3.0) == 3.0
    assert session.make_callable(tf.square(x).op, [x])(3.0) is None
    with pytest.raises(ValueError, match="takes 2 feeds, but 1 were given"):
        function(1.0)
    with pytest.raises(ValueError, match="Cannot feed value of shape"):
        function(1.0, [1.0])
    session.close()
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        function(1.0, [1.0, 2.0])


def test_a_session_as_a_block() -> None:
    outer = tf.get_default_session()
    graph = tf.Graph()
    with tf.Session(graph=graph) as session:
        assert tf.get_default_session() is session
        assert tf.get_default_graph() is graph is session.graph
        x = tf.constant(2.0)
        assert x.eval() == 2.0
        assert tf.square(x).eval({x: 3.0}) == 9.0
        x.op.run()
        with tf.Session(graph=tf.Graph()) as inner:
            assert tf.get_default_session() is inner
            with session.as_default() as again:
                assert again is session is tf.get_default_session()
                assert x.eval() == 2.0
            with pytest.raises(ValueError, match="Cannot use the default session to evaluate tensor"):
                x.eval()
        assert tf.get_default_session() is session
        with pytest.raises(RuntimeError, match="closed"):
            inner.run(x)
    assert tf.get_default_session() is outer
    with pytest.raises(RuntimeError, match="closed"):
        session.run(x)


def test_as_default_does_not_close() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0)
        session = tf.Session()
        for _ in range(2):
            with session.as_default():
                assert x.eval() == 2.0
        assert x.eval(session=session) == 2.0
        session.close()
        session.close()


def test_a_session_without_a_block_runs_the_default_graph() -> None:
    with tf.Graph().as_default() as graph:
        session = tf.Session()
    assert session.graph is graph
    with graph.as_default():
        x = tf.constant(3.0)
    assert session.run(x) == 3.0
    assert session.graph_def == graph.as_graph_def(add_shapes=True)


def test_an_interactive_session() -> None:
    graph = tf.Graph()
    session = tf.InteractiveSession(graph=graph)
    try:
        assert tf.get_default_session() is session
        assert tf.get_default_graph() is graph
        assert (tf.constant(2.0) * 3.0).eval() == 6.0
    finally:
        session.close()
    assert tf.get_default_session() is None
    assert tf.get_default_graph() is not graph
    with pytest.raises(RuntimeError, match="closed"):
        session.run("Const:0")


def test_the_default_session_is_that_of_the_thread(session: tf.Session) -> None:
    x = tf.constant(1.0)
    seen: list[Any] = []

    def other() -> None:
        seen.append(tf.get_default_session())
        with session.as_default():
            seen.append(x.eval())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == [None, 1.0]


def test_threads_run_one_session_at_once(session: tf.Session) -> None:
    x = tf.placeholder(tf.float64, (50,))
    y = x
    for _ in range(20):
        y = tf.tanh(y) + x
    total = tf.reduce_sum(y)
    single = np.linspace(-1, 1, 50)
    expected = [session.run([y, total], {x: single * number}) for number in range(8)]
    results: list[list[Any]] = [[] for _ in range(8)]

    def work(number: int) -> None:
        for _ in range(20):
            results[number].append(session.run([y, total], {x: single * number}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, runs in enumerate(results):
        assert len(runs) == 20
        for values in runs:
            np.testing.assert_array_equal(values[0], expected[number][0])
            assert values[1] == expected[number][1]


# Depth


def test_a_chain_of_20000_operations(session: tf.Session) -> None:
    """Neither building, nor differentiating, nor running, nor writing goes as deep as Python's stack."""
    x = tf.placeholder(tf.float64, (), name="x")
    y = x
    for _ in range(20_000):
        y = tf.negative(y)
    assert session.run(y, {x: 1.5}) == 1.5
    (gradient,) = tf.gradients(y, x)
    assert gradient is not None
    assert session.run(gradient, {x: 1.5}) == 1.0
    assert len(session.graph.as_graph_def().node) > 40_000


def test_a_chain_of_constant_shape_arithmetic(session: tf.Session) -> None:
    size = tf.constant(2)
    for _ in range(5_000):
        size = tf.identity(size)
    filled = tf.fill(tf.stack([size]), 1.0)
    np.testing.assert_array_equal(session.run(filled), [1.0, 1.0])


def test_fetches_and_feeds_by_the_thousand(session: tf.Session) -> None:
    xs = [tf.placeholder(tf.float32, ()) for _ in range(1000)]
    total = tf.add_n(xs)
    feeds: dict[Any, Any] = dict(zip(xs, range(1000), strict=True))
    assert session.run(total, feeds) == sum(range(1000))
    assert session.run(xs, feeds) == list(range(1000))

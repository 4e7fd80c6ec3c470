"""Runs that fail, or seem as if they should."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf
from tests.tensorflow_errors.wrong_uses import Case, Setting, assert_raises, each_of

errors = tf.errors


def closed(o: Setting) -> None:
    o.session.close()
    o.run(o.x)


def empty(o: Setting) -> None:
    tf.Session(graph=tf.Graph()).run("x:0")


RUNNING: dict[str, Case] = {
    "a missing feed": (
        lambda o: o.run(tf.negative(o.x)),
        errors.InvalidArgumentError,
        "You must feed a value for placeholder tensor 'x' with dtype float and shape [2]\n"
        "\t [[node x (op: Placeholder, defined at ",
    ),
    "a missing feed of unknown shape": (
        lambda o: o.run(o.u),
        errors.InvalidArgumentError,
        "You must feed a value for placeholder tensor 'u' with dtype float\n",
    ),
    "a missing feed of a shape known in part": (
        lambda o: o.run(o.p),
        errors.InvalidArgumentError,
        "You must feed a value for placeholder tensor 'p' with dtype float and shape [?,3]\n",
    ),
    "a feed of another shape": (
        lambda o: o.run(o.s, {o.s: [1.0, 2.0]}),
        ValueError,
        "Cannot feed value of shape (2,) for Tensor 's:0', which has shape '()'",
    ),
    "a feed of another shape, known in part": (
        lambda o: o.run(o.p, {o.p: [[1.0, 2.0]]}),
        ValueError,
        "Cannot feed value of shape (1, 2) for Tensor 'p:0', which has shape '(?, 3)'",
    ),
    "an operation's name as a key": (
        lambda o: o.run(o.s, {"x": 1.0}),
        TypeError,
        "Cannot interpret feed_dict key as Tensor: The name 'x' refers to an Operation, not a Tensor. Tensor "
        'names must be of the form "<op_name>:<output_index>".',
    ),
    "an unknown name as a key": (
        lambda o: o.run(o.s, {"zz:0": 1.0}),
        TypeError,
        "Cannot interpret feed_dict key as Tensor: The name 'zz:0' refers to a Tensor which does not exist. The "
        "operation, 'zz', does not exist in the graph.",
    ),
    "a number as a key": (
        lambda o: o.run(o.s, {3: 1.0}),
        TypeError,
        "Cannot interpret feed_dict key as Tensor: Can not convert a int into a Tensor.",
    ),
    "an operation as a key": (
        lambda o: o.run(o.s, {o.s.op: 1.0}),
        TypeError,
        "Cannot interpret feed_dict key as Tensor: Can not convert a Operation into a Tensor.",
    ),
    "another graph's tensor as a key": (
        lambda o: o.run(o.x, {o.elsewhere: 1.0}),
        TypeError,
        'Cannot interpret feed_dict key as Tensor: Tensor Tensor("z:0", shape=(), dtype=float32) is not an '
        "element of this graph.",
    ),
    "a tensor as a value": (
        lambda o: o.run(o.s, {o.s: o.x}),
        TypeError,
        "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
        "strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was "
        'Tensor("x:0", shape=(2,), dtype=float32) which was passed to the feed with key Tensor("s:0", shape=(), '
        "dtype=float32).",
    ),
    "a string as a value": (
        lambda o: o.run(o.s, {o.s: "a"}),
        ValueError,
        "could not convert string to float: 'a'",
    ),
    "an integer that is too large": (
        lambda o: o.run(o.n, {o.n: 2**40}),
        TypeError,
        "Type of feed value 1099511627776 with type <class 'int'> is not compatible with Tensor type <class "
        "'numpy.int32'>. Try explicitly setting the type of the feed tensor to a larger type (e.g. int64).",
    ),
    "an object as a value": (
        lambda o: o.run(o.s, {o.s: object()}),
        TypeError,
        "float() argument must be a string or a",
    ),
    "a ragged value": (
        lambda o: o.run(o.x, {o.x: [[1.0], [2.0, 3.0]]}),
        ValueError,
        "setting an array element with a sequence.",
    ),
    "feeds that are no dictionary": (
        lambda o: o.run(o.s, [1]),  # type: ignore[arg-type]
        TypeError,
        "feed_dict must be a dictionary",
    ),
    "a fetch of None": (
        lambda o: o.run(None),
        TypeError,
        "Fetch argument None has invalid type <class 'NoneType'>",
    ),
    "a None among the fetches": (
        lambda o: o.run([o.x, None]),
        TypeError,
        "Fetch argument None has invalid type <class 'NoneType'>",
    ),
    "a fetch of a number": (
        lambda o: o.run(3),
        TypeError,
        "Fetch argument 3 has invalid type <class 'int'>, must be a string or Tensor. (Can not convert a int into "
        "a Tensor or Operation.)",
    ),
    "a fetch of an unknown tensor": (
        lambda o: o.run("zz:0"),
        ValueError,
        "Fetch argument 'zz:0' cannot be interpreted as a Tensor. (\"The name 'zz:0' refers to a Tensor which "
        "does not exist. The operation, 'zz', does not exist in the graph.\")",
    ),
    "a fetch of an unknown operation": (
        lambda o: o.run("zz"),
        ValueError,
        "Fetch argument 'zz' cannot be interpreted as a Tensor. (\"The name 'zz' refers to an Operation not in "
        'the graph.")',
    ),
    "a fetch of a name with two colons": (
        lambda o: o.run("x:0:1"),
        ValueError,
        "Fetch argument 'x:0:1' cannot be interpreted as a Tensor. (The name 'x:0:1' looks a like a Tensor name, "
        'but is not a valid one. Tensor names must be of the form "<op_name>:<output_index>".)',
    ),
    "a fetch from another graph": (
        lambda o: o.run(o.elsewhere),
        ValueError,
        "Fetch argument <tf.Tensor 'z:0' shape=() dtype=float32> cannot be interpreted as a Tensor. (Tensor "
        'Tensor("z:0", shape=(), dtype=float32) is not an element of this graph.)',
    ),
    "a closed session": (closed, RuntimeError, "Attempted to use a closed Session."),
    "an empty graph": (
        empty,
        RuntimeError,
        "The Session graph is empty.  Add operations to the graph before calling run().",
    ),
    "eval without a session": (
        lambda o: o.x.eval(),
        ValueError,
        "Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or "
        "pass an explicit session to `eval(session=sess)`",
    ),
    "run of an operation without a session": (
        lambda o: o.x.op.run(),
        ValueError,
        "Cannot execute operation using `run()`: No default session is registered.",
    ),
    "eval with another graph's session": (
        lambda o: o.elsewhere.eval(session=o.session),
        ValueError,
        "Cannot use the given session to evaluate tensor: the tensor's graph is different from the session's "
        "graph.",
    ),
    "a session of no graph": (
        lambda o: tf.Session(graph=3),  # type: ignore[arg-type]
        TypeError,
        "graph must be a tf.Graph, but got <class 'int'>",
    ),
    "shapes that differ when run": (
        lambda o: o.run(tf.add(o.u, o.y3), {o.u: [1.0, 2.0], o.y3: [1.0, 2.0, 3.0]}),
        errors.InvalidArgumentError,
        "Incompatible shapes: [2] vs. [3]\n\t [[node Add (op: Add, defined at ",
    ),
    "an integer divided by zero": (
        lambda o: o.run(o.i // tf.constant([0, 1]), {o.i: [1, 2]}),
        errors.InvalidArgumentError,
        "Integer division by zero\n\t [[node floordiv (op: FloorDiv",
    ),
    "a remainder of zero": (
        lambda o: o.run(o.i % 0, {o.i: [1, 2]}),
        errors.InvalidArgumentError,
        "Integer division by zero\n\t [[node mod (op: FloorMod",
    ),
    "a shape that cannot be reached when run": (
        lambda o: o.run(tf.reshape(o.u, [3]), {o.u: [1, 2]}),
        errors.InvalidArgumentError,
        "Input to reshape is a tensor with 2 values, but the requested shape has 3\n",
    ),
    "an axis that is not there when run": (
        lambda o: o.run(tf.reduce_sum(o.u, axis=3), {o.u: [1, 2]}),
        errors.InvalidArgumentError,
        "Invalid reduction dimension 3 for input with 1 dimension",
    ),
    "a summary of a vector": (
        lambda o: o.run(tf.summary.scalar("l", o.x), {o.x: [1.0, 2.0]}),
        errors.InvalidArgumentError,
        "tags and values not the same shape: [] != [2] (tag 'l')\n",
    ),
}


@each_of(RUNNING)
def test_running(setting: Setting, case: Case) -> None:
    assert_raises(setting, case)


# Where TensorFlow is silent, so is graphlog.
@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        pytest.param(tf.int32, 3.7, 3, id="a fraction is cut off"),
        pytest.param(tf.float32, 1e300, np.inf, id="what is too large is infinite"),
        pytest.param(tf.float32, None, np.nan, id="None is not a number"),
        pytest.param(tf.float32, True, 1.0, id="a truth value is a number"),
    ],
)
def test_feeds_that_are_converted(dtype: Any, value: Any, expected: Any) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(dtype, ())
        np.testing.assert_equal(session.run(x, {x: value}), expected)


def test_a_failed_run_tells_operation_inputs_and_line() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        u = tf.placeholder(tf.float32, name="u")
        total = tf.add(u, tf.constant([1.0, 2.0, 3.0]), name="total")
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            session.run(total, {u: [1.0, 2.0]})
    error = raised.value
    assert error.op is total.op
    assert error.node_def == total.op.node_def
    assert error.error_code == 3
    lines = error.message.splitlines()
    assert lines[0] == "Incompatible shapes: [2] vs. [3]"
    assert lines[1].startswith(f"\t [[node total (op: Add, defined at {__file__}:")
    assert lines[2:4] == ["\t input u:0: float32 [2]", "\t input Const:0: float32 [3]"]


def test_a_failed_run_leaves_the_session_usable() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, (2,), name="x")
        y = tf.square(x)
        for _ in range(2):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(y)
            np.testing.assert_array_equal(session.run(y, {x: [1, 2]}), [1, 4])

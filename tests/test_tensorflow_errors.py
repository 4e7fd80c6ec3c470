"""What goes wrong, and what TensorFlow 1.15.5 says about it: the types and messages were read off it.

Where graphlog's message goes on, with what to do, only the beginning is compared.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op

errors = tf.errors


class Setting:
    """A graph with a session and a few tensors to do wrong things with."""

    def __init__(self) -> None:
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.x = tf.placeholder(tf.float32, (2,), name="x")
            self.s = tf.placeholder(tf.float32, (), name="s")
            self.y3 = tf.placeholder(tf.float32, (3,), name="y3")
            self.i = tf.placeholder(tf.int32, (2,), name="i")
            self.n = tf.placeholder(tf.int32, (), name="n")
            self.u = tf.placeholder(tf.float32, name="u")
            self.p = tf.placeholder(tf.float32, (None, 3), name="p")
            self.text = tf.placeholder(tf.string, (2,), name="text")
        with tf.Graph().as_default():
            self.elsewhere = tf.placeholder(tf.float32, (), name="z")
        self.session = tf.Session(graph=self.graph)
        self.run = self.session.run


@pytest.fixture
def setting() -> Any:
    setting = Setting()
    with setting.graph.as_default():
        yield setting


without_gradient = define_op(
    "TestUnlisted",
    ["x: T"],
    ["y: T"],
    attributes={"T": types()},
    shape=lambda op: [op.inputs[0].static_shape],
    kernel=np.copy,
    samples=[Sample((np.zeros(2, np.float32),))],
)


def closed(o: Setting) -> None:
    o.session.close()
    o.run(o.x)


def empty(o: Setting) -> None:
    tf.Session(graph=tf.Graph()).run("x:0")


def finalized(o: Setting) -> None:
    o.graph.finalize()
    tf.constant(2.0)


Case = tuple[Callable[[Setting], Any], type[BaseException], str]

BUILDING: dict[str, Case] = {
    "name of a placeholder": (
        lambda o: tf.placeholder(tf.float32, name="a b"),
        ValueError,
        "'a b' is not a valid scope name",
    ),
    "name of an operation": (
        lambda o: tf.multiply(o.x, o.x, name="a b"),
        ValueError,
        "'a b' is not a valid scope name",
    ),
    "name of a constant": (
        lambda o: tf.constant(1.0, name="a b"),
        ValueError,
        "'a b' is not a valid node name",
    ),
    "name that begins with a dash": (
        lambda o: tf.identity(o.x, name="-a"),
        ValueError,
        "'-a' is not a valid scope name",
    ),
    "name of a scope": (
        lambda o: tf.name_scope("a b").__enter__(),
        ValueError,
        "'a b' is not a valid scope name",
    ),
    "scope without a name": (
        lambda o: tf.name_scope(None, None, [o.x]).__enter__(),
        ValueError,
        "At least one of name (None) and default_name (None) must be provided.",
    ),
    "name that is taken": (
        lambda o: tf.identity(o.x, name="x/"),
        ValueError,
        "Duplicate node name in graph: 'x'",
    ),
    "dtypes that differ": (
        lambda o: tf.add(o.x, o.i),
        TypeError,
        "Input 'y' of 'Add' Op has type int32 that does not match type float32 of argument 'x'.",
    ),
    "dtypes that differ under an operator": (
        lambda o: o.i + 1.5,
        TypeError,
        "Input 'y' of 'AddV2' Op has type float32 that does not match type int32 of argument 'x'.",
    ),
    "a number on the left of another dtype": (
        lambda o: tf.add(1, o.x),
        TypeError,
        "Input 'y' of 'Add' Op has type float32 that does not match type int32 of argument 'x'.",
    ),
    "a string for a number": (
        lambda o: o.x + "a",
        TypeError,
        "Input 'y' of 'AddV2' Op has type string that does not match type float32 of argument 'x'.",
    ),
    "None under an operator": (lambda o: o.x + None, ValueError, "None values not supported."),
    "None": (
        lambda o: tf.add(None, o.x),
        ValueError,
        "Tried to convert 'x' to a tensor and failed. Error: None values not supported.",
    ),
    "an operation for a tensor": (
        lambda o: tf.add(o.x, o.x.op),
        TypeError,
        "Expected float32 passed to parameter 'y' of op 'Add', got <tf.Operation 'x' type=Placeholder> of "
        "type 'Operation' instead. Error: Can't convert Operation 'x' to Tensor (target dtype=tf.float32, "
        "name='y', as_ref=False)",
    ),
    "a dtype that is not allowed": (
        lambda o: tf.tanh(o.i),
        TypeError,
        "Value passed to parameter 'x' has DataType int32 not in list of allowed values: bfloat16, float16, "
        "float32, float64, complex64, complex128",
    ),
    "shapes that differ": (
        lambda o: tf.add(o.x, o.y3),
        ValueError,
        "Dimensions must be equal, but are 2 and 3 for 'Add' (op: 'Add') with input shapes: [2], [3].",
    ),
    "a tensor of another graph": (
        lambda o: tf.add(o.x, o.elsewhere),
        ValueError,
        'Tensor("z:0", shape=(), dtype=float32) must be from the same graph as '
        'Tensor("x:0", shape=(2,), dtype=float32).',
    ),
    "a shape that cannot be reached": (
        lambda o: tf.reshape(o.x, [3]),
        ValueError,
        "Cannot reshape a tensor with 2 elements to shape [3] (3 elements) for 'Reshape' (op: 'Reshape') with "
        "input shapes: [2], [1]",
    ),
    "an axis that is not there": (
        lambda o: tf.reduce_sum(o.x, axis=3),
        ValueError,
        "Invalid reduction dimension 3 for input with 1 dimensions. for 'Sum' (op: 'Sum') with input shapes: "
        "[2], []",
    ),
    "repetitions of too many axes": (
        lambda o: tf.tile(o.x, [1, 2]),
        ValueError,
        "Shape must be rank 1 but is rank 2 for 'Tile' (op: 'Tile') with input shapes: [2], [2].",
    ),
    "a negative size": (
        lambda o: tf.fill([-1], 1.0),
        ValueError,
        "Fill dimensions must be >= 0 for 'Fill' (op: 'Fill') with input shapes: [1], []",
    ),
    "a range without steps": (
        lambda o: tf.range(0, 10, 0),
        ValueError,
        "Requires delta != 0 for 'range' (op: 'Range') with input shapes: [], [], []",
    ),
    "a finalized graph": (finalized, RuntimeError, "Graph is finalized and cannot be modified."),
    "no dtype": (
        lambda o: tf.placeholder("foo"),
        TypeError,
        "Expected DataType for argument 'dtype' not 'foo'.",
    ),
    "a string for a shape": (
        lambda o: tf.placeholder(tf.float32, "foo"),
        TypeError,
        "Error converting shape to a TensorShape: A string has ambiguous TensorShape, please wrap in a list or "
        "convert to an int: foo.",
    ),
    "a negative dimension": (
        lambda o: tf.placeholder(tf.float32, (-1,)),
        ValueError,
        "Error converting shape to a TensorShape: Dimension -1 must be >= 0.",
    ),
    "a constant larger than its shape": (
        lambda o: tf.constant([1, 2, 3], shape=[2]),
        ValueError,
        "Too many elements provided. Needed at most 2, but received 3",
    ),
    "a fraction for an integer": (
        lambda o: tf.constant(1.5, dtype=tf.int32),
        TypeError,
        "Expected int32, got 1.5 of type 'float' instead.",
    ),
    "a string for a float": (
        lambda o: tf.constant("a", dtype=tf.float32),
        TypeError,
        "Expected float32, got 'a' of type 'str' instead.",
    ),
    "a ragged constant": (
        lambda o: tf.constant([[1], [2, 3]]),
        ValueError,
        "Argument must be a dense tensor: [[1], [2, 3]] - got shape [2, 2], but wanted [2, 1].",
    ),
    "a constant of an object": (
        lambda o: tf.constant({1}),
        TypeError,
        "Failed to convert object of type <class 'set'> to Tensor. Contents: {1}. Consider casting elements to "
        "a supported type.",
    ),
    "a constant None": (lambda o: tf.constant(None), ValueError, "None values not supported."),
    "a constant of a tensor": (
        lambda o: tf.constant(o.x),
        TypeError,
        "List of Tensors when single Tensor expected",
    ),
    "a constant too large for 64 bits": (
        lambda o: tf.constant(2**70),
        TypeError,
        "Failed to convert object of type <class 'int'> to Tensor. Contents: 1180591620717411303424. Consider "
        "casting elements to a supported type.",
    ),
    "a truth value": (
        lambda o: bool(o.s > 0),
        TypeError,
        "using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution",
    ),
    "iteration": (
        lambda o: list(o.x),
        TypeError,
        "iterating over `tf.Tensor` is not allowed in Graph execution",
    ),
    "a length": (lambda o: len(o.x), TypeError, "len is not well defined for symbolic Tensors. (x:0)"),
    "an array": (
        lambda o: np.array(o.x),
        NotImplementedError,
        "Cannot convert a symbolic Tensor (x:0) to a numpy array",
    ),
    "an attribute that is not there": (
        lambda o: o.x.op.get_attr("foo"),
        ValueError,
        "Operation 'x' has no attr named 'foo'.",
    ),
    "an unknown operation": (
        lambda o: o.graph.get_operation_by_name("nope"),
        KeyError,
        "The name 'nope' refers to an Operation not in the graph.",
    ),
    "a tensor's name for an operation": (
        lambda o: o.graph.get_operation_by_name("x:0"),
        ValueError,
        "Name 'x:0' appears to refer to a Tensor, not a Operation.",
    ),
    "an unknown tensor": (
        lambda o: o.graph.get_tensor_by_name("nope:0"),
        KeyError,
        "The name 'nope:0' refers to a Tensor which does not exist. The operation, 'nope', does not exist in the "
        "graph.",
    ),
    "an unknown output": (
        lambda o: o.graph.get_tensor_by_name("x:9"),
        KeyError,
        "The name 'x:9' refers to a Tensor which does not exist. The operation, 'x', exists but only has 1 "
        "outputs.",
    ),
    "an operation's name for a tensor": (
        lambda o: o.graph.get_tensor_by_name("x"),
        ValueError,
        "The name 'x' refers to an Operation, not a Tensor. Tensor names must be of the form "
        '"<op_name>:<output_index>".',
    ),
    "a number for a name": (
        lambda o: o.graph.get_operation_by_name(3),  # type: ignore[arg-type]
        TypeError,
        "Operation names are strings (or similar), not int.",
    ),
    "a number for an element": (
        lambda o: o.graph.as_graph_element(3),
        TypeError,
        "Can not convert a int into a Tensor or Operation.",
    ),
    "a number as a control input": (
        lambda o: tf.control_dependencies([3]).__enter__(),
        TypeError,
        "Can not convert a int into a Tensor or Operation.",
    ),
    "a device that is none": (
        lambda o: tf.device("/nonsense:0").__enter__(),
        ValueError,
        "Unknown attribute: 'nonsense'",
    ),
}

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


def parameters(cases: dict[str, Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("act", "kind", "message"), [pytest.param(*case, id=name) for name, case in cases.items()]
    )


@parameters(BUILDING)
def test_building(
    setting: Setting, act: Callable[[Setting], Any], kind: type[BaseException], message: str
) -> None:
    assert_raises(setting, act, kind, message)


@parameters(DIFFERENTIATING)
def test_differentiating(
    setting: Setting, act: Callable[[Setting], Any], kind: type[BaseException], message: str
) -> None:
    assert_raises(setting, act, kind, message)


@parameters(RUNNING)
def test_running(
    setting: Setting, act: Callable[[Setting], Any], kind: type[BaseException], message: str
) -> None:
    assert_raises(setting, act, kind, message)


def assert_raises(
    setting: Setting, act: Callable[[Setting], Any], kind: type[BaseException], message: str
) -> None:
    with pytest.raises(kind) as raised:
        act(setting)
    said = raised.value.args[0] if isinstance(raised.value, KeyError) else str(raised.value)
    assert said.startswith(message)


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

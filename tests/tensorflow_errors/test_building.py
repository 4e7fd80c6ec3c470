"""Graphs that cannot be built."""

import numpy as np

import graphlog as tf
from tests.tensorflow_errors.wrong_uses import Case, Setting, assert_raises, each_of


def finalized(o: Setting) -> None:
    o.graph.finalize()
    tf.constant(2.0)


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


@each_of(BUILDING)
def test_building(setting: Setting, case: Case) -> None:
    assert_raises(setting, case)

"""An operation that a user defines: built, run, differentiated, exported and imported like graphlog's own.

The types begin with ``Test``, by which other tests know that TensorFlow has none like them.
"""

from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.attributes import Attribute, boolean, integer, string, type_list, types
from graphlog.core.op_definition import (
    NOT_DIFFERENTIABLE,
    OpDefinition,
    Sample,
    all_definitions,
    define_op,
    find_definition,
)
from tests.numerical import numerical_gradient

FLOATS = types(tf.float32, tf.float64)
VECTOR = np.array([1.0, -2.0, 3.0])


def define(type: str, **changes: Any) -> OpDefinition:
    """Defines ``y = factor * x**2``, with what is changed about it."""
    arguments: dict[str, Any] = {
        "inputs": ["x: T"],
        "outputs": ["y: T"],
        "attributes": {"factor": integer(3, minimum=1), "T": FLOATS},
        "shape": lambda op: [op.inputs[0].static_shape],
        "make_kernel": lambda op: lambda x: (op.attributes["factor"] * x * x).astype(x.dtype),
        "gradient": lambda op, grad: grad * op.inputs[0] * (2.0 * op.attributes["factor"]),
        "samples": [Sample((VECTOR,))],
    }
    arguments.update(changes)
    return define_op(type, arguments.pop("inputs"), arguments.pop("outputs"), **arguments)


TestScaledSquare = define("TestScaledSquare")


def test_it_is_built_and_run() -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float64, (None,), name="x")
        y = TestScaledSquare(x, factor=5)
        assert (y.op.type, y.op.name, y.static_shape) == ("TestScaledSquare", "TestScaledSquare", (None,))
        assert y.op.get_attr("T") is tf.float64
        assert TestScaledSquare(x).op.name == "TestScaledSquare_1"
        assert TestScaledSquare(x, name="mine").op.name == "mine"
        np.testing.assert_array_equal(session.run(y, {x: VECTOR}), 5 * VECTOR**2)
        np.testing.assert_array_equal(session.run(TestScaledSquare([1.0, 2.0])), [3.0, 12.0])
        assert TestScaledSquare.operation(x).graph is graph


def test_it_is_differentiated() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, (3,))
        y = tf.reduce_sum(tf.tanh(TestScaledSquare(x)))
        (first,) = tf.gradients(y, x)
        assert first is not None
        (second,) = tf.gradients(tf.reduce_sum(first), x)
        point = VECTOR / 5
        expected = numerical_gradient(lambda at: float(session.run(y, {x: at})), point)
        np.testing.assert_allclose(session.run(first, {x: point}), expected, rtol=1e-6)
        expected = numerical_gradient(lambda at: float(session.run(first, {x: at}).sum()), point)
        np.testing.assert_allclose(session.run(second, {x: point}), expected, rtol=1e-6)


def test_it_is_exported_and_imported() -> None:
    with tf.Graph().as_default() as graph:
        TestScaledSquare(tf.constant([1.0, 2.0]), factor=7, name="y")
        serialized = graph.as_graph_def(add_shapes=True).SerializeToString()
        op_def = graph.get_operation_by_name("y").op_def
    assert [argument.type_attr for argument in op_def.input_arg] == ["T"]
    assert [(item.name, item.type, item.minimum) for item in op_def.attr] == [
        ("factor", "int", 1),
        ("T", "type", 0),
    ]
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(serialized, name="")
        np.testing.assert_array_equal(session.run("y:0"), [7.0, 28.0])


def test_it_is_registered() -> None:
    assert find_definition("TestScaledSquare") is TestScaledSquare
    listed = [definition.type for definition in all_definitions()]
    assert "TestScaledSquare" in listed
    assert listed == sorted(listed)
    assert find_definition("TestNothing") is None


def test_several_outputs_and_a_list_of_inputs() -> None:
    extremes = define(
        "TestExtremes",
        inputs=["values: N * T"],
        outputs=["least: T", "greatest: T"],
        attributes={"N": integer(minimum=1), "T": FLOATS},
        shape=lambda op: [op.inputs[0].static_shape] * 2,
        make_kernel=None,
        kernel=lambda *values: (np.minimum.reduce(values), np.maximum.reduce(values)),
        gradient=NOT_DIFFERENTIABLE,
        samples=[Sample(([VECTOR, -VECTOR],))],
    )
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(VECTOR)
        op = extremes.operation([x, -x, 2 * x])
        least, greatest = session.run(list(op.outputs))
        np.testing.assert_array_equal(least, [-1.0, -4.0, -3.0])
        np.testing.assert_array_equal(greatest, [2.0, 2.0, 6.0])
        assert op.get_attr("N") == 3
        assert tf.gradients(op.outputs[0], x) == [None]
        with pytest.raises(ValueError, match="too many values"):
            extremes([x])


def test_inputs_of_several_dtypes_and_a_stateful_operation_without_outputs() -> None:
    seen: list[Any] = []

    def make_kernel(op: Any) -> Any:
        def kernel(*values: Any) -> Any:
            seen.append((op.attributes["mode"], values))
            return ()

        return kernel

    record = define(
        "TestRecord",
        inputs=["data: Tlist", "tag: string"],
        outputs=[],
        attributes={"Tlist": type_list(), "loud": boolean(False), "mode": string("a", allowed=["a", "b"])},
        shape=lambda op: [],
        make_kernel=make_kernel,
        gradient=None,
        samples=[Sample(([VECTOR, np.int32(1)], np.array(b"t", object)))],
        is_stateful=True,
    )
    with tf.Graph().as_default(), tf.Session() as session:
        op = record.operation([1.0, 2], "tag", mode="b")
        assert op.get_attr("Tlist") == [tf.float32, tf.int32]
        assert op.op_def.is_stateful
        assert session.run(op) is None
        session.run(op)
    assert [mode for mode, _ in seen] == [b"b", b"b"]
    assert [float(value) for value in seen[0][1][:2]] == [1.0, 2.0]
    with pytest.raises(
        ValueError, match=r"Attr 'mode' of 'TestRecord' Op passed string 'c' not in: \"a\", \"b\""
    ):
        record.operation([1.0], "tag", mode="c")


def test_a_kernel_that_keeps_something_from_run_to_run() -> None:
    """Each session has a state of its own, and each operation in it."""

    def make_kernel(op: Any, state: Any) -> Any:
        counts = state.of_operation(op, lambda: [0])

        def kernel(step: Any) -> Any:
            counts[0] += int(step)
            return np.int32(counts[0])

        return kernel

    count = define(
        "TestCount",
        inputs=["step: int32"],
        outputs=["count: int32"],
        attributes={},
        shape=lambda op: [()],
        make_kernel=None,
        make_stateful_kernel=make_kernel,
        gradient=None,
        samples=[Sample((np.int32(2),))],
        is_stateful=True,
    )
    with tf.Graph().as_default():
        first, second = count(1), count(10)
        with tf.Session() as session:
            assert [session.run(first) for _ in range(3)] == [1, 2, 3]
            assert session.run([first, second]) == [4, 10]
        with tf.Session() as session:
            assert session.run([first, second]) == [1, 10]


def test_a_shape_rule_that_refuses_names_the_operation() -> None:
    def shape(op: Any) -> Any:
        raise ValueError("Nothing fits")

    refuses = define("TestRefuses", shape=shape)
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (2, None))
        with pytest.raises(
            ValueError, match=r"^Nothing fits for 'mine' \(op: 'TestRefuses'\) with .*: \[2,\?\]"
        ):
            refuses(x, name="mine")
        assert graph.version == 1
        assert x.consumers() == []


def test_a_kernel_that_fails_names_the_operation() -> None:
    def kernel(x: Any) -> Any:
        raise ValueError("No luck")

    fails = define("TestFails", make_kernel=None, kernel=kernel)
    with tf.Graph().as_default(), tf.Session() as session:
        y = fails([1.0], name="y")
        with pytest.raises(
            tf.errors.InvalidArgumentError, match=r"^No luck\n\t \[\[node y \(op: TestFails, "
        ):
            session.run(y)


def test_a_gradient_of_the_wrong_length_is_refused() -> None:
    wrong = define("TestWrongGradient", gradient=lambda op, grad: (grad, grad))
    with tf.Graph().as_default():
        x = tf.constant(1.0)
        with pytest.raises(ValueError, match="Num gradients 2 generated for op TestWrongGradient"):
            tf.gradients(wrong(x), x)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": []}, "needs at least one Sample"),
        ({"kernel": np.square}, "needs one of kernel, make_kernel and make_stateful_kernel; it has 2"),
        ({"make_kernel": None}, "needs one of kernel, make_kernel and make_stateful_kernel; it has 0"),
        ({"inputs": ["x"]}, "'x' does not describe an input or output"),
        ({"inputs": ["x T"]}, "'x T' does not describe an input or output"),
        ({"outputs": ["y: "]}, "'y: ' does not describe an input or output"),
        ({"inputs": ["x: N * T"]}, "'x: N \\* T' needs an integer attribute 'N'"),
        ({"inputs": ["x: T * T"]}, "'x: T \\* T' needs an integer attribute 'T'"),
        ({"inputs": ["x: factor"]}, "attribute 'factor' of 'x: factor' is no dtype"),
    ],
)
def test_definitions_that_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        define("TestRefused", **changes)
    assert find_definition("TestRefused") is None


def test_a_dtype_that_is_neither_one_nor_an_attribute_is_refused() -> None:
    with pytest.raises((TypeError, ValueError), match="Tother"):
        define("TestRefused", inputs=["x: Tother"])
    assert find_definition("TestRefused") is None


@pytest.mark.parametrize("type", ["TestScaledSquare", "Add"])
def test_a_type_that_is_taken_is_refused(type: str) -> None:
    before = find_definition(type)
    with pytest.raises(ValueError, match=f"An operation type '{type}' is defined already"):
        define(type)
    assert find_definition(type) is before


@pytest.mark.parametrize(
    ("attributes", "kind", "message"),
    [
        ({"factor": 0}, ValueError, "Attr 'factor' of 'TestScaledSquare' Op passed 0 less than minimum 1"),
        ({"factor": 1.5}, TypeError, "Expected int for argument 'factor' not 1.5"),
        ({"T": tf.float32}, TypeError, "Should not specify value for inferred attr 'T'"),
        ({"other": 1}, TypeError, "got unexpected keyword arguments: other"),
    ],
)
def test_attributes_that_are_refused(attributes: dict[str, Any], kind: type[Exception], message: str) -> None:
    with tf.Graph().as_default() as graph:
        with pytest.raises(kind, match=message):
            TestScaledSquare(tf.constant(1.0), **attributes)
        assert graph.version == 1


def test_an_attribute_without_a_default_must_be_given() -> None:
    needy = define("TestNeedy", attributes={"factor": integer(), "T": FLOATS})
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="'TestNeedy' Op was given no value for attr 'factor'"):
            needy(1.0)
        with pytest.raises(TypeError, match="'TestNeedy' Op takes 1 inputs, but 2 were given"):
            needy(1.0, 2.0, factor=1)
        assert needy(1.0, factor=1).op.get_attr("factor") == 1


@pytest.mark.parametrize(
    ("attribute", "value", "kept"),
    [
        (Attribute("float"), 2, 2.0),
        (Attribute("float"), np.float32(0.5), 0.5),
        (Attribute("int"), np.int64(4), 4),
        (Attribute("bool"), np.bool_(True), True),
        (Attribute("string"), "ä", "ä".encode()),
        (Attribute("type"), np.float32, tf.float32),
        (Attribute("type"), "float32_ref", tf.float32),
        (Attribute("shape"), [2, None], tf.TensorShape([2, None])),
        (Attribute("list(int)"), (1, np.int32(2)), [1, 2]),
        (Attribute("list(string)"), ["a", b"b"], [b"a", b"b"]),
        (Attribute("list(shape)"), [[2], None], [tf.TensorShape([2]), tf.TensorShape(None)]),
        (Attribute("list(type)"), [], []),
    ],
)
def test_attributes_become_plain_data(attribute: Attribute, value: Any, kept: Any) -> None:
    checked = attribute.check(value, "name", "Type")
    assert checked == kept
    assert type(checked) is type(kept)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (Attribute("int"), 1.0),
        (Attribute("int"), "1"),
        (Attribute("float"), "1"),
        (Attribute("float"), 1j),
        (Attribute("bool"), 1),
        (Attribute("string"), 1),
        (Attribute("type"), "foo"),
        (Attribute("shape"), "foo"),
        (Attribute("shape"), 1.5),
        (Attribute("tensor"), [1.0]),
        (Attribute("func"), "name"),
        (Attribute("list(int)"), 3),
        (Attribute("list(string)"), "abc"),
        (Attribute("list(int)"), [1, "a"]),
        (type_list(tf.float32), [tf.int32]),
    ],
)
def test_attributes_of_another_kind(attribute: Attribute, value: Any) -> None:
    with pytest.raises(TypeError):
        attribute.check(value, "name", "Type")


def test_lists_that_are_too_short() -> None:
    with pytest.raises(ValueError, match="passed list of length 0 less than minimum 1"):
        type_list().check([], "Tlist", "Type")

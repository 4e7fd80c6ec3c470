"""Sparse tensors: what they are, and how they are fed and fetched."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf

INDICES = np.array([[0, 1], [2, 0]])
VALUES = np.array([1.5, -2.0], np.float32)
FED = (INDICES, VALUES, [3, 4])


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def check(value: Any) -> None:
    assert type(value) is tf.SparseTensorValue
    np.testing.assert_array_equal(value.indices, INDICES)
    np.testing.assert_array_equal(value.values, VALUES)
    np.testing.assert_array_equal(value.dense_shape, [3, 4])


@pytest.mark.parametrize(
    "value", [FED, tf.SparseTensorValue(*FED), list(FED)], ids=["tuple", "value", "list"]
)
def test_a_sparse_placeholder_is_fed_and_fetched(session: Any, value: Any) -> None:
    sparse = tf.sparse_placeholder(tf.float32)
    other = tf.placeholder(tf.float32, [])
    check(session.run(sparse, {sparse: value}))
    found = session.run({"a": [sparse, other], "b": sparse.values}, {other: 2.0, sparse: value})
    check(found["a"][0])
    assert found["a"][1] == 2.0
    check(sparse.eval({sparse: value}))
    check(session.make_callable([sparse], [other, sparse])(2.0, value)[0])


def test_a_partial_run_is_fed_a_sparse_tensor(session: Any) -> None:
    sparse = tf.sparse_placeholder(tf.float32, [3, 4])
    dense = tf.sparse_tensor_to_dense(sparse)
    total = tf.reduce_sum(dense)
    handle = session.partial_run_setup([dense, total], [sparse.indices, sparse.values, sparse.dense_shape])
    found = session.partial_run(handle, dense, {sparse: FED})
    np.testing.assert_array_equal(found[2], [-2, 0, 0, 0])
    assert session.partial_run(handle, total) == -0.5


@pytest.mark.parametrize("value", [1.0, (INDICES, VALUES)], ids=["number", "pair"])
def test_what_is_no_sparse_value_cannot_be_fed(session: Any, value: Any) -> None:
    sparse = tf.sparse_placeholder(tf.float32)
    with pytest.raises(TypeError):
        session.run(sparse, {sparse: value})


def test_a_sparse_tensor_knows_what_it_is_made_of() -> None:
    with tf.Graph().as_default() as graph:
        sparse = tf.SparseTensor(INDICES, VALUES, [3, 4])
        assert sparse.get_shape().as_list() == sparse.shape.as_list() == [3, 4]
        assert sparse.dtype is tf.float32
        assert sparse.graph is graph
        assert sparse.op is sparse.values.op
        assert str(sparse).startswith('SparseTensor(indices=Tensor("SparseTensor/indices:0", shape=(2, 2)')
        tf.sparse_reorder(sparse)
        assert [op.type for op in sparse.consumers()] == ["SparseReorder"]
        with pytest.raises(TypeError, match="unsupported operand"):
            sparse + 1.0  # type: ignore[operator]
        with pytest.raises(TypeError, match="Failed to convert"):
            tf.convert_to_tensor(sparse)
        with pytest.raises(RuntimeError, match="requested = int32, actual = float32"):
            tf.convert_to_tensor_or_sparse_tensor(sparse, tf.int32)
        with pytest.raises(TypeError, match="Neither a SparseTensor nor SparseTensorValue"):
            tf.SparseTensor.from_value(VALUES)


@pytest.mark.parametrize(
    "parts",
    [(INDICES, VALUES, [3]), (INDICES, VALUES[:1], [3, 4]), (VALUES, VALUES, [3, 4]), (INDICES, VALUES, 3)],
    ids=["rank", "count", "vector", "scalar"],
)
def test_parts_that_do_not_fit_are_refused(parts: Any) -> None:
    with tf.Graph().as_default(), pytest.raises((ValueError, TypeError)):
        tf.SparseTensor(*parts)


def test_a_nest_with_a_sparse_tensor_comes_out_of_a_loop_as_it_went_in(session: Any) -> None:
    def body(state: Any) -> Any:
        return [{"x": tf.square(state["x"]), "n": state["n"] + 1}]

    start = {"x": tf.SparseTensor(INDICES, VALUES, [3, 4]), "n": tf.constant(0)}
    (found,) = tf.while_loop(lambda state: state["n"] < 2, body, [start], return_same_structure=True)
    assert isinstance(found["x"], tf.SparseTensor)
    np.testing.assert_allclose(session.run(found)["x"].values, VALUES**4)


def test_string_split_says_that_there_are_no_ragged_tensors() -> None:
    with tf.Graph().as_default():
        with pytest.raises(NotImplementedError, match="SparseTensors only"):
            tf.string_split(["a b"], result_type="RaggedTensor")
        with pytest.raises(NotImplementedError, match="vectors of strings only"):
            tf.strings.split("a b")

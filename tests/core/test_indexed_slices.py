"""IndexedSlices: the gradients of gather."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.ops.indexed_slices import added


@pytest.fixture
def graph() -> Iterator[tf.Graph]:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def slices(graph: tf.Graph) -> Any:
    table = tf.placeholder(tf.float32, [4, 2], name="table")
    (slices,) = tf.gradients(tf.square(tf.gather(table, [3, 1, 3])), table)
    return slices


def feed(graph: tf.Graph) -> dict[Any, Any]:
    return {graph.get_tensor_by_name("table:0"): np.arange(8).reshape(4, 2)}


def test_it_tells_of_its_values(slices: Any) -> None:
    assert slices.name == slices.values.name == "gradients/GatherV2_grad/Reshape:0"
    assert slices.op is slices.values.op
    assert slices.graph is slices.values.graph
    assert slices.dtype is tf.float32
    assert slices.device == ""
    assert str(slices) == (
        f"IndexedSlices(indices={slices.indices}, values={slices.values}, dense_shape={slices.dense_shape})"
    )
    assert str(tf.IndexedSlices(slices.values, slices.indices)).endswith(f"values={slices.values})")


def test_a_run_gives_its_arrays(graph: tf.Graph, slices: Any) -> None:
    with tf.Session() as session:
        value, nested = session.run([slices, {"a": slices}], feed(graph))
    assert type(value).__name__ == "IndexedSlicesValue"
    np.testing.assert_array_equal(value.indices, [3, 1, 3])
    np.testing.assert_array_equal(value.values, [[12, 14], [4, 6], [12, 14]])
    np.testing.assert_array_equal(value.dense_shape, [4, 2])
    np.testing.assert_array_equal(nested["a"].values, value.values)


def test_without_a_shape_a_run_gives_none_for_it(graph: tf.Graph, slices: Any) -> None:
    with tf.Session() as session:
        assert session.run(tf.IndexedSlices(slices.values, slices.indices), feed(graph)).dense_shape is None


def test_its_arrays_can_be_fed(graph: tf.Graph) -> None:
    slices = tf.IndexedSlices(*[tf.placeholder(dtype) for dtype in (tf.float32, tf.int32, tf.int32)])
    doubled = 2.0 * tf.convert_to_tensor(slices)
    value = tf.IndexedSlicesValue(np.ones((1, 2)), [2], [3, 2])
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(doubled, {slices: value}), [[0, 0], [0, 0], [2, 2]])


def test_rows_of_one_index_are_added_when_it_is_made_dense(graph: tf.Graph, slices: Any) -> None:
    with tf.Session() as session:
        dense = session.run(tf.convert_to_tensor(slices), feed(graph))
        negative = session.run(tf.convert_to_tensor(-slices), feed(graph))
    np.testing.assert_array_equal(dense, [[0, 0], [4, 6], [0, 0], [24, 28]])
    np.testing.assert_array_equal(negative, -dense)


def test_what_it_cannot_become_is_refused(slices: Any) -> None:
    with pytest.raises(ValueError, match="requested for IndexedSlices without dense_shape"):
        tf.convert_to_tensor(tf.IndexedSlices(slices.values, slices.indices))
    with pytest.raises(ValueError, match="requested dtype float64 for IndexedSlices with dtype float32"):
        tf.convert_to_tensor(slices, tf.float64)
    with pytest.raises(ValueError, match="requested dtype float64 for Tensor with dtype float32"):
        tf.convert_to_tensor_or_indexed_slices(slices, tf.float64)


def test_operations_can_wait_for_it(slices: Any) -> None:
    with tf.control_dependencies([slices]):
        operation = tf.no_op()
    assert operation.control_inputs == (slices.op,)


def test_slices_of_slices_are_added_as_slices(graph: tf.Graph) -> None:
    inner = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([1, 0]), tf.constant([2, 1]))
    outer = tf.IndexedSlices(inner, tf.constant([4, 5]), tf.constant([6, 1]))
    total = added([outer, tf.IndexedSlices(tf.constant([[3.0]]), tf.constant([0], tf.int64))])
    assert isinstance(total, tf.IndexedSlices)
    with tf.Session() as session:
        values, indices = session.run([total.values, total.indices])
    np.testing.assert_array_equal(values, [[1], [2], [3]])
    np.testing.assert_array_equal(indices, [5, 4, 0])


def test_many_gradients_of_a_known_shape_are_accumulated(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, [2], name="x")
    ys = [tf.square(x), tf.exp(x), tf.sin(x)]
    method = tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N
    (grad,) = tf.gradients(ys, x, aggregation_method=method)
    assert grad.op.type == "AccumulateNV2"

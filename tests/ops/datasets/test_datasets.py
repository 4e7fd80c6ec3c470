"""Datasets where the parity programs do not look: state, errors, functions of all kinds, imported graphs."""

import collections
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.errors import InvalidArgumentError, NotFoundError, OutOfRangeError

Dataset: Any = tf.data.Dataset
NOTHING: Any = None
Point = collections.namedtuple("Point", ["x", "y"])


@pytest.fixture(autouse=True)
def _graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def drained(dataset: Any, feeds: Any = None) -> list[Any]:
    """All elements of a dataset."""
    iterator = dataset.make_initializable_iterator()
    element = iterator.get_next()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(iterator.initializer, feeds)
        elements = []
        while True:
            try:
                elements.append(session.run(element))
            except OutOfRangeError:
                return elements


def factorial(n: Any) -> Any:
    """The factorial, by a loop."""
    start = [tf.constant(1, tf.int64), tf.constant(1, tf.int64)]
    return tf.while_loop(lambda i, _: i <= n, lambda i, product: (i + 1, product * i), start)[1]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: tf.cond(x > 1, lambda: x * 10, lambda: x - 10), [-10, -9, 20, 30]),
        (factorial, [1, 1, 2, 6]),
        (lambda x: tf.py_func(lambda value: value + 1, [x], tf.int64), [1, 2, 3, 4]),
        (lambda x: tf.reduce_sum(tf.map_fn(lambda y: y * x, tf.range(x + 1))), [0, 1, 6, 18]),
    ],
    ids=["cond", "while", "py_func", "map_fn"],
)
def test_functions_of_all_kinds(function: Callable[[Any], Any], expected: list[int]) -> None:
    assert drained(Dataset.range(4).map(function)) == expected


def test_a_function_may_differentiate() -> None:
    numbers = Dataset.from_tensor_slices([1.0, 2.0])
    assert drained(numbers.map(lambda x: tf.gradients(x * x * x, x)[0])) == [3.0, 12.0]


def test_a_function_may_read_variables() -> None:
    offset = tf.get_variable("offset", [], initializer=tf.ones_initializer(), use_resource=True)
    assert drained(Dataset.range(2).map(lambda x: tf.to_float(x) + offset)) == [1.0, 2.0]


def test_what_is_built_in_a_function_stays_there() -> None:
    outer = tf.constant(2, tf.int64, name="outer")
    before = len(tf.get_default_graph().get_operations())
    Dataset.range(3).map(lambda x: (x + outer) * outer + 1)
    names = [op.name for op in tf.get_default_graph().get_operations()[before:]]
    assert names == ["start", "stop", "step", "RangeDataset", "MapDataset"]


def test_elements_are_nests() -> None:
    points = Dataset.from_tensor_slices(Point([1, 2], [3.0, 4.0])).map(lambda p: {"b": p.y, "a": (p.x, p)})
    assert points.output_types == {"b": tf.float32, "a": (tf.int32, Point(tf.int32, tf.float32))}
    assert drained(points) == [{"b": 3.0, "a": (1, Point(1, 3.0))}, {"b": 4.0, "a": (2, Point(2, 4.0))}]


def test_text_keeps_what_is_in_it() -> None:
    texts = Dataset.from_tensor_slices([b"a\0", b"", b"long"]).map(lambda text: text).batch(2)
    assert [batch.tolist() for batch in drained(texts)] == [[b"a\0", b""], [b"long"]]


def test_an_iterator_ends_and_begins_anew() -> None:
    iterator = Dataset.range(2).make_initializable_iterator()
    element = iterator.get_next()
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="has not been initialized"):
            session.run(element)
        for _ in range(2):
            session.run(iterator.initializer)
            assert [session.run(element), session.run(element)] == [0, 1]
            for _ in range(2):
                with pytest.raises(OutOfRangeError, match="End of sequence"):
                    session.run(element)


def test_each_session_has_its_own_state() -> None:
    element = Dataset.range(3).make_one_shot_iterator().get_next()
    with tf.Session() as first, tf.Session() as second:
        assert [first.run(element), first.run(element), second.run(element)] == [0, 1, 0]


def test_iterators_of_one_shared_name_share_their_state() -> None:
    iterators = [Dataset.range(9).make_initializable_iterator(shared_name="shared") for _ in range(2)]
    elements = [iterator.get_next() for iterator in iterators]
    with tf.Session() as session:
        session.run(iterators[0].initializer)
        assert [session.run(element) for element in elements * 2] == [0, 1, 2, 3]


def test_handles_choose_among_iterators() -> None:
    handle = tf.placeholder(tf.string, [])
    element = tf.data.Iterator.from_string_handle(handle, tf.int64, []).get_next()
    first = Dataset.range(5).make_one_shot_iterator()
    second = Dataset.range(10, 15).make_initializable_iterator()
    with tf.Session() as session:
        one, other = session.run([first.string_handle(), second.string_handle("named")])
        session.run(second.initializer)
        assert [session.run(element, {handle: item}) for item in (one, other, one)] == [0, 10, 1]
        with pytest.raises(InvalidArgumentError, match="valid ResourceHandle"):
            session.run(element, {handle: "nonsense"})


def test_threads_share_an_iterator() -> None:
    element = Dataset.range(400).map(lambda x: x + 1).make_one_shot_iterator().get_next()
    found: list[int] = []
    with tf.Session() as session:

        def work() -> None:
            try:
                while True:
                    found.append(session.run(element))
            except OutOfRangeError:
                pass

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == list(range(1, 401))


def test_without_a_seed_each_iteration_has_another_order() -> None:
    orders = [drained(Dataset.range(50).shuffle(50)) for _ in range(2)]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == list(range(50))


def test_a_dataset_that_repeats_nothing_ends() -> None:
    assert drained(Dataset.range(0).repeat()) == []
    assert drained(Dataset.range(0).shuffle(3, seed=1).repeat()) == []
    assert drained(Dataset.range(3).shuffle(3, seed=1).repeat(0)) == []


def test_a_cache_is_filled_once() -> None:
    calls = itertools.count()
    numbered = Dataset.range(2).map(lambda x: tf.py_func(lambda _: np.int64(next(calls)), [x], tf.int64))
    assert drained(numbered.cache().repeat(3)) == [0, 1] * 3


def test_an_error_names_the_operation_of_the_function() -> None:
    def function(x: Any) -> Any:
        with tf.name_scope("inner"):
            return tf.check_numerics(1.0 / tf.to_float(x - 1), "oops", name="check")

    element = Dataset.range(3).map(function).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert session.run(element) == -1.0
        with pytest.raises(InvalidArgumentError, match=rf"node inner/check .*{__name__.split('.')[-1]}.py"):
            session.run(element)
        # It goes on with the next element.
        assert session.run(element) == 1.0
    without = Dataset.range(3).map(function).apply(tf.data.experimental.ignore_errors())
    assert drained(without) == [-1.0, 1.0]


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Dataset.range(2).map(lambda x: None), TypeError, "Unsupported return value from function"),
        (lambda: Dataset.range(2).filter(lambda x: x), ValueError, "convertible to a scalar boolean tensor"),
        (lambda: Dataset.range(2).flat_map(lambda x: x), TypeError, "must return a `Dataset` object"),
        (lambda: Dataset.zip([Dataset.range(2)]), TypeError, "do not support Python lists"),
        (lambda: Dataset.range(2).concatenate(Dataset.from_tensors(1.0)), TypeError, "different types"),
        (lambda: Dataset.from_tensor_slices(([1, 2], [3])), ValueError, "Dimensions 2 and 1"),
        (lambda: Dataset.range(2).apply(lambda dataset: 3), TypeError, "must return a Dataset. Got 3"),
        (lambda: Dataset.from_generator(NOTHING, tf.int32), TypeError, "must be callable"),
        (lambda: Dataset.range(2).unbatch(), ValueError, "Cannot unbatch an input with scalar components"),
        (
            lambda: tf.data.Iterator.from_structure(tf.int32).initializer,
            ValueError,
            "not have an initializer",
        ),
        (
            lambda: tf.data.Iterator.from_structure(tf.int32).make_initializer(Dataset.range(2)),
            TypeError,
            "Expected output types",
        ),
        (
            lambda: Dataset.range(tf.placeholder(tf.int64, name="p")).make_one_shot_iterator(),
            ValueError,
            r"Cannot capture a placeholder \(name:p, type:Placeholder\) by value",
        ),
        (
            lambda: Dataset.from_tensors(tf.Variable(1.0, name="v")._ref()).make_one_shot_iterator(),
            ValueError,
            "make_initializable_iterator.*Cannot capture a stateful node",
        ),
        (
            lambda: Dataset.range(2).padded_batch(2, [3]),
            ValueError,
            "is not compatible with the corresponding input component shape",
        ),
    ],
)
def test_a_dataset_that_cannot_be(make: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda: Dataset.range(1, 3).map(lambda x: tf.fill([x], x)).batch(2),
            InvalidArgumentError,
            r"First element had shape \[1\] and element 1 had shape \[2\]",
        ),
        (lambda: Dataset.range(3).batch(0), InvalidArgumentError, "Batch size must be greater than zero"),
        (lambda: Dataset.range(3).shard(2, 2), InvalidArgumentError, "Index must be between 0 and 1"),
        (
            lambda: Dataset.from_generator(lambda: iter([1, "a"]), tf.int32),
            InvalidArgumentError,
            "could not be converted to the expected type. The expected type was int32",
        ),
        (
            lambda: Dataset.from_generator(lambda: iter([[1, 2]]), tf.int32, []),
            InvalidArgumentError,
            r"yielded an element of shape \(2,\) where an element of shape \(\) was expected",
        ),
        (lambda: tf.data.TextLineDataset("/nowhere/lines"), NotFoundError, "/nowhere/lines"),
    ],
)
def test_a_run_that_fails(make: Callable[[], Any], kind: type[Exception], message: str) -> None:
    dataset = make()
    with pytest.raises(kind, match=message):
        drained(dataset)


def test_pieces_of_files_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "pieces"
    path.write_bytes(b"hAABBf")
    assert drained(tf.data.FixedLengthRecordDataset(str(path), 2, 1, 1)) == [b"AA", b"BB"]
    with pytest.raises(InvalidArgumentError, match="Excess bytes"):
        drained(tf.data.FixedLengthRecordDataset(str(path), 3, 0, 1))


def test_compressed_records_are_read(tmp_path: Path) -> None:
    path = str(tmp_path / "records")
    options = tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.GZIP)
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for record in (b"one", b"two"):
            writer.write(record)
    assert drained(tf.data.TFRecordDataset(path, "GZIP")) == [b"one", b"two"]


def test_a_graph_that_is_read_runs() -> None:
    scale = tf.constant(3, tf.int64)
    dataset = Dataset.range(4).map(lambda x: x * scale).filter(lambda x: x > 0)
    dataset = dataset.flat_map(lambda x: Dataset.from_tensors(x).map(lambda y: y + x)).batch(2)
    element = dataset.make_one_shot_iterator().get_next()
    graph_def = tf.get_default_graph().as_graph_def(add_shapes=True)
    assert graph_def.versions.min_consumer == 12
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def.SerializeToString(), name="")
        assert graph.as_graph_def(add_shapes=True) == graph_def
        with tf.Session() as session:
            assert session.run(element.name).tolist() == [6, 12]


def test_a_function_of_a_graph_that_is_read_must_be_there() -> None:
    Dataset.range(4).map(lambda x: x + 1).make_initializable_iterator()
    graph_def = tf.get_default_graph().as_graph_def()
    del graph_def.library.function[:]
    with tf.Graph().as_default():
        tf.import_graph_def(graph_def.SerializeToString(), name="")
        with tf.Session() as session, pytest.raises(NotFoundError, match="is not defined"):
            session.run("MakeIterator")


def test_options_say_what_iterators_ask_for() -> None:
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.experimental_optimization.autotune = False
    dataset = Dataset.range(3).with_options(options)
    assert dataset.options().experimental_optimization.autotune is False
    assert drained(dataset.take(2)) == [0, 1]
    types = {op.type for op in tf.get_default_graph().get_operations()}
    assert not types & {"OptimizeDataset", "ModelDataset"}
    with pytest.raises(AttributeError, match="Cannot set the property nonsense on Options"):
        options.nonsense = 1

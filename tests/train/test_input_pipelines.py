"""Input pipelines of queues from their files to the last batch, with their threads."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def run_to_the_end(fetches: Any) -> list[Any]:
    """What runs give until there is nothing more; the threads have ended then."""
    found = []
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        try:
            while not coordinator.should_stop():
                found.append(session.run(fetches))
        except tf.errors.OutOfRangeError:
            pass
        finally:
            coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=10)
        assert not any(thread.is_alive() for thread in threads)
    return found


def values(found: list[Any]) -> list[Any]:
    return [[item.tolist() if isinstance(item, np.ndarray) else item for item in run] for run in found]


def test_lines_of_csv(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(f"x,y\n1,{name}1\n2,{name}2\n3,\n")
    names = tf.train.string_input_producer(
        tf.train.match_filenames_once(str(tmp_path / "*.csv")), num_epochs=1, shuffle=False
    )
    reader = tf.TextLineReader(skip_header_lines=1)
    key, line = reader.read(names)
    x, y = tf.decode_csv(line, [[0.0], ["none"]])
    found = run_to_the_end(tf.train.batch([x, y, key], 4, allow_smaller_final_batch=True))
    folder = str(tmp_path).encode()
    assert values(found) == [
        [
            [1.0, 2.0, 3.0, 1.0],
            [b"a1", b"a2", b"none", b"b1"],
            [folder + key for key in (b"/a.csv:2", b"/a.csv:3", b"/a.csv:4", b"/b.csv:2")],
        ],
        [[2.0, 3.0], [b"b2", b"none"], [folder + b"/b.csv:3", folder + b"/b.csv:4"]],
    ]


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_records_of_examples(tmp_path: Path, compression: str) -> None:
    path = str(tmp_path / "records")
    with tf.python_io.TFRecordWriter(path, compression) as writer:
        for number in range(20):
            features = {
                "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[bytes([number] * 4)])),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[number])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(example.SerializeToString())
    names = tf.train.string_input_producer([path], num_epochs=2)
    _, serialized = tf.TFRecordReader(options=tf.python_io.TFRecordOptions(compression)).read(names)
    features = tf.parse_single_example(
        serialized,
        {"image": tf.FixedLenFeature([], tf.string), "label": tf.FixedLenFeature([], tf.int64)},
    )
    image = tf.reshape(tf.decode_raw(features["image"], tf.uint8), [2, 2])
    batch = tf.train.shuffle_batch(
        {"image": image, "label": features["label"]}, 8, 30, 10, num_threads=3, allow_smaller_final_batch=True
    )
    found = run_to_the_end(batch)
    labels = [label for run in found for label in run["label"].tolist()]
    assert sorted(labels) == sorted([*range(20), *range(20)])
    for run in found:
        assert (run["image"] == run["label"][:, None, None]).all()


READERS = [
    (lambda: tf.TextLineReader(), b"one\n\r\ntwo", [(b":1", b"one"), (b":2", b""), (b":3", b"two")]),
    (lambda: tf.WholeFileReader(), b"one\n\0", [(b"", b"one\n\0")]),
    (
        lambda: tf.FixedLengthRecordReader(2, header_bytes=1, footer_bytes=1, hop_bytes=3),
        b"Habcdefgh",
        [(b":0", b"ab"), (b":1", b"de")],
    ),
]


@pytest.mark.parametrize(("make", "content", "expected"), READERS)
def test_readers(tmp_path: Path, make: Any, content: bytes, expected: Any) -> None:
    (tmp_path / "file").write_bytes(content)
    names = tf.FIFOQueue(3, [tf.string], shapes=[[]])
    reader = make()
    read = reader.read(names)
    done, finished = reader.num_records_produced(), reader.num_work_units_completed()
    path = str(tmp_path / "file").encode()
    with tf.Session() as session:
        session.run(names.enqueue_many([[path, path]]))
        session.run(names.close())
        found = [session.run(read) for _ in range(2 * len(expected))]
        with pytest.raises(tf.errors.OutOfRangeError, match="is closed and has insufficient elements"):
            session.run(read)
        assert [(key.removeprefix(path), value) for key, value in found] == expected * 2
        assert session.run([done, finished]) == [2 * len(expected), 2]
        session.run(reader.reset())
        assert session.run(done) == 0


def test_several_records_at_a_time_are_of_one_file(tmp_path: Path) -> None:
    for name, text in (("a", "1\n2\n3\n"), ("b", ""), ("c", "4\n")):
        (tmp_path / name).write_text(text)
    names = tf.train.string_input_producer(
        [str(tmp_path / name) for name in "abc"], num_epochs=1, shuffle=False
    )
    found = run_to_the_end(tf.TextLineReader().read_up_to(names, 2))
    assert [run.values.tolist() for run in found] == [[b"1", b"2"], [b"3"], [b"4"]]


def test_slices_in_random_order() -> None:
    rows = np.arange(12).reshape(6, 2)
    row, letter = tf.train.slice_input_producer([rows, list("abcdef")], num_epochs=2, seed=4)
    found = run_to_the_end(tf.train.batch([row, letter], 5, allow_smaller_final_batch=True))
    # TensorFlow's order for this seed.
    assert [run[1].tolist() for run in found] == [
        [b"b", b"f", b"e", b"d", b"a"],
        [b"c", b"d", b"c", b"f", b"a"],
        [b"b", b"e"],
    ]


def test_what_differs_in_size_is_filled_up() -> None:
    number = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()
    batch = tf.train.batch([tf.range(number)], 3, dynamic_pad=True, allow_smaller_final_batch=True)
    found = run_to_the_end(batch)
    assert [run.tolist() for run in found] == [[[0, 0], [0, 0], [0, 1]], [[0, 1, 2]]]


def test_only_what_is_wanted() -> None:
    number = tf.train.range_input_producer(12, num_epochs=1, shuffle=False).dequeue()
    found = run_to_the_end(tf.train.maybe_batch([number], tf.equal(number % 2, 0), 3))
    assert [run.tolist() for run in found] == [[0, 2, 4], [6, 8, 10]]


def test_several_sources() -> None:
    sources = [[tf.train.range_input_producer(10, num_epochs=1).dequeue()] for _ in range(3)]
    found = run_to_the_end(tf.train.batch_join(sources, 6, allow_smaller_final_batch=True))
    assert sorted(number for run in found for number in run.tolist()) == sorted([*range(10)] * 3)


def test_an_error_of_a_thread_comes_out_at_the_end(tmp_path: Path) -> None:
    names = tf.train.string_input_producer([str(tmp_path / "nope")], num_epochs=1)
    batch = tf.train.batch(list(tf.TextLineReader().read(names)), 2)
    with pytest.raises(tf.errors.NotFoundError, match="nope; No such file or directory"):
        run_to_the_end(batch)


def test_a_monitored_session_starts_and_stops_the_threads() -> None:
    number = tf.train.range_input_producer(7, num_epochs=1, shuffle=False).dequeue()
    batch = tf.train.batch([number], 3, name="only_here")
    name = batch.op.name
    found = []
    with tf.train.MonitoredTrainingSession() as session:
        assert tf.train.start_queue_runners(session) == []
        while not session.should_stop():
            found.append(session.run(batch).tolist())
    assert found == [[0, 1, 2], [3, 4, 5]]
    # Threads of other tests may be about to end.
    assert not [item for item in threading.enumerate() if item.name.startswith(f"QueueRunnerThread-{name}")]


def test_a_pipeline_that_fails_tells_a_monitored_session(tmp_path: Path) -> None:
    names = tf.train.string_input_producer([str(tmp_path / "nope")])
    batch = tf.train.batch(list(tf.TextLineReader().read(names)), 2)
    with (
        pytest.raises(tf.errors.NotFoundError, match="nope; No such file or directory"),
        tf.train.MonitoredSession() as session,
    ):
        session.run(batch)


def test_a_coordinator_stops_its_threads() -> None:
    coordinator = tf.train.Coordinator()
    calls = []

    def count() -> None:
        calls.append(1)
        if len(calls) == 3:
            coordinator.request_stop()

    looper = tf.train.LooperThread.loop(coordinator, None, count)
    coordinator.join()
    assert not looper.is_alive()
    assert (len(calls), coordinator.joined, coordinator.should_stop()) == (3, True, True)


def test_a_coordinator_hands_on_an_error() -> None:
    coordinator = tf.train.Coordinator()

    def fail() -> None:
        raise RuntimeError("no more")

    tf.train.LooperThread.loop(coordinator, 0.01, fail)
    assert coordinator.wait_for_stop(10)
    with pytest.raises(RuntimeError, match="no more"):
        coordinator.raise_requested_exception()
    with pytest.raises(RuntimeError, match="no more"):
        coordinator.join()
    coordinator.clear_stop()
    coordinator.request_stop(tf.errors.OutOfRangeError(None, None, "the end"))
    coordinator.join()


def test_a_coordinator_names_those_who_do_not_stop() -> None:
    coordinator = tf.train.Coordinator()
    event = threading.Event()
    thread = threading.Thread(target=event.wait, name="stubborn", daemon=True)
    thread.start()
    coordinator.request_stop()
    with pytest.raises(RuntimeError, match="Coordinator stopped with threads still running: stubborn"):
        coordinator.join([thread], stop_grace_period_secs=0.01)
    coordinator.join([thread], stop_grace_period_secs=0.01, ignore_live_threads=True)
    event.set()


def test_a_session_is_needed() -> None:
    with pytest.raises(ValueError, match="Cannot start queue runners: No default session is registered"):
        tf.train.start_queue_runners()
    with pytest.raises(ValueError, match="Must provide queue and enqueue_ops"):
        tf.train.QueueRunner(tf.FIFOQueue(1, tf.int32), [])
    with pytest.raises(ValueError, match="requires a non-null input tensor"):
        tf.train.string_input_producer([])
    with pytest.raises(ValueError, match="capacity 5 must be bigger than min_after_dequeue 5"):
        tf.train.shuffle_batch([1], 2, 5, 5)

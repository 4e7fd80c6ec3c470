"""Queues as several threads use them, and their errors (those of TensorFlow 1.15.5, measured)."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


class Background:
    """A run in a thread of its own."""

    def __init__(self, session: tf.Session, fetches: Any) -> None:
        self.result: Any = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(session, fetches), daemon=True)
        self._thread.start()
        time.sleep(0.05)

    def _run(self, session: tf.Session, fetches: Any) -> None:
        try:
            self.result = session.run(fetches)
        except Exception as error:
            self.error = error

    @property
    def is_waiting(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> Any:
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.result


def test_dequeue_waits_for_elements_and_enqueue_for_space(session: tf.Session) -> None:
    queue = tf.FIFOQueue(2, [tf.int32], shapes=[[]])
    getting = Background(session, queue.dequeue_many(5))
    putting = Background(session, queue.enqueue_many([[1, 2, 3, 4, 5, 6, 7, 8]]))
    assert getting.wait().tolist() == [1, 2, 3, 4, 5]
    assert putting.is_waiting
    assert session.run(queue.dequeue_up_to(3)).tolist() == [6, 7, 8]
    putting.wait()


def test_those_who_wait_are_served_in_their_order(session: tf.Session) -> None:
    queue = tf.FIFOQueue(10, [tf.int32], shapes=[[]])
    many, one = queue.dequeue_many(3), queue.dequeue()
    first, second = Background(session, many), Background(session, one)
    session.run(queue.enqueue_many([[1, 2]]))
    assert first.is_waiting
    assert second.is_waiting
    session.run(queue.enqueue_many([[3, 4]]))
    assert (first.wait().tolist(), second.wait()) == ([1, 2, 3], 4)


def test_closing_lets_what_waits_come_to_its_end(session: tf.Session) -> None:
    queue = tf.FIFOQueue(1, [tf.int32], shapes=[[]])
    close = queue.close()
    putting = Background(session, queue.enqueue_many([[1, 2]]))
    closing = Background(session, close)
    assert closing.is_waiting
    assert session.run(queue.dequeue()) == 1
    putting.wait()
    closing.wait()
    assert session.run(queue.is_closed())
    assert session.run(queue.dequeue()) == 2
    with pytest.raises(tf.errors.CancelledError, match=r"Queue '_\d+_fifo_queue' is already closed\."):
        session.run(close)


def test_closing_may_cancel_what_waits(session: tf.Session) -> None:
    queue = tf.FIFOQueue(1, [tf.int32], shapes=[[]])
    putting = Background(session, queue.enqueue_many([[1, 2, 3]]))
    session.run(queue.close(cancel_pending_enqueues=True))
    putting.wait()
    assert isinstance(putting.error, tf.errors.CancelledError)
    assert putting.error.message.startswith("Enqueue operation was cancelled")
    assert session.run(queue.dequeue_up_to(5)).tolist() == [1]


def test_closing_the_session_cancels_what_waits(session: tf.Session) -> None:
    queue = tf.FIFOQueue(1, [tf.int32], shapes=[[]])
    getting = Background(session, queue.dequeue())
    session.close()
    getting.wait()
    assert isinstance(getting.error, tf.errors.CancelledError)
    assert getting.error.message.startswith("Dequeue operation was cancelled")


def test_what_was_taken_in_vain_is_put_back(session: tf.Session) -> None:
    queue = tf.FIFOQueue(5, [tf.int32], shapes=[[]])
    session.run(queue.enqueue_many([[1, 2]]))
    getting = Background(session, queue.dequeue_many(3))
    session.run(queue.close())
    getting.wait()
    assert isinstance(getting.error, tf.errors.OutOfRangeError)
    wanted = (
        r"FIFOQueue '_\d+_fifo_queue' is closed and has insufficient elements \(requested 3, current size 2\)"
    )
    assert re.match(wanted, getting.error.message)
    assert session.run(queue.dequeue_many(2)).tolist() == [1, 2]


def test_many_threads_lose_nothing(session: tf.Session) -> None:
    queue = tf.RandomShuffleQueue(50, 10, [tf.int32], shapes=[[]])
    fills = [queue.enqueue_many([np.arange(100 * i, 100 * (i + 1), dtype=np.int32)]) for i in range(5)]
    take, close, rest = queue.dequeue_many(40), queue.close(), queue.dequeue_up_to(500)
    threads = [Background(session, fill) for fill in fills]
    found = [session.run(take).tolist() for _ in range(12)]
    for thread in threads:
        thread.wait()
    session.run(close)
    found.append(session.run(rest).tolist())
    numbers = [number for run in found for number in run]
    assert sorted(numbers) == list(range(500))
    assert numbers != sorted(numbers)


def test_a_random_queue_keeps_some_until_it_is_closed(session: tf.Session) -> None:
    queue = tf.RandomShuffleQueue(10, 2, [tf.int32], shapes=[[]], seed=7)
    session.run(queue.enqueue_many([list(range(10))]))
    many, one = queue.dequeue_many(4), queue.dequeue()
    # TensorFlow's order for this seed.
    assert session.run(many).tolist() == [7, 1, 5, 6]
    assert [int(session.run(one)) for _ in range(3)] == [4, 3, 2]
    last = Background(session, queue.dequeue_many(3))
    assert last.is_waiting
    session.run(queue.close())
    assert last.wait().tolist() == [0, 9, 8]


def test_a_fed_array_is_copied(session: tf.Session) -> None:
    x = tf.placeholder(tf.float32, [2])
    queue = tf.FIFOQueue(3, [tf.float32], shapes=[[2]])
    array = np.array([1.0, 2.0], np.float32)
    session.run(queue.enqueue(x), {x: array})
    array[:] = 0.0
    assert session.run(queue.dequeue()).tolist() == [1.0, 2.0]


def test_strings_stay_strings(session: tf.Session) -> None:
    queue = tf.PaddingFIFOQueue(5, [tf.string, tf.string], shapes=[[], [None]])
    for words in (["a\0", "b"], ["c"]):
        session.run(queue.enqueue(["x\0", words]))
    names, padded = session.run(queue.dequeue_many(2))
    assert names.tolist() == [b"x\0", b"x\0"]
    assert padded.tolist() == [[b"a\0", b"b"], [b"c", b""]]


def test_queues_of_one_shared_name_are_one(session: tf.Session) -> None:
    first, second = [tf.FIFOQueue(3, tf.int32, shapes=[[]], shared_name="both") for _ in range(2)]
    session.run(first.enqueue(5))
    assert session.run(second.dequeue()) == 5
    for other, message in (
        (tf.FIFOQueue(4, tf.int32, [[]], shared_name="both"), "capacity 3 but requested capacity was 4"),
        (
            tf.FIFOQueue(3, tf.float32, [[]], shared_name="both"),
            "types int32 but requested component types were float",
        ),
        (
            tf.FIFOQueue(3, tf.int32, [[2]], shared_name="both"),
            r"shapes [[]] but requested component shapes were [[2]]",
        ),
        (
            tf.PaddingFIFOQueue(3, tf.int32, [[]], shared_name="both"),
            "Expected FIFOQueue, found PaddingFIFOQueueV2",
        ),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape(message)):
            session.run(other.size())


BAD_USES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: tf.FIFOQueue(3, tf.int32, shapes=[[None]]), ValueError, "All shapes must be fully defined"),
    (
        lambda: tf.FIFOQueue(3, [tf.int32] * 2, shapes=[[2]]),
        ValueError,
        "must have the same length as dtypes",
    ),
    (lambda: tf.PaddingFIFOQueue(3, tf.int32, shapes=[3]), ValueError, "a list of shapes must be provided"),
    (lambda: tf.FIFOQueue(3, tf.int32).enqueue({"a": 1}), ValueError, "Queue must have names"),
    (lambda: tf.FIFOQueue(3, tf.int32, names="a").enqueue([1]), ValueError, "must enqueue a dictionary"),
    (
        lambda: tf.FIFOQueue(3, tf.int32, names="a").enqueue({"b": 1}),
        ValueError,
        "Keys in dictionary to enqueue",
    ),
    (lambda: tf.FIFOQueue(3, tf.int32, [[2]]).enqueue([[1, 2, 3]]), ValueError, "are incompatible"),
    (lambda: tf.FIFOQueue(3, [tf.int32] * 2).enqueue_many([[1], [1, 2]]), ValueError, "are not compatible"),
    (lambda: tf.FIFOQueue(3, tf.int32).enqueue(1.5), TypeError, "Expected int32, got 1.5"),
    (
        lambda: tf.FIFOQueue(3, tf.int32, [[]]).dequeue_many(-1),
        ValueError,
        "Input 'n' must be >= 0, but is -1",
    ),
    (lambda: tf.QueueBase.from_list(0, []), TypeError, "A list of queues expected"),
]


@pytest.mark.parametrize(("build", "kind", "message"), BAD_USES)
def test_what_cannot_be_built(build: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=re.escape(message)):
        build()


def test_what_cannot_be_run(session: tf.Session) -> None:
    x = tf.placeholder(tf.int32)
    shaped, free = tf.FIFOQueue(3, tf.int32, [[2]]), tf.FIFOQueue(3, [tf.int32] * 2)
    padded = tf.PaddingFIFOQueue(3, [tf.int32], [[None, 2]])
    for operation, value, message in (
        (shaped.enqueue(x), [1, 2, 3], "Shape mismatch in tuple component 0. Expected [2], got [3]"),
        (
            shaped.enqueue_many(x),
            [[1, 2, 3]],
            "Shape mismatch in tuple component 0. Expected [1,2], got [1,3]",
        ),
        (padded.enqueue(x), [1], "Shape mismatch in tuple component 0. Expected [?,2], got [1]"),
        (free.enqueue_many([x, [1]]), [1, 2], "Component 1 has 1, and should have 2"),
        (free.enqueue([x]), 1, "have: resource, int32-> expected: resource, int32, int32->"),
        (
            free.dequeue_many(1)[0].op,
            0,
            "FIFOQueue's DequeueMany and DequeueUpTo require the components to have",
        ),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape(message)):
            session.run(operation, {x: value})


def test_a_run_waits_no_longer_than_it_may(session: tf.Session) -> None:
    queue = tf.FIFOQueue(1, [tf.int32], shapes=[[]])
    get = queue.dequeue()
    with (
        tf.Session(config=tf.ConfigProto(operation_timeout_in_ms=20)) as impatient,
        pytest.raises(tf.errors.DeadlineExceededError, match="Timed out waiting for notification"),
    ):
        impatient.run(get)
    with pytest.raises(tf.errors.DeadlineExceededError, match="Timed out waiting for notification"):
        session.run(get, options=tf.RunOptions(timeout_in_ms=20))
    session.run(queue.enqueue(3))
    assert session.run(get, options=tf.RunOptions(timeout_in_ms=20)) == 3


def test_a_file_is_read_anew_in_each_run(session: tf.Session, tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = tf.string_join([tf.read_file(str(path)), "!"])
    for text in ("one", "two", "three"):
        path.write_text(text)
        assert session.run(content) == f"{text}!".encode()

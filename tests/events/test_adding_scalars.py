"""Numbers added one by one or as a series: in order, whole, and read back equal."""

from __future__ import annotations

import math
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from graphlog.events.writing import background
from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.proto import event_pb2

Point = tuple[str, int, float]


def points_of(path: str | Path) -> list[Point]:
    _, *events = [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()]
    return [(value.tag, event.step, value.simple_value) for event in events for value in event.summary.value]


def points_in(logdir: Path) -> list[Point]:
    return [point for path in sorted(logdir.glob("*tfevents*")) for point in points_of(path)]


@pytest.fixture
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued stays queued."""
    monkeypatch.setattr(background, "add", lambda owner: None)


@pytest.mark.parametrize("count", [1, 128, 129, 5000])
def test_all_are_in_the_file_in_order(tmp_path: Path, count: int) -> None:
    writer = EventFileWriter(tmp_path)
    added = [(f"tag{step % 3}", step, step / 4) for step in range(count)]
    for point in added:
        writer.add_scalar(point[0], point[2], point[1])
    writer.flush()
    assert points_of(writer.path) == added
    writer.close()


def test_the_first_are_written_at_once(tmp_path: Path, no_thread: None) -> None:
    writer = EventFileWriter(tmp_path)
    for step in range(100):
        writer.add_scalar("x", 1.0, step)
    assert len(points_of(writer.path)) == 100
    writer.close()


def test_what_is_queued_is_soon_written_unasked(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    deadline = time.monotonic() + 30
    while len(points_of(writer.path)) < 1000 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(points_of(writer.path)) == 1000
    writer.close()


def test_other_events_keep_their_place(tmp_path: Path, no_thread: None) -> None:
    writer = EventFileWriter(tmp_path)
    event = event_pb2.Event(step=-5)
    event.summary.value.add(tag="event", simple_value=1)
    for step in range(400):
        writer.add_scalar("x", 1.0, step)
        if step == 300:
            writer.add_event(event)
    writer.add_scalar_series("series", [7, 8], [1, 2])
    writer.add_scalar("x", 1.0, 400)
    writer.close()
    steps = [step for _, step, _ in points_of(writer.path)]
    assert steps == [*range(301), -5, *range(301, 400), 7, 8, 400]


def test_a_writer_that_goes_with_a_full_queue_loses_nothing(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    path = writer.path
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    del writer
    deadline = time.monotonic() + 30
    while len(points_of(path)) < 1000 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(points_of(path)) == 1000


@pytest.mark.parametrize("queue_size", [200, 100_000])
def test_threads_lose_and_tear_nothing(tmp_path: Path, queue_size: int) -> None:
    writer = EventFileWriter(tmp_path, queue_size=queue_size)

    def add(thread: int) -> None:
        for step in range(2000):
            if step % 100 == thread:
                event = event_pb2.Event(step=step)
                event.summary.value.add(tag=str(thread), simple_value=step)
                writer.add_event(event)
            else:
                writer.add_scalar(str(thread), step, step)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    writer.close()
    points = points_of(writer.path)
    for thread in range(8):
        own = [step for tag, step, _ in points if tag == str(thread)]
        assert own == list(range(2000))
    assert len(points) == 16000


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, 1.0),
        (True, 1.0),
        (np.float32(0.25), 0.25),
        (np.float64(0.1), float(np.float32(0.1))),
        (np.int64(-3), -3.0),
        (1e300, math.inf),
        (-1e300, -math.inf),
        (math.inf, math.inf),
    ],
)
def test_values(tmp_path: Path, no_thread: None, value: Any, written: float) -> None:
    writer = EventFileWriter(tmp_path)
    for step in range(140):  # written at once, and by way of the queue
        writer.add_scalar("x", value, step)
    writer.close()
    assert points_of(writer.path) == [("x", step, written) for step in range(140)]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("x", "one"), ValueError),
        (("x", None), TypeError),
        (("x", 1.0, 2**63), ValueError),
        (("x", 1.0, -(2**63) - 1), ValueError),
        (("x", 1.0, "three"), ValueError),
        (("x", 1.0, 1, math.nan), ValueError),
        (("x", 1.0, 1, math.inf), ValueError),
        ((b"x", 1.0), TypeError),
        (("\ud800", 1.0), UnicodeEncodeError),
    ],
)
def test_a_wrong_argument_is_told_at_once(
    tmp_path: Path, arguments: tuple[Any, ...], error: type[Exception]
) -> None:
    writer = EventFileWriter(tmp_path)
    with pytest.raises(error):
        writer.add_scalar(*arguments)
    writer.add_scalar("x", 1.0, 5)
    writer.close()
    assert points_of(writer.path) == [("x", 5, 1.0)]


def test_more_tags_than_are_remembered_and_long_ones(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    added = [(f"tag{step}" if step % 50 else "long" * 500, step, 1.0) for step in range(9000)]
    for tag, step, value in added:
        writer.add_scalar(tag, value, step)
    writer.close()
    assert points_of(writer.path) == added


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    for step in range(500):
        writer.add_scalar("x", 1.0, step)
    writer.close()
    for _ in range(300):
        with pytest.raises(ValueError, match="closed"):
            writer.add_scalar("x", 1.0, 1)
    with pytest.raises(ValueError, match="closed"):
        writer.add_scalar_series("x", [1], [1.0])
    writer.reopen()
    writer.add_scalar("x", 2.0, 3)
    writer.close()
    assert points_of(writer.path) == [("x", 3, 2.0)]


@pytest.mark.parametrize("size", [200, 1000])
def test_a_full_queue_is_written_by_who_fills_it(tmp_path: Path, no_thread: None, size: int) -> None:
    writer = EventFileWriter(tmp_path, queue_size=size)
    for step in range(5000):
        writer.add_scalar("x", 1.0, step)
        assert len(writer._queue) <= 4 * size
    writer.close()
    assert [step for _, step, _ in points_of(writer.path)] == list(range(5000))


def test_a_full_queue_may_drop_and_says_how_many(tmp_path: Path, no_thread: None) -> None:
    writer = EventFileWriter(tmp_path, queue_size=100, when_full="drop")
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    queued = len(writer._queue) // 4
    assert queued == 100
    with pytest.warns(RuntimeWarning, match=r"\d+ events were dropped.*a full queue") as caught:
        writer.close()
    written = len(points_of(writer.path))
    assert f"{1000 - written} events" in str(caught[0].message)


SERIES: list[tuple[Callable[[], Any], Callable[[], Any], Any]] = [
    (lambda: range(5), lambda: [0.5] * 5, None),
    (lambda: np.arange(40_000) * 7 - 100_000, lambda: np.linspace(-1, 1, 40_000), None),
    (lambda: np.arange(300)[::-1], lambda: np.ones(300, np.float16), 5.0),
    (lambda: [3.0, 4.0], lambda: [True, False], [1.0, 2.0]),
    (lambda: np.array([], int), lambda: [], None),
    (lambda: np.array([2**63 - 1, -(2**63), 0]), lambda: [math.nan, math.inf, -math.inf], [0.0, -1.0, 2.0]),
]


@pytest.mark.parametrize(("make_steps", "make_values", "wall_times"), SERIES)
def test_a_series(
    tmp_path: Path, make_steps: Callable[[], Any], make_values: Callable[[], Any], wall_times: Any
) -> None:
    steps, values = make_steps(), make_values()
    with_series = EventFileWriter(tmp_path)
    before = time.time()
    assert with_series.add_scalar_series("x", steps, values, wall_times)
    with_series.close()
    _, *events = [event_pb2.Event.FromString(data) for data in RawEventFileLoader(with_series.path).Load()]
    assert [event.step for event in events] == [int(step) for step in steps]
    numbers = [event.summary.value[0].simple_value for event in events]
    np.testing.assert_array_equal(np.array(numbers, np.float32), np.array(values, np.float32))
    times = [event.wall_time for event in events]
    if wall_times is None:
        assert all(before <= wall_time <= time.time() for wall_time in times)
    else:
        assert times == np.broadcast_to(wall_times, len(times)).tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1.0]), "equally long"),
        (([[1]], [[1.0]]), "of one dimension"),
        (([1], [1.0], [1.0, 2.0]), "equally long"),
        (([1.5], [1.0]), "steps must be integers"),
        ((["a"], [1.0]), "steps must be integers"),
        (([1e30], [1.0]), "64 bits"),
        ((np.array([2**63], np.uint64), [1.0]), "64 bits"),
        (([1], ["a"]), "values must be numbers"),
        (([1], [1.0], [math.nan]), "finite"),
    ],
)
def test_a_wrong_series_is_told(tmp_path: Path, arguments: tuple[Any, ...], message: str) -> None:
    writer = EventFileWriter(tmp_path)
    with pytest.raises(ValueError, match=message):
        writer.add_scalar_series("x", *arguments)
    writer.close()
    assert points_of(writer.path) == []


@pytest.mark.parametrize("limit", [100, 500, 10_000, 100_000])
def test_files_stay_below_their_limit(tmp_path: Path, limit: int) -> None:
    writer = EventFileWriter(tmp_path, max_file_bytes=limit)
    count = min(2000, limit // 4)
    for step in range(count):
        writer.add_scalar("a", 1.0, step)
    writer.add_scalar_series("a", np.arange(count, 3 * count), np.ones(2 * count))
    for step in range(3 * count, 3 * count + 5):
        event = event_pb2.Event(step=step)
        event.summary.value.add(tag="a", simple_value=1)
        writer.add_event(event)
    writer.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) > 1
    assert writer.file_count == len(files)
    assert all(file.stat().st_size <= limit for file in files)
    # Readers take the files in the order of their names.
    assert [step for _, step, _ in points_in(tmp_path)] == list(range(3 * count + 5))


def test_a_record_above_the_limit_has_a_file_of_its_own(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path, max_file_bytes=200)
    for step in range(3):
        writer.add_event(event_pb2.Event(step=step, graph_def=bytes(1000)))
    writer.close()
    assert len(list(tmp_path.iterdir())) == 4  # the first one was begun with the writer


def test_purge_step_drops_what_a_crashed_run_had_beyond(tmp_path: Path) -> None:
    for purge_step, steps in ((None, range(10)), (6, range(6, 9))):
        writer = EventFileWriter(tmp_path, purge_step=purge_step)
        for step in steps:
            writer.add_scalar("x", 1.0 if purge_step is None else 2.0, step)
        writer.close()
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    assert [(event.step, event.value) for event in accumulator.Scalars("x")] == [
        *((step, 1.0) for step in range(6)),
        *((step, 2.0) for step in range(6, 9)),
    ]


def test_purge_step_is_said_once(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path, purge_step=3, max_file_bytes=500)
    for step in range(3, 30):
        writer.add_scalar("x", 1.0, step)
    writer.close()
    writer.reopen()
    writer.close()
    starts = [
        event.step
        for path in tmp_path.iterdir()
        for event in map(event_pb2.Event.FromString, RawEventFileLoader(str(path)).Load())
        if event.HasField("session_log")
    ]
    assert starts == [3]


def test_a_pickled_copy_opens_its_own_file_when_it_is_used(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path, ".suffix", max_file_bytes=10_000)
    for step in range(500):
        writer.add_scalar("x", 1.0, step)
    copy: EventFileWriter = pickle.loads(pickle.dumps(writer))
    unused: EventFileWriter = pickle.loads(pickle.dumps(writer))
    copy.add_scalar("y", 2.0, 1)
    assert copy.path != writer.path
    assert copy.path.endswith(".suffix")
    for each in (writer, copy, unused):
        each.close()
    assert points_of(copy.path) == [("y", 1, 2.0)]
    assert len(points_in(tmp_path)) == 501


def test_writers_of_one_second_share_nothing(tmp_path: Path) -> None:
    writers = [EventFileWriter(tmp_path) for _ in range(12)]
    threads = [
        threading.Thread(target=lambda w=writer: [w.add_scalar("x", 1.0, step) for step in range(500)])
        for writer in writers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.close()
        assert [step for _, step, _ in points_of(writer.path)] == list(range(500))

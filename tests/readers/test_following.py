"""Runs that are being written: more events, torn tails that are completed, new files and new runs."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import graphlog as gl
from graphlog.events.records import encode_record
from graphlog.graphdef.tensor_values import tensor_proto
from tests.readers.event_records import VERSION, scalar, summary, value, write_events


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_refresh_reads_what_was_added(tmp_path: Path) -> None:
    path = write_events(tmp_path / "run" / "x.tfevents.0", [VERSION, scalar(0, "loss", 0.0)])
    log = gl.open_log(tmp_path)
    run = log["run"]
    assert run.scalars("loss").step.tolist() == [0]
    before = run.scalars("loss")
    assert not log.refresh()
    append(path, encode_record(scalar(1, "loss", 1.0).SerializeToString()))
    assert run.scalars("loss").step.tolist() == [0]  # not unasked
    assert log.refresh()
    assert run.scalars("loss").step.tolist() == [0, 1]
    assert before.step.tolist() == [0]
    write_events(tmp_path / "run" / "x.tfevents.1", [VERSION, scalar(2, "loss", 2.0)])
    write_events(tmp_path / "new" / "x.tfevents.0", [VERSION, scalar(0, "loss", 3.0)])
    append(path, encode_record(scalar(5, "other", 1.0).SerializeToString()))
    assert run.refresh()
    assert run.scalars("loss").step.tolist() == [0, 1, 2]
    assert run.scalars("other").step.tolist() == [5]
    assert log.runs == ["new", "run"]
    assert len(run.files) == 2


def test_a_followed_log_takes_in_what_was_added_at_each_question(tmp_path: Path) -> None:
    path = write_events(tmp_path / "run" / "x.tfevents.0", [VERSION, scalar(0, "loss", 0.0)])
    log = gl.open_log(tmp_path, follow=True)
    run = log["run"]
    before = run.scalars("loss")
    append(path, encode_record(scalar(1, "loss", 1.0).SerializeToString()))
    assert run.scalars("loss").step.tolist() == [0, 1]
    assert before.step.tolist() == [0]
    append(
        path, encode_record(summary(2, value("note", tensor=tensor_proto(np.array(1.0)))).SerializeToString())
    )
    assert run.tags() == {"scalars": ["loss"], "tensors": ["note"]}
    write_events(tmp_path / "run" / "x.tfevents.1", [VERSION, scalar(2, "loss", 2.0)])
    assert run.scalars("loss").step.tolist() == [0, 1, 2]
    assert len(run.files) == 2
    write_events(tmp_path / "new" / "x.tfevents.0", [VERSION, scalar(7, "loss", 3.0)])
    assert log.scalars("loss").step.tolist() == [7, 0, 1, 2]
    assert log.runs == ["new", "run"]
    assert len(log) == 2
    write_events(tmp_path / "newer" / "x.tfevents.0", [VERSION, scalar(8, "loss", 3.0)])
    assert log["newer"].scalars("loss").step.tolist() == [8]


def test_a_followed_file_stays_one_file(tmp_path: Path) -> None:
    path = write_events(tmp_path / "x.tfevents.0", [VERSION, scalar(0, "loss", 0.0)])
    run = gl.open_log(path, follow=True)["."]
    assert len(run.scalars("loss")) == 1
    write_events(tmp_path / "x.tfevents.1", [VERSION, scalar(1, "loss", 0.0)])
    append(path, encode_record(scalar(2, "loss", 1.0).SerializeToString()))
    assert run.scalars("loss").step.tolist() == [0, 2]


@pytest.mark.parametrize("place", ["folder", "pattern", "remote"])
def test_a_process_that_writes_is_followed(tmp_path: Path, place: str) -> None:
    program = (
        "import sys, graphlog as gl\n"
        "for name in ('first', 'second'):\n"
        "    with gl.SummaryWriter(f'{sys.argv[1]}/{name}') as writer:\n"
        "        for step in range(300):\n"
        "            writer.add_scalar('loss', step / 2, step)\n"
        "            if step % 100 == 0: writer.add_text('note', str(step), step); writer.flush()\n"
    )
    path = {"folder": f"{tmp_path}", "pattern": f"{tmp_path}/*", "remote": f"file://{tmp_path}"}[place]
    (tmp_path / "first").mkdir()
    log = gl.open_log(path, follow=True)
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) as process:
        seen: list[int] = []
        while process.poll() is None:
            steps = log["first"].scalars("loss").step if "first" in log and log["first"].tags() else ()
            assert list(steps) == list(range(len(steps)))
            seen.append(len(steps))
    assert process.returncode == 0
    assert seen == sorted(seen)
    for name in ("first", "second"):
        assert log[name].scalars("loss").value.tolist() == [step / 2 for step in range(300)]
        assert [item.text for item in log[name].texts("note/text_summary")] == ["0", "100", "200"]
    assert len(log.scalars("loss")) == 600
    assert log.damage == []


def test_a_log_of_an_empty_folder_finds_what_comes(tmp_path: Path) -> None:
    log = gl.open_log(tmp_path)
    assert len(log) == 0
    assert log.problems
    write_events(tmp_path / "run" / "x.tfevents.0", [VERSION, scalar(0, "loss", 0.0)])
    assert log.refresh()
    assert log["run"].scalars("loss").step.tolist() == [0]
    assert log.problems == []


def test_a_torn_tail_is_completed(tmp_path: Path) -> None:
    events = [
        VERSION,
        *(scalar(step, "loss", 0.5) for step in range(5)),
        summary(5, value("t", simple_value=1.0)),
    ]
    data = b"".join(encode_record(event.SerializeToString()) for event in events)
    path = tmp_path / "x.tfevents.0"
    path.touch()
    run = gl.open_log(tmp_path)["."]
    seen = []
    for start in range(0, len(data), 7):
        append(path, data[start : start + 7])
        run.refresh()
        seen.append(len(run.tags().get("scalars", [])) and len(run.scalars("loss")))
        assert all("torn tail" in item.reason for item in run.damage)
    assert seen == sorted(seen)
    assert set(seen) == set(range(6))
    assert run.damage == []
    assert run.scalars("t").step.tolist() == [5]


def test_what_a_restart_overwrites_is_seen_when_it_comes(tmp_path: Path) -> None:
    with gl.FileWriter(tmp_path) as writer:
        writer.add_scalar_series("loss", range(10), range(10))
    log = gl.open_log(tmp_path, restarts="purge")
    assert len(log["."].scalars("loss")) == 10
    with gl.FileWriter(tmp_path, purge_step=3, filename_suffix=".later") as writer:
        writer.add_scalar("loss", -3.0, 3)
    log.refresh()
    assert log["."].scalars("loss").value.tolist() == [0, 1, 2, -3]


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    path = write_events(
        tmp_path / "x.tfevents.0", [VERSION, *(scalar(step, "loss", 0.5) for step in range(5))]
    )
    run = gl.open_log(tmp_path)["."]
    assert len(run.scalars("loss")) == 5
    os.truncate(path, 30)
    run.refresh()
    assert len(run.scalars("loss")) == 5
    assert any("shrunk" in item.reason for item in run.damage)


def test_events_are_given_as_they_are_written(tmp_path: Path) -> None:
    written = threading.Event()
    read = threading.Event()
    steps: list[tuple[str, int]] = []

    def write() -> None:
        with gl.FileWriter(tmp_path / "first") as writer:
            for step in range(3):
                writer.add_event(scalar(step, "x", 0.0))
            read.wait(60)
            writer.add_event(scalar(3, "x", 0.0))
            with gl.FileWriter(tmp_path / "second") as other:
                other.add_event(scalar(4, "x", 0.0))
        written.set()

    log = gl.open_log(tmp_path)
    thread = threading.Thread(target=write)
    thread.start()
    for name, event in log.events(follow=True, poll_seconds=0.01, until=written.is_set):
        if event.HasField("summary"):
            steps.append((name, event.step))
        if event.step == 2:
            read.set()
    thread.join()
    assert steps == [("first", 0), ("first", 1), ("first", 2), ("first", 3), ("second", 4)]
    assert [event.step for event in log["first"].events()] == [0, 0, 1, 2, 3]


def test_following_ends_by_the_callers_break(tmp_path: Path) -> None:
    path = write_events(tmp_path / "x.tfevents.0", [VERSION])
    following = gl.open_log(tmp_path)["."].events(follow=True, poll_seconds=0.0)
    assert next(following).file_version
    for step in range(3):
        append(path, encode_record(scalar(step, "x", 0.0).SerializeToString()))
        assert next(following).step == step
    write_events(tmp_path / "x.tfevents.1", [VERSION, scalar(7, "x", 0.0)])
    assert [event.step for event in itertools.islice(following, 2)] == [0, 7]


def test_a_thousand_runs_are_followed_without_open_files(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    for number in range(150):
        write_events(tmp_path / str(number) / "x.tfevents.0", [VERSION, scalar(number, "x", 0.0)])
    log = gl.open_log(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_free = os.dup(0)
    os.close(next_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_free + 20, hard))
    try:
        assert sorted(log.scalars().step.tolist()) == list(range(150))
        assert len(list(log.events())) == 300
        append(tmp_path / "7" / "x.tfevents.0", encode_record(scalar(1000, "x", 0.0).SerializeToString()))
        assert log.refresh()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert log["7"].scalars("x").step.tolist() == [7, 1000]


def test_a_reading_that_breaks_off_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphlog.readers.reopened_file import ReopenedFile

    steps = range(100_000)
    with gl.FileWriter(tmp_path) as writer:
        writer.add_scalar_series("loss", steps, np.zeros(len(steps)))
        writer.add_event(summary(1, value("t", tensor=tensor_proto(np.zeros(3)))))
    read = ReopenedFile.readinto
    calls = itertools.count()

    def breaking(self: ReopenedFile, buffer: memoryview) -> int:
        if next(calls) == 2:
            raise OSError(errno.EIO, "no route to host")
        return read(self, buffer)

    monkeypatch.setattr(ReopenedFile, "readinto", breaking)
    log = gl.open_log(tmp_path)
    assert [item.reason for item in log.damage] == ["no route to host"]
    assert log.refresh()
    assert log.damage == []
    assert len(log["."].scalars("loss")) == len(steps)
    assert len(log["."].tensors("t")) == 1


def test_a_file_that_is_gone_keeps_nothing_else_back(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        with gl.FileWriter(tmp_path / name) as writer:
            writer.add_event(scalar(1, "x", 0.0))
    log = gl.open_log(tmp_path)
    (tmp_path / "b" / Path(log["b"].files[0]).name).unlink()
    found = []

    def read() -> None:
        for name, event in log.events():
            if event.HasField("summary"):
                found.append(name)

    with pytest.raises(OSError, match="tfevents"):
        read()
    assert found == ["a", "c"]


def test_threads_that_ask_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    # Some more at first, so that it takes a while to put the columns together.
    with gl.FileWriter(tmp_path) as writer:
        writer.add_scalar_series("loss", range(100_000), range(100_000))
    (path,) = tmp_path.iterdir()
    log = gl.open_log(tmp_path, follow=True)
    answers: list[bool] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            steps = log["."].scalars("loss").step
            notes = log["."].tensors("note").step.tolist() if "tensors" in log["."].tags() else []
            answers.append(bool(np.all(np.diff(steps) == 1) and np.all(np.diff(notes) == 1)))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    try:
        for thread in threads:
            thread.start()
        note = tensor_proto(np.array(1.0))
        for step in range(300):
            events = [scalar(100_000 + step, "loss", 0.0), summary(step, value("note", tensor=note))]
            append(path, b"".join(encode_record(event.SerializeToString()) for event in events))
            log.refresh()
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert all(answers)
    assert log["."].scalars("loss").step.tolist() == list(range(100_300))
    assert log["."].tensors("note").step.tolist() == list(range(300))
    assert log.damage == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_followed_file_that_became_a_pipe_is_told(tmp_path: Path) -> None:
    path = write_events(tmp_path / "x.tfevents.0", [VERSION, scalar(0, "loss", 0.5)])
    run = gl.open_log(tmp_path, follow=True)["."]
    assert len(run.scalars("loss")) == 1
    path.unlink()
    os.mkfifo(path)
    assert len(run.scalars("loss")) == 1
    assert [item.reason for item in run.damage] == ["neither a file nor a folder"]

"""Runs that were restarted: kept as they are, or purged as TensorBoard's EventAccumulator does it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import graphlog as gl
from graphlog.proto.event_pb2 import Event, SessionLog
from graphlog.proto.summary_pb2 import HistogramProto
from tests.readers.event_records import scalar, summary, value, write_events

TAGS = ("a", "b", "c")


def start(step: int) -> Event:
    return Event(step=step, wall_time=3.0, session_log=SessionLog(status=SessionLog.START))


def histogram(step: int, tag: str) -> Event:
    return summary(step, value(tag, histo=HistogramProto(num=step, bucket_limit=[1.0], bucket=[1.0])))


steps = st.integers(0, 6)
events = st.lists(
    st.one_of(
        st.builds(scalar, steps, st.sampled_from(TAGS), st.just(1.0)),
        st.builds(scalar, steps, st.sampled_from(TAGS), st.just(2.0)),
        st.builds(histogram, steps, st.sampled_from(TAGS)),
        st.builds(
            lambda step, *tags: summary(step, *(value(tag, simple_value=0.5) for tag in tags)),
            steps,
            st.just("a"),
            st.just("b"),
        ),
        st.builds(lambda step: summary(step), steps),
        st.builds(start, steps),
        st.builds(lambda step: Event(step=step, wall_time=1.0, graph_def=b"\n\x05\n\x01x"), steps),
    ),
    max_size=25,
)
versions = st.sampled_from([None, "brain.Event:1", "brain.Event:2", "nonsense"])


@settings(deadline=None)
@given(st.lists(st.tuples(versions, events), min_size=1, max_size=3))
def test_it_purges_as_tensorboard_does(files: list[tuple[str | None, list[Event]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, (version, written) in enumerate(files):
            first = [] if version is None else [Event(wall_time=1.0, file_version=version)]
            write_events(Path(folder) / f"events.out.tfevents.{number}", [*first, *written])
        compare(folder)


def compare(folder: str) -> None:
    expected = EventAccumulator(folder, size_guidance=dict.fromkeys(("scalars", "histograms"), 0)).Reload()
    run = gl.open_log(folder, restarts="purge")["."]
    for tag in expected.Tags()["scalars"]:
        points = [(item.step, item.value) for item in expected.Scalars(tag)]
        assert [(item.step, item.value) for item in run.scalars(tag)] == points
    for tag in expected.Tags()["histograms"]:
        numbers = [item.histogram_value.num for item in expected.Histograms(tag)]
        assert [item.number for item in run.histograms(tag)] == numbers
    kept = gl.open_log(folder)["."]
    counts = [len(kept.scalars(tag)) for tag in kept.tags().get("scalars", [])]
    values = [
        item for event in kept.events() for item in event.summary.value if item.HasField("simple_value")
    ]
    assert sum(counts) == len(values)


@pytest.mark.parametrize("count", [1, 1000])
def test_scalars_that_are_read_in_bulk_are_purged_too(tmp_path: Path, count: int) -> None:
    for number, first in enumerate((0, count // 2)):
        with gl.FileWriter(tmp_path, purge_step=first if number else None) as writer:
            writer.add_scalar_series("loss", range(first, first + count), [number] * count)
    with gl.SummaryWriter(tmp_path, purge_step=count) as torch_like:
        torch_like.add_text("note", "x", count)
    compare(str(tmp_path))
    steps_kept = gl.open_log(tmp_path, restarts="purge")["."].scalars("loss").step.tolist()
    assert steps_kept == list(range(count))


def test_all_kinds_are_purged(tmp_path: Path) -> None:
    def values(step: int) -> Any:
        with gl.SummaryWriter(tmp_path, purge_step=step) as writer:
            for later in range(step, step + 3):
                writer.add_text("note", str(step), later)

    values(0)
    values(2)
    run = gl.open_log(tmp_path, restarts="purge")["."]
    texts = run.texts("note/text_summary")
    assert [(text.step, text.text) for text in texts] == [(0, "0"), (1, "0"), (2, "2"), (3, "2"), (4, "2")]
    assert texts.step.tolist() == [0, 1, 2, 3, 4]
    assert texts[-1].text == "2"
    assert [text.text for text in texts[1:3]] == ["0", "2"]
    assert len(gl.open_log(tmp_path)["."].texts("note/text_summary")) == 6

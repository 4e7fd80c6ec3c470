"""Whatever a run holds, it gives out what a plain reading, Event by Event, finds."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as gl
from graphlog.graphdef.tensor_values import tensor_array, tensor_proto
from graphlog.proto.event_pb2 import Event
from graphlog.proto.summary_pb2 import Summary
from tests.readers.event_records import VERSION, summary, value, write_events

Found = dict[tuple[str, str], list[Any]]

NUMBERS = [np.float32(0.5), np.float64(0.1), np.int64(3), np.ones(1, np.float32), np.ones(2), np.ones((2, 3))]
STRINGS = np.empty(1, object)
STRINGS[:] = [b"text"]
# Each tag is called as its plugin, which some of its values name, or none.
TAGS = ["scalars", "histograms", "text", "mine"]


def bare(tag: str, array: Any) -> Summary.Value:
    return value(tag, tensor=tensor_proto(np.asarray(array)))


def with_plugin(tag: str, array: Any) -> Summary.Value:
    return value(tag, tag, tensor=tensor_proto(np.asarray(array)))


tags = st.sampled_from(TAGS)
arrays = st.sampled_from([*NUMBERS, STRINGS])
values = st.one_of(
    st.builds(lambda tag, number: value(tag, simple_value=number), tags, st.floats(width=32)),
    st.builds(bare, tags, arrays),
    st.builds(with_plugin, tags, arrays),
    st.builds(with_plugin, st.just("scalars"), st.just(np.float32(2))),
    st.builds(bare, st.just("scalars"), st.just(np.float32(4))),
)
events = st.builds(
    lambda step, held, times: [summary(step + number, *held) for number in range(times)],
    st.integers(-3, 300),
    st.lists(values, max_size=3, unique_by=lambda item: item.tag),
    st.sampled_from([1, 1, 2, 40]),
)
files = st.lists(st.lists(events, max_size=6), min_size=1, max_size=3)


def plain_reading(all_events: Iterable[Event]) -> Found:
    found: Found = {}
    plugins: dict[str, str] = {}
    for event in all_events:
        for item in event.summary.value:
            plugin = item.metadata.plugin_data.plugin_name or plugins.get(item.tag, "")
            plugins[item.tag] = plugin
            if item.HasField("simple_value"):
                found.setdefault(("scalars", item.tag), []).append((event.step, item.simple_value))
                continue
            array = tensor_array(item.tensor)
            if plugin == "scalars" and array.size == 1 and array.dtype != object:
                found.setdefault(("scalars", item.tag), []).append((event.step, array.item()))
            elif plugin == "histograms" and array.ndim == 2:
                found.setdefault(("histograms", item.tag), []).append((event.step, array.tolist()))
            elif plugin == "text" and array.dtype == object:
                found.setdefault(("texts", item.tag), []).append((event.step, "text"))
            elif plugin in ("mine", ""):
                found.setdefault(("tensors", item.tag), []).append((event.step, array.tolist()))
    return found


def read(run: gl.Run) -> Found:
    found: Found = {}
    for kind, names in run.tags().items():
        for tag in names:
            items: Any = getattr(run, kind)(tag)
            match kind:
                case "scalars":
                    found[kind, tag] = [(item.step, item.value) for item in items]
                case "histograms":
                    columns = [np.stack([item.left, item.right, item.count], 1).tolist() for item in items]
                    found[kind, tag] = list(zip(items.step.tolist(), columns, strict=True))
                case "texts":
                    found[kind, tag] = [(item.step, item.text) for item in items]
                case "tensors":
                    found[kind, tag] = [(item.step, item.value.tolist()) for item in items]
    return found


@settings(deadline=None, max_examples=50)
@given(files)
def test_it_is_what_a_plain_reading_finds(pieces: list[list[list[Event]]]) -> None:
    written = [list(itertools.chain(*content)) for content in pieces]
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(written):
            write_events(Path(folder) / f"x.tfevents.{number}", [VERSION, *content])
        run = gl.open_log(folder)["."]
        expected = plain_reading(event for content in written for event in content)
        found = read(run)
        assert found.keys() == expected.keys()
        for key, items in expected.items():
            np.testing.assert_equal(found[key], items)

"""Numbers added in bulk, read back equal by both of TensorBoard's readers."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from graphlog.writers import FileWriter
from tests.browser.tensorboard_server import TensorBoardServer

Point = tuple[float, int, float]
COUNT = 900  # a reader keeps 1,000 a tag
STEPS = np.arange(COUNT) ** 3 - 5
VALUES = np.random.default_rng(0).normal(size=COUNT).astype(np.float32)
WALL_TIMES = 1.7e9 + np.arange(COUNT) / 3


def expected() -> list[Point]:
    return list(zip(WALL_TIMES.tolist(), STEPS.tolist(), VALUES.tolist(), strict=True))


def write(logdir: Path) -> None:
    with FileWriter(logdir) as writer:
        for wall_time, step, value in expected():
            writer.add_scalar("one/by one", value, step, wall_time)
        writer.add_scalar_series("at/once", STEPS, VALUES, WALL_TIMES)


def test_by_the_event_accumulator(tmp_path: Path) -> None:
    write(tmp_path)
    accumulator = EventAccumulator(str(tmp_path), {"scalars": 0}).Reload()
    for tag in ("one/by one", "at/once"):
        assert [
            (event.wall_time, event.step, event.value) for event in accumulator.Scalars(tag)
        ] == expected()


@pytest.mark.parametrize("load_fast", [True, False], ids=["rust", "python"])
def test_by_the_server(tmp_path: Path, load_fast: bool) -> None:
    if load_fast:
        pytest.importorskip("tensorboard_data_server", reason="TensorBoard's fast reader is not installed")
    write(tmp_path / "logs" / "run")
    with FileWriter(tmp_path / "logs" / "run") as writer:  # the server waits for a graph
        writer.add_graph(graph_of_one_node())
    with TensorBoardServer(
        tmp_path / "logs", ["run"], load_fast=load_fast, output=tmp_path / "output"
    ) as server:
        for tag in ("one/by one", "at/once"):
            query = urllib.parse.urlencode({"run": "run", "tag": tag})
            with urllib.request.urlopen(
                f"{server.url}data/plugin/scalars/scalars?{query}", timeout=60
            ) as answer:
                points = json.load(answer)
            assert [tuple(point) for point in points] == expected()


def graph_of_one_node() -> object:
    from graphlog.proto import graph_pb2

    return graph_pb2.GraphDef(node=[graph_pb2.NodeDef(name="a", op="NoOp")])

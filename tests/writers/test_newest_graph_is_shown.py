"""A graph that is added again replaces the earlier one, in both of TensorBoard's readers."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest

from graphlog.proto import graph_pb2
from graphlog.writers import FileWriter
from tests.browser.tensorboard_server import TensorBoardServer


def graph_def(*names: str) -> graph_pb2.GraphDef:
    return graph_pb2.GraphDef(node=[graph_pb2.NodeDef(name=name, op="NoOp") for name in names])


def write_runs(logdir: Path) -> None:
    with FileWriter(logdir / "twice", graph_def("a")) as writer:
        writer.add_graph(graph_def("a", "b"))
    with FileWriter(logdir / "often") as writer:  # more often than the readers keep
        for number in range(30):
            writer.add_graph(graph_def(*(f"n{index}" for index in range(number + 1))))
    with FileWriter(logdir / "after_a_step") as writer:
        writer.add_graph(graph_def("a"), global_step=1000)
        writer.add_graph(graph_def("a", "b", "c"))
    writer = FileWriter(logdir / "reopened", graph_def("a"))
    writer.close()
    writer.reopen()
    writer.add_graph(graph_def("a", "b", "c", "d"))
    writer.close()


NUMBERS_OF_NODES = {"twice": 2, "often": 30, "after_a_step": 3, "reopened": 4}


@pytest.mark.parametrize("load_fast", [True, False], ids=["rust", "python"])
def test_both_readers_show_the_newest_graph(tmp_path: Path, load_fast: bool) -> None:
    if load_fast:
        pytest.importorskip("tensorboard_data_server", reason="TensorBoard's fast reader is not installed")
    logdir = tmp_path / "logs"
    write_runs(logdir)
    runs = list(NUMBERS_OF_NODES)
    with TensorBoardServer(logdir, runs, load_fast=load_fast, output=tmp_path / "output") as server:
        shown = {run: fetch_number_of_nodes(server, run) for run in runs}
    assert shown == NUMBERS_OF_NODES


def fetch_number_of_nodes(server: TensorBoardServer, run: str) -> int:
    with urllib.request.urlopen(f"{server.url}data/plugin/graphs/graph?run={run}", timeout=60) as answer:
        return len(re.findall(r"^node \{", answer.read().decode(), re.MULTILINE))

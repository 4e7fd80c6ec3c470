"""The GRAPHS tab colours a traced step by compute time and by memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import graphlog as tf
from tests.browser.graph_dashboard import GraphDashboard
from tests.browser.tensorboard_server import TensorBoardServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")

TAGS = ["step 1", "step 2"]


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with a trained network and two of its steps, and what was traced of them."""
    logdir = tmp_path_factory.mktemp("traced") / "logs"
    traced = {}
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 64], name="x")
        with tf.name_scope("layer"):
            w = tf.Variable(np.full((64, 512), 0.01, np.float32), name="w")
            hidden = tf.nn.relu(tf.matmul(x, w), name="hidden")
        loss = tf.reduce_mean(tf.square(hidden), name="loss")
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        with tf.Session() as session, tf.summary.FileWriter(str(logdir / "mlp"), session.graph) as writer:
            session.run(tf.global_variables_initializer())
            for number, tag in enumerate(TAGS):
                run_metadata = traced[tag] = tf.RunMetadata()
                options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
                feeds = {x: np.ones((256, 64))}
                session.run([step, loss], feeds, options=options, run_metadata=run_metadata)
                writer.add_run_metadata(run_metadata, tag, number)
    return logdir, traced


@pytest.fixture(scope="module")
def server(
    load_fast: bool, traces: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoardServer]:
    output = tmp_path_factory.mktemp("traced-server") / "output"
    with TensorBoardServer(traces[0], ["mlp"], load_fast=load_fast, output=output) as server:
        yield server


def test_the_server_lists_each_step(server: TensorBoardServer) -> None:
    tags = server.get("data/plugin/graphs/info")["mlp"]["tags"]
    assert {tag: tags[tag]["profile"] for tag in tags} == dict.fromkeys(TAGS, True)


def test_the_page_shows_time_and_memory_of_a_step(
    module_page: Page,
    server: TensorBoardServer,
    traces: tuple[Path, dict[str, Any]],
    picture: Callable[[str], Path],
) -> None:
    dashboard = GraphDashboard(module_page, server.url)
    dashboard.choose_tag("step 2")
    stats = dashboard.node_stats()
    (device,) = traces[1]["step 2"].step_stats.dev_stats
    for node in device.node_stats:
        if node.node_name not in stats:  # small constants are drawn at the nodes that use them
            assert " = Const(" in node.timeline_label
            continue
        size = sum(memory.total_bytes for memory in node.memory)
        if any(name.startswith(node.node_name + "/") for name in stats):  # a scope of the same name
            continue
        assert stats[node.node_name] == (node.all_end_rel_micros, size)
    assert "layer/w/Assign" not in stats  # which this step did not run

    dashboard.colour_by("compute-time")
    by_time = {name: dashboard.colour(name) for name in ("loss", "gradients")}
    info = dashboard.node_info("layer/hidden")
    assert "Node Stats\nMemory\n512 KB\nCompute Time\n" in info
    assert "[256, 512]" in info.split("Tensor Output Sizes")[1]
    dashboard.fit()
    dashboard.page.screenshot(path=picture("profile-compute-time"))
    # The more time, the less green and blue; only what ran is red at all.
    assert by_time["gradients"][1] < by_time["loss"][1]

    dashboard.colour_by("memory")
    by_memory = {name: dashboard.colour(name) for name in ("loss", "gradients")}
    dashboard.page.screenshot(path=picture("profile-memory"))
    assert by_memory["gradients"][1] < by_memory["loss"][1]
    assert "MB" in dashboard.page.locator("tf-graph-controls .legend-holder").inner_text()

"""The GRAPHS tab colours models of PyTorch and JAX by the compute time and memory of their operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import graphlog as gl
from tests.browser.graph_dashboard import GraphDashboard
from tests.browser.tensorboard_server import TensorBoardServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")


def torch_model() -> tuple[gl.Graph, gl.RunMetadata]:
    torch: Any = pytest.importorskip("torch")
    layer = torch.nn.TransformerEncoderLayer(64, nhead=4, dim_feedforward=2048, batch_first=True)
    encoder = torch.nn.TransformerEncoder(layer, 2)
    return gl.profile_torch(encoder, torch.randn(8, 32, 64), backward=lambda output: output.square().sum())


def jax_model() -> tuple[gl.Graph, gl.RunMetadata]:
    jax: Any = pytest.importorskip("jax")

    def loss(params: Any, x: Any) -> Any:
        with jax.named_scope("layers"):
            with jax.named_scope("linear1"):
                hidden = jax.nn.relu(x @ params["linear1"])
            with jax.named_scope("norm1"):
                small = hidden[0] / 2
        return hidden.mean() + small.sum()

    params = {"linear1": np.ones((64, 4096), np.float32)}
    return gl.profile_jax(jax.value_and_grad(loss), params, np.ones((512, 64), np.float32))


MODELS = {
    "torch": (torch_model, "layers/0", "layers/0/linear1", "layers/0/norm1"),
    "jax": (jax_model, "layers", "layers/linear1", "layers/norm1"),
}


@pytest.fixture(scope="module", params=MODELS)
def logged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder with a model's graph and one of its steps, what was measured, and three of its scopes."""
    make, *scopes = MODELS[request.param]
    graph, run_metadata = make()
    logdir = tmp_path_factory.mktemp(request.param) / "logs"
    with gl.FileWriter(str(logdir / "model"), graph) as writer:
        writer.add_run_metadata(run_metadata, "step 1")
    return request.param, logdir, run_metadata, scopes


@pytest.fixture
def server(
    load_fast: bool, logged: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoardServer]:
    output = tmp_path_factory.mktemp("framework-server") / "output"
    with TensorBoardServer(logged[1], ["model"], load_fast=load_fast, output=output) as server:
        yield server


def test_the_page_colours_a_model_by_time_and_memory(
    module_page: Page, server: TensorBoardServer, logged: Any, picture: Callable[[str], Path]
) -> None:
    framework, _, run_metadata, (outer, heavy, light) = logged
    dashboard = GraphDashboard(module_page, server.url)
    dashboard.choose_tag("step 1")
    stats = dashboard.node_stats()
    (device,) = run_metadata.step_stats.dev_stats
    for node in device.node_stats:
        size = sum(memory.total_bytes for memory in node.memory)
        assert stats[node.node_name] == (node.all_end_rel_micros, size)

    for scope in outer.split("/"):
        dashboard.toggle(scope if scope == outer.split("/")[0] else outer)
    for what in ("memory", "compute-time"):
        dashboard.colour_by(what)
        # The more, the less green and blue.
        greens = {name: dashboard.colour(name)[1] for name in (heavy, light)}
        if what == "memory":
            assert greens[heavy] < greens[light]
        dashboard.screenshot(picture(f"{framework}-{what}"))

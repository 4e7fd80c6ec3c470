"""The GRAPHS tab shows what graphlog wrote, and shows it as it shows TensorFlow 1.15's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import RUNS
from tests.browser.expected_graph import expected_basic_graph, expected_top_level
from tests.browser.graph_dashboard import BasicGraph, Drawing, GraphDashboard
from tests.browser.tensorboard_server import TensorBoardServer
from tests.event_files import read_graph

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")

FORWARD = {"a", "b", "c", "d", "u", "t", "v", "e"}
TOP_LEVEL = {
    "backprop": FORWARD | {"gradients", "gradients_1", "gradients_2", "gradients_3"},
    "backprop_gradients": FORWARD | {"gradients"},
}
SHAPE_LABEL = {"backprop": "1", "backprop_gradients": "scalar"}


@dataclass(frozen=True)
class Sight:
    """What the page shows of a run, with all scopes closed and with all open."""

    graph: BasicGraph
    closed: Drawing
    expanded: Drawing


def look(dashboard: GraphDashboard, run: str, picture: Callable[[str], Path] | None = None) -> Sight:
    """Choose a run, look at it, and take two pictures where there is a place for them."""
    dashboard.choose_run(run)
    closed = dashboard.drawing()
    if picture:
        dashboard.screenshot(picture(run))
    dashboard.expand_all()
    if picture:
        dashboard.screenshot(picture(f"{run}-expanded"))
    return Sight(dashboard.basic_graph(), closed, dashboard.drawing())


# Opening the page takes seconds, so it is opened once a server, and the tests compare what was seen there.
@pytest.fixture(scope="module")
def demo_sights(
    module_page: Page, demo_server: TensorBoardServer, picture: Callable[[str], Path]
) -> dict[str, Sight]:
    dashboard = GraphDashboard(module_page, demo_server.url)
    return {run: look(dashboard, run, picture) for run in RUNS}


@pytest.fixture(scope="module")
def tensorflow_sights(module_page: Page, tensorflow_server: TensorBoardServer) -> dict[str, Sight]:
    dashboard = GraphDashboard(module_page, tensorflow_server.url)
    return {run: look(dashboard, run) for run in RUNS}


@pytest.mark.parametrize("run", RUNS)
def test_the_page_builds_every_node_and_edge(
    run: str, demo_sights: dict[str, Sight], demo_logdir: Path
) -> None:
    built = demo_sights[run].graph
    expected = expected_basic_graph(read_graph(demo_logdir / run))
    assert built.nodes == expected.nodes
    assert built.edges == expected.edges
    assert FORWARD <= built.nodes


@pytest.mark.parametrize("run", RUNS)
def test_the_top_level_is_drawn_with_a_shape_at_every_edge(
    run: str, demo_sights: dict[str, Sight], demo_logdir: Path
) -> None:
    closed = demo_sights[run].closed
    assert closed.nodes == TOP_LEVEL[run]
    assert closed.edges == expected_top_level(read_graph(demo_logdir / run))
    assert set(closed.edges.values()) == {SHAPE_LABEL[run]}


@pytest.mark.parametrize("run", RUNS)
def test_the_gradients_are_drawn_to_the_last_operation(run: str, demo_sights: dict[str, Sight]) -> None:
    sight = demo_sights[run]
    assert sight.graph.nodes <= sight.expanded.nodes
    assert {"gradients/Shape", "gradients/grad_ys_0"} <= sight.expanded.annotations
    assert all(sight.expanded.edges.values())


def test_the_summaries_hang_at_the_tensors_they_show(demo_sights: dict[str, Sight]) -> None:
    annotations = demo_sights["backprop_gradients"].expanded.annotations
    assert {f"descent/{name}" for name in ("e", "de_da", "de_db", "de_dc", "de_dd")} <= annotations


@pytest.mark.parametrize("run", RUNS)
def test_the_page_shows_what_it_shows_for_tensorflow(
    run: str, demo_sights: dict[str, Sight], tensorflow_sights: dict[str, Sight]
) -> None:
    assert demo_sights[run] == tensorflow_sights[run]


def test_a_double_click_opens_and_closes_the_gradients(
    module_page: Page, demo_server: TensorBoardServer
) -> None:
    dashboard = GraphDashboard(module_page, demo_server.url)
    dashboard.choose_run("backprop")
    dashboard.fit()
    closed = dashboard.drawing()
    dashboard.toggle("gradients")
    opened = dashboard.drawing()
    assert opened.nodes - closed.nodes == {"gradients/Fill", "gradients/u_grad"}
    assert opened.annotations == {"gradients/Shape", "gradients/grad_ys_0"}
    dashboard.toggle("gradients")
    assert dashboard.drawing() == closed

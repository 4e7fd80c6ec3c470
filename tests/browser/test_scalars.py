"""SCALARS and TIME SERIES show a curve for each gradient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.tensorboard_server import TensorBoardServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")

TAGS = [f"descent/{name}" for name in ("de_da", "de_db", "de_dc", "de_dd", "e")]


def points(server: TensorBoardServer, tag: str) -> dict[int, float]:
    """Return what the server has of a curve: step, then value."""
    path = f"data/plugin/scalars/scalars?run=backprop_gradients&tag={tag}"
    return {step: value for _, step, value in server.get(path)}


def take_picture(page: Page, path: Path) -> None:
    """Scroll back to the top, as a user does, and save what is there."""
    page.mouse.move(700, 500)
    page.mouse.wheel(0, -10_000)
    page.wait_for_timeout(500)  # for the scrolling, which nothing else depends on
    page.screenshot(path=path)


@pytest.mark.parametrize("tag", TAGS)
def test_the_server_has_every_point_that_it_has_for_tensorflow(
    tag: str, demo_server: TensorBoardServer, tensorflow_server: TensorBoardServer
) -> None:
    ours = points(demo_server, tag)
    assert list(ours) == list(range(20))
    assert ours == pytest.approx(points(tensorflow_server, tag), rel=2e-5)


def test_scalars_draws_a_curve_for_each_gradient(
    module_page: Page, demo_server: TensorBoardServer, picture: Callable[[str], Path]
) -> None:
    module_page.goto(demo_server.url + "#scalars")
    for tag in TAGS:
        card = module_page.locator("tf-scalar-card").filter(has_text=f"tag: {tag}")
        card.wait_for()
        card.scroll_into_view_if_needed()
        card.locator("vz-line-chart2").wait_for()
    take_picture(module_page, picture("scalars"))


def test_time_series_draws_a_curve_for_each_gradient(
    module_page: Page, demo_server: TensorBoardServer, picture: Callable[[str], Path]
) -> None:
    module_page.goto(demo_server.url + "#timeseries")
    for tag in TAGS:
        card = module_page.locator("scalar-card").filter(has_text=tag)
        card.wait_for()
        card.scroll_into_view_if_needed()
        card.locator("line-chart").wait_for()
        card.locator("scalar-card-data-table").get_by_text("backprop_gradients").wait_for()
    take_picture(module_page, picture("time-series"))

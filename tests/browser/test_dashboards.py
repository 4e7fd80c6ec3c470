"""Each dashboard of TensorBoard shows what `examples/everything.py` writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.tensorboard_server import TensorBoardServer

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page

pytestmark = pytest.mark.xdist_group("browser")

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "everything.py"


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("everything")
    subprocess.run([sys.executable, str(EXAMPLE)], cwd=folder, check=True, capture_output=True)
    return folder / "logs"


@pytest.fixture(scope="module")
def server(
    load_fast: bool, everything: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoardServer]:
    output = tmp_path_factory.mktemp("everything-server") / "output"
    with TensorBoardServer(everything, ["everything"], load_fast=load_fast, output=output) as server:
        yield server


# For each dashboard, selectors of what must be on the page, and how many of it at least; within the shadow
# roots of the page. A text is to be seen within the first that has it.
SHOWN: dict[str, list[tuple[str, str, int]]] = {
    "scalars": [
        ("tf-scalar-card vz-line-chart2", "", 3),
        ("tf-category-paginated-view", "gradient_l2_norm", 1),
    ],
    "timeseries": [("scalar-card line-chart", "", 1), ("scalar-card", "accuracy/mean", 1)],
    "images": [("tf-image-loader img", "", 2), ("tf-image-loader", "in colors", 1)],
    "audio": [("tf-audio-loader audio", "", 1), ("tf-audio-loader", "tone", 1)],
    "graphs": [('g.node[data-name="hidden"]', "", 1), ('g.node[data-name="gradients"]', "", 1)],
    "distributions": [
        ("vz-distribution-chart path.area", "", 4),
        ("tf-distribution-loader", "hidden/weights", 1),
    ],
    "histograms": [
        ("vz-histogram-timeseries .histogram path", "", 6),
        ("tf-histogram-loader", "gradients/hidden/weights", 1),
    ],
    "text": [("tf-text-loader h2", "After step 29", 1), ("tf-text-loader td", "29", 1)],
    "pr_curves": [("tf-pr-curve-card vz-line-chart2", "", 1), ("tf-pr-curve-card", "inside", 1)],
    "custom_scalars": [
        ("tf-custom-scalar-multi-line-chart-card", "both losses", 1),
        ("tf-custom-scalar-multi-line-chart-card", "Matches (2)", 1),
        ("tf-custom-scalar-margin-chart-card", "accuracy and a margin", 1),
    ],
    "hparams": [
        ("tf-hparams-table-view", "everything/rate_0.5", 1),
        ("tf-hparams-table-view", "hparams/accuracy", 1),
        ("tf-hparams-table-view", "Adam", 1),
    ],
    "mesh": [("tf-mesh-loader canvas", "", 1)],
    "projector": [("vz-projector .numDataPoints", "256", 1), ("vz-projector canvas", "", 1)],
}


@pytest.mark.parametrize("dashboard", list(SHOWN))
def test_a_dashboard_shows_it(
    dashboard: str, module_page: Page, server: TensorBoardServer, picture: Callable[[str], Path]
) -> None:
    # Not the same page again: only what stands behind the # differs.
    module_page.goto("about:blank")
    module_page.goto(f"{server.url}#{dashboard}")
    root: Page | FrameLocator = module_page
    if dashboard == "projector":  # a page of its own, in a frame in a frame
        root = module_page.frame_locator("iframe").frame_locator("iframe")
    try:
        for selector, text, count in SHOWN[dashboard]:
            found = root.locator(selector)
            if text:
                found = found.filter(has_text=text)
            found.nth(count - 1).wait_for(state="attached")
        if dashboard == "images":
            wait_until(module_page, "tf-image-loader img", "image => image.naturalWidth > 0")
        if dashboard == "audio":
            wait_until(module_page, "tf-audio-loader audio", "audio => audio.duration === 1")
        module_page.wait_for_timeout(1500)  # for the curves to be drawn, for whoever looks at the picture
    finally:
        module_page.screenshot(path=picture(f"everything-{dashboard}"))


def wait_until(page: Page, selector: str, condition: str) -> None:
    """Wait until a condition in JavaScript is true of the first element that a selector finds."""
    for _ in range(100):
        if page.locator(selector).first.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(f"{selector}: {condition}")

"""Takes the pictures of TensorBoard that the gallery shows, in a real browser, and draws one without.

    python tests/browser/gallery_pictures.py

They are of what the examples write, and go into docs/images.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
# So many colours make a picture small, and are enough for TensorBoard's.
COLOURS = 128
TWO_RUNS = "regexInput=sigmoid%7Crelu"

# Takes pictures of the page at an address.
Taker = Callable[["Page", str], None]


def main() -> None:
    """Runs the examples, and takes the pictures of each."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import find_chromium, launch_chromium
    from tests.browser.tensorboard_server import TensorBoardServer

    (IMAGES / "explanation.svg").write_text(explanation(), encoding="utf-8")
    executable = find_chromium()
    if executable is None:
        raise SystemExit("no Chromium or Chrome found: install one, or say where it is in CHROMIUM")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch_chromium(playwright, executable)
        for example, (runs, take) in EXAMPLES.items():
            program = ROOT / "examples" / f"{example}.py"
            subprocess.run([sys.executable, str(program)], cwd=folder, check=True, capture_output=True)
            logdir, output = Path(folder, "logs", example), Path(folder, f"{example}.txt")
            with TensorBoardServer(logdir, runs, load_fast=False, output=output) as server:
                page = browser.new_page(viewport={"width": 1400, "height": 800})
                take(page, server.url)
                page.close()
        browser.close()


def explanation() -> str:
    """How the gradients of examples/explain_backprop.py come about, drawn without a browser."""
    import graphlog as tf

    with tf.Graph().as_default():
        a, b, c, d = (tf.placeholder(tf.float32, (1,), name=name) for name in "abcd")
        v = tf.multiply(tf.log(d, name="t"), c, name="v")
        e = tf.add(tf.multiply(a, b, name="u"), v, name="e")
        return tf.explain(e, [a, b, c, d], {a: [2.0], b: [3.0], c: [5.0], d: [10.0]}).svg()


def take_vanishing_gradients(page: Page, url: str) -> None:
    """The norms and histograms of the gradients of two runs, and the graph of one."""
    # Wide enough for three curves in a row.
    page.set_viewport_size({"width": 1460, "height": 720})
    tags = "gradient_l2_norm/(layer%5B13579%5D|output)/"
    page.goto(f"{url}#scalars&{TWO_RUNS}&_smoothingWeight=0&tagFilter={tags}")
    cards = page.locator("tf-scalar-card").filter(visible=True)
    cards.nth(5).wait_for()
    for number in range(6):
        cards.nth(number).locator("vz-line-chart2").wait_for()
        # Not by mouse, which would show the numbers below it.
        cards.nth(number).get_by_title("Toggle y-axis log scale").dispatch_event("click")
    write(still(page), "gradient_norms")
    page.set_viewport_size({"width": 1060, "height": 720})
    page.goto(f"{url}#histograms&{TWO_RUNS}&tagFilter=gradients/(layer1|layer9)/")
    page.reload()
    page.locator("vz-histogram-timeseries").filter(visible=True).nth(3).wait_for()
    write(still(page), "gradient_histograms")
    take_graph(page, url, "sigmoid", "deep_network")


def take_graph(page: Page, url: str, run: str, name: str, opened: str | None = None) -> None:
    """The graph of a run, with a scope opened."""
    from tests.browser.graph_dashboard import GraphDashboard

    page.set_viewport_size({"width": 1400, "height": 800})
    dashboard = GraphDashboard(page, url)
    dashboard.choose_run(run)
    if opened:
        dashboard.toggle(opened)
        dashboard.select(None)
    path = IMAGES / f"{name}.png"
    dashboard.screenshot(path)
    write(path.read_bytes(), name)


def still(page: Page) -> bytes:
    """A picture of what is on the screen, once curves and colours have come to rest."""
    page.mouse.move(1, 700)
    page.wait_for_timeout(3000)
    return page.screenshot()


def write(png: bytes, name: str) -> None:
    """Writes a picture with few colours."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


# By the name of an example: the runs whose graphs must be there before the page is opened.
EXAMPLES: dict[str, tuple[list[str], Taker]] = {
    "vanishing_gradients": (["sigmoid", "relu"], take_vanishing_gradients),
    "backprop": (["."], lambda page, url: take_graph(page, url, ".", "gradients_opened", "gradients_3")),
}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

"""The demo's event files, TensorFlow's of the same programs, and a browser to look at both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.browser.chromium import find_chromium, launch_chromium
from tests.browser.tensorboard_server import TensorBoardServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).resolve().parent / "golden"
RUNS = ["backprop", "backprop_gradients"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running browser; where there is none, or no Playwright to drive it, the test is skipped."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        cannot_run("Playwright is not installed: pip install 'graphlog[test]'")
    executable = find_chromium()
    if executable is None:
        cannot_run("no Chromium or Chrome found: install one, or say where it is in CHROMIUM")
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, executable)
        yield browser
        browser.close()


def cannot_run(reason: str) -> NoReturn:
    """Skip the test, but fail it under continuous integration, where nobody would miss it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def module_page(browser: Browser) -> Iterator[Page]:
    """The page of a module's tests; an error in one of TensorBoard's scripts there fails the last of them."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors, errors


@pytest.fixture(scope="session")
def picture(load_fast: bool) -> Callable[[str], Path]:
    """Where a picture of that name goes: to SCREENSHOTS, else to `screenshots` in the repository."""
    folder = Path(os.environ.get("SCREENSHOTS", REPOSITORY / "screenshots"))
    reader = "rust" if load_fast else "python"
    return lambda name: folder / f"{name}-{reader}.png"


@pytest.fixture(scope="session")
def demo_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make demo` leaves in `logs`, written by its two programs."""
    folder = tmp_path_factory.mktemp("demo")
    for run in RUNS:
        program = REPOSITORY / "examples" / f"{run}.py"
        subprocess.run([sys.executable, str(program)], cwd=folder, check=True, capture_output=True)
    return folder / "logs"


@pytest.fixture(scope="session")
def tensorflow_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What TensorFlow 1.15.5 wrote for the same two programs (golden/make_golden.py)."""
    folder = tmp_path_factory.mktemp("tensorflow") / "logs"
    shutil.copytree(GOLDEN, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


@pytest.fixture(scope="session", params=[True, False], ids=["load_fast=true", "load_fast=false"])
def load_fast(request: pytest.FixtureRequest) -> bool:
    """Which of TensorBoard's two readers reads the files: the one in Rust, or the one in Python."""
    return bool(request.param)


@pytest.fixture(scope="session")
def demo_server(
    load_fast: bool, demo_logdir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoardServer]:
    """A TensorBoard on what the demo wrote."""
    output = tmp_path_factory.mktemp("demo-server") / "output"
    with TensorBoardServer(demo_logdir, RUNS, load_fast=load_fast, output=output) as server:
        yield server


@pytest.fixture(scope="session")
def tensorflow_server(
    load_fast: bool, tensorflow_logdir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoardServer]:
    """A TensorBoard on what TensorFlow wrote."""
    output = tmp_path_factory.mktemp("tensorflow-server") / "output"
    with TensorBoardServer(tensorflow_logdir, RUNS, load_fast=load_fast, output=output) as server:
        yield server

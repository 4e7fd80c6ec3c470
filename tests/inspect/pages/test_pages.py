"""What notebooks show of logs and runs: tables, curves, gradients and graphs; bounded, and all escaped."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import graphlog as gl
from graphlog.inspect.pages.curves import COLOURS, curves_svg
from graphlog.readers.values import Scalars

HOSTILE = "<script>alert(1)</script>\"' onload=x \x1b[31m\x9b2J &amp;\u202e"


def curve(values: list[float], steps: list[int] | None = None) -> Scalars:
    step = np.arange(len(values)) if steps is None else np.array(steps)
    return Scalars("loss", step, np.zeros(len(values)), np.array(values))


def test_a_run_shows_curves_sick_gradients_and_its_graph(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        for step in range(20):
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.add_scalar("gradient_l2_norm/first", 1e-12, step)
            writer.add_scalar("gradient_l2_norm/last", 1.0, step)
    with gl.Graph().as_default() as graph:
        gl.add(gl.placeholder(gl.float32, [3], name="x"), 1.0, name="y")
    gl.FileWriter(tmp_path, graph).close()
    page = gl.open_log(tmp_path)["."]._repr_html_()
    assert page.count("<svg") == 3
    assert "vanishing from step 0" in page
    assert "1 of 2 gradients are healthy" in page
    assert "Graph of 3 operations" in page
    assert "data:image/svg+xml;base64," in page


def test_a_log_shows_the_curves_of_its_runs_on_top_of_each_other(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        with gl.SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar_series("loss", np.arange(10), np.arange(10.0))
            if name == "two":
                writer.add_scalar_series("accuracy", np.arange(10), np.arange(10.0))
    page = gl.open_log(tmp_path)._repr_html_()
    assert page.count("<svg") == 2
    assert page.count('fill="none"') == 6
    for colour in COLOURS[:3]:
        assert f"color: {colour}" in page


@pytest.mark.parametrize("part", ["tag", "run", "hyperparameter", "graph"])
def test_nothing_from_a_file_is_part_of_the_page(tmp_path: Path, part: str) -> None:
    folder = tmp_path / ("<img src=x onerror=alert(1)>\x1b[31m" if part == "run" else "run")
    with gl.SummaryWriter(folder) as writer:
        for step in range(5):
            writer.add_scalar(HOSTILE if part == "tag" else "loss", 1.0, step)
            writer.add_scalar(f"gradient_l2_norm/{HOSTILE if part == 'tag' else 'v'}", np.nan, step)
        if part == "hyperparameter":
            writer.add_hparams({HOSTILE: HOSTILE}, {"loss": 1.0}, run_name=".")
        graph = gl.Graph().as_graph_def()
        graph.node.add(name=HOSTILE if part == "graph" else "a", op=HOSTILE)
    with gl.FileWriter(folder) as file_writer:
        file_writer.add_graph(graph)
    log = gl.open_log(tmp_path)
    pages = [log._repr_html_(), *(run._repr_html_() for run in log.values())]
    assert any("alert" in page for page in pages) or part == "graph"
    for page in pages:
        assert page.isprintable()
        for raw in ("<script", "<img src=x", "\x1b", "\x9b", "\u202e", 'onload=x "'):
            assert raw not in page
        assert page.count("<img") <= 1


def test_a_page_is_bounded(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        for number in range(200):
            writer.add_scalar_series(
                f"tag{number}", np.arange(5000), np.random.default_rng(0).normal(size=5000)
            )
    with gl.Graph().as_default() as graph:
        for number in range(3000):
            gl.constant(0.0, name=f"scope{number % 50}/c")
    gl.FileWriter(tmp_path, graph).close()
    log = gl.open_log(tmp_path)
    assert len(log["."]._repr_html_()) < 300_000
    assert len(log._repr_html_()) < 100_000


def test_only_some_runs_are_read_for_the_page_of_a_log(tmp_path: Path) -> None:
    for number in range(60):
        with gl.SummaryWriter(tmp_path / f"{number:02}") as writer:
            writer.add_scalar("loss", 1.0, 0)
    log = gl.open_log(tmp_path)
    assert "60 runs in all" in log._repr_html_()
    assert [run.was_read for run in log.values()] == [number < len(COLOURS) for number in range(60)]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [np.nan],
        [np.inf, -np.inf],
        [1.0, np.nan, 2.0],
        [1.7e308, -1.7e308],
        [5e-324, 0.0],
        [3.0] * 9,
    ],
)
def test_curves_of_all_numbers_stay_within_their_drawing(values: list[float]) -> None:
    for shown in ([curve(values)], [curve(values), curve([0.0, 1.0])]):
        drawing = ElementTree.fromstring(curves_svg(shown, 100, 40))
        numbers = [
            float(number)
            for path in list(drawing)[1:]
            for number in path.attrib["d"].replace("M", " ").replace("L", " ").split()
        ]
        assert all(0 <= number <= 100 for number in numbers)
        assert all(0 <= number <= 40 for number in numbers[1::2])


def test_a_curve_goes_from_the_first_step_to_the_last() -> None:
    assert curves_svg([curve([1.0, 3.0], [9, 4])], 100, 40) == curves_svg(
        [curve([3.0, 1.0], [4, 9])], 100, 40
    )
    assert 'd="M3.0 3.0L3.0 3.0L97.0 37.0"' in curves_svg([curve([3.0, 1.0], [4, 9])], 100, 40)


def test_names_without_end_make_no_page_without_end(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("t" * 1_000_000, 1.0, 0)
        graph_def = gl.GraphDef()
        for letter in "abcde":
            graph_def.node.add(name=f"{letter * 1_000_000}/x", op="NoOp")
        writer.add_graph(graph_def)
    log = gl.open_log(tmp_path)
    assert len(log._repr_html_()) < 20_000
    page = log["."]._repr_html_()
    assert len(page) < 20_000
    assert "too long to draw it here" in page

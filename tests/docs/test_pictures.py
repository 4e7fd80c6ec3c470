"""The pictures of the documentation: each is shown, none is large, and terminals show what is printed now."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
LARGEST = 150_000
LARGEST_TOGETHER = 1_500_000


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    """What makes the pictures of a terminal."""
    return runpy.run_path(str(ROOT / "tests" / "docs" / "terminal_pictures.py"))


@pytest.fixture(scope="module")
def made(maker: dict[str, Any]) -> dict[str, str]:
    """The pictures of a terminal, made anew."""
    return dict(maker["pictures"]())


def test_pictures_of_a_terminal_say_what_the_commands_print_now(
    maker: dict[str, Any], made: dict[str, str]
) -> None:
    kept = {
        path.stem.removeprefix("terminal_"): path.read_text("utf-8") for path in IMAGES.glob("terminal_*")
    }
    assert kept.keys() == made.keys()
    for name, svg in made.items():
        assert maker["words"](kept[name]) == maker["words"](svg), "run python tests/docs/terminal_pictures.py"
        assert len(maker["words"](svg)) > 10


def test_variables_that_are_not_healthy_have_a_colour(made: dict[str, str]) -> None:
    rows = re.findall(r'<text class="terminal-(\w+)"[^>]*>(layer[1-9])/kernel&#160;', made["gradients"])
    assert [layer for _, layer in rows] == [f"layer{number}" for number in range(1, 10)]
    colours = dict(re.findall(r"\.terminal-(\w+) { fill: (#\w+)", made["gradients"]))
    assert colours[rows[0][0]] != colours[rows[-1][0]]


def test_a_picture_of_a_terminal_loads_nothing(made: dict[str, str]) -> None:
    for svg in made.values():
        assert re.findall(r"https?://[^\"' )]*", svg) == ["http://www.w3.org/2000/svg"]
        assert "<script" not in svg
        assert "url(" not in re.sub(r"url\(#[-\w]+\)", "", svg)


def test_every_picture_is_shown_and_every_shown_picture_is_there() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    }
    assert shown == set(IMAGES.iterdir())


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert [name for name, size in sizes.items() if size > LARGEST] == []
    assert sum(sizes.values()) < LARGEST_TOGETHER

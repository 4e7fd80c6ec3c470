"""The files and names that the page on the architecture passes are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
WALKS = TEXT[TEXT.index("## From a feed") :]
# A name and the file that it stands in, as the walks write it: `Name` (`part/file.py`).
NAMES = re.findall(r"`(?:\w+\.)?(\w+)`(?:\s+of\s+its\s+\w+)?\s+\(`([\w/]+\.py)`\)", WALKS)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]+\.py)`", WALKS))))
def test_a_file_is_there(path: str) -> None:
    assert (ROOT / "graphlog" / path).is_file()


@pytest.mark.parametrize(("name", "path"), NAMES)
def test_a_name_stands_in_its_file(name: str, path: str) -> None:
    text = (ROOT / "graphlog" / path).read_text(encoding="utf-8")
    assert re.search(rf"\b(?:class|def) {name}\b", text)

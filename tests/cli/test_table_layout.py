"""Tables fit their screen, and no letter of a cell is left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from graphlog.cli.table_layout import broken, narrowed, row_lines

TEXTS = st.text(alphabet="ab/_. ,9漢", max_size=40)


@given(TEXTS, st.integers(1, 30), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_broken_cell_keeps_its_letters_and_fits(text: str, width: int, inset: bool) -> None:
    lines = broken(text, width, inset)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    # A letter of two cells in a column of one cannot fit, nor one after the first line's own indent.
    if width >= 4:
        assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("everything/both_train", 14, ["everything/", "  both_train"]),
        ("beta1_power/", 9, ["beta1_", "  power/"]),
        ("    logistic_loss/", 14, ["    logistic_", "      loss/"]),
        ("fits", 4, ["fits"]),
        ("", 3, [""]),
    ],
)
def test_cells_are_broken_where_a_part_of_a_name_ends(text: str, width: int, lines: list[str]) -> None:
    assert broken(text, width) == lines


@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=5),
    st.lists(st.integers(0, 2), max_size=3, unique=True),
    st.integers(12, 120),
)
@settings(max_examples=200, deadline=None)
def test_tables_fit_their_screen(rows: list[list[str]], first: list[int], room: int) -> None:
    head = ["name", "type", "shape"]
    widths = narrowed(head, rows, first, room)
    assert min(widths) >= 1
    assert sum(widths) + 4 <= room
    for row in [head, *rows]:
        for line in row_lines(row, widths, [False, True, False]):
            assert cell_len(line) <= room or min(widths) < 4


def test_names_without_end_take_no_time() -> None:
    assert len(broken("a/b" * 200_000, 12)) > 10_000

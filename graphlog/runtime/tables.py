"""Tables of plain text, and numbers that are easy to read in them."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], lines: Sequence[Sequence[str]], right: int = 0) -> str:
    """Cells in columns under a head.

    Args:
        head: the names of the columns.
        lines: the cells of each line, as many as there are columns.
        right: how many columns, from the first on, are aligned to the right, as numbers are.

    Returns:
        The text, without a newline at its end.
    """
    every = [head, *lines]
    widths = [max(len(line[column]) for line in every) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column < right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in every
    )


def duration_text(seconds: float) -> str:
    """A duration in the unit that fits it, with three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{_three_digits(seconds / size)} {unit}"
    return f"{_three_digits(seconds / 1e-6)} µs"


def bytes_text(size: float) -> str:
    """A number of bytes in the unit that fits it, with three digits."""
    if size < 1024:
        return f"{size:.0f} B"
    for unit in ("KB", "MB", "GB"):
        size /= 1024
        if size < 1024:
            return f"{_three_digits(size)} {unit}"
    return f"{_three_digits(size / 1024)} TB"


def share_text(share: float) -> str:
    """A part of one in percent."""
    return f"{100 * share:.1f} %"


def _three_digits(value: float) -> str:
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"

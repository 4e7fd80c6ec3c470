"""Smooth curves through points, as SVG paths."""

from __future__ import annotations

from collections.abc import Sequence


def number_text(value: float) -> str:
    """A coordinate with one decimal, none where it would be 0."""
    return f"{value:.1f}".removesuffix(".0")


def smooth_path(points: Sequence[tuple[float, float]], is_sideways: bool) -> str:
    """The ``d`` of an SVG path through points that follow one direction.

    It leaves and arrives along that direction, and between two points it never goes further aside than they
    are (monotone cubic pieces), so it keeps clear of what lies beside.

    Args:
        points: what it passes.
        is_sideways: whether the direction is that of ``x`` rather than ``y``.
    """
    along = [point[0] if is_sideways else point[1] for point in points]
    across = [point[1] if is_sideways else point[0] for point in points]
    slopes = _slopes(along, across)
    parts = [f"M{_pair(across[0], along[0], is_sideways)}"]
    for index in range(1, len(points)):
        step = along[index] - along[index - 1]
        if across[index] == across[index - 1]:
            parts.append(f"L{_pair(across[index], along[index], is_sideways)}")
            continue
        # Where both ends are straight, as between two boxes, a longer start looks smoother.
        reach = 0.5 if not slopes[index - 1] and not slopes[index] else 1 / 3
        first = across[index - 1] + slopes[index - 1] * step * reach, along[index - 1] + step * reach
        second = across[index] - slopes[index] * step * reach, along[index] - step * reach
        end = across[index], along[index]
        parts.append("C" + " ".join(_pair(*point, is_sideways) for point in (first, second, end)))
    return " ".join(parts)


def _pair(across: float, along: float, is_sideways: bool) -> str:
    x, y = (along, across) if is_sideways else (across, along)
    return f"{number_text(x)},{number_text(y)}"


def _slopes(along: Sequence[float], across: Sequence[float]) -> list[float]:
    """How much a curve goes aside at each point, by Fritsch and Carlson: not at extremes, nor at the ends."""
    steps = [
        (across[index + 1] - across[index]) / (along[index + 1] - along[index])
        if along[index + 1] != along[index]
        else 0.0
        for index in range(len(along) - 1)
    ]
    slopes = [0.0] * len(along)
    for index in range(1, len(along) - 1):
        before, after = steps[index - 1], steps[index]
        if before * after > 0:
            slopes[index] = 2 * before * after / (before + after)
    return slopes

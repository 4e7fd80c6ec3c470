"""Curves as small drawings within a page, in colours that are seen on light and on dark ground."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphlog.inspect.sparklines import resampled
from graphlog.readers.notebook import Markup
from graphlog.readers.values import Scalars

COLOURS = ("#4c8dd6", "#e0823d", "#4fa866", "#cf5b5b", "#9a7fd1", "#a1785f", "#d673b8", "#8b95a1")

_MARGIN = 3  # pixels
_Column = NDArray[np.float64]


def curves_svg(curves: Sequence[Scalars], width: int, height: int) -> Markup:
    """Some curves over their steps, in one drawing with one scale.

    Args:
        curves: one for each colour at most. NaN and infinite numbers are gaps.
        width: in pixels, and about how many points of a curve are drawn.
        height: in pixels.

    Returns:
        The drawing as SVG.
    """
    points = [_points(curve, width) for curve in curves]
    bounds = _bounds([step for step, _ in points], width), _bounds([value for _, value in points], -height)
    paths = "".join(
        f'<path d="{_path(bounds[0](steps), bounds[1](values))}" fill="none" stroke="{colour}" '
        'stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>'
        for (steps, values), colour in zip(points, COLOURS, strict=False)
    )
    return Markup(
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'style="display: block; overflow: visible">'
        f'<path d="M0 {height - 0.5}H{width}" stroke="currentColor" stroke-opacity="0.25"/>{paths}</svg>'
    )


def _points(curve: Scalars, width: int) -> tuple[_Column, _Column]:
    steps, values = curve.step, curve.value
    if np.any(steps[1:] < steps[:-1]):
        order = np.argsort(steps, kind="stable")
        steps, values = steps[order], values[order]
    values = resampled(values, width)
    return resampled(steps, width), np.where(np.isfinite(values), values, np.nan)


class _Scale:
    """From numbers to pixels."""

    def __init__(self, least: float, most: float, size: int) -> None:
        self._least, self._most, self._size = least, most, size

    def __call__(self, numbers: _Column) -> _Column:
        # Halves, as the largest less the least number may be beyond float64.
        span = self._most / 2 - self._least / 2
        shares = (numbers / 2 - self._least / 2) / span if span else np.full(len(numbers), 0.5)
        room = abs(self._size) - 2 * _MARGIN
        return _MARGIN + room * (shares if self._size > 0 else 1 - shares)


def _bounds(columns: Sequence[_Column], size: int) -> _Scale:
    """The scale on which all of some numbers have room; from the bottom up for a size below 0."""
    finite = [column[np.isfinite(column)] for column in columns]
    numbers = np.concatenate([np.zeros(0), *finite])
    return _Scale(float(numbers.min()), float(numbers.max()), size) if len(numbers) else _Scale(0, 0, size)


def _path(across: _Column, down: _Column) -> str:
    parts = []
    is_open = False
    for x, y in zip(across.tolist(), down.tolist(), strict=True):
        if y != y:
            is_open = False
            continue
        # A point alone is a line of no length, which a round end makes a dot.
        parts.append(f"{'L' if is_open else f'M{x:.1f} {y:.1f}L'}{x:.1f} {y:.1f}")
        is_open = True
    return "".join(parts)

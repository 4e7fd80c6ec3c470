"""What is different between two curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]
Values = NDArray[np.float64]
Difference = Literal["points", "last step", "not finite", "final", "minimum", "maximum", "area", "values"]

# About the precision of float32, in which scalars are logged.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class CurveSummary:
    """Some numbers of a curve. Where it has no point, or no finite number, they are NaN and the steps None.

    Attributes:
        points: how many steps it has; one that was logged twice counts once, as it was logged last.
        not_finite: how many of them are NaN or infinite.
        last_step: the largest step.
        final: the number there.
        minimum: the least finite number.
        minimum_step: the first step at which it is.
        maximum: the largest finite number.
        maximum_step: the first step at which it is.
    """

    points: int
    not_finite: int
    last_step: int | None
    final: float
    minimum: float
    minimum_step: int | None
    maximum: float
    maximum_step: int | None


@dataclass(frozen=True)
class CurveDiff:
    """Two curves of one tag.

    Attributes:
        tag: the tag.
        old: the old curve.
        new: the new curve.
        shared_steps: how many steps both have.
        old_area: the area under the old curve over the shared steps at which both are finite, by trapezoids;
            NaN where there are none or only one.
        new_area: the same of the new curve.
        largest_difference: the largest difference at a shared step, not counting those where either is not
            finite; NaN where there are none.
        largest_difference_step: that step, or None.
        differs_in: what is not the same; empty for equal curves.
    """

    tag: str
    old: CurveSummary
    new: CurveSummary
    shared_steps: int
    old_area: float
    new_area: float
    largest_difference: float
    largest_difference_step: int | None
    differs_in: tuple[Difference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the curves are the same."""
        return not self.differs_in


def diff_curves(
    tag: str,
    old: tuple[NDArray[np.integer], NDArray[np.floating]],
    new: tuple[NDArray[np.integer], NDArray[np.floating]],
    tolerance: float = TOLERANCE,
) -> CurveDiff:
    """Compares two curves.

    They are the same if they have as many points, the same last step and as many numbers that are not finite;
    if the final number, the least, the largest and the area are the same; and if they are the same at each
    shared step. Numbers are the same up to ``tolerance`` times the larger magnitude; at the shared steps,
    times the largest magnitude of both curves. NaN is the same as NaN.

    Args:
        tag: the name of both.
        old: steps and values of the old curve, each of shape [n], in any order.
        new: the same of the new curve.
        tolerance: 0 for exactly the same.

    Returns:
        Both in numbers, and what is different.
    """
    old_steps, old_values = _in_order(*old)
    new_steps, new_values = _in_order(*new)
    shared, in_old, in_new = np.intersect1d(old_steps, new_steps, assume_unique=True, return_indices=True)
    first, second = old_values[in_old], new_values[in_new]
    both_finite = np.isfinite(first) & np.isfinite(second)
    steps, lower, upper = shared[both_finite], first[both_finite], second[both_finite]
    with np.errstate(over="ignore"):
        distances = np.abs(lower - upper)
    place = int(np.argmax(distances)) if distances.size else None
    largest = math.nan if place is None else float(distances[place])
    scale = max(np.abs(lower).max(initial=0), np.abs(upper).max(initial=0))
    are_other = not np.array_equal(first[~both_finite], second[~both_finite], equal_nan=True)
    summaries = (_summary(old_steps, old_values), _summary(new_steps, new_values))
    areas = (_area(steps, lower), _area(steps, upper))
    found = _differences(*summaries, tolerance)
    if not is_close(*areas, tolerance):
        found.append("area")
    if are_other or largest > tolerance * scale:
        found.append("values")
    return CurveDiff(
        tag,
        *summaries,
        shared_steps=len(shared),
        old_area=areas[0],
        new_area=areas[1],
        largest_difference=largest,
        largest_difference_step=None if place is None else int(steps[place]),
        differs_in=tuple(found),
    )


def is_close(old: float, new: float, tolerance: float) -> bool:
    """Whether two numbers are the same up to a relative tolerance; NaN is the same as NaN."""
    if math.isnan(old) or math.isnan(new):
        return math.isnan(old) and math.isnan(new)
    return old == new or math.isclose(old, new, rel_tol=tolerance)


def _differences(old: CurveSummary, new: CurveSummary, tolerance: float) -> list[Difference]:
    """What is different between the numbers of two curves."""
    is_other: dict[Difference, bool] = {
        "points": old.points != new.points,
        "last step": old.last_step != new.last_step,
        "not finite": old.not_finite != new.not_finite,
        "final": not is_close(old.final, new.final, tolerance),
        "minimum": not is_close(old.minimum, new.minimum, tolerance),
        "maximum": not is_close(old.maximum, new.maximum, tolerance),
    }
    return [name for name, other in is_other.items() if other]


def _in_order(steps: NDArray[np.integer], values: NDArray[np.floating]) -> tuple[Steps, Values]:
    """The curve by growing steps; of a step that is there twice the last value."""
    order = np.argsort(steps, kind="stable")
    steps, values = np.asarray(steps)[order], np.asarray(values, np.float64)[order]
    is_last = np.append(steps[1:] != steps[:-1], True) if steps.size else np.zeros(0, np.bool_)
    return steps[is_last].astype(np.int64), values[is_last]


def _summary(steps: Steps, values: Values) -> CurveSummary:
    is_finite = np.isfinite(values)
    finite, finite_steps = values[is_finite], steps[is_finite]
    least, most = (int(np.argmin(finite)), int(np.argmax(finite))) if finite.size else (None, None)
    return CurveSummary(
        points=len(steps),
        not_finite=len(values) - len(finite),
        last_step=int(steps[-1]) if steps.size else None,
        final=float(values[-1]) if values.size else math.nan,
        minimum=math.nan if least is None else float(finite[least]),
        minimum_step=None if least is None else int(finite_steps[least]),
        maximum=math.nan if most is None else float(finite[most]),
        maximum_step=None if most is None else int(finite_steps[most]),
    )


def _area(steps: Steps, values: Values) -> float:
    if len(steps) < 2:
        return math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        means = values[1:] / 2 + values[:-1] / 2
        return float(np.diff(steps.astype(np.float64)) @ means)

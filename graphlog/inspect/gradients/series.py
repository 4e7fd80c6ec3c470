"""The gradients that a run has logged: for each variable a few numbers at each step, as columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphlog.encoders.tags import GRADIENT_GROUPS
from graphlog.readers.run import Run
from graphlog.readers.values import Histogram

Column = NDArray[np.float64]
Source = Literal["statistics", "norms", "histograms"]

# The column of each group of scalars.
_COLUMNS = {group: group.removeprefix("gradient_") for group in GRADIENT_GROUPS}
COLUMNS = tuple(_COLUMNS.values())

# ``grad_norm/layer.weight``, and as PyTorch Lightning writes it, ``grad_2.0_norm/layer.weight``.
_NORM = re.compile(r"grad(?:ient)?s?_(?:(?:l2|2|2\.0)_)?norm/(?P<variable>.+)", re.IGNORECASE)

# ``grad`` as a word of a tag: not in ``upgraded``.
_GRADIENT = r"grad(?:ient)?s?"
_IS_GRADIENT = re.compile(rf"(?:^|[^a-z]){_GRADIENT}(?:$|[^a-z])", re.IGNORECASE)
# Where that word starts or ends the tag, the rest is the variable.
_BEFORE = re.compile(rf"^{_GRADIENT}[/._-]+(?P<variable>.+)$", re.IGNORECASE)
_AFTER = re.compile(rf"^(?P<variable>.+?)[/._-]+{_GRADIENT}$", re.IGNORECASE)

# The narrowest buckets of TensorFlow's histograms, in which zeros are, end here.
_LEAST_LIMIT = 1.0000001e-12


@dataclass(frozen=True, eq=False)
class GradientSeries:
    """What is known of the gradient of one variable.

    A number that was not logged at a step is NaN; a column that was not logged at all is all NaN.

    Attributes:
        variable: its name, as in the tags.
        source: what it was read from: the scalars of ``SummaryWriter.add_gradients``, scalars of norms only,
            or histograms.
        step: int64, shape [n], growing.
        l2_norm: the square root of the sum of the squares of the finite numbers.
        mean_abs: the mean of the magnitudes of the finite numbers.
        max_abs: the largest of these magnitudes.
        zero_fraction: which part of the numbers is 0; of histograms, at most 1e-12 from it.
        nan_count: how many numbers are NaN; of histograms, how many are in no bucket, for whatever reason.
        inf_count: how many are infinite.
        update_to_weight_ratio: the norm of the update divided by that of the variable.
    """

    variable: str
    source: Source
    step: NDArray[np.int64]
    l2_norm: Column
    mean_abs: Column
    max_abs: Column
    zero_fraction: Column
    nan_count: Column
    inf_count: Column
    update_to_weight_ratio: Column

    @property
    def norm(self) -> Column:
        """The norm of all numbers: NaN where one of them is, else infinite where one is."""
        norm = np.where(self.inf_count > 0, np.inf, self.l2_norm)
        return np.where(self.nan_count > 0, np.nan, norm)

    def __len__(self) -> int:
        return len(self.step)

    def __repr__(self) -> str:
        return f"<GradientSeries of {self.variable!r}: {len(self)} steps from {self.source}>"


def gradient_series(run: Run) -> list[GradientSeries]:
    """The gradients of a run.

    They are what ``SummaryWriter.add_gradients`` and ``summary.gradients`` write. Of variables without these,
    it is scalars of norms (``grad_norm/NAME``, ``grad_2.0_norm/NAME``), and else histograms whose tag has
    the word ``grad``, ``grads``, ``gradient`` or ``gradients`` in it, such as ``gradients/NAME``,
    ``grad/NAME`` and ``NAME.grad``. A step that was logged twice counts as it was logged last.

    Args:
        run: the run.

    Returns:
        The variables, in the order in which they first appear; those of histograms last.
    """
    tags = run.tags()
    found: dict[str, GradientSeries] = {}
    for variable, by_column in _scalar_tags(tags.get("scalars", [])).items():
        curves = {column: run.scalars(tag) for column, tag in by_column.items()}
        pairs = {column: (curve.step, curve.value) for column, curve in curves.items()}
        found[variable] = series_of(variable, pairs, "statistics" if len(pairs) > 1 else "norms")
    for tag in tags.get("histograms", []):
        named = variable_of(tag)
        if named is not None and named not in found:
            found[named] = _of_histograms(named, run.histograms(tag))
    return list(found.values())


def variable_of(tag: str) -> str | None:
    """The variable whose gradient a histogram shows, by its tag; None where it shows none."""
    if not _IS_GRADIENT.search(tag):
        return None
    match = _BEFORE.match(tag) or _AFTER.match(tag)
    return tag if match is None else match["variable"]


def series_of(
    variable: str,
    curves: Mapping[str, tuple[NDArray[np.int64], NDArray[np.floating]]],
    source: Source,
) -> GradientSeries:
    """Puts curves side by side.

    Args:
        variable: the name of the variable.
        curves: by the name of the column, steps and values, each of shape [n]; there is one or more.
        source: what they were read from.

    Returns:
        The series, at all steps of any curve.
    """
    step = np.unique(np.concatenate([steps for steps, _ in curves.values()]))
    columns = {name: np.full(len(step), np.nan) for name in COLUMNS}
    for name, (steps, values) in curves.items():
        columns[name][np.searchsorted(step, steps)] = values  # of several, NumPy keeps the last
    return GradientSeries(variable, source, step, **columns)


def _scalar_tags(tags: Iterable[str]) -> dict[str, dict[str, str]]:
    """For each variable its tags, by column."""
    found: dict[str, dict[str, str]] = {}
    norms: dict[str, dict[str, str]] = {}
    for tag in tags:
        group, _, variable = tag.partition("/")
        if variable and group in _COLUMNS:
            found.setdefault(variable, {})[_COLUMNS[group]] = tag
        elif match := _NORM.fullmatch(tag):
            norms[match["variable"]] = {"l2_norm": tag}
    return norms | found


def _of_histograms(variable: str, histograms: Iterable[Histogram]) -> GradientSeries:
    rows = np.array([_row(histogram) for histogram in histograms], np.float64).reshape(-1, 7)
    steps = rows[:, 0].astype(np.int64)
    names = ("l2_norm", "mean_abs", "max_abs", "zero_fraction", "nan_count", "inf_count")
    return series_of(
        variable, {name: (steps, rows[:, 1 + index]) for index, name in enumerate(names)}, "histograms"
    )


def _row(histogram: Histogram) -> list[float]:
    """The step, and the columns."""
    left, right, counts = histogram.left, histogram.right, histogram.count
    counted = counts.sum()
    middles = (left + right) / 2
    squares = histogram.total_of_squares
    if squares is None:
        squares = float((counts * middles**2).sum())
    is_zero = (left >= -_LEAST_LIMIT) & (right <= _LEAST_LIMIT)
    is_bad = any(map(np.isnan, (histogram.minimum, histogram.maximum, squares)))
    return [
        histogram.step,
        float(np.sqrt(squares)),
        float((counts * np.abs(middles)).sum() / counted) if counted else 0.0,
        max(abs(histogram.minimum), abs(histogram.maximum)),
        float(counts[is_zero].sum() / counted) if counted else 0.0,
        max(round(histogram.number - counted), int(is_bad)),
        int(np.isinf(histogram.minimum)) + int(np.isinf(histogram.maximum)),
    ]

"""Whether gradients vanish, explode, are dead or not finite: for each variable, and from which step on."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphlog.inspect.gradients.series import Column, GradientSeries, gradient_series
from graphlog.readers.run import Run

Verdict = Literal["nan", "inf", "exploding", "dead", "vanishing", "healthy"]
Mask = NDArray[np.bool_]

# The worst first.
VERDICTS: tuple[Verdict, ...] = ("nan", "inf", "exploding", "dead", "vanishing", "healthy")

# A step uses a few rows of such a table, so that most of its gradient is 0 in any training.
_TABLE = re.compile(r"embed|lookup_table|\bwte\b", re.IGNORECASE)

# What the variables of one layer are called, after the layer's name.
_OF_LAYER = re.compile(r"(^|.*[/.])(kernel|weights?|w|bias|biases|b|gamma|beta)", re.IGNORECASE)


@dataclass(frozen=True)
class HealthRules:
    """When a gradient is not healthy. All is judged by norms, as in Pascanu et al.

    - **nan**, **inf**: a number of it is, at one step or more.
    - **exploding**: its norm is above ``exploding_norm``; or it is above ``clipping_norm`` and
      ``exploding_growth`` times the median of its norms before.
    - **dead**: ``dead_fraction`` of it or more are 0; of a table of embeddings, all of it.
    - **vanishing**: the largest norm in its layer is below ``vanishing_ratio`` times the largest of all at
      that step, and below ``vanishing_norm``; or all norms in the layer so far are below ``never_norm``. A
      layer is a ``kernel`` (``weight``, ``w`` …) with what stands beside it in its scope: the gradient of a
      bias before a batch normalization is 0 by its nature, and tells nothing of the layer.

    The last three must last: for ``lasting_points`` logged steps in a row, or for all where fewer were
    logged; and either to the end or for half of the steps. It is enough if what follows an explosion is NaN,
    infinite or 0 throughout, as it is once weights were thrown far away.

    Not judged by these three are steps at which something of the gradient is NaN or infinite. Nor is it dead
    or vanishing where the training has converged: where all variables are 0 that were not before, or below
    ``converged_ratio`` times the largest norm until then.

    Attributes:
        exploding_norm: with a learning rate of 1e-3 an update of norm 1000, a hundred times the norm of a
            layer's weights (64 x 64 of Glorot's initializer: 8). Losses of targets that are not normalized
            have gradients of 1e5, and are learned.
        clipping_norm: gradients are usually clipped to norms of 1 to 10.
        exploding_growth: three orders of magnitude; in healthy trainings a norm varies by one or two.
        dead_fraction: in a layer of 100 units, no more than one is alive.
        vanishing_ratio: four orders of magnitude. In healthy networks the norms of layers differ by one or
            two; in a chain of sigmoid layers each is about a quarter of the next at most.
        vanishing_norm: with a learning rate of 0.1 an update of norm 1e-4. It holds the ratio back where the
            largest gradient explodes.
        never_norm: not more than the constant of 1e-8 that Adam adds to it.
        converged_ratio: six orders of magnitude, about the precision of float32.
        lasting_points: a batch or two may be odd.

    Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks"
    (2013), for judging by norms; X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks" (2010), for comparing layers. The numbers are graphlog's own.
    """

    exploding_norm: float = 1e6
    clipping_norm: float = 10.0
    exploding_growth: float = 1e3
    dead_fraction: float = 0.99
    vanishing_ratio: float = 1e-4
    vanishing_norm: float = 1e-3
    never_norm: float = 1e-9
    converged_ratio: float = 1e-6
    lasting_points: int = 3


@dataclass(frozen=True)
class HealthFinding:
    """Something that is wrong with the gradient of a variable.

    Attributes:
        verdict: what it is.
        from_step: the first step at which it was seen.
        to_step: the last one.
        to_the_end: whether it was so at the last step that was logged.
        points: at how many logged steps it was so.
        value: what it was judged by at ``from_step``: how many numbers are NaN or infinite, the norm, or the
            fraction of zeros.
    """

    verdict: Verdict
    from_step: int
    to_step: int
    to_the_end: bool
    points: int
    value: float


@dataclass(frozen=True, eq=False)
class VariableHealth:
    """The health of the gradient of one variable.

    Attributes:
        series: what was logged.
        findings: what is wrong, the worst first; empty if it is healthy.
    """

    series: GradientSeries
    findings: tuple[HealthFinding, ...]

    @property
    def variable(self) -> str:
        """The variable's name."""
        return self.series.variable

    @property
    def verdict(self) -> Verdict:
        """The worst that was found, or ``"healthy"``."""
        return self.findings[0].verdict if self.findings else "healthy"

    def __repr__(self) -> str:
        found = ", ".join(f"{item.verdict} from step {item.from_step}" for item in self.findings)
        return f"<VariableHealth of {self.variable!r}: {found or 'healthy'}>"


def gradient_health(run: Run, rules: HealthRules | None = None) -> list[VariableHealth]:
    """Judges the gradients that a run has logged.

    Args:
        run: the run; ``gradient_series`` says which tags are looked at.
        rules: when a gradient is not healthy.

    Returns:
        The variables, in the order in which they first appear; none where no gradients were logged.
    """
    return judged(gradient_series(run), rules)


def judged(series: Sequence[GradientSeries], rules: HealthRules | None = None) -> list[VariableHealth]:
    """Judges gradients.

    Args:
        series: the gradients of all variables of one training.
        rules: when a gradient is not healthy.

    Returns:
        A judgement for each, in the same order.
    """
    if not series:
        return []
    everywhere = _Everywhere(series, rules or HealthRules())
    return [VariableHealth(item, tuple(_findings(item, everywhere))) for item in series]


class _Everywhere:
    """What is to be known of all variables to judge one."""

    def __init__(self, series: Sequence[GradientSeries], rules: HealthRules) -> None:
        self.rules = rules
        self._step = np.unique(np.concatenate([item.step for item in series]))
        self._largest = np.zeros(len(self._step))
        self._of_layers: dict[str, Column] = {}
        for item in series:
            places, norms = np.searchsorted(self._step, item.step), _finite_norms(item)
            of_layer = self._of_layers.setdefault(_layer(item.variable), np.zeros(len(self._step)))
            for largest in (self._largest, of_layer):
                largest[places] = np.fmax(largest[places], norms)

    def largest(self, step: NDArray[np.int64]) -> Column:
        """The largest norm of a variable at each of some steps."""
        return self._largest[np.searchsorted(self._step, step)]

    def largest_in_layer(self, series: GradientSeries) -> Column:
        """The largest norm in the layer of a variable, at each of its steps."""
        return self._of_layers[_layer(series.variable)][np.searchsorted(self._step, series.step)]

    def has_converged(self, step: NDArray[np.int64]) -> Mask:
        """Whether, at each of some steps, all gradients are very small against the largest until then."""
        largest_before = np.maximum.accumulate(self._largest)
        has_converged: Mask = self._largest < self.rules.converged_ratio * largest_before
        return has_converged[np.searchsorted(self._step, step)]

    def has_stopped(self, step: NDArray[np.int64]) -> Mask:
        """Whether, at each of some steps, all gradients are 0 that were not before."""
        stopped: Mask = (self._largest == 0) & (np.maximum.accumulate(self._largest) > 0)
        return stopped[np.searchsorted(self._step, step)]


def _findings(series: GradientSeries, everywhere: _Everywhere) -> Iterator[HealthFinding]:
    """What is wrong, the worst first."""
    rules, norms = everywhere.rules, _finite_norms(series)
    is_nan, is_inf = _has_nan(series), _has_inf(series)
    yield from _seen(series, "nan", is_nan, np.fmax(series.nan_count, 1))
    yield from _seen(series, "inf", is_inf, np.fmax(series.inf_count, 1))
    is_judged = ~np.isnan(norms)
    explodes = _explodes(norms, rules)
    yield from _lasting(series, "exploding", explodes, is_judged & (norms != 0), norms, rules)
    least = 1.0 if _TABLE.search(series.variable) else rules.dead_fraction
    zeros = np.where(norms == 0, 1.0, np.nan_to_num(series.zero_fraction))
    is_dead = zeros >= least
    has_stopped = everywhere.has_stopped(series.step)
    yield from _lasting(series, "dead", is_dead, is_judged & ~has_stopped, zeros, rules)
    in_layer = everywhere.largest_in_layer(series)
    is_small = in_layer < np.fmin(
        rules.vanishing_ratio * everywhere.largest(series.step), rules.vanishing_norm
    )
    never = np.maximum.accumulate(in_layer) < rules.never_norm
    is_learning = is_judged & ~is_dead & ~everywhere.has_converged(series.step)
    yield from _lasting(series, "vanishing", is_small | never, is_learning, norms, rules)


def _layer(variable: str) -> str:
    match = _OF_LAYER.fullmatch(variable)
    return variable if match is None else match[1]


def _has_nan(series: GradientSeries) -> Mask:
    # Where there is no count, the norm says it.
    is_nan: Mask = np.isnan(series.l2_norm) if series.source == "norms" else series.nan_count > 0
    return is_nan


def _has_inf(series: GradientSeries) -> Mask:
    is_inf: Mask = (series.inf_count > 0) | np.isinf(series.l2_norm)
    return is_inf


def _finite_norms(series: GradientSeries) -> Column:
    """The norms; NaN at steps at which something of the gradient is not finite."""
    return np.where(_has_nan(series) | _has_inf(series), np.nan, series.l2_norm)


def _explodes(norms: Column, rules: HealthRules) -> Mask:
    """Where norms are too large, or have grown too much."""
    explodes = norms > rules.exploding_norm
    is_large = norms > rules.clipping_norm
    least_before = np.fmin.accumulate(norms)
    if not (is_large & (norms > rules.exploding_growth * least_before)).any():
        return explodes
    before: list[float] = []  # sorted
    for point, norm in enumerate(norms.tolist()):
        if len(before) >= rules.lasting_points and is_large[point]:
            limit = rules.exploding_growth * before[len(before) // 2]
            if norm > limit:
                explodes[point:] |= is_large[point:] & (norms[point:] > limit)
                break
        if norm == norm:
            bisect.insort(before, norm)
    return explodes


def _seen(series: GradientSeries, verdict: Verdict, is_so: Mask, values: Column) -> Iterator[HealthFinding]:
    """What counts also where it is seen once."""
    points = np.flatnonzero(is_so)
    if points.size:
        yield _finding(series, verdict, points, points[-1] == len(series) - 1, values)


def _lasting(
    series: GradientSeries, verdict: Verdict, is_so: Mask, is_judged: Mask, values: Column, rules: HealthRules
) -> Iterator[HealthFinding]:
    """What counts only where it lasts, of the points that are judged."""
    judged_points = np.flatnonzero(is_judged)
    is_so = is_so[judged_points]
    if not is_so.any():
        return
    edges = np.flatnonzero(np.diff(is_so, prepend=False, append=False))
    starts, stops = edges[::2], edges[1::2]
    least = min(rules.lasting_points, len(judged_points))
    lasts = stops - starts >= least
    at_end = stops == len(judged_points)
    if verdict == "exploding" and judged_points[-1] != len(series) - 1:
        lasts |= at_end  # what follows is not finite, or 0
    if 2 * is_so.sum() < len(judged_points):
        lasts &= at_end
    if lasts.any():
        first = starts[np.argmax(lasts)]
        points = judged_points[first:][is_so[first:]]
        yield _finding(series, verdict, points, bool(at_end[-1]), values)


def _finding(
    series: GradientSeries, verdict: Verdict, points: NDArray[np.intp], to_the_end: bool, values: Column
) -> HealthFinding:
    first, last = points[0], points[-1]
    return HealthFinding(
        verdict,
        from_step=int(series.step[first]),
        to_step=int(series.step[last]),
        to_the_end=bool(to_the_end),
        points=len(points),
        value=float(values[first]),
    )

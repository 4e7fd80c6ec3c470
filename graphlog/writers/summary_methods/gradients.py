"""Gradients: whether they vanish or explode, variable by variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, SupportsInt

import numpy as np

from graphlog.encoders.array_statistics import ArrayStatistics, l2_norms, statistics_of
from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.histogram_bins import binned_histogram
from graphlog.proto import summary_pb2
from graphlog.writers.summary_methods.base import RunWriter

Named = Mapping[str, Any] | Iterable[tuple[str, Any]]


class GradientMethods(RunWriter):
    """What adds gradients."""

    _gradient_calls: int

    def add_gradients(
        self,
        gradients: Named,
        global_step: SupportsInt | None = None,
        weights: Named | bool | None = None,
        histogram_every: int = 100,
        learning_rate: float = 1.0,
        walltime: float | None = None,
    ) -> None:
        """Adds some numbers of each gradient, and now and then how it is distributed.

        All are scalars of one event. Under SCALARS, a group shows one of the numbers for all variables:
        ``gradient_l2_norm/NAME``, ``gradient_mean_abs/NAME``, ``gradient_max_abs/NAME``,
        ``gradient_zero_fraction/NAME``, ``gradient_nan_count/NAME``, ``gradient_inf_count/NAME`` and, where
        there are weights, ``update_to_weight_ratio/NAME``. The histogram is ``gradients/NAME``. NaN and
        infinities are counted, and are in none of the other numbers.

        Args:
            gradients: name and array, as a dictionary or as pairs; arrays of any library. Of a PyTorch
                parameter, as in ``model.named_parameters()``, it is the ``grad``. A gradient of None is left
                out.
            global_step: the step of the training.
            weights: name and array of the variables, for the ratio; with True, the parameters whose gradients
                are given.
            histogram_every: at each step that is a multiple of it there are histograms, too; 0 for never.
            learning_rate: what the gradient is multiplied with when the variable is updated, for the ratio.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: a gradient is no array of numbers.
            ValueError: there are weights, but not of each variable that has a gradient.
        """
        pairs = [(name, item, _gradient(item)) for name, item in _pairs(gradients)]
        found = {name: to_numpy(gradient) for name, _, gradient in pairs if gradient is not None}
        if weights is True:
            weights = {name: item for name, item, _ in pairs}
        ratios = self._update_ratios(found, weights, learning_rate) if weights else None
        values = []
        for number, (name, statistics) in enumerate(
            zip(found, statistics_of(list(found.values())), strict=True)
        ):
            values += _scalars(name, statistics)
            if ratios is not None:
                ratio = statistics.l2_norm * ratios[number]
                values.append(_scalar(f"update_to_weight_ratio/{name}", ratio))
        step = self._step(global_step)
        counted = self._gradient_calls if step is None else step
        self._gradient_calls += 1
        if histogram_every and counted % histogram_every == 0:
            values += _histograms(found)
        if values:
            self._add(values, step, walltime)

    def _update_ratios(
        self, gradients: Mapping[str, Any], weights: Named | bool, learning_rate: float
    ) -> list[float]:
        """For each gradient what its norm is to be multiplied with."""
        assert not isinstance(weights, bool)
        by_name = dict(_pairs(weights))
        missing = [name for name in gradients if name not in by_name]
        if missing:
            raise ValueError(f"there is no weight of {missing[0]!r}, which has a gradient")
        norms = l2_norms([to_numpy(by_name[name]) for name in gradients])
        return [learning_rate / norm if norm else float("inf") for norm in norms]


def _pairs(named: Named) -> Iterable[tuple[str, Any]]:
    return named.items() if isinstance(named, Mapping) else named


def _gradient(item: Any) -> Any:
    """The gradient: the item itself, or that of a parameter."""
    if getattr(item, "requires_grad", False) and getattr(item, "is_leaf", False):
        return item.grad
    return item


def _scalars(name: str, statistics: ArrayStatistics) -> list[summary_pb2.Summary.Value]:
    return [
        _scalar(f"gradient_l2_norm/{name}", statistics.l2_norm),
        _scalar(f"gradient_mean_abs/{name}", statistics.mean_absolute),
        _scalar(f"gradient_max_abs/{name}", statistics.max_absolute),
        _scalar(f"gradient_zero_fraction/{name}", statistics.zero_fraction),
        _scalar(f"gradient_nan_count/{name}", statistics.nans),
        _scalar(f"gradient_inf_count/{name}", statistics.infinities),
    ]


def _scalar(tag: str, number: float) -> summary_pb2.Summary.Value:
    return summary_pb2.Summary.Value(tag=tag, simple_value=number)


def _histograms(gradients: Mapping[str, Any]) -> list[summary_pb2.Summary.Value]:
    values = []
    for name, gradient in gradients.items():
        magnitudes = np.abs(gradient) if gradient.dtype.kind == "c" else gradient
        try:
            values.append(binned_histogram(f"gradients/{name}", magnitudes))
        except ValueError:  # no finite number is in it, as the counts tell
            continue
    return values

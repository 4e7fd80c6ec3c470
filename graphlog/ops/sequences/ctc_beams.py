"""A beam search through the alignments of connectionist temporal classification.

Source: Graves: Supervised sequence labelling with recurrent neural networks, 2012, section 7.5.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_NEVER = -np.inf


class Beams:
    """The best beginnings of all sequences of a batch.

    Args:
        batch_size: how many sequences there are.
        width: how many beginnings are kept of each.
        steps: the largest number of steps.
    """

    def __init__(self, batch_size: int, width: int, steps: int) -> None:
        shape = (batch_size, width)
        # How likely a beginning is whose last step is a blank, or its last label. Unused places are never.
        self._blank = np.full(shape, _NEVER)
        self._blank[:, 0] = 0.0
        self._label = np.full(shape, _NEVER)
        self._last = np.full(shape, -1, np.int64)
        # A number for each beginning and for the one without its last label.
        self._own = np.zeros(shape, np.uint64)
        self._own[:, 1:] = np.arange(1, width, dtype=np.uint64)
        self._parent = np.full(shape, np.iinfo(np.uint64).max, np.uint64)
        # Where each beginning comes from, and what was added to it, step by step.
        self._origins = np.zeros((steps, *shape), np.int64)
        self._added = np.full((steps, *shape), -1, np.int64)

    @property
    def totals(self) -> Array:
        """How likely each beginning is, as a logarithm, the best first."""
        totals: Array = np.logaddexp(self._blank, self._label)
        return totals

    def step(self, time: int, rows: Array, log_probabilities: Array) -> None:
        """Goes on by one step.

        Args:
            time: which step it is.
            rows: which sequences go on.
            log_probabilities: of each class, of shape ``(rows, classes)``; the blank is the last.
        """
        width, classes = self._blank.shape[1], log_probabilities.shape[1]
        blank, label, last = self._blank[rows], self._label[rows], self._last[rows]
        own, parent, total = self._own[rows], self._parent[rows], self.totals[rows]
        labels = np.arange(classes - 1)

        is_child = (parent[:, :, None] == own[:, None, :]) & np.isfinite(total)[:, :, None]
        is_child &= np.isfinite(total)[:, None, :]
        has_parent = is_child.any(axis=2)
        place = is_child.argmax(axis=2)
        # By a label more: only after a blank where it repeats the last.
        repeats = last[:, :, None] == labels
        grown = np.where(repeats, blank[:, :, None], total[:, :, None]) + log_probabilities[:, None, :-1]

        row, child = np.nonzero(has_parent)
        target = row, place[row, child], last[row, child]
        taken = np.full(blank.shape, _NEVER)
        taken[row, child] = grown[target]
        grown[target] = _NEVER
        own_score = np.take_along_axis(log_probabilities, np.maximum(last, 0), axis=1)
        new_label = np.where(last >= 0, np.logaddexp(label + own_score, taken), _NEVER)
        new_blank = total + log_probabilities[:, -1:]

        kept = np.logaddexp(new_blank, new_label)
        children = np.where(has_parent, place * (classes - 1) + last, -1)
        grown[_dropped_early(kept, grown.reshape(len(rows), -1), children)] = _NEVER
        scores = np.concatenate([kept, grown.reshape(len(rows), -1)], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :width]
        is_new = best >= width
        origin = np.where(is_new, (best - width) // max(classes - 1, 1), best)
        added = np.where(is_new, (best - width) % max(classes - 1, 1), -1)

        def at_origin(values: Array) -> Array:
            return np.take_along_axis(values, origin, axis=1)

        chosen = np.take_along_axis(scores, best, axis=1)
        self._blank[rows] = np.where(is_new, _NEVER, at_origin(new_blank))
        self._label[rows] = np.where(is_new, chosen, at_origin(new_label))
        self._last[rows] = np.where(is_new, added, at_origin(last))
        self._parent[rows] = np.where(is_new, at_origin(own), at_origin(parent))
        self._own[rows] = np.where(is_new, _mixed(at_origin(own), added), at_origin(own))
        self._origins[time, rows] = origin
        self._added[time, rows] = added

    def labels(self, lengths: Array, count: int) -> Array:
        """The labels of the ``count`` best, of shape ``(batch, count, steps)``; -1 where a step adds none."""
        steps, batch = self._added.shape[:2]
        place = np.broadcast_to(np.arange(count), (batch, count))
        result = np.full((batch, count, steps), -1, np.int64)
        for time in range(steps - 1, -1, -1):
            goes = (time < lengths)[:, None]
            result[:, :, time] = np.where(goes, np.take_along_axis(self._added[time], place, axis=1), -1)
            place = np.where(goes, np.take_along_axis(self._origins[time], place, axis=1), place)
        return result


def _dropped_early(kept: Array, grown: Array, children: Array) -> Array:
    """Which beginnings do not grow, since TensorFlow had dropped them before it came to them.

    It looks at the new beginnings one after the other, and each that is good enough drops the worst. Where it
    finds that a beginning, grown from one before it, is no longer there, it does not let it grow either.

    Args:
        kept: how likely each beginning is without a new label, of shape ``(rows, width)``.
        grown: how likely each is with a new label, of shape ``(rows, width * labels)``.
        children: where in ``grown`` each beginning would stand as another's growth, or -1.

    Returns:
        Booleans of the shape of ``kept``.
    """
    width = kept.shape[1]
    labels = grown.shape[1] // width
    numbers = np.arange(width)
    dropped = np.zeros(kept.shape, np.bool_)
    if not labels:
        return dropped
    limit = np.sort(np.concatenate([kept, grown], axis=1), axis=1)[:, -width]
    doubtful = (children >= 0) & (children // labels < numbers) & (kept < limit[:, None])
    row, place = np.nonzero(doubtful)
    level, end = kept[row, place][:, None], children[row, place][:, None]
    better = np.count_nonzero(kept[row] > level, axis=1)
    is_before = (np.arange(grown.shape[1]) < end) & (grown[row] > level)
    by_parent = np.add.reduceat(is_before, np.arange(0, grown.shape[1], labels), axis=1)
    while True:
        # What does not grow drops nothing, which comes to count for those after it.
        counts = better + np.where(dropped[row], 0, by_parent).sum(axis=1)
        again = np.zeros_like(dropped)
        again[row, place] = counts >= width
        if (again == dropped).all():
            return dropped
        dropped = again


def _mixed(numbers: Array, labels: Array) -> Array:
    """A number for each beginning with a label added; two are as good as never the same."""
    with np.errstate(over="ignore"):
        mixed = (numbers ^ (labels.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))) * np.uint64(
            0xBF58476D1CE4E5B9
        )
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
        result: Array = mixed ^ (mixed >> np.uint64(32))
    return result

"""Connectionist temporal classification: how likely labels are, summed over all their alignments in time.

Each label may be repeated, and a blank may stand between two labels. So the states of an alignment are the
labels with a blank before, between and after them, and the sums over all alignments go through the states
forwards and backwards, for all sequences of a batch at once, with logarithms of probabilities.

Source: Graves: Supervised sequence labelling with recurrent neural networks, 2012, chapter 7.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]


class Labels(NamedTuple):
    """The labels of a batch.

    Attributes:
        states: the labels of each sequence, with blanks before, between and after them.
        counts: how many labels each sequence has.
        given: how many it was given, with those left out.
    """

    states: Array
    counts: Array
    given: Array


def labels_of(indices: Array, values: Array, batch_size: int, blank: int, collapse: bool) -> Labels:
    """The labels in a sparse tensor.

    Args:
        indices: the sequence and the place of each label, sorted.
        values: the labels; the blank and what is larger stand for the end.
        batch_size: how many sequences there are.
        blank: the class that stands for no label.
        collapse: whether a label that repeats the one before it is left out.

    Returns:
        The labels.

    Raises:
        ValueError: a sequence has no labels, one below 0, or goes on after its end.
    """
    rows = indices[:, 0]
    given = np.bincount(rows, minlength=batch_size)
    if not given.all():
        raise ValueError(f"Labels length is zero in batch {np.argmin(given)}")
    kept = np.ones(len(values), np.bool_)
    if collapse:
        kept[1:] = (rows[1:] != rows[:-1]) | (values[1:] != values[:-1])
    is_end = kept & (values >= blank)
    ends = np.cumsum(is_end)
    first = np.searchsorted(rows, rows)
    goes_on = kept & ~is_end & (ends - ends[first] + is_end[first] > 0)
    if goes_on.any():
        place = int(np.argmax(goes_on))
        labels = values[rows == rows[place]].tolist()
        seen = values[first[place] : place][(kept & ~is_end)[first[place] : place]].tolist()
        raise ValueError(
            "Saw a non-null label (index >= num_classes - 1) following a null label, batch: "
            f"{rows[place]} num_classes: {blank + 1} labels: {','.join(map(str, labels))} labels seen so "
            f"far: {','.join(map(str, seen))}"
        )
    is_label = kept & ~is_end
    rows, values = rows[is_label], values[is_label]
    if (values < 0).any():
        row = rows[np.argmax(values < 0)]
        labels = values[rows == row].tolist()
        raise ValueError(
            f"All labels must be nonnegative integers, batch: {row} labels: {','.join(map(str, labels))}"
        )
    counts = np.bincount(rows, minlength=batch_size)
    states = np.full((batch_size, 2 * int(counts.max(initial=0)) + 1), blank, np.int64)
    states[rows, 2 * (np.arange(len(rows)) - np.searchsorted(rows, rows)) + 1] = values
    return Labels(states, counts, given)


def loss_and_gradient(
    log_probabilities: Array, labels: Labels, lengths: Array, blank: int, merge: bool
) -> tuple[Array, Array]:
    """The negative logarithm of how likely the labels are, and its derivative by the logits.

    Args:
        log_probabilities: of each class, of shape ``(time, batch, classes)``, in double precision.
        labels: the labels.
        lengths: how many steps each sequence has; one of none has no loss.
        blank: the class that stands for no label.
        merge: whether a label stays one label while it is repeated.

    Returns:
        The losses of shape ``(batch,)`` and the derivatives of shape ``(time, batch, classes)``.
    """
    steps, batch, classes = log_probabilities.shape
    states = labels.states
    emitted = np.take_along_axis(log_probabilities, np.broadcast_to(states, (steps, *states.shape)), axis=2)
    places = np.arange(states.shape[1])
    emitted[:, places > 2 * labels.counts[:, None]] = -np.inf
    stays = np.where((states == blank) | merge, 0.0, -np.inf)
    skips = np.full(states.shape, -np.inf)
    differ = (states[:, 2:] != states[:, :-2]) | (not merge)
    skips[:, 2:] = np.where((states[:, 2:] != blank) & differ, 0.0, -np.inf)
    forward = _forward(emitted, stays, skips)
    backward = _backward(emitted, stays, skips, lengths, places >= 2 * labels.counts[:, None] - 1)
    likelihood = np.logaddexp.reduce(forward[0] + backward[0], axis=1) if steps else np.zeros(batch)
    gradient = np.exp(log_probabilities)
    possible = np.isfinite(likelihood)
    shares = np.exp(forward + backward - np.where(possible, likelihood, 0.0)[:, None])
    cells = (np.arange(steps)[:, None, None] * batch + np.arange(batch)[:, None]) * classes + states
    taken = np.bincount(cells.ravel(), shares.ravel(), minlength=gradient.size).reshape(gradient.shape)
    # Without any alignment TensorFlow takes nothing off.
    gradient -= np.where(possible[:, None], taken, 0.0)
    gradient[np.arange(steps)[:, None] >= lengths] = 0.0
    return np.where(lengths > 0, -likelihood, 0.0), gradient


def _forward(emitted: Array, stays: Array, skips: Array) -> Array:
    """For each time and state, how likely all beginnings of alignments are that lead there."""
    sums = np.full(emitted.shape, -np.inf)
    if len(sums):
        sums[0, :, :2] = emitted[0, :, :2]
    for time in range(1, len(sums)):
        before, now = sums[time - 1], sums[time]
        now[:] = before + stays
        now[:, 1:] = np.logaddexp(now[:, 1:], before[:, :-1])
        now[:, 2:] = np.logaddexp(now[:, 2:], before[:, :-2] + skips[:, 2:])
        now += emitted[time]
    return sums


def _backward(emitted: Array, stays: Array, skips: Array, lengths: Array, is_last: Array) -> Array:
    """For each time and state, how likely all ends of alignments are that go on from there."""
    sums = np.full(emitted.shape, -np.inf)
    last = np.where(is_last, 0.0, -np.inf)
    for time in range(len(sums) - 1, -1, -1):
        now = sums[time]
        if time + 1 < len(sums):
            after = sums[time + 1] + emitted[time + 1]
            now[:] = after + stays
            now[:, :-1] = np.logaddexp(now[:, :-1], after[:, 1:])
            now[:, :-2] = np.logaddexp(now[:, :-2], after[:, 2:] + skips[:, 2:])
        ends = lengths == time + 1
        now[ends] = last[ends]
    return sums

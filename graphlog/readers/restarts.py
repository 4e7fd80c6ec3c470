"""What a restarted run has overwritten, as TensorBoard sees it.

A run that is restarted at a step writes that step and those after it again. Since file version 2, an event
with ``SessionLog.START`` says so: what stands before it at its step or later is dropped. Before, a summary at
a step below the largest so far is taken for a restart, of its own tags only.

Source: ``EventAccumulator`` in ``tensorboard/backend/event_processing/event_accumulator.py``; TensorBoard's
page skips the first START of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Orders = NDArray[np.int64]

_FIRST_VERSION_WITH_STARTS = 2.0
_VERSION_PREFIX = "brain.Event:"


class Restarts:
    """The restarts of a run: each the order of its event, and the step at which it goes on.

    Args:
        versions: the order of each event with a file version, and the version.
        starts: the order and the step of each event with ``SessionLog.START``.
        others: the order and the step of all events that are no summary.
        summaries: the order and the step of summaries whose values are not all in ``values``.
        values: for each tag the orders and the steps of its values.
    """

    def __init__(
        self,
        versions: Sequence[tuple[int, str]],
        starts: Sequence[tuple[int, int]],
        others: Sequence[tuple[int, int]],
        summaries: Sequence[tuple[int, int]],
        values: Mapping[str, tuple[Orders, Orders]],
    ) -> None:
        self._span_orders = np.array([-1, *(order for order, _ in versions)], np.int64)
        self._span_is_old = np.array([True, *(not _has_starts(version) for _, version in versions)])
        is_old = self._has_old_version
        self._for_all = [item for item, old in zip(starts, is_old(starts), strict=True) if not old]
        old_others = [item for item, old in zip(others, is_old(others), strict=True) if old]
        tags_of: dict[tuple[int, int], set[str]] = {
            item: set() for item, old in zip(summaries, is_old(summaries), strict=True) if old
        }
        for tag, (orders, steps) in values.items():
            chosen = self._is_old(orders)
            for item in zip(orders[chosen].tolist(), steps[chosen].tolist(), strict=True):
                tags_of.setdefault(item, set()).add(tag)
        self._for_tags = _out_of_order(old_others, tags_of)

    def kept(self, tag: str, orders: Orders, steps: Orders) -> NDArray[np.bool_]:
        """Which values of a tag no later restart overwrites."""
        restarts = sorted(self._for_all + self._for_tags.get(tag, []))
        if not restarts:
            return np.ones(len(orders), np.bool_)
        at = np.array([order for order, _ in restarts], np.int64)
        least_later_step = np.minimum.accumulate(np.array([step for _, step in restarts], np.int64)[::-1])
        bounds = np.append(least_later_step[::-1], np.iinfo(np.int64).max)
        later = np.searchsorted(at, orders, "right")
        kept: NDArray[np.bool_] = (steps < bounds[later]) | (later == len(at))
        return kept

    def _has_old_version(self, events: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
        return self._is_old(np.array([order for order, _ in events], np.int64))

    def _is_old(self, orders: Orders) -> NDArray[np.bool_]:
        """Whether the version that holds at some events knows no starts."""
        found: NDArray[np.bool_] = self._span_is_old[np.searchsorted(self._span_orders, orders, "right") - 1]
        return found


def _out_of_order(
    others: Sequence[tuple[int, int]], tags_of: Mapping[tuple[int, int], set[str]]
) -> dict[str, list[tuple[int, int]]]:
    """For each tag the summaries that go back to a step below one that was there before.

    Args:
        others: the order and the step of events that are no summary.
        tags_of: those of summaries, with the tags of their values.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    most_recent = -1
    for item in sorted([*tags_of, *others] if tags_of else []):
        if item in tags_of and item[1] < most_recent:
            for tag in tags_of[item]:
                found.setdefault(tag, []).append(item)
        else:
            most_recent = item[1]
    return found


def _has_starts(version: str) -> bool:
    """Whether a file of a version says by ``SessionLog.START`` that its run was restarted."""
    try:
        return float(version.rpartition(_VERSION_PREFIX)[2]) >= _FIRST_VERSION_WITH_STARTS
    except ValueError:
        return False

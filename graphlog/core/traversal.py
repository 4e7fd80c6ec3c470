"""Walks through graphs that are deeper than Python's stack."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def add_after_needs(
    order: dict[Item, None], items: Iterable[Item], needs: Callable[[Item], Sequence[Item]]
) -> None:
    """Adds items and all that they need, each after what it needs itself; depth first, without recursion.

    Args:
        order: what is there already, as keys; what is added comes behind.
        items: what to add, the first one first.
        needs: what an item needs, the first one first; it is asked once for each item, but for cycles.
    """
    stack = [(item, False) for item in reversed(list(items))]
    while stack:
        item, needs_are_done = stack.pop()
        if item in order:
            continue
        if needs_are_done:
            order[item] = None
        else:
            stack.append((item, True))
            stack.extend((needed, False) for needed in reversed(needs(item)) if needed not in order)

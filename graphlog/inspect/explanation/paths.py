"""The paths along which a gradient comes: how many there are, and the first of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.inspect.explanation.explanation import GradientPath, Step

Array = np.ndarray[Any, Any]


def count_paths(order: Sequence[str], steps: Sequence[Step], y: str, x: str) -> int:
    """How many ways lead from ``y`` to ``x``.

    Args:
        order: the tensors, each after those whose gradients it takes part of.
        steps: the steps between them.
        y: where the ways begin.
        x: where they end.
    """
    counts = {y: 1}
    following: dict[str, list[str]] = {}
    for step in steps:
        following.setdefault(step.output, []).append(step.input)
    for name in order:
        for target in following.get(name, ()):
            counts[target] = counts.get(target, 0) + counts.get(name, 0)
    return counts.get(x, 0)


def first_paths(
    steps: Sequence[Step], y: str, x: str, gradient: Array, count: int, most: int
) -> list[GradientPath]:
    """The first paths from ``y`` to ``x``.

    Args:
        steps: the steps between the tensors.
        y: where the paths begin.
        x: where they end.
        gradient: the gradient that comes along all of them.
        count: how many there are.
        most: how many to give at most.
    """
    by_output: dict[str, list[Step]] = {}
    for step in steps:
        by_output.setdefault(step.output, []).append(step)
    reaching = _reaching(steps, x)
    found: list[GradientPath] = []
    for way in _ways(by_output, reaching, y, x):
        if len(found) == most:
            break
        found.append(GradientPath(way, gradient if count == 1 else _product(way, gradient)))
    return found


def _ways(
    by_output: Mapping[str, Sequence[Step]], reaching: set[str], y: str, x: str
) -> Iterator[tuple[Step, ...]]:
    """All ways, one after the other: a tensor may be an ``x`` and lie on the way to another one."""
    if y == x:
        yield ()
    way: list[Step] = []
    branches = [iter(by_output.get(y, ()))]
    while branches:
        step = next(branches[-1], None)
        if step is None:
            branches.pop()
            if way:
                way.pop()
        elif step.input in reaching:
            way.append(step)
            if step.input == x:
                yield tuple(way)
            branches.append(iter(by_output.get(step.input, ())))


def _reaching(steps: Sequence[Step], x: str) -> set[str]:
    """The tensors from which a way leads to ``x``."""
    sources: dict[str, list[str]] = {}
    for step in steps:
        sources.setdefault(step.input, []).append(step.output)
    found, waiting = {x}, [x]
    while waiting:
        new = set(sources.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _product(steps: Sequence[Step], gradient: Array) -> Array | None:
    """What comes along a path, where all tensors on it but the last have one element."""
    if not steps:
        return np.ones_like(gradient)
    factors = [step.local for step in steps if step.local is not None]
    if len(factors) < len(steps) or any(factor.size != 1 for factor in factors[:-1]):
        return None
    numbers = [factor.reshape(()) for factor in factors[:-1]]
    with np.errstate(all="ignore"):
        return np.asarray(functools.reduce(np.multiply, numbers, factors[-1]))

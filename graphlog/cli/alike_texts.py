"""Texts that say the same of one layer and the next: they differ in one number only."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Not more digits than any number of a layer has.
_NUMBER = re.compile(r"[0-9]{1,9}")
# With so many groups of the same words a text is compared.
_MOST_KNOWN = 20


def alike(texts: Iterable[str]) -> list[list[int]]:
    """Puts texts together that differ in one number only, be it in several places.

    ``layer3/MatMul takes layer2/Relu`` is so beside ``layer7/MatMul takes layer6/Relu``: each number is the
    same, or larger by 4. It is not beside ``layer7/MatMul takes layer4/Relu``.

    Args:
        texts: the texts.

    Returns:
        For each group the places of its texts, in order; the groups in the order of their first texts.
    """
    by_words: dict[str, list[tuple[list[int], list[int]]]] = {}
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        numbers = [*map(int, _NUMBER.findall(text))]
        known = by_words.setdefault(_NUMBER.sub("#", text), [])
        group = next((group for first, group in known if _differ_by_one(first, numbers)), None)
        if group is None:
            groups.append(group := [])
            known.append((numbers, group))
            del known[:-_MOST_KNOWN]
        group.append(place)
    return groups


def _differ_by_one(first: list[int], other: list[int]) -> bool:
    """Whether all numbers that are not the same differ by the same."""
    return len({after - before for before, after in zip(first, other, strict=True)} - {0}) <= 1

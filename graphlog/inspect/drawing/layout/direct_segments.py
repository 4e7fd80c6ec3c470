"""Which segments of a large scope are drawn straight to their ends, since they would pass too many layers."""

from __future__ import annotations

from collections.abc import Sequence

from graphlog.inspect.drawing.layout.segments import Segment

# How many bends there may be in a scope: all have to be put into an order.
_MOST_BENDS = 2500


def direct_segments(boxes: Sequence[int], segments: Sequence[Segment], inside: Sequence[int]) -> set[int]:
    """The longest segments of a scope, if all together had more bends than can be ordered in a moment.

    Args:
        boxes: the numbers of the boxes in the scope.
        segments: all segments.
        inside: the numbers of those in the scope.

    Returns:
        The numbers of those that are to be drawn without bends.
    """
    if len(boxes) * len(inside) < _MOST_BENDS:
        return set()
    ranks = _ranks(boxes, [segments[number] for number in inside])
    last = max(ranks.values(), default=0) + 1

    def span(number: int) -> int:
        segment = segments[number]
        source = 0 if segment.source is None else ranks[segment.source]
        target = last if segment.target is None else ranks[segment.target]
        if segment.is_turned:
            source, target = (
                last if segment.source is None else source,
                0 if segment.target is None else target,
            )
        return 2 * abs(target - source)

    spans = {number: span(number) for number in inside}
    total, direct = 0, set()
    for number in sorted(inside, key=spans.__getitem__):
        total += spans[number]
        if total > _MOST_BENDS and spans[number] > 2:
            direct.add(number)
    return direct


def _ranks(boxes: Sequence[int], segments: Sequence[Segment]) -> dict[int, int]:
    """The length of the longest way to each box."""
    targets: dict[int, list[int]] = {number: [] for number in boxes}
    waiting_for = dict.fromkeys(boxes, 0)
    for segment in segments:
        if segment.source is None or segment.target is None:
            continue
        source, target = segment.source, segment.target
        if segment.is_turned:
            source, target = target, source
        targets[source].append(target)
        waiting_for[target] += 1
    ranks = dict.fromkeys(boxes, 1)
    ready = [number for number in boxes if not waiting_for[number]]
    while ready:
        number = ready.pop()
        for target in targets[number]:
            ranks[target] = max(ranks[target], ranks[number] + 1)
            waiting_for[target] -= 1
            if not waiting_for[target]:
                ready.append(target)
    return ranks

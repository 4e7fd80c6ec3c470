"""Short names for tensors that are shown together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def short_labels(names: Iterable[str]) -> dict[str, str]:
    """For each name of a tensor the shortest end of it that no other has, without ``:0``.

    Args:
        names: names such as ``"layer/weights:0"``.

    Returns:
        Such as ``{"layer/weights:0": "weights"}``.
    """
    plain = {name: name.removesuffix(":0") for name in dict.fromkeys(names)}
    labels: dict[str, str] = {}
    open_names = list(plain)
    depth = 1
    while open_names:
        ends = {name: "/".join(plain[name].split("/")[-depth:]) for name in plain}
        counts = Counter(ends.values())
        settled = [name for name in open_names if counts[ends[name]] == 1 or ends[name] == plain[name]]
        labels.update((name, ends[name]) for name in settled)
        open_names = [name for name in open_names if name not in labels]
        depth += 1
    return {name: labels[name] for name in plain}

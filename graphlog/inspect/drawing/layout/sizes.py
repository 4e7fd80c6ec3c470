"""How large boxes, labels and borders are: what a layout is told of how it will be painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from graphlog.inspect.drawing.boxes import Box


class Padding(NamedTuple):
    """What a scope keeps free inside its border, in pixels."""

    before_x: float
    after_x: float
    before_y: float
    after_y: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large things are, in abstract coordinates: across, along.

    Attributes:
        box: of a box that has no boxes in it.
        label: of a label at a line.
        padding: inside a scope; the box is given.
        smallest: the least that a scope takes, such as for its title.
    """

    box: Callable[[Box], tuple[float, float]]
    label: Callable[[str], tuple[float, float]]
    padding: Callable[[Box], Padding]
    smallest: Callable[[Box], tuple[float, float]]

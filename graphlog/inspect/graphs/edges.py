"""The edges of a graph: which node each input comes from, and who takes what."""

from __future__ import annotations

import functools
from array import array
from typing import TYPE_CHECKING, NamedTuple

from graphlog.inspect.graphs.function_bodies import output_number

if TYPE_CHECKING:
    from graphlog.inspect.graphs.nodes import GraphNodes

# In the place of an output's number: an edge that carries no tensor, but says what must run before.
CONTROL = -1
# In the place of a node's position: the graph has no such node.
MISSING = -1
# In the place of an output's number: the text after the colon is no number.
UNREADABLE = -2


class Edge(NamedTuple):
    """An input of a node.

    Attributes:
        source: the position of the node it comes from; ``MISSING`` where the graph has none.
        output: which output of that node it is; ``CONTROL`` for a control input.
        target: the position of the node that takes it.
        input_index: which of that node's inputs it is, control inputs counted along.
        text: as in the file, such as ``"a:1"``.
    """

    source: int
    output: int
    target: int
    input_index: int
    text: str

    @property
    def is_control(self) -> bool:
        """Whether it only says what must run before."""
        return self.output == CONTROL


class Edges:
    """All edges of a graph, in columns.

    The inputs of node ``i`` are the edges from ``first[i]`` up to ``first[i + 1]``.

    Attributes:
        first: int64, one more than there are nodes: the number of each node's first edge.
        sources: int32, for each edge the position of the node it comes from, or ``MISSING``.
        outputs: int32, for each edge the number of the output, or ``CONTROL``.
    """

    def __init__(self, nodes: GraphNodes) -> None:
        self._nodes = nodes
        self.first, self.sources, self.outputs = array("q", [0]), array("i"), array("i")
        positions = nodes.positions
        for inputs in nodes.inputs:
            for text in inputs:
                source = positions.get(text)
                if source is not None and text[:1] != "^":
                    self.sources.append(source)
                    self.outputs.append(0)
                else:
                    source, output = self._other(text)
                    self.sources.append(source)
                    self.outputs.append(output)
            self.first.append(len(self.sources))

    def _other(self, text: str) -> tuple[int, int]:
        """The source and output of an input that is not simply a node's name."""
        positions = self._nodes.positions
        if text.startswith("^"):
            return positions.get(text[1:], MISSING), CONTROL
        name, _, output = text.partition(":")
        source = positions.get(name, MISSING)
        if output.isascii() and output.isdigit() and len(output) <= _MOST_DIGITS:
            return source, int(output)
        if source == MISSING:
            return MISSING, 0 if not output else UNREADABLE
        number = output_number(
            self._nodes.types[source], functools.partial(self._nodes.node_def, source), output
        )
        return source, UNREADABLE if number is None else number

    def __len__(self) -> int:
        return len(self.sources)

    def inputs(self, position: int) -> list[Edge]:
        """The inputs of a node, in order."""
        first, texts = self.first[position], self._nodes.inputs[position]
        return [
            Edge(self.sources[first + index], self.outputs[first + index], position, index, text)
            for index, text in enumerate(texts)
        ]

    def consumers(self, position: int) -> list[Edge]:
        """The edges that lead from a node to others, in the order of these."""
        starts, numbers = self._by_source
        found = []
        for place in range(starts[position], starts[position + 1]):
            number, target = numbers[place], self._targets[numbers[place]]
            index = number - self.first[target]
            text = self._nodes.inputs[target][index]
            found.append(Edge(position, self.outputs[number], target, index, text))
        return found

    def source_positions(self, position: int, with_control: bool = True) -> list[int]:
        """The positions of the nodes that a node's inputs come from, once for each edge.

        Args:
            position: the node.
            with_control: whether control edges count.
        """
        first, stop = self.first[position], self.first[position + 1]
        found = self.sources[first:stop]
        if with_control:
            return [item for item in found if item != MISSING]
        outputs = self.outputs[first:stop]
        return [
            item for item, output in zip(found, outputs, strict=True) if item != MISSING and output != CONTROL
        ]

    def target_positions(self, position: int, with_control: bool = True) -> list[int]:
        """The positions of the nodes that take an output of a node or wait for it, once for each edge.

        Args:
            position: the node.
            with_control: whether control edges count.
        """
        starts, numbers = self._by_source
        targets, outputs = self._targets, self.outputs
        return [
            targets[number]
            for number in numbers[starts[position] : starts[position + 1]]
            if with_control or outputs[number] != CONTROL
        ]

    @functools.cached_property
    def _targets(self) -> array[int]:
        """For each edge the position of the node that takes it."""
        targets = array("i")
        for position, inputs in enumerate(self._nodes.inputs):
            targets.extend([position] * len(inputs))
        return targets

    @functools.cached_property
    def _by_source(self) -> tuple[array[int], array[int]]:
        """The numbers of the edges sorted by source, and where those of each source start."""
        starts = array("q", bytes(8 * (len(self._nodes) + 1)))
        for source in self.sources:
            if source != MISSING:
                starts[source + 1] += 1
        for position in range(len(self._nodes)):
            starts[position + 1] += starts[position]
        free, numbers = starts[:], array("q", bytes(8 * starts[-1]))
        for number, source in enumerate(self.sources):
            if source != MISSING:
                numbers[free[source]] = number
                free[source] += 1
        return starts, numbers


# No operation has more outputs; memory is not taken, nor long numbers computed, on a stranger's word.
_MOST_DIGITS = 6

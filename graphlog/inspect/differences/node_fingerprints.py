"""Fingerprints of nodes: numbers that are equal for nodes of the same place in a graph, whatever their names.

They are refined colours in the sense of Weisfeiler and Lehman. On a graph without cycles one pass in the
order of the edges and one against it see as much as any number of rounds, so that the cost is that of the
edges, also where a thousand equal layers follow each other.

Source: B. Weisfeiler and A. Lehman, "The reduction of a graph to canonical form and the algebra which
appears therein" (1968).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graphlog.inspect.graphs.edges import CONTROL, MISSING

_LOOP_STARTS = frozenset(["Merge", "RefMerge"])
_LOOP_ENDS = frozenset(["NextIteration", "RefNextIteration"])

_UNKNOWN = 1

# Nodes with more inputs than this tie together what has little to do with each other.
_MOST_INPUTS = 8


@dataclass(frozen=True)
class WiredNodes:
    """The nodes of one graph, by position, as far as telling them apart needs them.

    Attributes:
        names: the name of each node.
        types: the type of each.
        content_of: gives what the file says of a node: equal only for nodes that are the same, but for what
            the names of their inputs mean.
        label_of: gives a number that says what a node is: equal for equal types and attributes.
        read_inputs: gives for each its edges: the position of the source, or MISSING; and which output of it,
            or CONTROL. The order of control inputs says nothing.
    """

    names: Sequence[str]
    types: Sequence[str]
    content_of: Callable[[int], bytes]
    label_of: Callable[[int], int]
    read_inputs: Callable[[], Sequence[Sequence[tuple[int, int]]]]

    @cached_property
    def inputs(self) -> Sequence[Sequence[tuple[int, int]]]:
        """The edges to each node."""
        return self.read_inputs()

    @cached_property
    def labels(self) -> list[int]:
        """The label of each node."""
        return [self.label_of(node) for node in range(len(self.names))]

    @cached_property
    def consumers(self) -> list[list[tuple[int, int, int]]]:
        """For each node its edges onward: the consumer, which input of that (CONTROL), which output."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in self.names]
        for node, edges in enumerate(self.inputs):
            for slot, (source, port) in enumerate(edges):
                if source != MISSING:
                    found[source].append((node, CONTROL if port == CONTROL else slot, port))
        return found

    @cached_property
    def upstream(self) -> list[int]:
        """For each node a number that says what it computes: its label, and those of all that it needs."""
        order, cut_from = self._order
        found = [_UNKNOWN] * len(self.names)
        for count, node in enumerate(order):
            edges = self.inputs[node]
            # From here on the order is no order: only what came before is known.
            is_cut = count >= cut_from or self.types[node] in _LOOP_STARTS
            data: list[int] = [self.labels[node]]
            control: list[int] = []
            for source, port in edges:
                known = source != MISSING and not (is_cut and self._leads_back(node, source, cut_from))
                (control if port == CONTROL else data).append(found[source] if known else _UNKNOWN)
                if port > 0:
                    data.append(port)
            found[node] = hash((*data, -2, *sorted(control))) if control else hash(tuple(data))
        return found

    @cached_property
    def downstream(self) -> list[int]:
        """For each node a number that says what is made of it: its label, and those of all that need it."""
        order, cut_from = self._order
        found = [_UNKNOWN] * len(self.names)
        consumers = self.consumers
        for count in range(len(order) - 1, -1, -1):
            node = order[count]
            is_loop_end = self.types[node] in _LOOP_ENDS
            onward = []
            for consumer, slot, port in consumers[node]:
                back = (is_loop_end or count >= cut_from) and self._leads_back(consumer, node, cut_from)
                onward.append((_UNKNOWN if back else found[consumer], slot, port))
            found[node] = hash((self.labels[node], *sorted(onward)))
        return found

    @cached_property
    def depths(self) -> list[int]:
        """For each node how many nodes come before it on the longest way to it; a loop counts once."""
        order, cut_from = self._order
        found = [0] * len(self.names)
        for node in order[:cut_from]:
            for source, _ in self.inputs[node]:
                if source != MISSING and not self._leads_back(node, source, cut_from):
                    found[node] = max(found[node], found[source] + 1)
        return found

    @cached_property
    def _order(self) -> tuple[list[int], int]:
        """The nodes, each after its inputs; from which count on they are on a cycle, or follow one."""
        waiting = [0] * len(self.names)
        for node, edges in enumerate(self.inputs):
            starts_loop = self.types[node] in _LOOP_STARTS
            for source, _ in edges:
                if source != MISSING and not (starts_loop and self.types[source] in _LOOP_ENDS):
                    waiting[node] += 1
        order = [node for node, count in enumerate(waiting) if count == 0]
        for node in order:
            ends_loop = self.types[node] in _LOOP_ENDS
            for consumer, _, _ in self.consumers[node]:
                if ends_loop and self.types[consumer] in _LOOP_STARTS:
                    continue
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    order.append(consumer)
        cut_from = len(order)
        order += [node for node, count in enumerate(waiting) if count > 0]
        return order, cut_from

    @cached_property
    def _place_in_order(self) -> list[int]:
        places = [0] * len(self.names)
        for count, node in enumerate(self._order[0]):
            places[node] = count
        return places

    def _leads_back(self, node: int, source: int, cut_from: int) -> bool:
        """Whether an edge is one that the order leaves out: round a loop, or within the nodes on cycles."""
        if self.types[node] in _LOOP_STARTS and self.types[source] in _LOOP_ENDS:
            return True
        places = self._place_in_order
        return places[node] >= cut_from and places[source] >= cut_from


def without_details(nodes: WiredNodes) -> WiredNodes:
    """The nodes with their types only, without control inputs, and without the inputs of those with many.

    What is left is the same where shapes are other ones, and also where a node that waits for all others, or
    what saves and restores all variables, has one more of them, or has them in another order.
    """
    types = {op_type: number_of([op_type]) for op_type in set(nodes.types)}

    def inputs() -> list[Sequence[tuple[int, int]]]:
        return [
            [(source, 0) for source, port in edges if port != CONTROL] if len(edges) <= _MOST_INPUTS else []
            for edges in nodes.inputs
        ]

    return replace(nodes, label_of=lambda node: types[nodes.types[node]], read_inputs=inputs)


def number_of(texts: Iterable[str | bytes]) -> int:
    """A number of 64 bits for some texts; the same in every process, as ``hash`` of texts is not."""
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        content = text.encode(errors="surrogatepass") if isinstance(text, str) else text
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return int.from_bytes(digest.digest())


def refined(nodes: WiredNodes, colours: Sequence[int]) -> list[int]:
    """Colours that also tell the colours of the neighbours, at each input and behind each output."""
    found = []
    consumers = nodes.consumers
    for node, edges in enumerate(nodes.inputs):
        data = [colours[node]]
        control = []
        for source, port in edges:
            colour = _UNKNOWN if source == MISSING else colours[source]
            if port == CONTROL:
                control.append(colour)
            else:
                data += (colour, port)
        onward = sorted([(colours[consumer], slot, port) for consumer, slot, port in consumers[node]])
        found.append(hash((*data, -2, *sorted(control), -2, *onward)))
    return found

"""Which equations of a jaxpr compute the gradient of which.

JAX does not say it, but an equation of the backward pass has the line of code of the one that it is the
transpose of. Where several have that line, the calls within JAX, the arrays that both take, and the order
decide: the backward pass goes through them the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graphlog.adapters.jax_internals import Frames
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

# An array that more operations take, such as the weights of a loop's steps, tells none of them apart.
_MOST_CONSUMERS = 8


@dataclass(frozen=True)
class Origin:
    """Where an equation comes from.

    Attributes:
        calls: the user's calls that led to it, with those that led to the bodies it stands in.
        inner: the calls within JAX that these led to, the innermost first.
        labels: its scopes, without the numbers that make them unique.
    """

    calls: tuple[Frames, ...]
    inner: Frames
    labels: tuple[str, ...]


class _Group:
    """Operations of one type from one place, in the order of the graph."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._operations: list[Operation] = []
        self._members: set[Operation] = set()
        self._turns: Counter[tuple[Origin, str]] = Counter()

    def add(self, operation: Operation) -> None:
        if self._turns:  # another forward pass begins
            self._operations, self._members, self._turns = [], set(), Counter()
        self._operations.append(operation)
        self._members.add(operation)

    def one_of(self, op_type: str, inputs: Sequence[Tensor], origin: Origin) -> Operation:
        self._turns[origin, op_type] += 1
        sharing: Counter[Operation] = Counter()
        for tensor in inputs:
            consumers = tensor.consumers()
            users = consumers if len(consumers) <= _MOST_CONSUMERS else ()
            sharing.update({tensor.op, *users} & self._members)
        most = max(sharing.values(), default=0)
        likeliest = [operation for operation, count in sharing.items() if count == most]
        if len(likeliest) == 1:
            return likeliest[0]
        return self._operations[max(len(self._operations) - self._turns[origin, op_type], 0)]


class GradientPairs:
    """Finds the forward operation of each backward one, while they are added to a graph."""

    def __init__(self) -> None:
        self._known: dict[tuple[Origin, str], _Group] = {}
        self._groups: dict[object, list[_Group]] = {}

    def add_forward(self, operation: Operation, origin: Origin) -> None:
        """Takes note of an operation of the forward pass."""
        group = self._known.get((origin, operation.type))
        if group is None:
            group = self._known[origin, operation.type] = _Group(origin)
            for place in _places(origin):
                self._groups.setdefault(place, []).append(group)
        group.add(operation)

    def forward(self, op_type: str, inputs: Sequence[Tensor], origin: Origin) -> Operation | None:
        """The operation whose gradient one of the backward pass helps to compute; None if it is not known.

        Args:
            op_type: the type of the backward operation.
            inputs: the tensors it takes.
            origin: where it comes from.
        """
        for place in _places(origin):
            groups = self._groups.get(place)
            if groups:
                # Of equals the first: what comes later at one place is computed for the backward pass's sake.
                group = max(groups, key=lambda item: _shared_calls(item.origin, origin))
                return group.one_of(op_type, inputs, origin)
        return None


def _places(origin: Origin) -> list[object]:
    """Where to look for what comes from the same place, the most exact first.

    What ``jax.checkpoint`` computes anew stands in a body of its own, so that only its innermost calls are
    the same; and scopes may be others, too.
    """
    calls = origin.calls
    if not calls:
        return []
    return [(calls, origin.labels), (calls[-1:], origin.labels), calls, calls[-1:]]


def _shared_calls(forward: Origin, backward: Origin) -> int:
    same = 0
    for one, other in zip(reversed(forward.inner), reversed(backward.inner), strict=False):
        if one != other:
            break
        same += 1
    return same

"""A run that is asked for again and again: what it fetches and feeds is looked up once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.runtime.feeds import fed_parts, feed_tensors, feeder
from graphlog.runtime.fetches import Fetches
from graphlog.runtime.runner import Runner


class PreparedRun:
    """Runs certain fetches on feeds by certain keys.

    Args:
        graph: the graph that is run.
        fetches: what to fetch (see ``Session.run``).
        keys: the keys of the feed_dict, in its order.
        find_runner: the Runner of some elements and fed tensors.

    Raises:
        TypeError: something cannot be fetched or fed.
        ValueError: something is not in the graph.
    """

    def __init__(
        self,
        graph: Graph,
        fetches: Any,
        keys: Iterable[Any],
        find_runner: Callable[[Sequence[Tensor | Operation], Sequence[Tensor]], Runner],
    ) -> None:
        wanted = Fetches(graph, fetches)
        self._assemble = wanted.assemble
        self._keys = list(keys)
        tensors = [feed_tensors(graph, key) for key in self._keys]
        self._feeders = [feeder(tensor) for item in tensors for tensor in item]
        self._is_plain = all(len(item) == 1 for item in tensors)
        self._tensors = [tensor for item in tensors for tensor in item]
        # A tensor that is fed under two names has the value that was given last.
        self._distinct = list(dict.fromkeys(self._tensors))
        self._runner = find_runner(wanted.elements, self._distinct)
        # Whether it is worth a look if the arrays can be taken as they are: what has no dimensions is fed as
        # a number mostly.
        self._takes_arrays = (
            self._is_plain
            and len(self._distinct) == len(self._tensors)
            and all(tensor.static_shape != () for tensor in self._tensors)
        )

    def run(self, values: Collection[Any]) -> Any:
        """Computes the fetches.

        Args:
            values: the value for each key.

        Returns:
            The values in the structure of the fetches.

        Raises:
            TypeError: a value cannot be fed.
            ValueError: a value does not fit its tensor.
            OpError: an operation failed.
        """
        runner = self._runner
        latest = runner.latest
        if latest is not None and self._takes_arrays and latest.takes(*values) and runner.variables_fit():
            return self._assemble(latest.run(values))
        return self._assemble(runner.run(self._arrays(values)))

    def _arrays(self, values: Collection[Any]) -> list[Any]:
        """An array for each tensor that is fed."""
        if not self._is_plain:
            values = [
                part for key, value in zip(self._keys, values, strict=True) for part in fed_parts(key, value)
            ]
        arrays = [feed(value) for feed, value in zip(self._feeders, values, strict=True)]
        if len(self._distinct) < len(arrays):
            last = dict(zip(self._tensors, arrays, strict=True))
            arrays = [last[tensor] for tensor in self._distinct]
        return arrays

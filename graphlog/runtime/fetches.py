"""What a run is asked for: a nest of tensors, operations and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.core.graph import Graph
from graphlog.core.indexed_slices import IndexedSlices, IndexedSlicesValue
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor, SparseTensorValue, sparse_parts
from graphlog.core.tensor import Tensor

# Puts the values of the distinct elements into the structure that was asked for.
_Assembler = Callable[[Sequence[Any]], Any]


def _filled(mapping: Any, parts: Mapping[Any, _Assembler], values: Sequence[Any]) -> Any:
    for key, part in parts.items():
        mapping[key] = part(values)
    return mapping


def _as_they_are(values: Sequence[Any]) -> Any:
    return values


def _is_nest(fetch: Any) -> bool:
    return isinstance(fetch, list | tuple | Mapping | IndexedSlices | SparseTensor)


class Fetches:
    """The fetches of a run.

    Args:
        graph: the graph they belong to.
        fetches: what was asked for (see ``Session.run``).

    Attributes:
        elements: the tensors and operations in it, each once.

    Raises:
        TypeError: something can never be fetched.
        ValueError: something is not in the graph.
    """

    def __init__(self, graph: Graph, fetches: Any) -> None:
        self._graph = graph
        self._positions: dict[Tensor | Operation, int] = {}
        self.assemble = self._assembler(fetches)
        self.elements = list(self._positions)
        if type(fetches) is list and len(fetches) == len(self.elements) and not any(map(_is_nest, fetches)):
            self.assemble = _as_they_are

    def _assembler(self, fetch: Any, place: str = "") -> _Assembler:
        if fetch is None:
            where = f"it is fetches{place}; " if place else ""
            raise TypeError(
                f"Fetch argument {fetch!r} has invalid type {type(fetch)} ({where}tf.gradients gives None "
                "for what the ys do not depend on)"
            )
        if isinstance(fetch, list | tuple):
            return self._sequence_assembler(fetch, place)
        if isinstance(fetch, Mapping):
            parts = {key: self._assembler(item, f"{place}[{key!r}]") for key, item in fetch.items()}
            return lambda values: _filled(type(fetch)(), parts, values)
        if isinstance(fetch, IndexedSlices):
            return self._slices_assembler(fetch)
        if isinstance(fetch, SparseTensor):
            return self._sequence_assembler(SparseTensorValue(*sparse_parts(fetch)))
        position = self._positions.setdefault(self._element(fetch), len(self._positions))
        return lambda values: values[position]

    def _slices_assembler(self, fetch: IndexedSlices) -> _Assembler:
        tensors = [fetch.values, fetch.indices] + [fetch.dense_shape] * (fetch.dense_shape is not None)
        parts = [self._assembler(tensor) for tensor in tensors]

        def assemble(values: Sequence[Any]) -> IndexedSlicesValue:
            arrays = [part(values) for part in parts]
            return IndexedSlicesValue(arrays[0], arrays[1], arrays[2] if len(arrays) == 3 else None)

        return assemble

    def _sequence_assembler(self, fetch: Sequence[Any], place: str = "") -> _Assembler:
        parts = [self._assembler(item, f"{place}[{index}]") for index, item in enumerate(fetch)]
        if isinstance(fetch, list):
            return lambda values: [part(values) for part in parts]
        if hasattr(fetch, "_fields"):
            kind: Any = type(fetch)
            return lambda values: kind(*[part(values) for part in parts])
        return lambda values: tuple([part(values) for part in parts])

    def _element(self, fetch: Any) -> Tensor | Operation:
        try:
            element = self._graph.as_graph_element(fetch)
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {fetch!r} has invalid type {type(fetch)}, must be a string or Tensor. "
                f"({error})"
            ) from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({error})"
            ) from None
        if not self._graph.is_fetchable(element):
            operation = element.op if isinstance(element, Tensor) else element
            raise ValueError(f"Operation {operation.name!r} has been marked as not fetchable.")
        return element

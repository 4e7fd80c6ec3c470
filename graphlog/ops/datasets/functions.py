"""The functions that are given to datasets: traced into a graph of their own, and called."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.attributes import Function
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.errors import NotFoundError, OutOfRangeError
from graphlog.core.function_graph import FunctionGraph
from graphlog.core.graph import Graph
from graphlog.core.late_parts import serializer
from graphlog.core.operation import Operation
from graphlog.core.session_state import RunnablePlan, SessionState
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.datasets import nests, structures
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration, as_component

# Operations with a state that need not run in order, nor where nobody wants what they give.
_UNORDERED = frozenset(
    [
        *("RandomUniform", "RandomUniformInt", "RandomStandardNormal", "ParameterizedTruncatedNormal"),
        *("TruncatedNormal", "RandomShuffle", "Multinomial", "RandomGamma", "RandomGammaGrad"),
        *("RandomPoisson", "RandomPoissonV2"),
    ]
)


class TracedFunction:
    """A function of elements, as the body of a dataset operation.

    Args:
        function: the user's function: of the parts of an element that is a tuple, else of the element.
        transformation: what the function is for, such as ``"Dataset.map()"``.
        spec: what the elements are like.
        add_to_graph: whether the default graph's library takes it at once.

    Attributes:
        graph: its graph.
        output_spec: what it returns.

    Raises:
        TypeError: it returns what no element is.
    """

    def __init__(
        self, function: Callable[..., Any], transformation: str, spec: Any, add_to_graph: bool = True
    ) -> None:
        outer = get_default_graph()
        name = f"{transformation.replace('.', '_')[:-2]}_{_name_of(function)}"
        self.graph = FunctionGraph(_free_name(f"__inference_{name}", outer), outer)
        with self.graph.as_default():
            arguments = [
                self.graph.add_argument(leaf.dtype, leaf.shape.as_tuple(), f"args_{index}")
                for index, leaf in enumerate(nests.flatten(spec))
            ]
            element = structures.from_components(spec, arguments)
            result = function(*element) if type(element) is tuple else function(element)
            if isinstance(result, list):
                result = tuple(result)
            try:
                self.output_spec = structures.spec_of_nest(result)
            except (TypeError, ValueError):
                raise TypeError(
                    f"Unsupported return value from function passed to {transformation}: {result}."
                ) from None
            tensors = [convert_to_tensor(item) for item in structures.components(self.output_spec, result)]
            returned = [arrays.identity(tensor) for tensor in tensors]
            self.graph.outputs = returned
            self.graph.control_outputs = _ordered(self.graph, returned)
        if add_to_graph:
            self.add_to_graph()

    def add_to_graph(self) -> None:
        """Adds it, and the functions that it calls, to the library of the default graph."""
        library = get_default_graph().functions
        library[self.graph.name] = self.graph
        library |= {name: item for name, item in self.graph.functions.items() if name not in library}

    @property
    def attribute(self) -> Function:
        """How an operation refers to it."""
        return Function(self.graph.name)

    @property
    def captured(self) -> list[Tensor]:
        """The tensors that it takes besides the components of an element."""
        return self.graph.captured


def _name_of(function: Callable[..., Any]) -> str:
    if inspect.isfunction(function):
        return function.__name__
    if inspect.ismethod(function):
        return f"{type(function.__self__).__name__}.{function.__name__}"
    return str(type(function))


def _free_name(name: str, outer: Graph) -> str:
    """A name that no function of the graph, nor of those around it, has."""
    number = outer.version
    graphs = [outer]
    while isinstance(graphs[-1], FunctionGraph):
        graphs.append(graphs[-1].outer)
        number += graphs[-1].version
    while any(f"{name}_{number}" in graph.functions for graph in graphs):
        number += 1
    return f"{name}_{number}"


def _ordered(graph: FunctionGraph, returned: Sequence[Tensor]) -> list[Operation]:
    """Makes operations with a state run one after the other, and before the function returns.

    Args:
        graph: the function's graph.
        returned: what it returns.

    Returns:
        The operations that must run whenever the function is called.
    """
    last: dict[Tensor | None, Operation] = {}
    must_run: dict[Operation, None] = {}
    for op in graph.get_operations():
        if _is_in_loop(op):
            continue
        is_stateful = op.definition is not None and op.definition.is_stateful and op.type not in _UNORDERED
        if is_stateful:
            must_run[op] = None
        if op.type == "Merge":
            op.add_control_inputs(must_run)
            must_run = {op: None}
            continue
        resources = dict.fromkeys(tensor for tensor in op.inputs if tensor.dtype is dtypes.resource)
        before = [last[tensor] for tensor in resources if tensor in last]
        last.update(dict.fromkeys(resources, op))
        if is_stateful and not resources and op.control_flow_context is None:
            before += [last[None]] if None in last else []
            last[None] = op
        op.add_control_inputs(_beside(op, before))
    for tensor in dict.fromkeys(returned):
        tensor.op.add_control_inputs(_beside(tensor.op, must_run))
    return list(must_run)


def _beside(op: Operation, others: Iterable[Operation]) -> list[Operation]:
    return [item for item in others if item.control_flow_context is op.control_flow_context]


def _is_in_loop(op: Operation) -> bool:
    context: Any = op.control_flow_context
    return context is not None and context.while_context() is not None


def library_function(op: Operation, attribute: str = "f") -> FunctionGraph:
    """The function that an attribute of an operation refers to.

    Raises:
        NotFoundError: the graph has none of that name.
        ValueError: it is a FunctionDef that is damaged.
    """
    name = op.attributes[attribute].name
    graph: Graph | None = op.graph
    while graph is not None:
        function = graph.functions.get(name)
        if isinstance(function, bytes):
            function = _read(graph, name, function)
        if isinstance(function, FunctionGraph):
            return function
        # What a function calls stands in the library of the graph around it too.
        graph = graph.outer if isinstance(graph, FunctionGraph) else None
    raise NotFoundError(None, None, f"Function {name} is not defined.")


def _read(graph: Graph, name: str, serialized: bytes) -> Graph:
    known = graph.functions_read
    if name not in known:
        known[name] = serializer().function_graph(graph, serialized)
    return known[name]


class FunctionCaller:
    """What calls a function of the graph's library.

    Args:
        function: the function.
        state: the state of the session.
    """

    def __init__(self, function: FunctionGraph, state: SessionState) -> None:
        self._function = function
        self._state = state
        self._elements: list[Tensor | Operation] = [*function.outputs, *function.control_outputs]

    @functools.cached_property
    def _has_state(self) -> bool:
        """Whether it starts afresh with each iteration, as random operations do."""
        return any(op.type in _UNORDERED for op in self._function.get_operations())

    @functools.cached_property
    def _shared_plan(self) -> RunnablePlan:
        return self._state.plan(self._elements, self._function.inputs)

    def _plan(self, iteration: Iteration, dataset: DatasetValue) -> RunnablePlan:
        if not self._has_state:
            return self._shared_plan
        return iteration.of_dataset(
            dataset, lambda: self._state.of_function().plan(self._elements, self._function.inputs)
        )

    def bound(
        self, captured: Sequence[Any], iteration: Iteration, dataset: DatasetValue
    ) -> Callable[..., Element]:
        """The function of the components of an element alone.

        Args:
            captured: the values of the tensors that it takes besides.
            iteration: what keeps the state of its random operations.
            dataset: the dataset that calls it.

        Returns:
            A function that returns the components of its result. Where an operation says that a range is
            at its end, it raises StopIteration, and so ends an iterator that calls it.
        """
        run = self._plan(iteration, dataset).run
        inputs, count = self._function.inputs, len(self._function.outputs)

        def call(*components: Any) -> Element:
            try:
                values = run(dict(zip(inputs, (*components, *captured), strict=True)))
            except OutOfRangeError:
                raise StopIteration from None
            return tuple([as_component(value) for value in values[:count]])

        return call

    def without_arguments(self) -> Any:
        """The one result of a function that takes nothing."""
        return self._shared_plan.run({})[0]

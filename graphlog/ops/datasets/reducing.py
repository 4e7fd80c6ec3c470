"""States that go from element to element: reductions and scans of datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from graphlog.core.attributes import Attribute, Function, boolean, type_list
from graphlog.core.default_graph import get_default_graph
from graphlog.core.op_definition import Kernel, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.datasets import definitions, mapping, nests, structures
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration, as_component
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, FUNCTION, ONE_FLOAT
from graphlog.ops.datasets.functions import FunctionCaller, TracedFunction, library_function
from graphlog.ops.shape_rules import common_shape

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset

_STATE = {"f": FUNCTION, "Tstate": type_list(), "Targuments": type_list(minimum=0)}


def _step(function: Callable[..., Element], state: Element, element: Element) -> Element:
    try:
        return function(*state, *element)
    except StopIteration:
        raise RuntimeError("The function of a reduction came to the end of a range.") from None


def _reduce_kernel(op: Operation, state: SessionState) -> Kernel:
    caller = FunctionCaller(library_function(op), state)
    count = len(op.attributes["Tstate"])

    def kernel(dataset: DatasetValue, *values: Any) -> Element:
        iteration = Iteration(state)
        function = caller.bound(values[count:], iteration, dataset)
        current: Element = tuple([as_component(value) for value in values[:count]])
        for element in dataset.iterate(iteration):
            current = _step(function, current, element)
        return current

    return kernel


def _state_shapes(op: Operation) -> list[StaticShape]:
    return [shape.as_tuple() for shape in op.attributes["output_shapes"]]


ReduceDataset = define_op(
    "ReduceDataset",
    ["input_dataset: variant", "initial_state: Tstate", "other_arguments: Targuments"],
    ["components: output_types"],
    attributes={**_STATE, **ELEMENTS, "use_inter_op_parallelism": boolean(True)},
    shape=_state_shapes,
    make_stateful_kernel=_reduce_kernel,
    samples=[definitions.sample(DATASET, [samples.float32(0.0)], [], f=Function("function"), **ONE_FLOAT)],
    is_stateful=True,
    calls_users_code=True,
)


def _scan_kernel(op: Operation, state: SessionState) -> Kernel:
    caller = FunctionCaller(library_function(op), state)
    count = len(op.attributes["Tstate"])

    def kernel(dataset: DatasetValue, *values: Any) -> DatasetValue:
        first: Element = tuple([as_component(value) for value in values[:count]])

        def elements(iteration: Iteration, own: DatasetValue, source: DatasetValue) -> Iterator[Element]:
            function = caller.bound(values[count:], iteration, own)
            current = first
            for element in source.iterate(iteration):
                result = _step(function, current, element)
                current = result[:count]
                yield result[count:]

        return DatasetValue("ScanDataset", [dataset], elements)

    return kernel


_SCAN_ATTRIBUTES: dict[str, Attribute] = {**_STATE, **ELEMENTS, "preserve_cardinality": boolean(False)}

ScanDataset = define_op(
    "ScanDataset",
    ["input_dataset: variant", "initial_state: Tstate", "other_arguments: Targuments"],
    ["handle: variant"],
    attributes=_SCAN_ATTRIBUTES,
    shape=definitions.scalar,
    make_stateful_kernel=_scan_kernel,
    samples=[definitions.sample(DATASET, [samples.float32(0.0)], [], f=Function("function"), **ONE_FLOAT)],
)


def _traced(
    function: Callable[..., Any], name: str, state: Any, element: Any, new_state: Callable[[Any], Any]
) -> tuple[TracedFunction, Any]:
    """A function of a state and an element, and what all states are like.

    It is traced anew where the state that it returns is of another shape than the one that it takes.
    """
    while True:
        traced = TracedFunction(function, name, (state, element), add_to_graph=False)
        result = new_state(traced.output_spec)
        leaves, others = nests.flatten(state), nests.flatten(result)
        for leaf, other in zip(leaves, others, strict=True):
            if leaf.dtype is not other.dtype:
                raise TypeError(
                    "The element types for the new state must match the initial state. Expected "
                    f"{structures.legacy_types(state)}; got {structures.legacy_types(result)}."
                )
        weaker = [_either_shape(leaf, other) for leaf, other in zip(leaves, others, strict=True)]
        if weaker == leaves:
            traced.add_to_graph()
            return traced, state
        state = nests.pack(state, weaker)


def _either_shape(leaf: Any, other: Any) -> structures.TensorSpec:
    shape = common_shape(leaf.shape.as_tuple(), other.shape.as_tuple())
    return structures.TensorSpec(shape, leaf.dtype)


def _initial(initial_state: Any) -> tuple[Any, list[Tensor]]:
    """What a state is like, and its tensors."""
    state = structures.normalized(initial_state)
    spec = structures.spec_of_nest(state)
    return spec, structures.components(spec, state)


def reduced(dataset: Dataset, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
    """See ``Dataset.reduce``."""
    with get_default_graph().name_scope("initial_state"):
        spec, tensors = _initial(initial_state)
    function, spec = _traced(reduce_func, "reduce()", spec, dataset.element_spec, lambda result: result)
    operation = ReduceDataset.operation(
        *(dataset._variant_tensor, tensors, function.captured),
        f=function.attribute,
        **structures.attributes(spec),
    )
    return structures.from_components(spec, operation.outputs)


def scanned(dataset: Dataset, initial_state: Any, scan_func: Callable[..., Any]) -> Dataset:
    """See ``experimental.scan``."""
    spec, tensors = _initial(initial_state)

    def new_state(result: Any) -> Any:
        if not (isinstance(result, tuple) and len(result) == 2):
            raise TypeError(
                "The scan function must return a pair comprising the new state and the output value."
            )
        return result[0]

    name = "tf.data.experimental.scan()"
    function, spec = _traced(scan_func, name, spec, dataset.element_spec, new_state)
    output = function.output_spec[1]
    variant = ScanDataset(
        *(dataset._variant_tensor, tensors, function.captured),
        f=function.attribute,
        preserve_cardinality=True,
        **structures.attributes(output),
    )
    return mapping.dataset_of(variant, output, dataset, function)

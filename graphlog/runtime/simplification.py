"""What is left to compute once the shapes of the feeds are known.

A graph says more than a run needs: constants of constants, the same expression twice, shape arithmetic
whose outcome is known as soon as the feeds are, sums over no axes. ``simplified`` works through the
operations of a run once, in order, and keeps those that must be computed. The values stay the same, bit
for bit.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.op_definition import Kernel, find_definition
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, element_count, is_fully_defined
from graphlog.core.tensor import Tensor

# The dtypes of values that are no arrays, such as those of resource variables and datasets.
HANDLES = (dtypes.resource, dtypes.variant)

# Larger constants are not computed ahead: they would stay in memory from run to run.
_MOST_BYTES_FOLDED = 1 << 20

# Constants that are compared by their contents, to be kept once.
_MOST_BYTES_COMPARED = 64


class Value(NamedTuple):
    """What a step computes, or is given.

    Attributes:
        number: which value it is.
        tensor: its dtype, its shape as far as it is known now, and what it is computed from.
    """

    number: int
    tensor: Tensor


class Step(NamedTuple):
    """One kernel to call.

    Attributes:
        op: the operation of the graph.
        kernel: its kernel.
        inputs: the values it takes.
        outputs: the values it computes; None for one that nobody reads.
    """

    op: Operation
    kernel: Kernel
    inputs: tuple[Value, ...]
    outputs: tuple[Value | None, ...]


@dataclass
class Program:
    """The steps of a run whose feeds have certain shapes.

    Attributes:
        feeds: the fed values, in the order of the feeds.
        constants: what is known of values before the run, by number.
        steps: what to compute, each step after those it needs.
        fetched: the value of each element; None for an operation.
    """

    feeds: list[Value] = field(default_factory=list)
    constants: dict[int, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    fetched: list[Value | None] = field(default_factory=list)


def simplified(
    order: Sequence[tuple[Operation, Kernel]],
    elements: Sequence[Tensor | Operation],
    feeds: Mapping[Tensor, StaticShape],
    kept: Collection[Operation],
) -> Program:
    """The program of a run.

    Args:
        order: the operations that the run needs and their kernels, each after those it needs itself.
        elements: the tensors and operations that are fetched.
        feeds: the fed tensors and the shapes of their values.
        kept: operations that read a variable when they run, and not when their inputs are computed.

    Returns:
        The program.

    Raises:
        ValueError: the shapes of the feeds do not fit the operations; running these says which.
    """
    work = _Simplification(feeds, frozenset(kept))
    for op, kernel in order:
        work.add(op, kernel)
    return work.finished(elements)


class _Simplification:
    """A program in the making."""

    def __init__(self, feeds: Mapping[Tensor, StaticShape], kept: frozenset[Operation]) -> None:
        self._program = Program()
        self._numbers = itertools.count()
        # The value of each tensor of the graph.
        self._values: dict[Tensor, Value] = {}
        self._known: dict[Any, tuple[Value, ...]] = {}
        self._attribute_keys: dict[int, Any] = {}
        self._kept = kept
        self._waited_for: set[Operation] = set()
        # By the number of a value that repeats another one as broadcasting would, that one.
        self._repeated_of: dict[int, Value] = {}
        for tensor, shape in feeds.items():
            # Not the operation that would have computed it: shape rules must not look there for its value.
            op = Operation(tensor.op.graph, tensor.op.name, "Placeholder", None, (), {}, ())
            self._values[tensor] = value = self._value(Tensor(op, 0, tensor.dtype, shape))
            self._program.feeds.append(value)
        self._fed = frozenset(feeds)

    def add(self, op: Operation, kernel: Kernel) -> None:
        """Takes the next operation."""
        inputs = tuple([self._values[tensor] for tensor in op.inputs])
        self._waited_for.update(op.control_inputs)
        cell = None
        if op.type in _READS and op not in self._kept and is_variable(op.inputs[0].op):
            cell = self._program.constants.get(inputs[0].number)
        if cell is not None:
            # A variable is read: no need to look up which.
            outputs = self._emit(op, cell.read, (), self._twin(op, inputs))
        elif not _is_pure(op) or op in self._kept:
            outputs = self._variable(op, kernel) if is_variable(op) else self._emit(op, kernel, inputs)
        else:
            key = self._key(op, inputs)
            known = self._known.get(key) if key is not None else None
            outputs = self._shortcut(op, kernel, inputs) if known is None else known
            if key is not None:
                self._known[key] = outputs
        for tensor, value in zip(op.outputs, outputs, strict=True):
            if tensor not in self._fed:
                self._values[tensor] = value

    def _value(self, tensor: Tensor) -> Value:
        return Value(next(self._numbers), tensor)

    def _variable(self, op: Operation, kernel: Kernel) -> tuple[Value, ...]:
        """The cell of a variable, the same in every run of a session."""
        value = self._value(op.outputs[0])
        self._program.constants[value.number] = kernel()
        return (value,)

    def _constant(self, tensor: Tensor, array: Any) -> Value:
        """A value that is known; its tensor is that of a Const, so that shape rules see it."""
        definition = find_definition("Const")
        attributes = {"dtype": tensor.dtype, "value": np.asarray(array)}
        op = Operation(tensor.op.graph, tensor.op.name, "Const", definition, (), attributes, ())
        op.outputs = (Tensor(op, 0, tensor.dtype, np.shape(array)),)
        value = self._value(op.outputs[0])
        self._program.constants[value.number] = array
        return value

    def _shortcut(self, op: Operation, kernel: Kernel, inputs: tuple[Value, ...]) -> tuple[Value, ...]:
        """The outputs of an operation: known already, or those of a step."""
        shape = inputs[0].tensor.static_shape if inputs else None
        if op.type in _SHAPE_QUERIES and is_fully_defined(shape):
            found = np.asarray(_SHAPE_QUERIES[op.type](shape), op.outputs[0].dtype.numpy_dtype)
            return (self._constant(op.outputs[0], found),)
        twin = self._twin(op, inputs)
        constants = self._program.constants
        passed_on = _passed_on(twin, [constants.get(value.number) for value in inputs])
        if passed_on is not None:
            return (inputs[passed_on],)
        if all(value.number in constants for value in inputs):
            folded = _folded(twin, kernel, [constants[value.number] for value in inputs])
            if folded is not None:
                return tuple(map(self._constant, op.outputs, folded))
        return self._emit(op, kernel, inputs, twin)

    def _twin(self, op: Operation, inputs: Sequence[Value]) -> Operation:
        """The operation as if its graph had been built knowing the shapes of the feeds."""
        assert op.definition is not None
        tensors = [value.tensor for value in inputs]
        twin = Operation(op.graph, op.name, op.type, op.definition, tensors, op.attributes, op.call_stack)
        # What only ``set_shape`` says is not relied on.
        shapes = op.definition.shape(twin)
        twin.outputs = tuple(
            [
                Tensor(twin, tensor.value_index, tensor.dtype, shape)
                for tensor, shape in zip(op.outputs, shapes, strict=True)
            ]
        )
        return twin

    def _emit(
        self, op: Operation, kernel: Kernel, inputs: tuple[Value, ...], twin: Operation | None = None
    ) -> tuple[Value, ...]:
        """Adds a step."""
        twin = twin or self._twin(op, inputs)
        assert op.definition is not None
        if op.definition.specialize is not None and not op.definition.is_users and not self._reads(op):
            kernel = op.definition.specialize(twin) or kernel
        if isinstance(kernel, np.ufunc) and kernel.signature is None and len(inputs) == 2:
            inputs = self._unrepeated(self._with_numbers(inputs, twin.outputs[0].static_shape))
        values = tuple([self._value(tensor) for tensor in twin.outputs])
        if op.type in _REPEATING and _is_broadcast(*twin.inputs[:1], *twin.outputs):
            self._repeated_of[values[0].number] = inputs[0]
        self._program.steps.append(Step(op, kernel, inputs, values))
        return values

    def _reads(self, op: Operation) -> bool:
        """Whether the kernel of the plan reads variables before it calls that of the definition."""
        assert op.definition is not None
        declared = op.definition.input_references(op.attributes)
        return op in self._kept or any(
            tensor.dtype.is_reference and not is_reference
            for tensor, is_reference in zip(op.inputs, declared, strict=True)
        )

    def _with_numbers(self, inputs: tuple[Value, ...], shape: StaticShape) -> tuple[Value, ...]:
        """Two operands, a number in place of a constant that only repeats one."""
        for position, other in enumerate(reversed(inputs)):
            repeated = _repeated(self._program.constants.get(inputs[position].number))
            if repeated is not None and is_fully_defined(shape) and other.tensor.static_shape == shape:
                number = self._constant(inputs[position].tensor, repeated)
                return (number, other) if position == 0 else (other, number)
        return inputs

    def _unrepeated(self, inputs: tuple[Value, ...]) -> tuple[Value, ...]:
        """Two operands, what is repeated in place of its repetition to the shape of the other one."""
        first, second = inputs
        if first.tensor.static_shape == second.tensor.static_shape:
            if first.number in self._repeated_of:
                return self._repeated_of[first.number], second
            return first, self._repeated_of.get(second.number, second)
        return inputs

    def _key(self, op: Operation, inputs: tuple[Value, ...]) -> Any:
        """What two operations that compute the same have in common; None where that is hard to tell."""
        if op.type == "Const":
            array = op.attributes["value"]
            if array.nbytes > _MOST_BYTES_COMPARED or array.dtype == object:
                return None
            return "Const", array.dtype.num, array.shape, array.tobytes()
        if not inputs or any(isinstance(value, np.ndarray) for value in op.attributes.values()):
            return None
        attributes = self._attribute_keys.get(id(op.attributes))
        if attributes is None:
            attributes = _attributes_key(op.attributes)
            self._attribute_keys[id(op.attributes)] = attributes
        return op.type, attributes, *[value.number for value in inputs]

    def finished(self, elements: Sequence[Tensor | Operation]) -> Program:
        """The program, without the steps whose outputs nobody reads."""
        program = self._program
        program.fetched = [
            self._values[element] if isinstance(element, Tensor) else None for element in elements
        ]
        fetched_operations = {element for element in elements if isinstance(element, Operation)}
        needed = {value.number for value in program.fetched if value is not None}
        steps = []
        for step in reversed(program.steps):
            outputs = tuple([value if value and value.number in needed else None for value in step.outputs])
            # Whoever waits for an operation may want to see it fail.
            is_waited_for = step.op in fetched_operations or (
                step.op in self._waited_for and not _cannot_fail(step)
            )
            if any(outputs) or is_waited_for or not _may_be_left_out(step.op):
                needed.update([value.number for value in step.inputs])
                steps.append(step._replace(outputs=outputs))
        program.steps = steps[::-1]
        program.constants = {number: array for number, array in program.constants.items() if number in needed}
        return program


_SHAPE_QUERIES: dict[str, Any] = {"Shape": lambda shape: shape, "Size": element_count, "Rank": len}

# Operations whose output is their first input: always, where the shape is the same, where there are no axes.
_PASSING = frozenset(["Identity", "PreventGradient", "Snapshot", "StopGradient"])
_RESHAPING = frozenset(["BroadcastTo", "Reshape", "Squeeze"])
_REDUCING = frozenset(["Max", "Mean", "Min", "Prod", "Sum"])
_REPEATING = frozenset(["BroadcastTo", "Tile"])
# Where a one changes nothing: the positions among the inputs.
_NEUTRAL = {"Mul": (0, 1), "RealDiv": (1,), "Div": (1,), "Pow": (1,)}

# Operations whose outputs are no larger than their inputs, whatever the values of these.
_NEVER_LARGER = frozenset(["BroadcastGradientArgs", "DynamicPartition", "ListDiff", "Unique"])

# Operations that are there to fail, whether or not anybody reads their outputs.
_CHECKING = frozenset(["CheckNumerics", "CheckNumericsV2", "EnsureShape"])

# What these give depends on files too, which may change from run to run.
_READING = frozenset(["MatchingFiles", "ReadFile"])


def _passed_on(op: Operation, constants: Sequence[Any]) -> int | None:
    """Which input the only output is, if it is one; ``constants`` are the inputs that are known."""
    if op.type in _PASSING or (op.type == "AddN" and len(op.inputs) == 1):
        return 0
    if op.type == "Cast":
        return 0 if op.attributes["SrcT"] is op.attributes["DstT"] else None
    shape = op.outputs[0].static_shape if len(op.outputs) == 1 else None
    if op.type in _RESHAPING:
        return 0 if is_fully_defined(shape) and shape == op.inputs[0].static_shape else None
    if op.type in _REDUCING:
        return 0 if constants[1] is not None and np.size(constants[1]) == 0 else None
    if op.outputs and op.outputs[0].dtype.is_complex:
        return None  # Infinity times 1 has a part that is no number.
    for position in _NEUTRAL.get(op.type, ()):
        one, other = constants[position], op.inputs[1 - position]
        if one is not None and is_fully_defined(shape) and other.static_shape == shape and np.all(one == 1):
            return 1 - position
    return None


def _is_broadcast(source: Tensor, repeated: Tensor) -> bool:
    """Whether a repetition is along axes of size 1 only."""
    before, after = source.static_shape, repeated.static_shape
    if not is_fully_defined(before) or not is_fully_defined(after):
        return False
    sizes = zip(reversed(before), reversed(after), strict=False)
    return all(size in (1, whole) for size, whole in sizes)


def _repeated(array: Any) -> Any:
    """The number, as an array without dimensions, that a constant array repeats; None if there is none."""
    if not isinstance(array, np.ndarray) or array.size < 2 or array.dtype.kind not in "biuf":
        return None
    first = array[(slice(1),) * array.ndim].reshape(())
    if array.nbytes <= _MOST_BYTES_FOLDED:
        return first if array.tobytes() == first.tobytes() * array.size else None
    return None if any(array.strides) else first


# Operations that read a variable.
_READS = ("Identity", "ReadVariableOp")


def is_variable(op: Operation) -> bool:
    """Whether an operation gives the reference or handle of a variable."""
    is_source = not op.inputs and len(op.outputs) == 1
    return is_source and (op.outputs[0].dtype.is_reference or op.type == "VarHandleOp")


def _folded(op: Operation, kernel: Kernel, inputs: Sequence[Any]) -> tuple[Any, ...] | None:
    """The outputs of an operation whose inputs are known; None where it fails or they are too large."""
    for tensor in op.outputs:
        size = element_count(tensor.static_shape)
        if size is None and op.type in _NEVER_LARGER:
            size = sum(np.size(value) for value in inputs)
        if op.inputs and (size is None or size * tensor.dtype.size > _MOST_BYTES_FOLDED):
            return None
    try:
        with np.errstate(all="ignore"):
            result = kernel(*inputs)
    except Exception:  # The run fails on it, and says where.
        return None
    results = tuple(result) if isinstance(result, tuple | list) else (result,)
    return results if len(results) == len(op.outputs) else None


def _is_pure(op: Operation) -> bool:
    """Whether an operation does nothing but compute its outputs from its inputs."""
    definition = op.definition
    return (
        definition is not None
        and not definition.is_stateful
        and not definition.keeps_state
        and not definition.is_users
        and op.type not in _READING
        and not any(tensor.dtype.is_reference or tensor.dtype in HANDLES for tensor in op.inputs)
    )


def takes_out(kernel: Kernel) -> bool:
    """Whether a kernel has an argument ``out``."""
    if isinstance(kernel, np.ufunc):
        return kernel.nout == 1
    code = getattr(kernel, "__code__", None)
    return code is not None and "out" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _cannot_fail(step: Step) -> bool:
    """Whether a kernel computes something of whatever floats it is given."""
    return takes_out(step.kernel) and all(
        value.tensor.dtype.is_floating or value.tensor.dtype.is_complex for value in step.inputs
    )


def _may_be_left_out(op: Operation) -> bool:
    return op.type == "NoOp" or (_is_pure(op) and op.type not in _CHECKING)


def _attributes_key(attributes: Mapping[str, Any]) -> str:
    """The attributes that decide what an operation computes, as a text."""
    return repr([(name, value) for name, value in sorted(attributes.items()) if not name.startswith("_")])

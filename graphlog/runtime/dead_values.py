"""Running conditionals and loops.

A Switch passes its value on to one side and ``DEAD`` to the other. An operation with a dead input does not
run, and its outputs are dead in turn; a Merge gives whichever of its inputs is not.

A loop is one step of the plan around it: the values that enter come from there, and those that exit go
there. Inside it is a plan of its own, which runs once for each iteration until one leads no value to the
next. So iterations take neither Python's stack nor memory, and what a loop pushes onto a stack is there
before the next iteration begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from graphlog.core.control_flow import DEAD
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.core.traversal import add_after_needs
from graphlog.runtime.failures import describe
from graphlog.runtime.frames import MERGES, Frame, Frames, is_back_edge, waited_for
from graphlog.runtime.observation import is_observed
from graphlog.runtime.planned_steps import NOBODY, PlannedStep, run_steps, with_freeing

# They run whether or not something that they wait for is dead.
_ALWAYS_RUN = frozenset((*MERGES, "ControlTrigger"))
# Their output is their input.
_PASSING = frozenset(
    ("Identity", "LoopCond", "NextIteration", "RefNextIteration", "Exit", "RefExit", "RefIdentity")
)


class ControlFlowPlan:
    """How to compute some elements of a graph that has conditionals or loops.

    Args:
        elements: the tensors and operations that are fetched.
        feeds: the tensors whose values are given.
        operations: all operations that are needed.
        make_kernel: what makes the kernel of an operation.
        reads_variables: whether an operation takes the value of a variable at the time it runs.

    Raises:
        ValueError: an element is inside of a loop, or something inside of one is fed.
        InvalidArgumentError: the loops are not well formed.
    """

    def __init__(
        self,
        elements: Sequence[Tensor | Operation],
        feeds: Collection[Tensor],
        operations: Sequence[Operation],
        make_kernel: Callable[[Operation], Kernel],
        reads_variables: Callable[[Operation], bool],
    ) -> None:
        self.reads_variables = reads_variables
        self._elements = elements
        self._asked_for = frozenset(elements)
        self._frames = Frames(operations, feeds)
        self._feeds = feeds
        self._make_kernel = make_kernel
        self._check_outside_of_loops()
        plan = _FramePlan(self, self._frames.root)
        self._fed = [(tensor, plan.slot(tensor)) for tensor in feeds]
        self._fetched = [plan.slot(item) if isinstance(item, Tensor) else None for item in elements]
        kept = [slot for slot in self._fetched if slot is not None]
        self._constants = plan.constants
        self._steps = with_freeing(plan.steps, [*kept, *(slot for slot, _ in plan.constants)])
        self._slot_count = plan.slot_count

    @property
    def frames(self) -> Frames:
        """Which loop each operation runs in."""
        return self._frames

    def is_fed(self, tensor: Tensor) -> bool:
        """Whether a tensor's value is given."""
        return tensor in self._feeds

    def is_fetched(self, tensor: Tensor) -> bool:
        """Whether a tensor's value is asked for."""
        return tensor in self._asked_for

    def control_inputs(self, op: Operation) -> Sequence[Operation]:
        """The operations that an operation waits for without using what they compute."""
        return waited_for(op, self._feeds)

    def kernel(self, op: Operation) -> Kernel:
        """The kernel of an operation."""
        return self._make_kernel(op)

    def _check_outside_of_loops(self) -> None:
        frames = self._frames
        for element in self._elements:
            op = element.op if isinstance(element, Tensor) else element
            if op in frames.outputs_in and frames.outputs_in[op] is not frames.root:
                raise ValueError(f"Operation {op.name!r} has been marked as not fetchable.")
        for tensor in self._feeds:
            if tensor.op in frames.outputs_in and frames.outputs_in[tensor.op] is not frames.root:
                raise ValueError(f"Tensor {tensor} may not be fed: it is inside of a loop.")

    def run(self, feeds: Mapping[Tensor, Any]) -> list[Any]:
        """Computes the elements.

        Args:
            feeds: an array for each fed tensor.

        Returns:
            For each element its value; None for an operation.

        Raises:
            OpError: an operation failed, or a tensor does not exist in this run.
        """
        values: list[Any] = [None] * (self._slot_count + 1)
        for tensor, slot in self._fed:
            values[slot] = feeds[tensor]
        for slot, value in self._constants:
            values[slot] = value
        run_steps(self._steps, values)
        return [
            None if slot is None else _existing(values[slot], element, position)
            for position, (slot, element) in enumerate(zip(self._fetched, self._elements, strict=True))
        ]


def _existing(value: Any, element: Tensor | Operation, position: int) -> Any:
    if value is DEAD:
        assert isinstance(element, Tensor)
        op = element.op
        raise InvalidArgumentError(
            op.node_def,
            op,
            f"Retval[{position}] does not have value: '{op.name}' is in a branch that was not taken.\n"
            f"{describe(op, ())}",
        )
    return value


class _FramePlan:
    """The steps of one frame, in an order in which they can run.

    Attributes:
        steps: the steps.
        constants: slots whose values are the same in every iteration, and these values.
        slot_count: how many values an iteration has.
    """

    def __init__(self, plan: ControlFlowPlan, frame: Frame) -> None:
        self._plan = plan
        self._frame = frame
        self._slots: dict[Any, int] = {}
        # Where the Merges of the next iteration find what a NextIteration gives.
        self._carried: dict[Tensor, int] = {}
        # Where a value is always there, what its operation waits for decides whether it is dead.
        self._guards: dict[int, tuple[int, ...]] = {}
        self.constants: list[tuple[int, Any]] = []
        self._waited_for = {item for op in frame.operations for item in plan.control_inputs(op)}
        self.steps: list[PlannedStep] = []
        for item in self._order():
            if isinstance(item, Frame):
                self.steps.append(self._loop_step(item))
            elif not self._is_given(item):
                self.steps.append(self._step(item))

    @property
    def slot_count(self) -> int:
        """How many values an iteration has."""
        return len(self._slots)

    def slot(self, key: Any) -> int:
        """The slot of a tensor, or of whether an operation ran."""
        return self._slots.setdefault(key, len(self._slots))

    def loop(self) -> Kernel:
        """A function from the values that enter to those that exit."""
        enters = [self.slot(op.outputs[0]) for op in self._frame.enters]
        once = [self.slot(op.outputs[0]) for op in self._frame.enters if not op.attributes["is_constant"]]
        exits = [self.slot(op.outputs[0]) for op in self._frame.exits]
        carried = [(self.slot(tensor), slot) for tensor, slot in self._carried.items()]
        return _loop(self.steps, self.slot_count, self.constants, enters, once, exits, carried)

    def _order(self) -> list[Operation | Frame]:
        order: dict[Operation | Frame, None] = {}
        items: list[Operation | Frame] = [*self._frame.operations, *self._frame.children.values()]
        add_after_needs(order, items, self._needed)
        return list(order)

    def _needed(self, item: Operation | Frame) -> list[Operation | Frame]:
        """What must run before an operation or a loop, within this frame."""
        if isinstance(item, Frame):
            return list(item.enters)
        sources = [
            tensor.op
            for tensor in item.inputs
            if not self._plan.is_fed(tensor) and not is_back_edge(item, tensor)
        ]
        runs_in = self._plan.frames.runs_in
        needed: list[Operation | Frame] = []
        for source in [*sources, *self._plan.control_inputs(item)]:
            frame = runs_in[source]
            if frame is self._frame:
                needed.append(source)
            elif frame.parent is self._frame:
                needed.append(frame)
            # What enters this frame is there from the start.
        return needed

    def _is_given(self, op: Operation) -> bool:
        """Whether an operation needs no step, since its output is a constant or another's output."""
        if len(op.outputs) != 1 or self._plan.is_fed(op.outputs[0]) or is_observed(op):
            return False
        if op.type == "Const":
            waited_for = self._plan.control_inputs(op)
            if waited_for and not self._looks_at_guards(op.outputs[0]):
                return False
            slot = self.slot(op.outputs[0])
            self.constants.append((slot, self._plan.kernel(op)()))
            self._guards[slot] = tuple(dict.fromkeys(map(self._ran_slot, waited_for)))
        elif op.type in _PASSING and not op.control_inputs and not self._plan.reads_variables(op):
            slot = self._slots[op.outputs[0]] = self.slot(op.inputs[0])
        else:
            return False
        if op in self._waited_for:
            guards = self._guards.get(slot, (slot,))
            if len(guards) > 1:
                return False
            self._slots[op, "ran"] = guards[0] if guards else self.slot("always")
        return True

    def _looks_at_guards(self, tensor: Tensor) -> bool:
        """Whether whoever uses a tensor has a guard, so that its slot itself need never be dead."""
        if self._plan.is_fetched(tensor):
            return False
        return not any(op.type in MERGES or op.type in _PASSING for op in tensor.consumers())

    def _step(self, op: Operation) -> PlannedStep:
        inputs = tuple([self._input_slot(op, tensor) for tensor in op.inputs])
        is_fed = [self._plan.is_fed(tensor) for tensor in op.outputs]
        outputs = tuple(
            [NOBODY if fed else self.slot(tensor) for tensor, fed in zip(op.outputs, is_fed, strict=True)]
        )
        if op.type in ("Enter", "RefEnter"):
            # Its output is one of the loop's; here it is what is handed to the loop.
            outputs = (self.slot(op),)
        guard: Iterable[int] = ()
        if op.type not in _ALWAYS_RUN:
            waited_for = [self._ran_slot(item) for item in self._plan.control_inputs(op)]
            guard = dict.fromkeys(
                guard for slot in (*inputs, *waited_for) for guard in self._guards.get(slot, (slot,))
            )
        ran = self.slot((op, "ran")) if op in self._waited_for else NOBODY
        return PlannedStep(self._plan.kernel(op), inputs, outputs, op, tuple(guard), ran)

    def _input_slot(self, op: Operation, tensor: Tensor) -> int:
        if not is_back_edge(op, tensor):
            return self.slot(tensor)
        if tensor not in self._carried:
            self._carried[tensor] = self.slot((tensor, "carried"))
        return self._carried[tensor]

    def _ran_slot(self, op: Operation) -> int:
        """A slot that is dead where an operation did not run."""
        if self._plan.frames.runs_in[op] is self._frame and op.type not in MERGES:
            return self.slot((op, "ran"))
        # It enters this frame or exits a loop in it, or it is a Merge, which is dead if its output is.
        return self.slot(op.outputs[0])

    def _loop_step(self, frame: Frame) -> PlannedStep:
        loop = _FramePlan(self._plan, frame).loop()
        inputs = tuple([self.slot(op) for op in frame.enters])
        outputs = tuple([self.slot(op.outputs[0]) for op in frame.exits])
        return PlannedStep(loop, inputs, outputs, frame.enters[0])


def _loop(
    steps: Sequence[PlannedStep],
    slot_count: int,
    constants: Sequence[tuple[int, Any]],
    enters: Sequence[int],
    once: Sequence[int],
    exits: Sequence[int],
    carried: Sequence[tuple[int, int]],
) -> Kernel:
    """The iterations of a loop.

    Args:
        steps: one iteration.
        slot_count: how many values an iteration has.
        constants: slots with the values that are there in every iteration.
        enters: the slots of what enters.
        once: those that are there in the first iteration only.
        exits: the slots of what exits.
        carried: from the slots of what leads on to the slots where the next iteration finds it.
    """

    def run(*entered: Any) -> list[Any]:
        values: list[Any] = [None] * (slot_count + 1)
        for slot, value in zip(enters, entered, strict=True):
            values[slot] = value
        for slot, value in constants:
            values[slot] = value
        for _, slot in carried:
            values[slot] = DEAD
        results: list[Any] = [DEAD] * len(exits)
        while True:
            run_steps(steps, values)
            for index, slot in enumerate(exits):
                if values[slot] is not DEAD:
                    results[index] = values[slot]
            goes_on = False
            for source, slot in carried:
                value = values[slot] = values[source]
                if value is not DEAD:
                    goes_on = True
            if not goes_on:
                return results
            for slot in once:
                values[slot] = DEAD

    return run

"""Which loop each operation of a graph runs in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from graphlog.core.errors import InvalidArgumentError
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

_ENTERS = ("Enter", "RefEnter")
_EXITS = ("Exit", "RefExit")
MERGES = ("Merge", "RefMerge")
# Python's stack has room for no more.
_MOST_LOOPS = 64
_CONTROL_FLOW = frozenset((*_ENTERS, *_EXITS, *MERGES, "Switch", "RefSwitch"))


def has_control_flow(operations: Iterable[Operation]) -> bool:
    """Whether some operations decide what runs, so that a plan must reckon with dead values."""
    return any(op.type in _CONTROL_FLOW for op in operations)


def is_back_edge(op: Operation, tensor: Tensor) -> bool:
    """Whether an input of an operation comes from the iteration before."""
    return tensor.op.type in ("NextIteration", "RefNextIteration") and op.type in MERGES


def waited_for(op: Operation, feeds: Collection[Tensor]) -> Sequence[Operation]:
    """The control inputs of an operation, but for placeholders that are fed: those need not run."""
    if not op.control_inputs:
        return ()
    return [
        item
        for item in op.control_inputs
        if not (item.type in ("Placeholder", "PlaceholderV2") and item.outputs[0] in feeds)
    ]


class Frame:
    """A loop, or what is outside of all loops.

    Args:
        parent: the frame around it; None outside of all loops.
        name: the loop's name.

    Attributes:
        depth: how many loops are around what runs in it.
        operations: what runs in it. An Enter runs in the frame around its loop, an Exit in the loop.
        enters: the operations that bring values in.
        exits: those that bring values out.
        children: the loops in it, by name.
    """

    def __init__(self, parent: Frame | None = None, name: str = "") -> None:
        self.parent = parent
        self.name = name
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.operations: list[Operation] = []
        self.enters: list[Operation] = []
        self.exits: list[Operation] = []
        self.children: dict[str, Frame] = {}


class Frames:
    """The frames of some operations.

    Args:
        operations: the operations, with all that they need.
        feeds: the tensors that are given.

    Attributes:
        root: the frame outside of all loops.
        runs_in: the frame that each operation runs in.
        outputs_in: the frame that its outputs are in.

    Raises:
        InvalidArgumentError: an operation uses values of several loops, or an Exit is in none.
    """

    def __init__(self, operations: Sequence[Operation], feeds: Collection[Tensor]) -> None:
        self.root = Frame()
        self.runs_in: dict[Operation, Frame] = {}
        self.outputs_in: dict[Operation, Frame] = {}
        sources = {op: _sources(op, feeds) for op in operations}
        self._assign(sources)
        for op in operations:
            if op not in self.runs_in:
                raise InvalidArgumentError(op.node_def, op, f"'{op.name}' is in a loop that nothing enters.")
            frame = self.runs_in[op]
            frame.operations.append(op)
            if op.type in _ENTERS:
                self.outputs_in[op].enters.append(op)
            elif op.type in _EXITS:
                frame.exits.append(op)
            for source in sources[op]:
                if self.outputs_in[source] is not frame:
                    raise _mixed(op, source, frame, self.outputs_in[source])

    def _assign(self, sources: dict[Operation, list[Operation]]) -> None:
        users: dict[Operation, list[Operation]] = {}
        for op, needed in sources.items():
            for source in needed:
                users.setdefault(source, []).append(op)
        found = [(op, self.root) for op, needed in sources.items() if not needed]
        while found:
            op, frame = found.pop()
            if op in self.runs_in:
                continue
            self.runs_in[op] = frame
            outputs_in = self.outputs_in[op] = _frame_of_outputs(op, frame)
            found.extend((user, outputs_in) for user in users.get(op, ()))


def _sources(op: Operation, feeds: Collection[Tensor]) -> list[Operation]:
    return [*(tensor.op for tensor in op.inputs if tensor not in feeds), *waited_for(op, feeds)]


def _frame_of_outputs(op: Operation, frame: Frame) -> Frame:
    if op.type in _ENTERS:
        name = op.attributes["frame_name"].decode(errors="replace")
        if frame.depth == _MOST_LOOPS:
            raise InvalidArgumentError(
                op.node_def, op, f"'{op.name}' is in a loop within more than {_MOST_LOOPS} loops."
            )
        return frame.children.setdefault(name, Frame(frame, name))
    if op.type in _EXITS:
        if frame.parent is None:
            raise InvalidArgumentError(op.node_def, op, f"'{op.name}' is an {op.type} that is in no loop.")
        return frame.parent
    return frame


def _mixed(op: Operation, source: Operation, frame: Frame, source_frame: Frame) -> InvalidArgumentError:
    return InvalidArgumentError(
        op.node_def,
        op,
        f"{{{{node {op.name}}}}} has inputs from different frames. It is in frame '{frame.name}'. The input "
        f"node {source.name} is in frame '{source_frame.name}'.",
    )

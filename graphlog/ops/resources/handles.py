"""What is known of a variable from its handle, while the graph is built."""

from __future__ import annotations

from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor

# Operations that hand a handle on as it is.
_PASSING = ("Enter", "Exit", "Identity", "Merge", "NextIteration", "Switch")


def variable_of(handle: Tensor) -> Operation | None:
    """The VarHandleOp that a handle comes from, or None where it is not known."""
    op = handle.op
    seen: set[Operation] = set()
    while op.type in _PASSING and op not in seen:
        seen.add(op)
        op = op.inputs[0].op
    return op if op.type == "VarHandleOp" else None


def shape_of(handle: Tensor) -> StaticShape:
    """The static shape of the variable that a handle stands for."""
    op = variable_of(handle)
    return None if op is None else op.attributes["shape"].as_tuple()

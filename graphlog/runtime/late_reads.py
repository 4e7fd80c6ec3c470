"""Which operations must see a variable as it is once they run, and not as it was when it was read.

``w + 1`` reads ``w`` through the operation ``w/read``, which all its readers share and which runs once.
An operation that waits for an update of ``w`` (by ``control_dependencies``, say) must see the new value
all the same, as it does in TensorFlow, where ``w/read`` is a view of the variable. An operation that waits
for no update keeps the value that was read, whatever else the run does to the variable.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

# Positions among an operation's inputs, and the variable to read there.
LateReads = dict[Operation, list[tuple[int, Operation]]]

# Operations that take a reference but leave the variable as it is.
_HARMLESS = ("IsVariableInitialized", "RefEnter", "RefExit", "RefIdentity", "RefMerge", "RefSwitch")


def late_reads(order: Sequence[Operation], feeds: Collection[Tensor]) -> LateReads:
    """The inputs that must be read when an operation runs.

    Args:
        order: operations, each after those it needs.
        feeds: the tensors whose values are given.

    Returns:
        For some operations, positions among their inputs and the variable to read there.
    """
    updated_by = {op: variables for op in order if (variables := _updated_variables(op))}
    if not updated_by:
        return {}
    # An update is a bit; what an operation waits for is a set of bits.
    updates_of: dict[Operation, int] = {}
    waits_for: dict[Operation, int] = {}
    late: LateReads = {}
    bit = 1
    for op in order:
        waits = 0
        for tensor in op.inputs:
            waits |= waits_for.get(tensor.op, 0)
        for item in op.control_inputs:
            waits |= waits_for.get(item, 0)
        if waits:
            for index, tensor in enumerate(op.inputs):
                variable = _variable_read_by(tensor.op)
                if variable is None or tensor in feeds or tensor.op not in waits_for:
                    continue
                if waits & updates_of.get(variable, 0) & ~waits_for[tensor.op]:
                    late.setdefault(op, []).append((index, variable))
        if op in updated_by:
            waits |= bit
            for variable in updated_by[op]:
                updates_of[variable] = updates_of.get(variable, 0) | bit
            bit <<= 1
        waits_for[op] = waits
    return late


def _variable_read_by(op: Operation) -> Operation | None:
    if op.type == "Identity" and op.inputs[0].dtype.is_reference and not op.inputs[0].op.inputs:
        return op.inputs[0].op
    return None


def _updated_variables(op: Operation) -> list[Operation]:
    if op.definition is None or op.type in _HARMLESS:
        return []
    if not any(tensor.dtype.is_reference for tensor in op.inputs):
        return []
    declared = op.definition.input_references(op.attributes)
    return [tensor.op for tensor, is_reference in zip(op.inputs, declared, strict=True) if is_reference]

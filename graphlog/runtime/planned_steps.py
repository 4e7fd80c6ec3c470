"""The steps of a plan, and how they are run one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from graphlog.core.control_flow import DEAD
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.runtime.failures import cause, failed

# A slot, the last one, for values that nobody reads.
NOBODY = -1
_SEVERAL = (tuple, list)


class PlannedStep(NamedTuple):
    """One operation: where its inputs lie, where its outputs go, and what nobody needs after it.

    A loop is one step too, which stands under the first of its Enters.

    Attributes:
        kernel: what computes its outputs.
        inputs: the slots of its inputs.
        outputs: the slots of its outputs.
        op: the operation.
        guard: the slots that must not be dead for it to run.
        ran: a slot that is dead where it did not run, for those that wait for it and have no output of it to
            look at.
        freed: the slots that are cleared after it.
    """

    kernel: Kernel
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    op: Operation
    guard: tuple[int, ...] = ()
    ran: int = NOBODY
    freed: tuple[int, ...] = ()


def run_steps(steps: Sequence[PlannedStep], values: list[Any]) -> None:
    """Runs steps on the slots of a run.

    Args:
        steps: the steps, each after those it needs.
        values: the value in each slot, and one slot more, for ``NOBODY``.

    Raises:
        OpError: an operation failed.
    """
    for kernel, inputs, outputs, op, guard, ran, freed in steps:
        for slot in guard:
            if values[slot] is DEAD:
                for output in outputs:
                    values[output] = DEAD
                values[ran] = DEAD
                break
        else:
            arguments = [values[slot] for slot in inputs]
            try:
                result = kernel(*arguments)
            except Exception as error:
                raise failed(op, arguments, error) from cause(error)
            if len(outputs) == 1 and not isinstance(result, _SEVERAL):
                values[outputs[0]] = result
            else:
                for slot, value in zip(outputs, result, strict=True):
                    values[slot] = value
            values[ran] = None
        for slot in freed:
            values[slot] = None


def with_freeing(steps: Sequence[PlannedStep], kept: Collection[int]) -> list[PlannedStep]:
    """The steps, each of which clears the slots that nobody needs after it.

    Args:
        steps: the steps.
        kept: the slots that are needed when all of them have run.
    """
    last_use: dict[int, int] = {}
    for position, step in enumerate(steps):
        used = (*step.outputs, *step.inputs, *step.guard, step.ran)
        last_use.update(dict.fromkeys(used, position))
    freed: list[list[int]] = [[] for _ in steps]
    for slot, position in last_use.items():
        if slot != NOBODY and slot not in kept:
            freed[position].append(slot)
    return [step._replace(freed=tuple(freed[position])) for position, step in enumerate(steps)]

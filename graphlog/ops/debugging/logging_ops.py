"""Assert and Print: operations that look at values during a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, string, type_list, types
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.control_flow import conditionals, grouping
from graphlog.ops.debugging.value_texts import element_text
from graphlog.ops.name_scopes import name_scope


def summarized(value: Any, count: int) -> str:
    """The first elements of an array as TensorFlow prints them.

    Args:
        value: the array.
        count: how many elements at most; -1 for all.
    """
    array = np.asarray(value)
    limit = array.size if count < 0 else min(count, array.size)
    text, _ = _nested_text(array, limit, is_outermost=True)
    return text + ("..." if limit < array.size else "")


def _nested_text(array: Any, limit: int, is_outermost: bool) -> tuple[str, int]:
    """The text of at most ``limit`` elements, and how many they are."""
    if array.ndim == 0:
        return element_text(array[()]), 1
    if array.ndim == 1:
        shown = " ".join(map(element_text, array[:limit]))
        return shown + ("..." if limit < len(array) and not is_outermost else ""), min(limit, len(array))
    pieces, printed = [], 0
    for part in array:
        if printed >= limit:
            break
        text, count = _nested_text(part, limit - printed, is_outermost=False)
        pieces.append(f"[{text}]")
        printed += count
    return "".join(pieces), printed


def _assert_kernel(op: Operation) -> Kernel:
    summarize = op.attributes["summarize"]

    def kernel(condition: Any, *data: Any) -> Any:
        if np.ndim(condition):
            raise ValueError(f"In[0] should be a scalar: {bracketed(np.shape(condition))}")
        if not condition:
            shown = "".join(f" [{summarized(value, summarize)}]" for value in data)
            raise InvalidArgumentError(None, None, f"assertion failed:{shown}")
        return ()

    return kernel


class _Counter:
    """How often something happened in a session."""

    def __init__(self) -> None:
        self.count = 0


def _print_kernel(op: Operation, state: SessionState) -> Kernel:
    summarize, first_n = op.attributes["summarize"], op.attributes["first_n"]
    message = op.attributes["message"].decode(errors="replace")
    counter = state.of_operation(op, _Counter)

    def kernel(value: Any, *data: Any) -> Any:
        if first_n < 0 or counter.count < first_n:
            counter.count += 1
            shown = "".join(f"[{summarized(item, summarize)}]" for item in data)
            print(message + shown, file=sys.stderr, flush=True)
        return value

    return kernel


AssertOp = define_op(
    "Assert",
    ["condition: bool", "data: T"],
    [],
    attributes={"T": type_list(), "summarize": integer(3)},
    shape=shape_rules.no_outputs,
    make_kernel=_assert_kernel,
    samples=[
        Sample((samples.boolean(True), [samples.float32([1.5, -2.0])])),
        Sample(
            (samples.boolean(False), [samples.float32([[1.5, -2.0], [0.5, 3.0]]), samples.text("why")]),
            raises="assertion failed: [[1.5 -2][0.5...]...] [why]",
        ),
    ],
    is_stateful=True,
    keeps_inputs=False,
)
PrintOp = define_op(
    "Print",
    ["input: T", "data: U"],
    ["output: T"],
    attributes={
        "T": types(),
        "U": type_list(minimum=0),
        "message": string(""),
        "first_n": integer(-1),
        "summarize": integer(3),
    },
    shape=shape_rules.unchanged,
    make_stateful_kernel=_print_kernel,
    gradient=lambda op, grad: [grad, *[None] * (len(op.inputs) - 1)],
    samples=[
        Sample((samples.float32([1.5]), [samples.int32([1, 2, 3, 4])]), {"message": "sample: ", "first_n": 0})
    ],
    is_stateful=True,
    keeps_inputs=False,
    returns_view=True,
)


def Assert(  # noqa: N802 - TensorFlow's name
    condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that fails in a run unless a condition holds.

    Args:
        condition: a boolean scalar.
        data: the tensors that the error shows.
        summarize: how many elements of each it shows; 3 if None.
        name: the scope of the operations.

    Returns:
        The Operation; let others depend on it by ``control_dependencies``.

    Source: ``tf.Assert``: numbers other than int32 are kept from the operation by a cond.
    """
    with name_scope(name, "Assert", [condition, data]):
        tensors = convert_n_to_tensor(data)
        if all(tensor.dtype.base_dtype in (dtypes.string, dtypes.int32) for tensor in tensors):
            return _assert(condition, data, summarize)
        condition = convert_to_tensor(condition, name="Condition")
        build: Callable[[], Any] = lambda: _assert(condition, data, summarize)  # noqa: E731
        guarded: Tensor = conditionals.cond(condition, grouping.no_op, build, name="AssertGuard")
        return guarded.op


def _assert(condition: Any, data: Sequence[Any], summarize: int | None) -> Operation:
    return AssertOp.operation(condition, list(data), summarize=summarize, name="Assert")


def Print(  # noqa: N802 - TensorFlow's name
    input_: Any,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """A tensor that prints others to the standard error stream whenever it is computed.

    Args:
        input_: the tensor.
        data: the tensors to print.
        message: what to print before them.
        first_n: how often to print; always if None.
        summarize: how many elements of each to print; 3 if None.
        name: the operation's name.

    Returns:
        A Tensor of the value of ``input_``.

    Source: ``tf.Print``.
    """
    return PrintOp(input_, list(data), message=message, first_n=first_n, summarize=summarize, name=name)

"""``explain``: runs a graph and the gradients of one of its tensors, and says how they come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.autodiff.gradients import Visit, visited_gradients
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_stacks import get_default_session
from graphlog.core.dtypes import resource
from graphlog.core.errors import FailedPreconditionError
from graphlog.core.indexed_slices import IndexedSlicesValue
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.scratch import taken_back
from graphlog.core.tensor import Tensor
from graphlog.inspect.explanation.edges import GradientEdge, find_edges, in_order, is_outside
from graphlog.inspect.explanation.explanation import Explanation, Step, Total
from graphlog.inspect.explanation.labels import short_labels
from graphlog.inspect.explanation.paths import count_paths, first_paths
from graphlog.ops.resources.variable_ops import ReadVariableOp
from graphlog.runtime.session import Session
from graphlog.runtime.single_runs import run_once

Array = np.ndarray[Any, Any]

# How far a product may be from what the rule of an operation gives, for a rule that is a derivative.
_TOLERANCES = {2: 1e-2, 4: 1e-4, 8: 1e-8}


def explain(
    y: Any,
    xs: Any,
    feed_dict: Mapping[Any, Any] | None = None,
    session: Any = None,
    most_paths: int = 12,
) -> Explanation:
    """Says how the gradient of ``y`` comes about, operation by operation back to each of ``xs``.

    The gradients are those of ``gradients``, computed in one run with all values on the way; the graph stays
    as it is. A loop or a conditional is one step. What the run updates is updated once, as by any run.

    Args:
        y: the tensor to differentiate; where it has several elements, their sum is.
        xs: the tensors or variables to differentiate by, one or a list.
        feed_dict: what to feed, as for ``Session.run``.
        session: the session whose variables are used. If None, the default session where it runs this graph,
            else a new one, which is enough where there are no variables.
        most_paths: how many paths to list for each ``x``; the totals are those of all paths.

    Returns:
        The Explanation. ``print`` shows it as a derivation, a notebook as a table.

    Raises:
        LookupError: an operation in between has no derivative.
        TypeError: ``y`` is no number.
        ValueError: the session runs another graph; or ``y`` or an ``x`` is inside of a loop or conditional,
            where it has no single value.
        FailedPreconditionError: a variable is not initialized in the session.
        OpError: an operation failed.
    """
    if most_paths < 0:
        raise ValueError(f"most_paths must be at least 0, not {most_paths}.")
    given = list(xs) if isinstance(xs, list | tuple) else [xs]
    graph = getattr(y, "graph", None)
    if graph is None:
        raise TypeError(f"y must be a tensor, not {described(y)}.")
    runner = _session_of(graph, session)
    with taken_back(graph):
        y = convert_to_tensor(y)
        tensors = [convert_to_tensor(x, as_ref=True) for x in given]
        for tensor in [y, *tensors]:
            if not is_outside(tensor):
                raise ValueError(
                    f"{tensor.name!r} is inside of a loop or conditional, where it has no single value: "
                    "explain takes the results and the inputs of one."
                )
        totals, visits = visited_gradients([y], tensors)
        edges = find_edges(visits, y, tensors)
        reasons = [_reason(y, x, total, visits) for x, total in zip(tensors, totals, strict=True)]
        run = _Run(y, tensors, totals, edges)
        run.compute(runner, feed_dict, given=session is not None or runner is get_default_session())
        return _explanation(y, tensors, edges, run, reasons, most_paths)


def _session_of(graph: Any, session: Any) -> Session:
    default = get_default_session()
    if session is None:
        session = default if default is not None and default.graph is graph else Session(graph=graph)
    if session.graph is not graph:
        raise ValueError(
            "explain was given a session that runs another graph than y's: give it one made with "
            "Session(graph=y.graph)."
        )
    raw: Session = getattr(session, "raw_session", lambda: session)()
    return raw


class _Run:
    """One run of all that an explanation tells.

    Attributes:
        values: the values of tensors.
        gradients: their gradients.
        totals: the gradient by each ``x``, or None.
        arriving: for each edge, the gradient that arrives.
        passed_on: for each edge, the gradient that is passed on.
        local: for each edge the local derivative, or None.
    """

    def __init__(
        self, y: Tensor, xs: Sequence[Tensor], totals: Sequence[Any], edges: Sequence[GradientEdge]
    ) -> None:
        self._edges = edges
        self._shown = list(dict.fromkeys([y, *[edge.output for edge in edges], *xs]))
        self._fetches = {
            "values": [_readable(tensor) for tensor in self._shown],
            "totals": [total for total in totals if total is not None],
            "arriving": [edge.arriving for edge in edges],
            "passed_on": [edge.passed_on for edge in edges],
            "local": [edge.local for edge in edges if edge.local is not None],
        }
        self._has_total = [total is not None for total in totals]
        self._xs = xs

    def compute(self, session: Session, feed_dict: Mapping[Any, Any] | None, given: bool) -> None:
        """Runs it; ``given`` says whether the session is one that the caller has."""
        try:
            found = run_once(session, self._fetches, feed_dict)
        except FailedPreconditionError as error:
            if given:
                raise
            raise FailedPreconditionError(
                error.node_def,
                error.op,
                f"{error.message}\nexplain needs the session that the variables have their values in: call "
                "it within `with session:`, or give it session=...",
            ) from None
        self.values: dict[Tensor, Array] = {
            tensor: np.asarray(value) for tensor, value in zip(self._shown, found["values"], strict=True)
        }
        totals = iter(found["totals"])
        self.totals = [
            _dense(next(totals), self.values[x]) if has_total else None
            for x, has_total in zip(self._xs, self._has_total, strict=True)
        ]
        self.arriving = [
            _dense(value, self.values[edge.output])
            for edge, value in zip(self._edges, found["arriving"], strict=True)
        ]
        self.passed_on = [
            _dense(value, self.values[edge.input])
            for edge, value in zip(self._edges, found["passed_on"], strict=True)
        ]
        local = iter(found["local"])
        self.local = [
            None if edge.local is None else _dense(next(local), self.values[edge.input])
            for edge in self._edges
        ]


def _readable(tensor: Tensor) -> Tensor:
    """A tensor whose value is that of another, or of the variable that it is the handle of."""
    if tensor.dtype.base_dtype is not resource:
        return tensor
    return ReadVariableOp(tensor, dtype=tensor.op.attributes["dtype"])


def _dense(grad: Any, like: Array) -> Array:
    """A gradient as an array, for a tensor of a certain value."""
    if not isinstance(grad, IndexedSlicesValue):
        return np.asarray(grad)
    dense = np.zeros(like.shape, np.asarray(grad.values).dtype)
    np.add.at(dense, grad.indices, grad.values)
    return dense


def _reason(y: Tensor, x: Tensor, total: Any, visits: Sequence[Visit]) -> str:
    """Why there is no gradient by an ``x``."""
    if total is not None:
        return ""
    for visit in visits:
        if visit.rule is None and x.op in _ancestors([tensor.op for tensor in visit.op.inputs]):
            return f"no derivative flows through {visit.op.name} ({visit.op.type})"
    if x.op in _ancestors([y.op]):
        return "y depends on it only through what has no derivative, such as whole numbers or comparisons"
    return "y does not depend on it"


def _ancestors(ops: Sequence[Operation]) -> set[Operation]:
    found = set(ops)
    waiting = list(ops)
    while waiting:
        new = {tensor.op for tensor in waiting.pop().inputs} - found
        found |= new
        waiting += new
    return found


def _explanation(
    y: Tensor,
    xs: Sequence[Tensor],
    edges: Sequence[GradientEdge],
    run: _Run,
    reasons: Sequence[str],
    most_paths: int,
) -> Explanation:
    operations = dict.fromkeys(edge.op for edge in edges)
    named = [y, *xs, *[tensor for edge in edges for tensor in (edge.output, edge.input)]]
    named += [tensor for operation in operations for tensor in operation.inputs]
    labels = short_labels([tensor.name for tensor in named])
    steps = _steps(edges, run, labels)
    totals = []
    order = [tensor.name for tensor in in_order(edges)]
    for x, gradient, reason in zip(xs, run.totals, reasons, strict=True):
        count, paths = 0, []
        if gradient is not None:
            count = count_paths(order, steps, y.name, x.name)
            paths = first_paths(steps, y.name, x.name, gradient, count, most_paths)
        totals.append(Total(x.name, gradient, count, tuple(paths), reason))
    gradients = {step.output: step.arriving for step in steps}
    gradients.update({total.x: total.gradient for total in totals if total.gradient is not None})
    values = {tensor.name: value for tensor, value in run.values.items()}
    types = {tensor.name: tensor.op.type for tensor in [y, *xs]}
    types.update((edge.output.name, edge.type) for edge in edges)
    return Explanation(y.name, tuple(steps), tuple(totals), values, gradients, labels, types)


def _steps(edges: Sequence[GradientEdge], run: _Run, labels: Mapping[str, str]) -> list[Step]:
    def label(tensor: Tensor) -> str:
        return labels[tensor.name]

    return [
        Step(
            edge.op.name,
            edge.type,
            edge.expression(label),
            edge.output.name,
            edge.input.name,
            edge.input_index,
            edge.is_repeated,
            edge.formula(label),
            _checked(local, arriving, passed_on),
            arriving,
            passed_on,
        )
        for edge, local, arriving, passed_on in zip(
            edges, run.local, run.arriving, run.passed_on, strict=True
        )
    ]


def _checked(local: Array | None, arriving: Array, passed_on: Array) -> Array | None:
    """The local derivative, where the product with it is what is passed on."""
    if local is None or arriving.size != 1 or local.shape != passed_on.shape:
        return None
    with np.errstate(all="ignore"):
        product = arriving.reshape(()) * local
    tolerance = _TOLERANCES.get(passed_on.dtype.itemsize, 1e-4)
    fits = np.allclose(product, passed_on, rtol=tolerance, atol=1e-30, equal_nan=True)
    return local if fits else None

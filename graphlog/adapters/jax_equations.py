"""The equations of a jaxpr, and of those within it, as the nodes of a graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphlog.adapters.foreign_graphs import (
    CONSTANT,
    INPUT,
    PARAMETER,
    ForeignGraph,
    valid_name,
)
from graphlog.adapters.jax_captured_arrays import CapturedArrays
from graphlog.adapters.jax_gradients import GradientPairs, Origin
from graphlog.adapters.jax_internals import (
    TRANSPOSE,
    Body,
    CallReader,
    argument_names,
    bodies,
    function_name,
    name_parts,
)
from graphlog.adapters.jax_paths import Path, name_in_scope
from graphlog.adapters.jax_profiles import JaxProfile
from graphlog.adapters.jax_tracing import Traced
from graphlog.adapters.jax_values import (
    array_value,
    described,
    dtype_attribute,
    plain_parameters,
    scalar_value,
    text,
)
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import called_from
from graphlog.graphdef.node_attributes import FORWARD_NODE

# An attribute: the file and the line of the user's code that a node comes from.
SOURCE = "source"

# Primitives that do what their body does, with the same inputs and outputs, and nothing else.
_CALLS = frozenset(
    {
        *("jit", "pjit", "closed_call", "core_call", "call", "named_call", "xla_call"),
        *("checkpoint", "remat", "remat2", "custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr"),
    }
)
_RECOMPUTED = frozenset({"checkpoint", "remat", "remat2"})
_GRADIENTS = "gradients"
_DEEPEST = 40  # scopes: nobody opens more

_Work = Generator[Any, Any, Any]  # gives work to be done first, is sent its result


@dataclass
class _Given:
    """An input or a captured array, which becomes a node when the first equation takes it."""

    kind: str
    path: Path
    value: Any
    key: str = ""
    array: Any = None
    tensor: Tensor | None = None


@dataclass(frozen=True)
class _Place:
    """The body that equations stand in.

    Attributes:
        scope: its scope, with a slash at the end; empty at the root.
        origin: where the equation that it belongs to comes from.
        transforms: the transformations around it, the outermost first.
    """

    scope: str = ""
    origin: Origin = Origin((), (), ())  # noqa: RUF009 (nothing changes it)
    transforms: tuple[str, ...] = ()


_Value = Any  # a Tensor, a _Given, or a Literal of JAX
_Values = dict[Any, _Value]


class JaxprGraph:
    """Makes a graph of a traced function.

    Args:
        function: the function.
        traced: what tracing it gave.
        profile: what runs the equations, or None.
    """

    def __init__(
        self, function: Callable[..., Any], traced: Traced, profile: JaxProfile | None = None
    ) -> None:
        self._profile = profile
        self._foreign = ForeignGraph("jax")
        self._calls = CallReader()
        self._pairs = GradientPairs()
        self._function = function
        self._captured: CapturedArrays | None = None
        self._last_ordered: list[Operation] = []
        jaxpr = traced.closed_jaxpr.jaxpr
        given = [
            _Given(PARAMETER if item.is_parameter else INPUT, item.path, variable.aval, item.key, array)
            for item, variable, array in zip(traced.inputs, jaxpr.invars, traced.arrays, strict=True)
        ]
        body = Body("", jaxpr, traced.closed_jaxpr.consts)
        results = _run(self._add_body(body, given, _Place()))
        for item in given:
            self._tensor(item, "")
        tensors = [self._tensor(result, "") for result in results]
        taken = {operation.name.partition("/")[0] for operation in self.graph.get_operations()}
        root, number = "output", 0
        while root in taken:
            number += 1
            root = f"output_{number}"
        for path, tensor in zip(traced.outputs, tensors, strict=True):
            self._foreign.add_output("/".join((root, *path)), tensor)

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self._foreign.graph

    def _add_body(self, body: Body, inputs: Sequence[_Value], place: _Place) -> _Work:
        """Adds the equations of a body; returns what it gives."""
        values: _Values = dict(zip(body.jaxpr.invars, inputs, strict=True))
        for variable, array in zip(body.jaxpr.constvars, body.constants, strict=False):
            values[variable] = _Given(PARAMETER, self._path_of_captured(array), array, array=array)
        for equation in body.jaxpr.eqns:
            taken = [_value(values, item) for item in equation.invars]
            inside = bodies(equation)
            if inside:
                results = yield self._add_with_bodies(equation, inside, taken, place)
            else:
                operation = self._add_equation(equation, taken, self._placed(equation, place))
                self._measure(equation, taken, operation)
                results = operation.outputs
            values.update(zip(equation.outvars, results, strict=True))
        return [_value(values, item) for item in body.jaxpr.outvars]

    def _path_of_captured(self, array: Any) -> Path:
        if self._captured is None:
            self._captured = CapturedArrays(self._function)
        return self._captured.path(array)

    def _placed(self, equation: Any, place: _Place) -> _Place:
        """The scope of an equation, and where it comes from."""
        parts = name_parts(equation)
        scope, labels, transforms = place.scope, place.origin.labels, place.transforms
        if parts:
            scopes = tuple(part.name for part in parts if part.is_scope)
            levels = [
                part.name if part.is_scope else _GRADIENTS
                for part in parts
                if part.is_scope or part.name == TRANSPOSE
            ]
            scope += "".join(f"{level}/" for level in levels)
            if scope.count("/") > _DEEPEST:
                scope = "/".join(scope.split("/")[:_DEEPEST]) + "/"
            labels += scopes
            transforms += tuple(part.name for part in parts if not part.is_scope)
        calls = self._calls.calls(equation)
        outer = (*place.origin.calls, calls.users) if calls.users else place.origin.calls
        return _Place(scope, Origin(outer, calls.inner, labels), transforms)

    def _add_equation(
        self,
        equation: Any,
        taken: Sequence[_Value],
        place: _Place,
        results: Sequence[Tensor] = (),
    ) -> Operation:
        """Adds one equation as a node, which takes the results of its bodies, too."""
        op_type = text(equation.primitive.name).decode()
        name = place.scope + op_type
        avals = [variable.aval for variable in equation.outvars]
        outputs = [described(aval) for aval in avals]
        attributes = plain_parameters(equation.params, outputs[0][0] if len(outputs) == 1 else None)
        attributes |= dtype_attribute(avals)
        inputs: list[Tensor] = []
        for number, value in enumerate(taken):
            if _is_scalar_literal(value):
                attributes[f"operand_{number}"] = scalar_value(value.val)
            else:
                inputs.append(self._tensor(value, place.scope))
        inputs += results
        effects = getattr(equation, "effects", ())
        if effects:
            attributes["effects"] = text(", ".join(sorted(map(str, effects))))
        if place.transforms:
            attributes["transforms"] = text("(".join(place.transforms) + ")" * (len(place.transforms) - 1))
        stack = self._calls.stack(place.origin.calls[-1]) if place.origin.calls else ()
        if stack:
            attributes[SOURCE] = self._calls.line(place.origin.calls[-1][0])
        is_backward = TRANSPOSE in place.transforms
        if is_backward:
            forward = self._pairs.forward(op_type, inputs, place.origin)
            if forward is not None:
                attributes[FORWARD_NODE] = forward.name.encode()
        is_ordered = any(str(effect).startswith("Ordered") for effect in effects)
        with called_from(stack or None):
            operation = self._foreign.add(
                op_type, name, inputs, outputs, attributes, self._last_ordered if is_ordered else ()
            )
        if is_ordered:
            self._last_ordered = [operation]
        if not is_backward:
            self._pairs.add_forward(operation, place.origin)
        return operation

    def _add_with_bodies(
        self, equation: Any, inside: Sequence[Body], taken: Sequence[_Value], place: _Place
    ) -> _Work:
        """Adds an equation with jaxprs in it; returns its outputs."""
        placed = self._placed(equation, place)
        name = equation.primitive.name
        add = {"scan": self._add_scan, "while": self._add_while, "cond": self._add_branches}.get(name)
        if name in _CALLS and len(inside) == 1 and len(inside[0].jaxpr.invars) == len(taken):
            return (yield self._add_body(inside[0], taken, self._place_of_call(equation, inside[0], placed)))
        with self._profile.paused() if self._profile else contextlib.nullcontext():
            operation = yield (add or self._add_any)(equation, inside, taken, placed)
        self._measure(equation, taken, operation)
        return operation.outputs

    def _measure(self, equation: Any, taken: Sequence[_Value], operation: Operation) -> None:
        if self._profile is not None:
            self._profile.run(equation, taken, operation)

    def _place_of_call(self, equation: Any, body: Body, placed: _Place) -> _Place:
        inner = body.jaxpr.eqns
        if len(inner) == 1 and inner[0].primitive.name in _CALLS:
            return placed  # that one has the same name, or a better one
        if equation.primitive.name in _RECOMPUTED:
            return self._inside(placed, "checkpoint")
        name = equation.params.get("name") or function_name(body.jaxpr)
        return self._inside(placed, name or equation.primitive.name)

    def _inside(self, placed: _Place, label: str) -> _Place:
        """A scope of its own within a place."""
        if placed.scope.count("/") >= _DEEPEST:
            return placed
        label = str(label).strip("_<>") or "_"
        scope = self.graph.unique_name(valid_name(placed.scope + label))
        origin = replace(placed.origin, labels=(*placed.origin.labels, label))
        return replace(placed, scope=f"{scope}/", origin=origin)

    def _add_scan(
        self, equation: Any, inside: Sequence[Body], taken: Sequence[_Value], placed: _Place
    ) -> _Work:
        place, body = self._inside(placed, "scan"), inside[0]
        constants, carried = equation.params["num_consts"], equation.params["num_carry"]
        names = [f"carry_{number}" for number in range(carried)]
        names += [f"slice_{number}" for number in range(len(taken) - constants - carried)]
        given = self._body_inputs(body, names, taken[constants:], place)
        results = yield self._add_body(body, [*taken[:constants], *given], place)
        return self._add_end(equation, [], results, placed, place)

    def _add_while(
        self, equation: Any, inside: Sequence[Body], taken: Sequence[_Value], placed: _Place
    ) -> _Work:
        place = self._inside(placed, "while")
        bodies_by_label = {body.label: body for body in inside}
        condition, body = bodies_by_label["cond_jaxpr"], bodies_by_label["body_jaxpr"]
        start = equation.params["cond_nconsts"]
        end = start + equation.params["body_nconsts"]
        names = [f"carry_{number}" for number in range(len(taken) - end)]
        given = self._body_inputs(body, names, taken[end:], place)
        results = yield self._add_body(condition, [*taken[:start], *given], self._inside(place, "cond"))
        results += yield self._add_body(body, [*taken[start:end], *given], self._inside(place, "body"))
        return self._add_end(equation, [], results, placed, place)

    def _add_branches(
        self, equation: Any, inside: Sequence[Body], taken: Sequence[_Value], placed: _Place
    ) -> _Work:
        place = self._inside(placed, "cond")
        results: list[_Value] = []
        for number, body in enumerate(inside):
            results += yield self._add_body(body, taken[1:], self._inside(place, f"branch_{number}"))
        return self._add_end(equation, taken[:1], results, placed, place)

    def _add_any(
        self, equation: Any, inside: Sequence[Body], taken: Sequence[_Value], placed: _Place
    ) -> _Work:
        """What a body has to do with its equation's inputs is not known, so both stand beside each other."""
        place = self._inside(placed, equation.params.get("name") or equation.primitive.name)
        results: list[_Value] = []
        for body in inside:
            within = place if len(inside) == 1 else self._inside(place, body.label)
            names = [f"input_{number}" for number in range(len(body.jaxpr.invars))]
            sources = taken if len(taken) == len(names) else [None] * len(names)
            given = self._body_inputs(body, names, sources, within)
            results += yield self._add_body(body, given, within)
        return self._add_end(equation, taken, results, placed, place)

    def _body_inputs(
        self, body: Body, names: Sequence[str], sources: Sequence[_Value | None], place: _Place
    ) -> list[Tensor]:
        """What a body begins with, linked from what it is given at first; the last inputs of the body."""
        variables = body.jaxpr.invars[len(body.jaxpr.invars) - len(names) :]
        stated = argument_names(body.jaxpr)[len(body.jaxpr.invars) - len(names) :]
        tensors = []
        for name, own, source, variable in zip(names, stated, sources, variables, strict=True):
            inputs = [] if source is None else [self._tensor(source, place.scope)]
            attributes = dtype_attribute([variable.aval])
            operation = self._foreign.add(
                INPUT, place.scope + (own or name), inputs, [described(variable.aval)], attributes
            )
            tensors.append(operation.outputs[0])
        return tensors

    def _add_end(
        self,
        equation: Any,
        taken: Sequence[_Value],
        results: Sequence[_Value],
        placed: _Place,
        place: _Place,
    ) -> Operation:
        """The node of the equation itself, which takes what its bodies give."""
        tensors = [self._tensor(result, place.scope) for result in results]
        return self._add_equation(equation, taken, replace(placed, scope=place.scope), tensors)

    def _tensor(self, value: _Value, scope: str) -> Tensor:
        """The tensor of a value; the node of one that has none yet stands in the scope if it may."""
        if isinstance(value, Tensor):
            return value
        if not isinstance(value, _Given):
            return self._add_constant(value, scope)
        if value.tensor is None:
            attributes: dict[str, Any] = {**dtype_attribute([value.value])}
            if value.key:
                attributes["path"] = text(value.key)
            dtype, shape = described(value.value)
            if value.kind == INPUT:
                value.tensor = self._foreign.add_input("/".join(value.path), dtype, shape, **attributes)
            else:
                name = name_in_scope(value.path, scope)
                value.tensor = self._foreign.add_parameter(name, dtype, shape, **attributes)
        return value.tensor

    def _add_constant(self, literal: Any, scope: str) -> Tensor:
        attributes: dict[str, Any] = dtype_attribute([literal.aval])
        value = array_value(literal.val)
        if value is not None:
            attributes["value"] = value
        outputs = [described(literal.aval)]
        return self._foreign.add(CONSTANT, f"{scope}constant", [], outputs, attributes).outputs[0]


def _value(values: _Values, item: Any) -> _Value:
    return item if hasattr(item, "val") else values[item]


def _is_scalar_literal(value: _Value) -> bool:
    return hasattr(value, "val") and getattr(value.aval, "shape", None) == ()


def _run(work: _Work) -> Any:
    """Does work that gives work that is to be done first, without Python's stack growing with it."""
    waiting: list[_Work] = [work]
    result = None
    while waiting:
        try:
            waiting.append(waiting[-1].send(result))
            result = None
        except StopIteration as done:
            waiting.pop()
            result = done.value
    return result

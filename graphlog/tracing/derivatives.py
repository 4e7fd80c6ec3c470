"""Derivatives of NumPy functions: traced once for a signature, compiled, and run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.autodiff.gradients import UnconnectedGradients, gradients
from graphlog.core import nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import filling
from graphlog.ops.placeholders import placeholder
from graphlog.tracing.arguments import Signature, within_trace
from graphlog.tracing.jacobians import full_jacobian, jacobian_in_trace
from graphlog.tracing.programs import Program, Programs
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced
from graphlog.tracing.users_functions import call

Argnums = int | Sequence[int]


def grad(fun: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a NumPy function, as a function of the same arguments.

    The function is traced once for each signature (see ``trace``), differentiated and compiled. What it
    reads besides its arguments, such as a variable of the module, is read when it is traced.

    Args:
        fun: a function that returns one real number.
        argnums: the position of the argument to differentiate by, or several.

    Returns:
        A function that returns the derivatives: of the form of the argument, which may be a nest of
        tuples, lists and dicts; a tuple of them for several arguments. An argument on which nothing depends
        has zeros.

    Raises:
        TracingError: the function cannot be traced, or differentiated by such an argument.
    """
    both = value_and_grad(fun, argnums)

    @functools.wraps(fun)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(fun: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns what a NumPy function returns, and its gradient (see ``grad``)."""
    positions = _positions(argnums)

    def build(*args: Any, **kwargs: Any) -> tuple[Any, Sequence[Tensor]]:
        chosen = tuple(_argument(args, position) for position in positions)
        value = call(fun, args, kwargs)
        _check_is_number(value)
        found = _gradients([value], nest.flatten(chosen), None)
        derivatives = nest.pack_sequence_as(chosen, found)
        return (value, derivatives[0] if isinstance(argnums, int) else derivatives), ()

    programs = Programs(fun, build, positions)

    @functools.wraps(fun)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        signature = Signature(args, kwargs, positions)
        if signature.is_in_trace:
            return build(*map(within_trace, args), **within_trace(kwargs))[0]
        return programs.find(signature, args, kwargs)(*signature.values)

    return value_and_gradient


def jacobian(fun: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of a NumPy function, as a function of the same arguments.

    Args:
        fun: a function that returns an array, or a nest of arrays.
        argnums: the position of the argument to differentiate by, or several.

    Returns:
        A function that returns, for an output of shape S and an argument of shape T, an array of shape S + T;
        in the form of the output, with that of the arguments inside. It runs the compiled function once for
        each element of the outputs or of the arguments, whichever are fewer.

    Raises:
        TracingError: the function cannot be traced, or differentiated by such an argument.
    """
    positions = _positions(argnums)

    def build(*args: Any, **kwargs: Any) -> tuple[Any, Sequence[Tensor]]:
        chosen = tuple(_argument(args, position) for position in positions)
        value = nest.map_structure(as_traced, call(fun, args, kwargs))
        inputs, outputs = nest.flatten(chosen), nest.flatten(value)
        if sum(output.size for output in outputs) <= sum(item.size for item in inputs):
            seeds = [_placeholder_like(output) for output in outputs]
            products = _gradients(outputs, inputs, seeds)
        else:
            seeds = [_placeholder_like(item) for item in inputs]
            products = _directional(outputs, inputs, seeds)
        return (value, chosen, products), seeds

    def in_form(value: Any, chosen: Any, rows: Any) -> Any:
        """The Jacobians, by output and argument, as nests in each other."""
        nests = [nest.pack_sequence_as(chosen, row) for row in rows]
        return nest.pack_sequence_as(value, [nest[0] if isinstance(argnums, int) else nest for nest in nests])

    def prepare(program: Program) -> Callable[..., Any]:
        value, chosen, products = program.outputs
        run = program.runner(products)
        outputs, inputs = nest.flatten(value), nest.flatten(chosen)
        return lambda *values: in_form(value, chosen, full_jacobian(run, values, outputs, inputs))

    programs = Programs(fun, build, positions, prepare)

    @functools.wraps(fun)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        signature = Signature(args, kwargs, positions)
        if not signature.is_in_trace:
            return programs.find(signature, args, kwargs)(*signature.values)
        args = tuple(map(within_trace, args))
        value = nest.map_structure(as_traced, call(fun, args, within_trace(kwargs)))
        chosen = tuple(_argument(args, position) for position in positions)
        rows = jacobian_in_trace(nest.flatten(value), nest.flatten(chosen), _gradients)
        return in_form(value, chosen, rows)

    return jacobian_of


def hessian(fun: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The matrix of second derivatives of a NumPy function, as a function of the same arguments.

    Args:
        fun: a function that returns one real number.
        argnums: the position of the argument to differentiate by, or several.

    Returns:
        A function that returns, for an argument of shape T, an array of shape T + T; for a nest or several
        arguments nests in nests, as ``jacobian(grad(fun))`` has them.

    Raises:
        TracingError: the function cannot be traced, or differentiated by such an argument.
    """
    return jacobian(grad(fun, argnums), argnums)


def vjp(fun: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """What a NumPy function returns, and a function that multiplies its Jacobian from the left.

    Args:
        fun: the function.
        *primals: its arguments.

    Returns:
        Its value; and a function of an array (or nest) of the value's form, which returns a tuple with the
        derivatives by each argument.

    Raises:
        TracingError: the function cannot be traced, or differentiated by such an argument.
    """
    signature = Signature(primals, {}, range(len(primals)))
    run_value, run_products, form = _left_products(fun, len(primals)).find(signature, primals, {})

    def multiplied(cotangents: Any) -> Any:
        return run_products(*signature.values, *_checked(cotangents, form, "the function's value"))

    return run_value(*signature.values), multiplied


def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """What a NumPy function returns, and its derivative in a direction.

    Args:
        fun: the function.
        primals: its arguments.
        tangents: the direction: an array (or nest) of the form of each argument.

    Returns:
        Its value, and the product of its Jacobian with the direction, of the same form.

    Raises:
        TracingError: the function cannot be traced, or differentiated by such an argument.
        ValueError: the direction has another form than the arguments.
    """
    primals, tangents = tuple(primals), tuple(tangents)
    signature = Signature(primals, {}, range(len(primals)))
    run, form = _right_products(fun, len(primals)).find(signature, primals, {})
    return run(*signature.values, *_checked(tangents, form, "the arguments"))  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=64)
def _left_products(fun: Callable[..., Any], count: int) -> Programs:
    """Programs that compute a value and, of the gradient that arrives at it, those of the arguments."""

    def build(*args: Any) -> tuple[Any, Sequence[Tensor]]:
        value = nest.map_structure(as_traced, call(fun, args, {}))
        seeds = [_placeholder_like(output) for output in nest.flatten(value)]
        products = _gradients(nest.flatten(value), nest.flatten(args), seeds)
        return (value, nest.pack_sequence_as(args, products)), seeds

    def prepare(program: Program) -> Any:
        value, products = program.outputs
        inputs = len(program.feeds) - len(nest.flatten(value))
        return program.runner(value, inputs), program.runner(products), value

    return Programs(fun, build, range(count), prepare)


@functools.lru_cache(maxsize=64)
def _right_products(fun: Callable[..., Any], count: int) -> Programs:
    """Programs that compute a value and its derivative in a direction."""

    def build(*args: Any) -> tuple[Any, Sequence[Tensor]]:
        value = nest.map_structure(as_traced, call(fun, args, {}))
        seeds = [_placeholder_like(item) for item in nest.flatten(args)]
        products = _directional(nest.flatten(value), nest.flatten(args), seeds)
        return (value, nest.pack_sequence_as(value, products), args), seeds

    def prepare(program: Program) -> Any:
        value, products, args = program.outputs
        return program.runner((value, products)), args

    return Programs(fun, build, range(count), prepare)


def _positions(argnums: Argnums) -> tuple[int, ...]:
    if isinstance(argnums, bool) or not isinstance(argnums, int | tuple | list):
        raise TypeError(f"argnums must be the position of an argument, or several; not {argnums!r}.")
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    if not all(isinstance(position, int) and position >= 0 for position in positions):
        raise TypeError(f"argnums must be positions from 0 on, not {argnums!r}.")
    return positions


def _argument(args: Sequence[Any], position: int) -> Any:
    if position >= len(args):
        given = f"only {len(args)} were given by position"
        raise TypeError(f"argnums names argument {position}, and {given}: they count from 0.")
    for leaf in nest.flatten(args[position]):
        if not isinstance(leaf, TracedArray) or leaf.dtype.kind not in "fc":
            kind = leaf.dtype.name if isinstance(leaf, TracedArray) else type(leaf).__name__
            raise TracingError(
                f"Argument {position} cannot be differentiated by: it holds {kind}. Make it float64 or "
                "float32."
            )
    return args[position]


def _check_is_number(value: Any) -> None:
    if nest.is_nested(value):
        raise TracingError(
            f"A function that has a gradient returns one number, not a {type(value).__name__}: use jacobian."
        )
    if not isinstance(value, TracedArray | Tensor | np.ndarray | np.generic | int | float | complex):
        kind = type(value).__name__
        raise TracingError(f"A function that has a gradient returns one number, not a {kind}.")
    traced = as_traced(value)
    if traced.tensor.static_shape != () or traced.dtype.kind != "f":
        raise TracingError(
            "A function that has a gradient returns one real number, not an array of shape "
            f"{traced.tensor.shape} and dtype {traced.dtype.name}: sum it, or use jacobian."
        )


def _gradients(ys: Sequence[Any], xs: Sequence[TracedArray], seeds: Sequence[Tensor] | None) -> list[Any]:
    """The derivatives of what depends on ``xs`` by each of them, as traced arrays."""
    found = gradients(
        [as_traced(y).tensor for y in ys],
        [x.tensor for x in xs],
        None if seeds is None else list(seeds),
        unconnected_gradients=UnconnectedGradients.ZERO,
    )
    return [TracedArray(convert_to_tensor(gradient)) for gradient in found]


def _directional(ys: Sequence[Any], xs: Sequence[TracedArray], seeds: Sequence[Tensor]) -> list[Any]:
    """The derivatives of ``ys`` in a direction: the product from the left is linear in what arrives."""
    arriving = [filling.zeros_like(y.tensor) for y in ys]
    products = _gradients(ys, xs, arriving)
    return _gradients(products, [TracedArray(item) for item in arriving], seeds)


def _placeholder_like(x: TracedArray) -> Tensor:
    return placeholder(x.tensor.dtype.base_dtype, x.shape, name="seed")


def _checked(values: Any, form: Any, of_what: str) -> list[Any]:
    """The leaves of a nest, that must have the form and shapes of another."""
    given, wanted = nest.flatten(values), nest.flatten(form)
    shapes = [np.shape(value) for value in given], [leaf.shape for leaf in wanted]
    if shapes[0] != shapes[1]:
        raise ValueError(f"The shapes must be those of {of_what}, {shapes[1]}, not {shapes[0]}.")
    return [np.asarray(value, leaf.dtype) for value, leaf in zip(given, wanted, strict=True)]

"""Functions of JAX, traced: their jaxpr, with names for what goes in and what comes out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MethodType
from typing import Any

from graphlog.adapters.jax_module_scopes import module_scopes
from graphlog.adapters.jax_paths import Path, has_attribute_key, is_array, leaves_with_paths, path_of

# What the trees that hold a model's parameters are called in Flax, Haiku and most programs.
_PARAMETER_TREES = frozenset(
    {"params", "parameters", "variables", "weights", "batch_stats", "model", "module", "opt_state"}
)


@dataclass(frozen=True)
class TracedInput:
    """An array that a traced function is given.

    Attributes:
        path: the name of the function's parameter, and where in its value the array stands.
        key: the path as Python writes it, such as ``params['dense']['kernel']``.
        is_parameter: whether it belongs to the model, and not to the data.
    """

    path: Path
    key: str
    is_parameter: bool


@dataclass
class Traced:
    """A traced function.

    Attributes:
        closed_jaxpr: what JAX made of it.
        inputs: for each input of the jaxpr what it is.
        outputs: for each output of the jaxpr its path in what the function returns.
        arrays: what each input was given.
    """

    closed_jaxpr: Any
    inputs: Sequence[TracedInput]
    outputs: Sequence[Path]
    arrays: Sequence[Any]


@dataclass
class _Call:
    """A call of a function, its arrays apart from the rest, which is not traced."""

    treedef: Any
    leaves: list[Any]
    positions: list[int]  # of the arrays in leaves
    inputs: list[TracedInput]
    outputs: list[Path] = field(default_factory=list)

    def run(self, arrays: Sequence[Any]) -> list[Any]:
        import jax

        leaves = list(self.leaves)
        for position, array in zip(self.positions, arrays, strict=True):
            leaves[position] = array
        function, args, kwargs = jax.tree_util.tree_unflatten(self.treedef, leaves)
        with module_scopes():
            result = _callable(function)(*args, **kwargs)
        return self._arrays_of(result)

    def _arrays_of(self, result: Any) -> list[Any]:
        arrays = []
        given = {id(leaf) for leaf in self.leaves}
        self.outputs.clear()
        for path, leaf in leaves_with_paths(result):
            if is_array(leaf) or isinstance(leaf, bool):
                arrays.append(leaf)
                self.outputs.append(path)
            elif not callable(leaf) and id(leaf) not in given:
                # Functions and settings of a model that is returned are no outputs; anything else is meant.
                place = f" at {'/'.join(path)}" if path else ""
                raise TypeError(
                    f"The function returns a {type(leaf).__name__}{place}, and only arrays are outputs of a "
                    "graph: return arrays, or pytrees of them."
                )
        return arrays


def trace(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Traced:
    """Traces a function with JAX.

    Args:
        function: any function that JAX can trace, or a model that can be called. The arrays of a model that
            is a pytree are inputs too.
        args: its arguments: pytrees. What is no array in them stays as it is, and is not traced.
        kwargs: its keyword arguments, likewise.

    Raises:
        TypeError: the function returns something that is no array.
        Exception: whatever the function, or JAX on its behalf, raises.
    """
    import jax

    flat, treedef = jax.tree_util.tree_flatten_with_path((_parts(function), tuple(args), dict(kwargs)))
    leaves = [leaf for _, leaf in flat]
    positions = [position for position, leaf in enumerate(leaves) if is_array(leaf)]
    namer = _ArgumentNames(function, args, kwargs)
    call = _Call(treedef, leaves, positions, [namer.input(flat[position][0]) for position in positions])
    arrays = [leaves[position] for position in positions]
    jaxpr = jax.make_jaxpr(lambda *arrays: call.run(arrays))(*arrays)
    return Traced(jaxpr, call.inputs, call.outputs, arrays)


def _parts(function: Callable[..., Any]) -> Any:
    """A function as a pytree: a method's object has arrays, too."""
    return (function.__func__, function.__self__) if isinstance(function, MethodType) else function


def _callable(parts: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = MethodType(*parts) if isinstance(parts, tuple) else parts
    return function


class _ArgumentNames:
    """What a function calls the arguments of a call."""

    def __init__(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self._function, self._args, self._kwargs = function, args, kwargs
        self._positional = [("arguments", str(number)) for number in range(len(args))]
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return
        names: list[Path] = []
        for parameter in parameters:
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                names.append((parameter.name,))
            elif parameter.kind == parameter.VAR_POSITIONAL:
                rest = range(max(len(args) - len(names), 0))
                names += [(parameter.name, str(number)) for number in rest]
        if len(names) >= len(args):
            self._positional = names  # type: ignore[assignment]

    def input(self, keys: Sequence[Any]) -> TracedInput:
        """What the array is that stands at these keys in function, arguments and keyword arguments."""
        import jax

        part, keys = keys[0].idx, keys[1:]
        if part == 0:
            keys = keys[1:] if isinstance(self._function, MethodType) else keys
            return TracedInput(path_of(keys), "self" + jax.tree_util.keystr(keys), is_parameter=True)
        if part == 1:
            root, value = self._positional[keys[0].idx], self._args[keys[0].idx]
        else:
            root, value = (str(keys[0].key),), self._kwargs[keys[0].key]
        path = path_of(keys[1:], root)
        is_object = has_attribute_key(keys[1:]) and not isinstance(value, tuple)
        return TracedInput(
            path,
            "/".join(root) + jax.tree_util.keystr(keys[1:]),
            is_parameter=is_object or not _PARAMETER_TREES.isdisjoint(path),
        )

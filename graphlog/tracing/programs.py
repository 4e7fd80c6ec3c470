"""Traced functions, ready to run."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import nest
from graphlog.core.graph import Graph
from graphlog.core.tensor import Tensor
from graphlog.runtime.session import Session
from graphlog.tracing.arguments import Signature, traced_arguments
from graphlog.tracing.traced_array import TracedArray

_MANY_TRACES = 64

# A function of traced arguments, that says what to compute and which placeholders of its own it has.
Builder = Callable[..., tuple[Any, Sequence[Tensor]]]


class Program:
    """What was traced for one signature.

    Args:
        function: the function, whose parameters name the placeholders.
        build: what to compute of its arguments.
        args: the arguments of the call for which it is traced.
        kwargs: those by name.
        argnums: the positions of those to differentiate by.

    Attributes:
        outputs: what ``build`` has returned: a nest of traced arrays, and of values that are constants.
        feeds: the placeholders, first those of the arguments.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        build: Builder,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        argnums: Sequence[int],
    ) -> None:
        self._graph = Graph()
        with self._graph.as_default():
            positional, named, placeholders = traced_arguments(function, args, kwargs, argnums)
            self.outputs, extra = build(*positional, **named)
        self.feeds = [*placeholders, *extra]
        self._session = Session(graph=self._graph) if self._graph.version else None

    def runner(self, outputs: Any, feed_count: int | None = None) -> Callable[..., Any]:
        """A function of the values that are fed, which gives the values of a part of the outputs.

        Args:
            outputs: a nest of traced arrays and constants.
            feed_count: how many of the placeholders it takes; all of them if None.
        """
        tensors = [leaf.tensor for leaf in nest.flatten(outputs) if isinstance(leaf, TracedArray)]
        if not tensors or self._session is None:
            return lambda *values: outputs
        run = self._session.make_callable(tensors, self.feeds[:feed_count])
        if isinstance(outputs, TracedArray):
            return lambda *values: run(*values)[0]
        pack = _packer(outputs, iter(range(len(tensors))))
        return lambda *values: pack(run(*values))


def _packer(outputs: Any, numbers: Any) -> Callable[[list[Any]], Any]:
    """A function that puts values in the places of the traced arrays of a nest."""
    if isinstance(outputs, TracedArray):
        number = next(numbers)
        return lambda values: values[number]
    if not nest.is_nested(outputs):
        return lambda values: outputs
    packers = {key: _packer(part, numbers) for key, part in nest.parts_of(outputs)}
    parts = list(packers.values())
    if type(outputs) is tuple:
        return lambda values: tuple([pack(values) for pack in parts])
    if type(outputs) is dict:
        items = [(key, packers[key]) for key in outputs]
        return lambda values: {key: pack(values) for key, pack in items}
    return lambda values: nest.like(outputs, [pack(values) for pack in parts])


class Programs:
    """A function's programs by signature.

    Args:
        function: the function.
        build: what to compute of its arguments.
        argnums: the positions of those to differentiate by.
        prepare: what is to be kept of a program; its runner for all outputs if None.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        build: Builder,
        argnums: Sequence[int],
        prepare: Callable[[Program], Any] | None = None,
    ) -> None:
        self._function, self._build, self._argnums = function, build, argnums
        self._prepare = prepare or (lambda program: program.runner(program.outputs))
        self._known: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def find(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What is kept of the program for a signature; it is traced where there is none."""
        try:
            known = self._known.get(signature.key)
        except TypeError:
            raise TypeError(
                "An argument that is no array, number, tuple, list or dict counts as a constant, and must be "
                f"hashable: {[type(value).__name__ for value in (*args, *kwargs.values())]}."
            ) from None
        if known is not None:
            return known
        with self._lock:
            program = Program(self._function, self._build, args, kwargs, self._argnums)
            known = self._known[signature.key] = self._prepare(program)
            if len(self._known) == _MANY_TRACES:
                warnings.warn(
                    f"{getattr(self._function, '__name__', self._function)!r} has been traced {_MANY_TRACES} "
                    "times, for other shapes, dtypes or constants each time, which takes far longer than to "
                    "run it. An int of Python counts as a constant: give np.int64(n), or a float, where it "
                    "changes from call to call.",
                    stacklevel=4,
                )
        return known

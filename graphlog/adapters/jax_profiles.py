"""What the equations of a jaxpr take, by running each on its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

from graphlog.adapters.jax_internals import evaluated
from graphlog.adapters.node_runs import NodeRun, OutputRun
from graphlog.core.operation import Operation
from graphlog.core.printable import printable
from graphlog.core.tensor import Tensor


class JaxProfile:
    """Runs equations as they become operations, and notes what each takes.

    Attributes:
        runs: what each took, in the order in which they ran.
    """

    def __init__(self) -> None:
        self.runs: list[NodeRun] = []
        self._arrays: dict[Tensor, Any] = {}
        self._is_paused = False

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """A ``with`` block whose equations are not run: they stand in the body of a loop or a branch."""
        before, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = before

    def run(self, equation: Any, taken: Sequence[Any], operation: Operation) -> None:
        """Runs an equation, once to compile it and once to measure it; one with effects only once.

        Args:
            equation: the equation.
            taken: what it takes: tensors of the graph, literals, or what is given to the function.
            operation: its operation.

        Raises:
            ValueError: JAX cannot run it on its own.
        """
        if self._is_paused:
            return
        arrays = [self._array(item) for item in taken]
        try:
            if not getattr(equation, "effects", ()):
                _run(equation, arrays)
            begin, start = time.time_ns(), time.perf_counter_ns()
            results = _run(equation, arrays)
            duration = time.perf_counter_ns() - start
        except Exception as error:
            name = f"{operation.name} ({operation.type})"
            raise ValueError(
                f"JAX cannot run {name} on its own: {type(error).__name__}: {printable(str(error))}"
            ) from error
        self._arrays.update(zip(operation.outputs, results, strict=True))
        outputs = [OutputRun(result.shape, getattr(result, "nbytes", 0), is_new=True) for result in results]
        self.runs.append(NodeRun(operation, begin, duration, outputs, _device(results)))

    def _array(self, item: Any) -> Any:
        if isinstance(item, Tensor):
            return self._arrays[item]
        return item.val if hasattr(item, "val") else item.array


def _run(equation: Any, arrays: Sequence[Any]) -> Sequence[Any]:
    import jax

    results: Sequence[Any] = jax.block_until_ready(evaluated(equation, arrays))
    return results


def _device(results: Sequence[Any]) -> str:
    devices = results[0].devices() if results and hasattr(results[0], "devices") else ()
    first = next(iter(devices), None)
    return "CPU:0" if first is None else f"{first.platform.upper()}:{first.id}"

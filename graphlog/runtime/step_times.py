"""How long each step of a compiled program takes: its text, with a look at the clock before each step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core.operation import Operation
from graphlog.runtime.compiled_program import CompiledProgram
from graphlog.runtime.runner import Runner


class TimedRunner:
    """Runs what a Runner has compiled, and takes the time of each step.

    Args:
        runner: the Runner, which has run these feeds' shapes twice at least.

    Attributes:
        seconds: what the steps of each operation took, together, in each run. What is not there took no time,
            since it is computed beforehand or with another.
        is_compiled: whether the last run was of a compiled program; the times of others are not taken.
    """

    latest = None

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._functions: dict[CompiledProgram, Callable[[Sequence[Any]], list[Any]]] = {}
        self.seconds: list[dict[Operation, float]] = []
        self.is_compiled = False

    def run(self, values: Sequence[Any]) -> list[Any]:
        """For each element its value, from an array for each fed tensor."""
        program = self._runner.program(values)
        self.is_compiled = program is not None
        if program is None:
            return self._runner.run(values)
        if program not in self._functions:
            self._functions[program] = self._timed(program)
        return self._functions[program](values)

    def _timed(self, program: CompiledProgram) -> Callable[[Sequence[Any]], list[Any]]:
        moments: list[int] = []
        function, operations = program.watched(lambda: moments.append(time.perf_counter_ns()))

        def run(values: Sequence[Any]) -> list[Any]:
            moments.clear()
            with np.errstate(all="ignore"):
                results = function(*values)
            seconds: dict[Operation, float] = {}
            for op, begin, end in zip(operations, moments, moments[1:], strict=False):
                seconds[op] = seconds.get(op, 0.0) + (end - begin) / 1e9
            self.seconds.append(seconds)
            return results

        return run

"""Long programs, whose values lie in buffers that are used again, against the interpreter: equal bit for bit.

The graphs are drawn from a seed and not choice by choice, since small ones, which hypothesis prefers, have
next to no buffers; ``test_compiled_programs.py`` has those.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core.session_state import SessionState
from graphlog.runtime.plan import Plan
from graphlog.runtime.runner import Runner
from tests.runtime.test_compiled_programs import BINARY, FLOATING, LOSSES, UNARY, bits

_NUMBERS = (-2.5, -1.0, -0.0, 0.0, 0.25, 1.0, 3.0)
_ODD_NUMBERS = (np.inf, -np.inf, np.nan, 1e30)


class _LongGraph:
    """A graph of many operations on a few matrices, vectors and numbers that fit each other."""

    def __init__(self, seed: int, operations: int) -> None:
        self._random = random.Random(seed)
        self._dtype = self._random.choice([tf.float32, tf.float32, tf.float64, tf.int32])
        self._sizes = [self._random.choice([1, 2, 3, 5, 0]) for _ in range(2)]
        self.feeds: dict[Any, Any] = {}
        self.tensors: list[Any] = [self._source() for _ in range(self._random.randint(2, 5))]
        for _ in range(operations):
            self._grow()

    def array(self) -> Any:
        shape = self._random.choice([self._sizes, self._sizes, self._sizes, self._sizes[1:], [1, 1], []])
        numbers = _NUMBERS + (_ODD_NUMBERS if self._random.random() < 0.2 else ())
        if self._dtype.is_integer:
            numbers = (-3, -1, 0, 1, 2, 4)
        drawn = [self._random.choice(numbers) for _ in range(int(np.prod(shape)))]
        return np.array(drawn, self._dtype.as_numpy_dtype).reshape(shape)

    def _source(self) -> Any:
        array = self.array()
        kind = self._random.choice(["feed", "feed", "loose feed", "constant", "variable"])
        if kind == "constant":
            return tf.constant(array)
        if kind == "variable":
            return tf.Variable(array).read_value()
        placeholder = tf.placeholder(self._dtype, array.shape if kind == "feed" else [None] * array.ndim)
        self.feeds[placeholder] = array
        return placeholder

    def _grow(self) -> None:
        # What is new is used more often, so that chains become long.
        x, y = (self._random.choice(self.tensors[-4:] + self.tensors) for _ in range(2))
        try:
            if x.dtype != y.dtype or self._random.random() < 0.4:
                unary = UNARY + 2 * FLOATING if x.dtype.is_floating else UNARY
                self.tensors.append(self._random.choice(unary)(x))
            else:
                # A gradient by labels that are broadcast is refused, as in TensorFlow.
                are_alike = x.shape.ndims == 2 and x.shape.as_list() == y.shape.as_list()
                binary = 2 * BINARY + LOSSES if x.dtype.is_floating and are_alike else BINARY
                self.tensors.append(self._random.choice(binary)(x, y))
        except ValueError:
            pass  # The shapes do not fit.

    def fetches(self) -> list[Any]:
        """The sum of the last tensors and its gradients, which need most others, and a few of these."""
        total = tf.add_n([tf.reduce_sum(tf.cast(tensor, tf.float64)) for tensor in self.tensors[-8:]])
        sources = [tensor for tensor in self.feeds if tensor.dtype.is_floating]
        gradients = [] if self._random.random() < 0.3 else tf.gradients(total, sources)
        others = [tensor for tensor in self.tensors if self._random.random() < 0.05]
        return list(dict.fromkeys([total, *(item for item in gradients if item is not None), *others]))

    def intermediate(self) -> Any:
        """A tensor to feed though it could be computed; None mostly."""
        computed = [tensor for tensor in self.tensors if tensor.op.type not in ("Placeholder", "Identity")]
        return self._random.choice(computed) if computed and self._random.random() < 0.3 else None


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), operations=st.integers(5, 60))
def test_long_programs_agree_bit_for_bit(seed: int, operations: int) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        graph = _LongGraph(seed, operations)
        try:
            elements = graph.fetches()
        except ValueError:
            return  # Uses of a tensor of unknown shape contradict each other, which its gradients show.
        intermediate, feeds = graph.intermediate(), dict(graph.feeds)
        session.run(tf.global_variables_initializer())
        state: SessionState = session._state
        try:
            if intermediate is not None:
                feeds[intermediate] = session.run(intermediate, feeds)
            plan, runner = Plan(elements, list(feeds), state), Runner(elements, list(feeds), state)
            arrays = [np.asarray(value) for value in feeds.values()]
            expected = bits(plan.run(dict(zip(feeds, arrays, strict=True))))
        except tf.errors.InvalidArgumentError:
            return  # Shapes that only a run knows do not fit.
        before = [array.tobytes() for array in arrays]
        for _ in range(4):
            values = runner.run(arrays)
            assert bits(values) == expected
            for value in values:
                if isinstance(value, np.ndarray):
                    value.fill(7)  # The caller's own: nobody sees it.
        assert runner.latest is not None
        assert [array.tobytes() for array in arrays] == before

"""The RMSProp optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.array import filling
from graphlog.ops.state.initializers import Ones
from graphlog.ops.state.variables import Variable
from graphlog.train.optimizer import Optimizer


class RMSPropOptimizer(Optimizer):
    """Divides the gradient by the root of the mean of the squares of the last gradients.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one. The
            same holds for ``decay``, ``momentum`` and ``epsilon``.
        decay: what the square of an older gradient counts, per step.
        momentum: what an older step counts, per step.
        epsilon: added to the mean of squares.
        use_locking: accepted for TensorFlow's sake.
        centered: whether the squared mean of the gradients is subtracted from the mean of squares.
        name: the name of its operations and of its slots ``rms``, ``mg`` (where centered), ``momentum``.

    Source: ``tf.train.RMSPropOptimizer``; Hinton, lecture 6e of "Neural Networks for Machine Learning".
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._centered = centered
        self._settings: list[Tensor] = []

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            first = Ones(dtype) if shape.is_fully_defined() else filling.ones_like(variable)
            self._get_or_make_slot_with_initializer(variable, first, shape, dtype, "rms", self._name)
            if self._centered:
                self._zeros_slot(variable, "mg", self._name)
            self._zeros_slot(variable, "momentum", self._name)

    def _prepare(self) -> None:
        self._settings = [
            self._hyperparameter(self._learning_rate, "learning_rate"),
            self._hyperparameter(self._decay, "decay"),
            self._hyperparameter(self._momentum, "momentum"),
            self._hyperparameter(self._epsilon, "epsilon"),
        ]

    def _type(self) -> str:
        return "CenteredRMSProp" if self._centered else "RMSProp"

    def _slots_of(self, var: Any) -> list[Variable]:
        names = ("mg", "rms", "momentum") if self._centered else ("rms", "momentum")
        return [self._slot_of(var, name) for name in names]

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        settings = [self._cast(value, var) for value in self._settings]
        return self._apply(f"Apply{self._type()}", var, *self._slots_of(var), *settings, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        settings = [self._cast(value, var) for value in self._settings]
        return self._apply(
            f"SparseApply{self._type()}", var, *self._slots_of(var), *settings, grad.values, grad.indices
        )

"""The Adadelta optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.state.variables import Variable
from graphlog.train.optimizer import Optimizer


class AdadeltaOptimizer(Optimizer):
    """Scales the gradient by the root mean square of the last steps over that of the last gradients.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one; 1 in
            the paper. The same holds for all settings.
        rho: what the squares of older gradients and steps count, per step.
        epsilon: added to both means of squares.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slots ``accum`` and ``accum_update``.

    Source: ``tf.train.AdadeltaOptimizer``; Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._rho = rho
        self._epsilon = epsilon
        self._settings: list[Tensor] = []

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "accum", self._name)
            self._zeros_slot(variable, "accum_update", self._name)

    def _prepare(self) -> None:
        self._settings = [
            self._hyperparameter(self._lr, "lr"),
            self._hyperparameter(self._rho, "rho"),
            self._hyperparameter(self._epsilon, "epsilon"),
        ]

    def _slots_of(self, var: Any) -> list[Variable]:
        return [self._slot_of(var, "accum"), self._slot_of(var, "accum_update")]

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        settings = [self._cast(value, var) for value in self._settings]
        return self._apply("ApplyAdadelta", var, *self._slots_of(var), *settings, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        settings = [self._cast(value, var) for value in self._settings]
        return self._apply(
            "SparseApplyAdadelta", var, *self._slots_of(var), *settings, grad.values, grad.indices
        )

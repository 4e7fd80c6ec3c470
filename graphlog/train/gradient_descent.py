"""Optimizers that follow the gradient, with and without momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.resources.variable_ops import SCATTERS
from graphlog.ops.state import scatter_ops
from graphlog.train.optimizer import Optimizer


class GradientDescentOptimizer(Optimizer):
    """Subtracts the gradient, times a learning rate.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations.

    Source: ``tf.train.GradientDescentOptimizer``.
    """

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        rate = self._cast(self._learning_rate_tensor, var)
        return self._apply("ApplyGradientDescent", var, rate, grad)

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        if var.is_resource:
            change = -grad.values * self._call_if_callable(self._learning_rate)
            return SCATTERS["ResourceScatterAdd"].operation(var.handle, grad.indices, change)
        values = grad.values * self._cast(self._learning_rate_tensor, var)
        return scatter_ops.scatter_sub(var, grad.indices, values, use_locking=self._use_locking)


class MomentumOptimizer(Optimizer):
    """Follows a sum of all gradients, in which older ones count less.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one.
        momentum: what an older gradient counts, per step, in the same forms.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slot ``momentum``.
        use_nesterov: whether the gradient counts as one step further on.

    Source: ``tf.train.MomentumOptimizer``; Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov
        self._learning_rate_tensor: Any = None
        self._momentum_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "momentum", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")
        self._momentum_tensor = self._hyperparameter(self._momentum, "momentum")

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply(
            "ApplyMomentum",
            var,
            self._slot_of(var, "momentum"),
            self._cast(self._learning_rate_tensor, var),
            grad,
            self._cast(self._momentum_tensor, var),
            use_nesterov=self._use_nesterov,
        )

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply(
            "SparseApplyMomentum",
            var,
            self._slot_of(var, "momentum"),
            self._cast(self._learning_rate_tensor, var),
            grad.values,
            grad.indices,
            self._cast(self._momentum_tensor, var),
            use_nesterov=self._use_nesterov,
        )


class ProximalGradientDescentOptimizer(Optimizer):
    """Follows the gradient, and pulls variables towards zero.

    Args:
        learning_rate: a number or a scalar tensor.
        l1_regularization_strength: by how much small values are made zero, likewise.
        l2_regularization_strength: by how much all values are made smaller, likewise.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations.

    Source: ``tf.train.ProximalGradientDescentOptimizer``; Duchi and Singer, "Efficient Learning using
    Forward-Backward Splitting", 2009.
    """

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._settings: list[Tensor] = []

    def _prepare(self) -> None:
        names = ("learning_rate", "l1_regularization_strength", "l2_regularization_strength")
        self._settings = [self._hyperparameter(getattr(self, f"_{name}"), name) for name in names]

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply("ApplyProximalGradientDescent", var, *self._settings, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply(
            "SparseApplyProximalGradientDescent", var, *self._settings, grad.values, grad.indices
        )

"""The Adagrad optimizer and its relatives, which add up the squares of all gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import colocate_with, device
from graphlog.ops.state.initializers import Constant
from graphlog.train.optimizer import Optimizer


class AdagradOptimizer(Optimizer):
    """Divides the gradient by the root of the sum of the squares of all gradients so far.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one.
        initial_accumulator_value: the first value of that sum, a positive number.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slot ``accumulator``.

    Raises:
        ValueError: the first value is not positive.

    Source: ``tf.train.AdagradOptimizer``; Duchi, Hazan and Singer, "Adaptive Subgradient Methods for
    Online Learning and Stochastic Optimization", 2011.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        _check_positive("initial_accumulator_value", initial_accumulator_value)
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            if shape.is_fully_defined():
                first: Any = Constant(self._initial_accumulator_value, dtype=dtype)
            else:
                first = self._filled_like(variable, dtype)
            self._get_or_make_slot_with_initializer(variable, first, shape, dtype, "accumulator", self._name)

    def _filled_like(self, variable: Any, dtype: Any) -> Callable[[], Tensor]:
        def first_value() -> Tensor:
            filled = filling.fill(shape_queries.shape(variable), self._initial_accumulator_value)
            return casts.cast(filled, dtype)

        return first_value

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        rate = self._cast(self._learning_rate_tensor, var)
        return self._apply("ApplyAdagrad", var, self._slot_of(var, "accumulator"), rate, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        rate = self._cast(self._learning_rate_tensor, var)
        accumulator = self._slot_of(var, "accumulator")
        return self._apply("SparseApplyAdagrad", var, accumulator, rate, grad.values, grad.indices)


class ProximalAdagradOptimizer(Optimizer):
    """Adagrad that also pulls variables towards zero.

    Args:
        learning_rate: a number or a scalar tensor.
        initial_accumulator_value: as for ``AdagradOptimizer``.
        l1_regularization_strength: by how much small values are made zero, a number or a scalar tensor.
        l2_regularization_strength: by how much all values are made smaller, likewise.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slot ``accumulator``.

    Raises:
        ValueError: the first value is not positive.

    Source: ``tf.train.ProximalAdagradOptimizer``.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        _check_positive("initial_accumulator_value", initial_accumulator_value)
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._settings: list[Tensor] = []

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            with colocate_with(variable.op):
                first = constant(self._initial_accumulator_value, dtype, shape)
            self._get_or_make_slot(variable, first, "accumulator", self._name)

    def _prepare(self) -> None:
        names = ("learning_rate", "l1_regularization_strength", "l2_regularization_strength")
        self._settings = [self._hyperparameter(getattr(self, f"_{name}"), name) for name in names]

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        accumulator = self._slot_of(var, "accumulator")
        return self._apply("ApplyProximalAdagrad", var, accumulator, *self._settings, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        accumulator = self._slot_of(var, "accumulator")
        return self._apply(
            "SparseApplyProximalAdagrad", var, accumulator, *self._settings, grad.values, grad.indices
        )


class AdagradDAOptimizer(Optimizer):
    """Adagrad by dual averaging: variables follow from the sums of all gradients and of their squares.

    Args:
        learning_rate: a number or a scalar tensor.
        global_step: the variable that counts steps.
        initial_gradient_squared_accumulator_value: the first value of the sum of squares, positive.
        l1_regularization_strength: by how much small values are made zero, a number or a scalar tensor.
        l2_regularization_strength: by how much all values are made smaller, likewise.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slots ``gradient_accumulator`` and
            ``gradient_squared_accumulator``.

    Raises:
        ValueError: the first value is not positive.

    Source: ``tf.train.AdagradDAOptimizer``.
    """

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        _check_positive(
            "initial_gradient_squared_accumulator_value", initial_gradient_squared_accumulator_value
        )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._global_step = global_step
        self._initial_square = initial_gradient_squared_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._learning_rate_tensor: Any = None
        self._next_step: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            with colocate_with(variable.op):
                total = constant(0.0, dtype, shape)
                squares = constant(self._initial_square, dtype, shape)
            self._get_or_make_slot(variable, total, "gradient_accumulator", self._name)
            self._get_or_make_slot(variable, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")
        with colocate_with(self._learning_rate_tensor.op):
            self._next_step = arrays.identity(self._global_step) + 1

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply_with_sums("ApplyAdagradDA", var, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply_with_sums("SparseApplyAdagradDA", var, grad.values, grad.indices)

    def _apply_with_sums(self, type: str, var: Any, *grad: Any) -> Any:
        with device(var.device):
            step = arrays.identity(self._next_step)
        return self._apply(
            type,
            var,
            self._slot_of(var, "gradient_accumulator"),
            self._slot_of(var, "gradient_squared_accumulator"),
            *grad,
            self._cast(self._learning_rate_tensor, var),
            self._cast(self._l1_regularization_strength, var),
            self._cast(self._l2_regularization_strength, var),
            step,
        )


def _check_positive(name: str, value: float) -> None:
    if value <= 0.0:
        raise ValueError(f"{name} must be positive: {value}")

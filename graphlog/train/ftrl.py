"""The Ftrl-proximal optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.constants import constant
from graphlog.ops.name_scopes import colocate_with
from graphlog.train.optimizer import Optimizer


class FtrlOptimizer(Optimizer):
    """Follows the regularized leader: what would have been best for all gradients so far.

    Args:
        learning_rate: a number or a scalar tensor.
        learning_rate_power: how the learning rate falls with the sum of squares: at most zero.
        initial_accumulator_value: the first value of that sum, not negative.
        l1_regularization_strength: by how much small values are made zero, not negative.
        l2_regularization_strength: by how much all values are made smaller, not negative.
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and slots.
        accum_name: the name of its slot ``accum``; ``name`` if None.
        linear_name: the name of its slot ``linear``; ``name`` if None.
        l2_shrinkage_regularization_strength: as for l2, but it acts on the gradient only.

    Raises:
        ValueError: a setting is outside its range.

    Source: ``tf.train.FtrlOptimizer``; McMahan et al., "Ad Click Prediction: a View from the Trenches",
    2013.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        super().__init__(use_locking, name)
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power:f} needs to be negative or zero")
        for setting, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{setting} {value:f} needs to be positive or zero")
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._accum_name = accum_name
        self._linear_name = linear_name
        self._settings: dict[str, Tensor] = {}

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            with colocate_with(variable.op):
                first = constant(
                    self._initial_accumulator_value, variable.dtype.base_dtype, variable.get_shape()
                )
                self._get_or_make_slot(variable, first, "accum", self._accum_name or self._name)
                self._zeros_slot(variable, "linear", self._linear_name or self._name)

    def _prepare(self) -> None:
        self._settings = {
            name: self._hyperparameter(getattr(self, f"_{name}"), name)
            for name in (
                "learning_rate",
                "l1_regularization_strength",
                "l2_regularization_strength",
                "l2_shrinkage_regularization_strength",
                "learning_rate_power",
            )
        }

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply_as_asked("ApplyFtrl", var, grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply_as_asked("SparseApplyFtrl", var, grad.values, grad.indices)

    def _apply_as_asked(self, type: str, var: Any, *grad: Any) -> Any:
        settings = dict(self._settings)
        if self._l2_shrinkage_regularization_strength <= 0.0:
            del settings["l2_shrinkage_regularization_strength"]
        else:
            type += "V2"
        slots = self._slot_of(var, "accum"), self._slot_of(var, "linear")
        cast = [self._cast(value, var) for value in settings.values()]
        return self._apply(type, var, *slots, *grad, *cast)

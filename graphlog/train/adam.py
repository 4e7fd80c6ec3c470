"""The Adam optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.math import roots
from graphlog.ops.name_scopes import colocate_with
from graphlog.ops.resources.variable_ops import SCATTERS
from graphlog.ops.state import scatter_ops, state_ops
from graphlog.ops.state.initial_values import init_scope
from graphlog.ops.state.variables import Variable
from graphlog.train.optimizer import Optimizer


class AdamOptimizer(Optimizer):
    """Follows the mean of the last gradients, divided by the root of the mean of their squares.

    Args:
        learning_rate: a number, a scalar tensor, or a function without arguments that returns one. The
            same holds for all settings.
        beta1: what an older gradient counts, per step.
        beta2: what the square of an older gradient counts, per step.
        epsilon: added to the root ("epsilon hat" in the paper).
        use_locking: accepted for TensorFlow's sake.
        name: the name of its operations and of its slots ``m`` and ``v``.

    Source: ``tf.train.AdamOptimizer``; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon
        self._lr_t: Any = None
        self._beta1_t: Any = None
        self._beta2_t: Any = None
        self._epsilon_t: Any = None

    def _get_beta_accumulators(self) -> tuple[Variable, Variable]:
        with init_scope():
            graph = get_default_graph()
            first = self._get_non_slot_variable("beta1_power", graph)
            second = self._get_non_slot_variable("beta2_power", graph)
        assert first is not None
        assert second is not None
        return first, second

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        first = min(var_list, key=lambda variable: variable.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        self._create_non_slot_variable(self._beta2, "beta2_power", first)
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _prepare(self) -> None:
        self._lr_t = self._hyperparameter(self._lr, "learning_rate")
        self._beta1_t = self._hyperparameter(self._beta1, "beta1")
        self._beta2_t = self._hyperparameter(self._beta2, "beta2")
        self._epsilon_t = self._hyperparameter(self._epsilon, "epsilon")

    def _settings(self, var: Any) -> list[Tensor]:
        """The powers of beta1 and beta2, the learning rate, beta1, beta2 and epsilon."""
        settings = (self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)
        return [self._cast(value, var) for value in (*self._get_beta_accumulators(), *settings)]

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        m, v = self._slot_of(var, "m"), self._slot_of(var, "v")
        return self._apply("ApplyAdam", var, m, v, *self._settings(var), grad)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        beta1_power, beta2_power, rate, beta1, beta2, epsilon = self._settings(var)
        rate = rate * roots.sqrt(1 - beta2_power) / (1 - beta1_power)
        values, indices = grad.values, grad.indices
        # All means decay, also those of rows without a gradient.
        mean = self._decayed_sum(self._slot_of(var, "m"), beta1, indices, values * (1 - beta1))
        square = self._decayed_sum(self._slot_of(var, "v"), beta2, indices, (values * values) * (1 - beta2))
        root = roots.sqrt(square)
        update = state_ops.assign_sub(var, rate * mean / (root + epsilon), use_locking=self._use_locking)
        return grouping.group(update, mean, square)

    def _decayed_sum(self, slot: Any, decay: Tensor, indices: Any, values: Tensor) -> Tensor:
        decayed = state_ops.assign(slot, slot * decay, use_locking=self._use_locking)
        with get_default_graph().control_dependencies([decayed]):
            if not slot.is_resource:
                return scatter_ops.scatter_add(slot, indices, values, use_locking=self._use_locking)
            adding = SCATTERS["ResourceScatterAdd"].operation(slot.handle, indices, values)
            with get_default_graph().control_dependencies([adding]):
                value: Tensor = slot.value()
                return value

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        with get_default_graph().control_dependencies(update_ops):
            beta1_power, beta2_power = self._get_beta_accumulators()
            with colocate_with(beta1_power.op):
                powers = [
                    beta1_power.assign(beta1_power * self._beta1_t, use_locking=self._use_locking),
                    beta2_power.assign(beta2_power * self._beta2_t, use_locking=self._use_locking),
                ]
        return grouping.group(*update_ops, *powers, name=name_scope)

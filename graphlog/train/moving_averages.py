"""Moving averages of variables and tensors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.math import arithmetic, casts, division
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.state import state_ops
from graphlog.ops.state.initial_values import init_scope
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_collections import (
    global_variables,
    moving_average_variables,
    trainable_variables,
)
from graphlog.ops.state.variable_scope import get_variable, get_variable_scope, variable_scope
from graphlog.ops.state.variables import Variable
from graphlog.train import slot_creator

_AVERAGED = (dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64)


def assign_moving_average(
    variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Tensor:
    """Moves a variable towards a value: ``variable * decay + value * (1 - decay)``.

    Args:
        variable: the variable.
        value: a tensor of its shape.
        decay: what the old value counts: a number below 1, or a scalar tensor.
        zero_debias: whether the average is that of the values alone, and the variable's first value,
            which must be zeros, does not count. Two more variables are made for that.
        name: the operation's name.

    Returns:
        A reference to the variable, after the update.

    Source: ``moving_averages.assign_moving_average`` of TensorFlow 1.15.
    """
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        rate = convert_to_tensor(1.0 - decay, name="decay")
        if rate.dtype is not variable.dtype.base_dtype:
            rate = casts.cast(rate, variable.dtype.base_dtype)
        if zero_debias:
            return _assign_without_bias(variable, value, rate)
        return state_ops.assign_sub(variable, (variable - value) * rate, name=scope)


def _assign_without_bias(variable: Any, value: Any, rate: Tensor) -> Tensor:
    with variable_scope(variable.op.name, values=[variable, value, rate]), colocate_with(variable.op):
        biased = get_variable(
            _unused("biased"),
            initializer=Zeros(),
            shape=variable.get_shape(),
            dtype=variable.dtype,
            trainable=False,
        )
        count = get_variable(
            _unused("local_step"),
            shape=[],
            dtype=variable.dtype,
            initializer=Zeros(),
            trainable=False,
        )
    updated = state_ops.assign_sub(biased, (biased - value) * rate)
    updated_count = count.assign_add(1)
    factor = 1 - arithmetic.pow(1.0 - rate, updated_count)
    return state_ops.assign(variable, updated / factor, name=f"{get_default_graph().get_name_scope()}/")


def _unused(name: str) -> str:
    """A name that no variable of this variable scope has, unless variables are to be reused."""
    scope = get_variable_scope()
    if scope.reuse:
        return name
    taken = {variable.op.name for variable in scope.global_variables()}
    number, candidate = 0, name
    while f"{scope.name}/{candidate}" in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def weighted_moving_average(
    value: Tensor,
    decay: Any,
    weight: Tensor,
    truediv: bool = True,
    collections: Sequence[Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """A moving average in which values have weights.

    Args:
        value: the value.
        decay: what older values count, per step.
        weight: the weight of this value; its shape broadcasts with that of ``value``.
        truediv: whether integers are divided as Python 3 does.
        collections: the collections of the two variables that are made; the global ones if None.
        name: the scope of the operations and variables.

    Returns:
        A Tensor: the moving average of ``value * weight`` over that of ``weight``.

    Source: ``moving_averages.weighted_moving_average`` of TensorFlow 1.15.
    """
    collections = [GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    with variable_scope(name, "WeightedMovingAvg", values=[value, weight, decay]) as scope:
        sums = [
            get_variable(
                variable_name,
                shape=tensor.get_shape(),
                dtype=tensor.dtype,
                initializer=Zeros(),
                trainable=False,
                collections=collections,
            )
            for variable_name, tensor in (("value_x_weight", value), ("weight", weight))
        ]
        numerator = assign_moving_average(sums[0], value * weight, decay, zero_debias=False)
        denominator = assign_moving_average(sums[1], weight, decay, zero_debias=False)
        divide = arithmetic.truediv if truediv else division.div
        return divide(numerator, denominator, name=scope.name)


class ExponentialMovingAverage:
    """Moving averages of variables, in which older values count less and less.

    Args:
        decay: what the average counts against the new value: a number below 1, or a scalar tensor.
        num_updates: the number of steps so far; where given, the decay is smaller in the beginning:
            ``min(decay, (1 + num_updates) / (10 + num_updates))``.
        zero_debias: whether averages of tensors that are no variables start without the bias of their
            first value, zero.
        name: the name of the averages.

    Source: ``tf.train.ExponentialMovingAverage``.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        """The name of the averages."""
        return self._name

    def apply(self, var_list: Sequence[Any] | None = None) -> Operation:
        """Adds an operation that updates the averages.

        Args:
            var_list: variables and tensors of floats; all trainable variables if None. The first average
                of a variable is its first value, that of a tensor zero.

        Returns:
            The Operation.

        Raises:
            TypeError: something is not of floating-point type.
        """
        var_list = trainable_variables() if var_list is None else var_list
        without_bias = set()
        for item in var_list:
            if item.dtype.base_dtype not in _AVERAGED:
                raise TypeError(f"The variables must be half, float, or double: {item.name}")
            if item not in self._averages:
                with init_scope():
                    average = self._make_average(item)
                if self._zero_debias and not isinstance(item, Variable):
                    without_bias.add(average)
                self._averages[item] = average
        with name_scope(self._name) as scope:
            decay = convert_to_tensor(self._decay, name="decay")
            if self._num_updates is not None:
                count = casts.cast(self._num_updates, dtypes.float32, name="num_updates")
                decay = arithmetic.minimum(decay, (1.0 + count) / (10.0 + count))
            updates = [
                assign_moving_average(self._averages[item], item, decay, self._averages[item] in without_bias)
                for item in var_list
            ]
            return grouping.group(*updates, name=scope)

    def _make_average(self, item: Any) -> Variable:
        if isinstance(item, Variable):
            average = slot_creator.create_slot(item, item.initialized_value(), self._name)
            get_default_graph().add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, item)
            return average
        is_reference = item.op.type in ("Variable", "VariableV2", "VarHandleOp")
        return slot_creator.create_zeros_slot(item, self._name, colocate_with_primary=is_reference)

    def average(self, var: Any) -> Variable | None:
        """The variable that holds the average of another; None where there is none."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """The name of the variable that holds the average of ``var``, or would hold it."""
        if var in self._averages:
            return self._averages[var].op.name
        return get_default_graph().unique_name(f"{var.op.name}/{self._name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> dict[str, Any]:
        """What to give to a Saver so that it restores averages in the place of variables.

        Args:
            moving_avg_variables: the variables to replace by their averages; all that are trainable or
                averaged if None.

        Returns:
            Variables by the names under which they were saved; those without an average are among them.
        """
        if moving_avg_variables is None:
            moving_avg_variables = trainable_variables() + moving_average_variables()
        averaged = dict.fromkeys(moving_avg_variables)
        names = {self.average_name(variable): variable for variable in averaged}
        averaged_names = {variable.name for variable in averaged}
        for variable in dict.fromkeys(global_variables()):
            if variable.name not in averaged_names:
                names.setdefault(variable.op.name, variable)
        return names

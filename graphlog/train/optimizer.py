"""Optimizer: what all optimizers have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphlog.autodiff.gradients import gradients
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries, unique
from graphlog.ops.control_flow import grouping
from graphlog.ops.math import casts, unsorted_segments
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.state import state_ops
from graphlog.ops.state.initial_values import init_scope
from graphlog.ops.state.training_ops import apply_update
from graphlog.ops.state.variable_collections import trainable_variables
from graphlog.ops.state.variables import Variable
from graphlog.train import slot_creator

GradientsAndVariables = list[tuple[Any, Any]]

_VALID_DTYPES = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)


class Optimizer:
    """Changes variables so that a loss becomes smaller.

    The optimizers of this package derive from it; so can a user's own, which then defines
    ``_apply_dense`` and, where they are needed, ``_apply_sparse``, ``_create_slots``, ``_prepare`` and
    ``_finish``.

    Args:
        use_locking: accepted for TensorFlow's sake, and kept as an attribute of operations.
        name: the name of its operations and slots.

    Raises:
        ValueError: the name is empty.

    Source: ``tf.train.Optimizer`` of TensorFlow 1.
    """

    # Values of ``gate_gradients``: what waits until all gradients of it are computed.
    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Any, Variable]] = {}
        self._non_slot_dict: dict[Any, Variable] = {}

    def get_name(self) -> str:
        """The name of its operations and slots."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """Adds an operation that changes variables so that a loss becomes smaller.

        Args:
            loss: the tensor to minimize.
            global_step: a variable that the operation raises by one.
            var_list: the variables to change; all trainable ones of the graph if None.
            gate_gradients: what waits for what: ``GATE_NONE``, ``GATE_OP`` or ``GATE_GRAPH``.
            aggregation_method: how gradients of several uses are added (``tf.AggregationMethod``).
            colocate_gradients_with_ops: whether a gradient is to be placed with its operation.
            name: the operation's name; the optimizer's if None.
            grad_loss: the gradient of the loss; ones if None.

        Returns:
            The Operation.

        Raises:
            ValueError: the loss depends on none of the variables.

        Source: ``tf.train.Optimizer.minimize``.
        """
        grads_and_vars = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        if all(grad is None for grad, _ in grads_and_vars):
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support "
                f"gradients, between variables {[str(variable) for _, variable in grads_and_vars]} and "
                f"loss {loss}."
            )
        return self.apply_gradients(grads_and_vars, global_step, name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> GradientsAndVariables:
        """The gradients of a loss by variables; the arguments are those of ``minimize``.

        Returns:
            A list of pairs: a Tensor, IndexedSlices or None, and the variable.

        Raises:
            ValueError: there are no variables, or something is not of floating-point type.
            NotImplementedError: something in ``var_list`` is no variable.
        """
        if callable(loss):
            raise NotImplementedError("A function as loss needs eager execution; give its Tensor.")
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH.  Not {gate_gradients}"
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        variables = trainable_variables() if var_list is None else _flat(var_list)
        targets = [_target(variable) for variable in variables]
        if not variables:
            raise ValueError(
                "No variables to optimize. tf.Variable and tf.get_variable make some; var_list names others."
            )
        grads: list[Any] = gradients(
            loss,
            targets,
            grad_ys=grad_loss,
            gate_gradients=gate_gradients == self.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == self.GATE_GRAPH:
            grads = grouping.gated_tuple(grads)
        pairs = list(zip(grads, variables, strict=True))
        self._assert_valid_dtypes([variable for grad, variable in pairs if grad is not None])
        return pairs

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple[Any, Any]], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """Adds an operation that changes variables by gradients.

        Args:
            grads_and_vars: pairs as ``compute_gradients`` gives them.
            global_step: a variable that the operation raises by one.
            name: the operation's name; the optimizer's if None.

        Returns:
            The Operation. It is also added to the collection ``GraphKeys.TRAIN_OP``.

        Raises:
            ValueError: there are no pairs, or none with a gradient.
            TypeError: a gradient is of another kind.
            NotImplementedError: something is no variable.
        """
        pairs = [(_as_gradient(grad), variable) for grad, variable in grads_and_vars]
        if not pairs:
            raise ValueError("No variables provided.")
        for _, variable in pairs:
            _target(variable)
        changed = [variable for grad, variable in pairs if grad is not None]
        if not changed:
            raise ValueError(
                f"No gradients provided for any variable: {[str(variable) for _, variable in pairs]}."
            )
        with init_scope():
            self._create_slots(changed)
        updates: list[Any] = []
        with name_scope(name, self._name) as scope:
            self._prepare()
            for grad, variable in pairs:
                if grad is not None:
                    with name_scope(f"update_{variable.op.name}"), colocate_with(variable.op):
                        updates.append(self._update(grad, variable))
            if global_step is None:
                result = self._finish(updates, scope)
            else:
                finished = self._finish(updates, "update")
                graph = get_default_graph()
                with graph.control_dependencies([finished]), colocate_with(global_step.op):
                    result = (
                        global_step.assign_add(1, name=scope, read_value=False)
                        if getattr(global_step, "is_resource", False)
                        else state_ops.assign_add(global_step, 1, name=scope)
                    )
        operation: Operation = result.op if isinstance(result, Tensor) else result
        train_ops = get_default_graph().get_collection_ref(GraphKeys.TRAIN_OP)
        if operation not in train_ops:
            train_ops.append(operation)
        return operation

    def _update(self, grad: Any, variable: Any) -> Any:
        if isinstance(variable, Tensor):
            raise NotImplementedError("Trying to update a Tensor ", variable)
        if isinstance(grad, IndexedSlices):
            if variable.constraint is not None:
                raise RuntimeError("Cannot use a constraint function on a sparse variable.")
            return self._apply_sparse_duplicate_indices(grad, variable)
        update = self._apply_dense(grad, variable)
        if variable.constraint is None:
            return update
        with get_default_graph().control_dependencies([update]):
            return variable.assign(variable.constraint(variable))

    # What it keeps

    def get_slot(self, var: Any, name: str) -> Variable | None:
        """The variable in which it keeps something of another variable.

        Args:
            var: the variable that it changes.
            name: the slot's name, one of ``get_slot_names()``.

        Returns:
            The Variable; None where there is none.
        """
        return self._slots.get(name, {}).get(_key(var))

    def get_slot_names(self) -> list[str]:
        """The names of its slots, sorted."""
        return sorted(self._slots)

    def variables(self) -> list[Variable]:
        """The variables that it keeps in the default graph, sorted by name."""
        graph = get_default_graph()
        kept = [*self._non_slot_dict.values()]
        for slots in self._slots.values():
            kept.extend(slots.values())
        return sorted((item for item in kept if item.graph is graph), key=lambda item: item.name)

    # What the kinds of optimizers define, under TensorFlow's names

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        """Makes the variables that it needs."""

    def _prepare(self) -> None:
        """Makes the tensors that all updates share."""

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        """An operation that changes a variable by a gradient."""
        raise NotImplementedError()

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        """An operation that changes rows of a variable, none of them named twice."""
        raise NotImplementedError()

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        """An operation that changes rows of a variable, some of which may be named more than once."""
        indices, positions = unique.unique(grad.indices)
        values = unsorted_segments.unsorted_segment_sum(
            grad.values, positions, shape_queries.shape(indices)[0]
        )
        return self._apply_sparse(IndexedSlices(values, indices, grad.dense_shape), var)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """The operation that stands for all updates."""
        return grouping.group(*update_ops, name=name_scope)

    # Help for them

    def _valid_dtypes(self) -> set[DType]:
        return set(_VALID_DTYPES)

    def _assert_valid_dtypes(self, tensors: Iterable[Any]) -> None:
        valid = self._valid_dtypes()
        for tensor in tensors:
            dtype = tensor.dtype.base_dtype
            if dtype not in valid:
                expected = [item for item in _VALID_DTYPES if item in valid]
                raise ValueError(f"Invalid type {dtype!r} for {tensor.name}, expected: {expected}.")

    def _apply(self, type: str, *inputs: Any, **attributes: Any) -> Operation:
        return apply_update(type, *inputs, use_locking=self._use_locking, **attributes)

    @staticmethod
    def _call_if_callable(value: Any) -> Any:
        return value() if callable(value) else value

    def _hyperparameter(self, value: Any, name: str) -> Tensor:
        """A setting as a tensor; a function is called for it."""
        return convert_to_tensor(self._call_if_callable(value), name=name)

    @staticmethod
    def _cast(value: Any, var: Any) -> Tensor:
        """A setting in the dtype of a variable."""
        return casts.cast(value, var.dtype.base_dtype)

    def _slot_of(self, var: Any, name: str) -> Variable:
        slot = self.get_slot(var, name)
        assert slot is not None, name
        return slot

    def _get_or_make_slot(self, var: Any, val: Tensor, slot_name: str, op_name: str) -> Variable:
        return self._made_once(var, slot_name, lambda: slot_creator.create_slot(var, val, op_name))

    def _get_or_make_slot_with_initializer(
        self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Variable:
        return self._made_once(
            var,
            slot_name,
            lambda: slot_creator.create_slot_with_initializer(var, initializer, shape, dtype, op_name),
        )

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Variable:
        return self._made_once(var, slot_name, lambda: slot_creator.create_zeros_slot(var, op_name))

    def _made_once(self, var: Any, slot_name: str, make: Callable[[], Variable]) -> Variable:
        slots = self._slots.setdefault(slot_name, {})
        if _key(var) not in slots:
            slots[_key(var)] = make()
        return slots[_key(var)]

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Variable:
        """A variable of the optimizer itself, one in each graph."""
        graph: Graph = colocate_with.graph
        key = (name, graph)
        if key not in self._non_slot_dict:
            with graph.colocate_with(colocate_with.op):
                uses_resource = bool(getattr(colocate_with, "is_resource", False))
                self._non_slot_dict[key] = Variable(
                    initial_value, name=name, trainable=False, use_resource=uses_resource
                )
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Graph | None = None) -> Variable | None:
        return self._non_slot_dict.get((name, graph))

    def _non_slot_variables(self) -> list[Variable]:
        return list(self._non_slot_dict.values())


def _key(variable: Any) -> Any:
    return variable.op.graph, variable.op.name


def _target(variable: Any) -> Tensor:
    """The tensor by which the loss is differentiated."""
    if isinstance(variable, Variable):
        return variable._ref()
    if isinstance(variable, Tensor):
        return variable
    raise NotImplementedError("Trying to optimize unsupported type ", variable)


def _as_gradient(grad: Any) -> Any:
    if grad is None or isinstance(grad, Tensor | IndexedSlices):
        return grad
    try:
        return convert_to_tensor(grad)
    except TypeError:
        raise TypeError(
            f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {grad}"
        ) from None


def _flat(values: Any) -> list[Any]:
    if isinstance(values, list | tuple):
        return [item for value in values for item in _flat(value)]
    return [values]

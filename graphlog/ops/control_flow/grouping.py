"""NoOp, and operations that run others or wait for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor, sparse_parts
from graphlog.core.tensor import Tensor
from graphlog.ops import shape_rules
from graphlog.ops.array import arrays
from graphlog.ops.name_scopes import name_scope

NoOp = define_op(
    "NoOp",
    [],
    [],
    shape=shape_rules.no_outputs,
    kernel=lambda: (),
    samples=[Sample()],
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing (TensorFlow's ``NoOp``)."""
    return NoOp.operation(name=name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """One operation that runs all of ``inputs``.

    Args:
        *inputs: operations, tensors and variables, also in nested lists and dicts.
        name: the operation's name.

    Returns:
        The Operation, which has no outputs. Where the inputs are on several devices, it waits for one
        such operation on each.

    Raises:
        TypeError: an input is nothing that runs.

    Source: ``tf.group``.
    """
    with name_scope(name, "group_deps", _flat(inputs)) as scope:
        by_device: dict[str, list[Any]] = {}
        for item in _flat(inputs):
            if not hasattr(item, "device"):
                raise TypeError(
                    f"Expected tf.group() expected Tensor arguments not '{item}' with type '{type(item)}'"
                )
            by_device.setdefault(item.device, []).append(item)
        if len(by_device) <= 1:
            (device, items) = next(iter(by_device.items()), ("", []))
            return _after(items, device, scope)
        gates = [_after(by_device[device], device, None) for device in sorted(by_device)]
        with get_default_graph().control_dependencies(gates):
            return no_op(name=scope)


def _after(items: Sequence[Any], device: str, name: str | None) -> Operation:
    graph = get_default_graph()
    with graph.control_dependencies(items), graph.device(device):
        return no_op(name=name)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [item for key in sorted(value) for item in _flat(value[key])]
    if isinstance(value, list | tuple):
        return [item for part in value for item in _flat(part)]
    if isinstance(value, SparseTensor):
        return sparse_parts(value)
    if _is_sparse(value):
        parts = (value.values, value.indices, value.dense_shape)
        return [part for part in parts if part is not None]
    return [value]


def _is_sparse(value: Any) -> bool:
    return not isinstance(value, Tensor) and hasattr(value, "dense_shape") and hasattr(value, "indices")


@overload
def with_dependencies(
    dependencies: Iterable[Any], output_tensor: Tensor, name: str | None = None
) -> Tensor: ...
@overload
def with_dependencies(dependencies: Iterable[Any], output_tensor: Any, name: str | None = None) -> Any: ...
def with_dependencies(dependencies: Iterable[Any], output_tensor: Any, name: str | None = None) -> Any:
    """A tensor's value, once others have run.

    Args:
        dependencies: operations and tensors.
        output_tensor: a Tensor, IndexedSlices, or what can be converted to a Tensor.
        name: the operation's name.

    Returns:
        An Identity of the tensor that waits for ``dependencies``; IndexedSlices for IndexedSlices.

    Source: ``control_flow_ops.with_dependencies`` of TensorFlow 1.15.
    """
    graph = get_default_graph()
    dependencies = list(dependencies)
    with (
        name_scope(name, "control_dependency", [*dependencies, output_tensor]) as scope,
        graph.colocate_with(getattr(output_tensor, "op", output_tensor)),
        graph.control_dependencies(dependencies),
    ):
        if _is_sparse(output_tensor):
            values = arrays.identity(output_tensor.values, name=scope)
            return type(output_tensor)(values, output_tensor.indices, output_tensor.dense_shape)
        return arrays.identity(convert_to_tensor(output_tensor), name=scope)


def gated_tuple(tensors: Sequence[Any], name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """The same tensors, none of which is there before all of them are computed.

    Args:
        tensors: Tensors, IndexedSlices, Operations, and None.
        name: the scope of the operations that are added.
        control_inputs: operations and tensors that must have run too.

    Returns:
        A list with an Identity for each tensor, a NoOp for each operation, and None for None.

    Raises:
        ValueError: nothing but None is given.
        TypeError: a control input is neither an operation nor a tensor.

    Source: ``tf.tuple``.
    """
    with name_scope(name, "tuple", [*tensors]):
        items = [_as_gated(item) for item in tensors]
        waited_for = [_operation_of(item) for item in items if item is not None]
        for item in control_inputs or ():
            if not isinstance(item, Tensor | Operation):
                raise TypeError(f"Control input must be Operation or Tensor: {item}")
            waited_for.append(_operation_of(item))
        if not waited_for:
            raise ValueError(f"Must have at least one Tensor: {tensors}")
        gate = group(*sorted(set(waited_for), key=lambda op: op.position))
        return [_gated(item, gate) for item in items]


def _as_gated(value: Any) -> Any:
    if value is None or isinstance(value, Operation | Tensor) or _is_sparse(value):
        return value
    # A variable stands for itself: its reference is what is gated.
    return value if isinstance(getattr(value, "op", None), Operation) else convert_to_tensor(value)


def _operation_of(value: Any) -> Operation:
    operation: Operation = value if isinstance(value, Operation) else value.op
    return operation


def _gated(value: Any, gate: Operation) -> Any:
    if value is None:
        return None
    if isinstance(value, Operation):
        with get_default_graph().control_dependencies([gate]):
            return group(value)
    return with_dependencies([gate], value)

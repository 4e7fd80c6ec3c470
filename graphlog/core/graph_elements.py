"""Finding tensors and operations by what users call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

if TYPE_CHECKING:
    from graphlog.core.graph import Graph

_TENSOR_NAME_FORM = 'Tensor names must be of the form "<op_name>:<output_index>".'


def find_element(
    graph: Graph,
    operations: Mapping[str, Operation],
    obj: Any,
    allow_tensor: bool,
    allow_operation: bool,
) -> Tensor | Operation:
    """What ``Graph.as_graph_element`` returns, and the errors it raises."""
    if not allow_tensor and not allow_operation:
        raise ValueError("allow_tensor and allow_operation can't both be False.")
    wanted = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
    stand_in = getattr(obj, "_as_graph_element", None)
    if stand_in is not None:
        obj = stand_in()
    if isinstance(obj, bytes):
        obj = obj.decode(errors="replace")
    if isinstance(obj, str):
        if ":" in obj:
            if not allow_tensor:
                raise ValueError(f"Name {obj!r} appears to refer to a Tensor, not a {wanted}.")
            return _tensor_by_name(operations, obj)
        if not allow_operation:
            raise ValueError(_not_a_tensor_name(operations, obj, wanted))
        if obj not in operations:
            raise KeyError(f"The name {obj!r} refers to an Operation not in the graph.")
        return operations[obj]
    if (isinstance(obj, Tensor) and allow_tensor) or (isinstance(obj, Operation) and allow_operation):
        if obj.graph is not graph:
            kind = "Tensor" if isinstance(obj, Tensor) else "Operation"
            raise ValueError(f"{kind} {obj} is not an element of this graph.")
        return obj
    raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")


def _tensor_by_name(operations: Mapping[str, Operation], name: str) -> Tensor:
    operation_name, _, index = name.partition(":")
    if not (index.isascii() and index.isdigit()):
        raise ValueError(
            f"The name {name!r} looks a like a Tensor name, but is not a valid one. {_TENSOR_NAME_FORM}"
        )
    operation = operations.get(operation_name)
    if operation is None:
        raise KeyError(
            f"The name {name!r} refers to a Tensor which does not exist. The operation, "
            f"{operation_name!r}, does not exist in the graph."
        )
    if int(index) >= len(operation.outputs):
        raise KeyError(
            f"The name {name!r} refers to a Tensor which does not exist. The operation, "
            f"{operation_name!r}, exists but only has {len(operation.outputs)} outputs."
        )
    return operation.outputs[int(index)]


def _not_a_tensor_name(operations: Mapping[str, Operation], name: str, wanted: str) -> str:
    if name in operations:
        return f"The name {name!r} refers to an Operation, not a {wanted}. {_TENSOR_NAME_FORM}"
    return f"The name {name!r} looks like an (invalid) Operation name, not a {wanted}. {_TENSOR_NAME_FORM}"

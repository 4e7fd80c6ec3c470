"""The operations that a Saver puts into the graph, in its scope ``save``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.device_specs import DeviceSpec
from graphlog.core.devices import merge_devices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import placeholders
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.checkpoints import save_ops
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.name_scopes import control_dependencies, device, name_scope
from graphlog.ops.state import state_ops
from graphlog.ops.state.variables import Variable
from graphlog.ops.strings.string_ops import string_join

_REFERENCES = ("Variable", "VariableV2")
_SOURCES = (*_REFERENCES, "VarHandleOp", "ReadVariableOp")


class Saveable:
    """A variable, or a part of one, and how it is saved.

    Args:
        source: a Variable, or the tensor that refers to one or reads it.
        name: under which name.
        part: which part of a larger variable it is, as ``SaveV2`` takes it.
    """

    def __init__(self, source: Any, name: str, part: str = "") -> None:
        self.source = source
        self.name = name
        self.part = part

    @property
    def tensor(self) -> Tensor:
        """The tensor that holds its value."""
        found = self.source
        # As in TensorFlow, a part of a variable is read, and a whole one is referred to.
        return found if isinstance(found, Tensor) else convert_to_tensor(found, as_ref=not self.part)

    @property
    def device(self) -> str:
        """The device of the variable."""
        return str(self.source.device)

    def restore(self, value: Tensor, shape: Any) -> Operation | Tensor:
        """An operation that gives it a value; ``shape`` is the one to reshape it to, or None."""
        if shape is not None:
            value = arrays.reshape(value, shape)
        if self.source.op.type in _REFERENCES:
            known = self.tensor.shape.is_fully_defined()
            return state_ops.assign(self.source, value, validate_shape=shape is None and known)
        from graphlog.ops.resources import variable_ops

        with device(self.device):
            handle = self.source.op.inputs[0] if isinstance(self.source, Tensor) else self.source.handle
            return variable_ops.assign_of_shape(handle, self.source.shape, arrays.identity(value))


def by_name(variables: Any) -> dict[str, Any]:
    """What a Saver is to save, by the names under which it is saved.

    Args:
        variables: variables, their tensors or PartitionedVariables, as a dict by name or a list.

    Returns:
        A dict; the parts of a partitioned variable stand together under the name of the whole.

    Raises:
        ValueError: two have the same name.
        TypeError: something is no variable.
    """
    if isinstance(variables, Mapping):
        return dict(variables)
    if not isinstance(variables, list | tuple | set):
        raise TypeError(f"Variables to save should be passed in a dict or a list: {variables}")
    named: dict[str, Any] = {}
    for variable in sorted(variables, key=lambda item: str(getattr(item, "name", ""))):
        part = getattr(variable, "_save_slice_info", None)
        if part is not None:
            named.setdefault(part.full_name, []).append(variable)
            continue
        name = _name(variable)
        if name in named:
            raise ValueError(f"At least two variables have the same name: {name}")
        named[name] = variable
    return named


def _name(variable: Any) -> str:
    if hasattr(variable, "as_tensor") and hasattr(variable, "partitions"):
        return str(variable.name)
    op = getattr(variable, "op", None)
    if op is None or op.type not in _SOURCES:
        raise TypeError(f"Variable to save is not a Variable: {variable}")
    return str(op.inputs[0].op.name if op.type == "ReadVariableOp" else op.name)


def saveables(named: Mapping[str, Any]) -> list[Saveable]:
    """The Saveables of what ``by_name`` gives, sorted by name.

    Raises:
        ValueError: a variable stands under two names.
        TypeError: something is no variable, or a name no string.
    """
    found: list[Saveable] = []
    for name, item in sorted(named.items()):
        if not isinstance(name, str):
            raise TypeError(
                "names_to_saveables must be a dict mapping string names to trackable operations. Name is not "
                f"a string: {name}"
            )
        if isinstance(item, list | tuple) or hasattr(item, "partitions"):
            found += [Saveable(part, name, part._save_slice_info.spec) for part in item]
        else:
            found.append(Saveable(_source(item), name))
    seen: set[Any] = set()
    for saveable in found:
        if saveable.source.op in seen:
            raise ValueError(f"The same saveable will be restored with two names: {saveable.name}")
        seen.add(saveable.source.op)
    return found


def _source(item: Any) -> Any:
    if getattr(getattr(item, "op", None), "type", None) not in _SOURCES:
        raise TypeError(
            "names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a variable: "
            f"{item}"
        )
    return item._as_graph_element() if isinstance(item, Variable) else item


def build(
    found: Sequence[Saveable], name: str | None, filename: str | None, sharded: bool, reshape: bool
) -> tuple[Tensor, Tensor, Operation]:
    """Adds the operations that save and restore.

    Args:
        found: what to save.
        name: the scope; ``save`` if None.
        filename: the prefix that is taken where none is fed; ``model`` if None.
        sharded: whether there is a part of its own for each device.
        reshape: whether values are given the shapes of the variables.

    Returns:
        The tensor to feed the prefix to, the tensor to run to save, and the operation that restores.
    """
    with name_scope(name, "save", [item.source.op for item in found]):
        prefix = placeholders.placeholder_with_default(filename or "model", shape=(), name="filename")
        prefix = placeholders.placeholder_with_default(prefix, shape=(), name="Const")
        if not sharded:
            return prefix, _saved(prefix, found), _restored(prefix, found, reshape, "restore_all")
        by_device: dict[str, list[Saveable]] = {}
        for item in found:
            by_device.setdefault(merge_devices("", item.tensor.device), []).append(item)
        groups = sorted(by_device.items())
        return prefix, _saved_in_shards(prefix, groups), _restored_in_shards(prefix, groups, reshape)


def _saved(prefix: Tensor, found: Sequence[Saveable]) -> Tensor:
    names, parts = [item.name for item in found], [item.part for item in found]
    saving = save_ops.save_v2(prefix, names, parts, [item.tensor for item in found])
    return grouping.with_dependencies([saving], prefix)


def _restored(prefix: Tensor, found: Sequence[Saveable], reshape: bool, name: str) -> Operation:
    with device("cpu:0"):
        values = _read(prefix, found)
    updates = []
    for item, value in zip(found, values, strict=True):
        shape: Any = None
        if reshape:
            shape = item.tensor.shape
            shape = shape.as_list() if shape.is_fully_defined() else shape_queries.shape(item.tensor)
        updates.append(item.restore(value, shape))
    return grouping.group(*updates, name=name)


def _read(prefix: Tensor, found: Sequence[Saveable]) -> list[Tensor]:
    return save_ops.restore_v2(
        prefix,
        [item.name for item in found],
        [item.part for item in found],
        [item.source.dtype.base_dtype for item in found],
    )


def _saved_in_shards(prefix: Tensor, groups: Sequence[tuple[str, list[Saveable]]]) -> Tensor:
    """As TensorFlow: each shard in a file of its own, which are then merged into one.

    The folder of the shards is always called the same, so that a program gives one graph.
    """
    folder = string_join([prefix, "_temp/part"])
    count = constant(len(groups), name="num_shards")
    paths, saved, last = [], [], ""
    for number, (place, found) in enumerate(groups):
        last = _processor(place)
        with device(last):
            path = save_ops.ShardedFilename(folder, number, count)
            paths.append(path)
            saved.append(_saved(path, found))
    with control_dependencies([item.op for item in saved]), device(last):
        merging = save_ops.MergeV2Checkpoints.operation(paths, prefix, delete_old_dirs=True)
        with control_dependencies([merging]):
            return arrays.identity(prefix)


def _restored_in_shards(
    prefix: Tensor, groups: Sequence[tuple[str, list[Saveable]]], reshape: bool
) -> Operation:
    restored = []
    for place, found in groups:
        with device(place):
            restored.append(_restored(prefix, found, reshape, "restore_shard"))
    return grouping.group(*restored, name="restore_all")


def _processor(name: str) -> str:
    """The first processor of the machine that a device belongs to."""
    return DeviceSpec.from_string(name).replace(device_type="CPU", device_index=0).to_string()

"""Variables that take their values from checkpoints (``tf.contrib.framework``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.placeholders import placeholder
from graphlog.train.checkpoint_files import load_checkpoint
from graphlog.train.saver import Saver

VariableList = Sequence[Any] | Mapping[str, Any]


def assign_from_checkpoint(
    model_path: str, var_list: VariableList, ignore_missing_vars: bool = False
) -> tuple[Operation, dict[Tensor, Any]]:
    """An operation that assigns the values of a checkpoint, and what it has to be fed with.

    Args:
        model_path: the checkpoint.
        var_list: the variables, or those of each name in the checkpoint.
        ignore_missing_vars: whether names that are not in the checkpoint are passed over.

    Returns:
        The operation and the ``feed_dict``.

    Raises:
        ValueError: a variable is not in the checkpoint, or has another shape there.

    Source: ``tf.contrib.framework.assign_from_checkpoint``.
    """
    reader = load_checkpoint(model_path)
    assignments: list[Any] = []
    feed_dict: dict[Tensor, Any] = {}
    for name, variables in _by_name(var_list).items():
        if not reader.has_tensor(name):
            if ignore_missing_vars:
                continue
            raise ValueError(f"Checkpoint is missing variable [{name}]")
        value = reader.get_tensor(name)
        for variable in variables if isinstance(variables, list | tuple) else [variables]:
            shape = variable.get_shape()
            fed = placeholder(
                dtype=variable.dtype.base_dtype, shape=shape, name=f"placeholder/{variable.op.name}"
            )
            assignments.append(variable.assign(fed))
            if tuple(shape.as_list()) != value.shape:
                raise ValueError(
                    f"Total size of new array must be unchanged for {name} lh_shape: [{value.shape}], "
                    f"rh_shape: [{shape}]"
                )
            feed_dict[fed] = value
    return grouping.group(*assignments), feed_dict


def assign_from_checkpoint_fn(
    model_path: str,
    var_list: VariableList,
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Callable[[Any], None] | None:
    """A function that restores variables from a checkpoint in a session.

    Args:
        model_path: the checkpoint.
        var_list: the variables, or the variable of each name in the checkpoint.
        ignore_missing_vars: whether variables that are not in the checkpoint are passed over.
        reshape_variables: whether a value may have another shape of the same size.

    Returns:
        A function of a session; None where there is nothing to restore.

    Raises:
        ValueError: ``var_list`` is empty.

    Source: ``tf.contrib.framework.assign_from_checkpoint_fn``.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = load_checkpoint(model_path)
        var_list = {name: item for name, item in _by_name(var_list).items() if reader.has_tensor(name)}
        if not var_list:
            return None
    saver = Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)


def _by_name(variables: VariableList) -> Mapping[str, Any]:
    if isinstance(variables, Mapping):
        return variables
    return {variable.op.name: variable for variable in variables}

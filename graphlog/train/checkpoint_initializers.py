"""Variables whose first values come from a checkpoint."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from graphlog.ops.checkpoints import save_ops
from graphlog.ops.name_scopes import device
from graphlog.ops.state.variable_scope import variables_by_name
from graphlog.ops.state.variables import Variable
from graphlog.train.checkpoint_files import load_checkpoint
from graphlog.train.checkpoint_state import latest_checkpoint
from graphlog.train.saver_nodes import Saveable, by_name


def init_from_checkpoint(ckpt_dir_or_file: str, assignment_map: Mapping[str, Any]) -> None:
    """Makes the initializers of variables take their values from a checkpoint.

    Args:
        ckpt_dir_or_file: its prefix, or the folder whose latest checkpoint is meant.
        assignment_map: from names in the checkpoint to variables, or the names of variables that
            ``tf.get_variable`` made; or from scopes to scopes, both with a final ``/``; ``/`` is all.

    Raises:
        ValueError: the checkpoint has no such value, or of another shape.

    Source: ``tf.train.init_from_checkpoint``.
    """
    path = os.fspath(ckpt_dir_or_file)
    prefix = (latest_checkpoint(path) or path) if os.path.isdir(path) else path
    sizes = load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map()
    known = variables_by_name()
    for source, target in sorted(assignment_map.items()):
        found = target if isinstance(target, Variable | list) else _named(target, known)
        if found is None:
            for name, variable in _in_scopes(source, target, known):
                if name not in sizes:
                    raise ValueError(
                        f"Tensor {name} (for {target} in {source}) is not found in {ckpt_dir_or_file} "
                        "checkpoint"
                    )
                _initialize(variable, prefix, name)
            continue
        if source not in sizes:
            raise ValueError(f"Tensor {source} is not found in {ckpt_dir_or_file} checkpoint {sizes}")
        if isinstance(found, Variable) and not found.get_shape().is_compatible_with(sizes[source]):
            raise ValueError(
                f"Shape of variable {found.name} ({found.get_shape()}) doesn't match with shape of tensor "
                f"{source} ({sizes[source]}) from checkpoint reader."
            )
        _initialize(found, prefix, source)


def _named(name: str, known: Mapping[str, Variable]) -> Any:
    """The variable of a name, or the list of those of its parts."""
    if name in known:
        return known[name]
    parts: list[Variable] = []
    while f"{name}/part_{len(parts)}" in known:
        parts.append(known[f"{name}/part_{len(parts)}"])
    return parts or None


def _in_scopes(source: str, target: str, known: Mapping[str, Variable]) -> list[tuple[str, Any]]:
    """The names in the checkpoint of all variables of a scope."""
    scope = target[: target.rindex("/")] if "/" in target else ""
    if not source.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {scope} should map to scope only {source}. Should be "
            "'scope/': 'other_scope/'."
        )
    names = {name.partition("/part_")[0] for name in known if not scope or name.startswith(f"{scope}/")}
    pairs = []
    for name in sorted(names):
        rest = name[len(scope) :]
        if target != "/":
            rest = rest[1:]
        full = rest if source == "/" else source + rest
        pairs.append((full.removesuffix("/"), _named(name, known)))
    return pairs


def _initialize(variable: Any, prefix: str, name: str) -> None:
    if isinstance(variable, list):
        for part in variable:
            _set_initializer(part, prefix, name, part._save_slice_info.spec)
    else:
        _set_initializer(variable, prefix, name, "")


def _set_initializer(variable: Variable, prefix: str, name: str, part: str) -> None:
    with device(variable.device), device("/cpu:0"):
        (value,) = save_ops.restore_v2(
            prefix, [name], [part], [variable.dtype.base_dtype], name="checkpoint_initializer"
        )
        ((own_name, source),) = by_name([variable]).items()
    initializer: Any = Saveable(source[0] if isinstance(source, list) else source, own_name).restore(
        value, None
    )
    value.set_shape(variable.shape)
    variable._initializer_op = initializer.op if hasattr(initializer, "op") else initializer
    variable._initial_value = value

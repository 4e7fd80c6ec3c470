"""Saver: the values of variables to a file and back."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core import errors, shapes
from graphlog.core.graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.ops.variable_collections import global_variables
from graphlog.ops.variables import Variable
from graphlog.train.checkpoint_files import (
    CheckpointReader,
    checkpoint_exists,
    get_checkpoint_mtimes,
    remove_checkpoint,
    write_checkpoint,
)
from graphlog.train.checkpoint_state import update_checkpoint_state
from graphlog.train.global_steps import global_step as global_step_value


class Saver:
    """Saves the values of variables, and restores them.

    A checkpoint ``path`` is the file ``path.npz``, with an array for each variable; the text file
    ``checkpoint`` next to it says which checkpoints there are, as in TensorFlow. Both are written so
    that a crash leaves the old one or the new one. TensorFlow puts operations into the graph for this,
    in a scope ``save``; graphlog reads and writes variables through ``Session.run`` and adds none. There
    is no file ``path.meta`` with the graph: ``tf.train.write_graph`` or a FileWriter saves it.

    Args:
        var_list: the variables, as a list, or as a dict by the names under which they are saved; all
            global ones if None.
        reshape: whether values may be restored into variables of another shape with as many elements.
        sharded: accepted for TensorFlow's sake; so are all arguments that are not listed here.
        max_to_keep: how many checkpoints are kept; None or 0 for all.
        keep_checkpoint_every_n_hours: one checkpoint in so many hours is kept for good.
        name: …
        restore_sequentially: …
        saver_def: …
        builder: …
        defer_build: whether the variables are looked for later, by ``build`` or when first needed.
        allow_empty: whether it is no error that there are no variables.
        write_version: …
        pad_step_number: whether the step in a file's name has at least eight digits.
        save_relative_paths: whether ``checkpoint`` names files relative to its folder.
        filename: …

    Raises:
        ValueError: there are no variables, or two of one name.
        TypeError: something is no variable.

    Source: ``tf.train.Saver``.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: Any = 2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build=False or "
                "var_list=None."
            )
        self._var_list = var_list
        self._reshape = reshape
        self._max_to_keep = max_to_keep
        self._seconds_between_kept = keep_checkpoint_every_n_hours * 3600
        self._next_kept_time = time.time() + self._seconds_between_kept
        self._allow_empty = allow_empty
        self._pads_step = pad_step_number
        self._saves_relative_paths = save_relative_paths
        self._last: list[tuple[str, float]] = []
        self._variables: dict[str, Variable] | None = None
        if not defer_build:
            self.build()

    def build(self) -> None:
        """Looks for the variables, unless that was done before."""
        if self._variables is not None:
            return
        found = self._var_list
        if found is None:
            found = global_variables() + get_default_graph().get_collection(GraphKeys.SAVEABLE_OBJECTS)
        if not found and not self._allow_empty:
            raise ValueError("No variables to save")
        self._variables = _by_name(found)

    # Saving

    def save(
        self,
        sess: Any,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:
        """Saves the variables.

        Args:
            sess: the Session that has their values.
            save_path: the prefix of the file.
            global_step: the step, which is put behind the prefix: a number, a tensor or a variable.
            latest_filename: the name of the file that says which checkpoints there are.
            meta_graph_suffix: accepted for TensorFlow's sake.
            write_meta_graph: accepted for TensorFlow's sake; the graph is not written.
            write_state: whether that file is written, and old checkpoints are removed.
            strip_default_attrs: accepted for TensorFlow's sake.
            save_debug_info: accepted for TensorFlow's sake.

        Returns:
            The prefix with the step, which ``restore`` takes; None where there are no variables.

        Raises:
            ValueError: the folder does not exist, or ``latest_filename`` is a path.
            FailedPreconditionError: a variable has no value.
            OSError: a file cannot be written.
        """
        self.build()
        assert self._variables is not None
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        prefix = os.fspath(save_path)
        if global_step is not None:
            if not isinstance(global_step, int):
                global_step = global_step_value(sess, global_step)
            prefix = f"{prefix}-{global_step:08d}" if self._pads_step else f"{prefix}-{global_step}"
        elif os.path.basename(prefix) == latest_filename:
            raise ValueError(
                f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{prefix}'"
            )
        if not self._variables:
            return None
        folder = os.path.dirname(prefix)
        if folder and not os.path.isdir(folder) and os.path.isdir(os.path.dirname(folder) or "."):
            # As TensorFlow, which makes the last folder of a path and no more.
            os.mkdir(folder)
        if not os.path.isdir(folder or "."):
            raise ValueError(f"Parent directory of {prefix} doesn't exist, can't save.")
        references = {name: variable._ref() for name, variable in self._variables.items()}
        write_checkpoint(prefix, sess.run(references))
        if write_state:
            self._remember(prefix)
            update_checkpoint_state(
                folder,
                prefix,
                self.last_checkpoints,
                latest_filename,
                [written for _, written in self._last],
                self._next_kept_time,
                self._saves_relative_paths,
            )
        return prefix

    def _remember(self, prefix: str) -> None:
        """Takes note of a new checkpoint, and removes the one that is too old now."""
        if not self._max_to_keep:
            return
        self._last = [entry for entry in self._last if entry[0] != prefix]
        self._last.append((prefix, time.time()))
        while len(self._last) > self._max_to_keep:
            oldest, written = self._last.pop(0)
            if written > self._next_kept_time:
                self._next_kept_time += self._seconds_between_kept
            else:
                remove_checkpoint(oldest)

    # Restoring

    def restore(self, sess: Any, save_path: str | None) -> None:
        """Gives the variables the values that were saved; they need not be initialized.

        Args:
            sess: the Session.
            save_path: what ``save`` returned.

        Raises:
            ValueError: there is no such checkpoint.
            NotFoundError: it has no value for a variable.
            InvalidArgumentError: a value has another shape or dtype.
            DataLossError: the file is damaged.
        """
        self.build()
        assert self._variables is not None
        if not self._variables:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        prefix = os.fspath(save_path)
        if not checkpoint_exists(prefix):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}")
        reader = CheckpointReader(prefix)
        waiting = [
            (variable, self._fitting(variable, name, reader.get_tensor(name)))
            for name, variable in self._variables.items()
        ]
        while waiting:
            # Variables that share the tensor of their first value are assigned one after the other.
            feeds: dict[Any, Any] = {}
            initializers, postponed = [], []
            for variable, value in waiting:
                source = variable.initializer.inputs[1]
                if source in feeds:
                    postponed.append((variable, value))
                else:
                    feeds[source] = value
                    initializers.append(variable.initializer)
            sess.run(initializers, feeds)
            waiting = postponed

    def _fitting(self, variable: Variable, name: str, value: Any) -> Any:
        wanted = variable.dtype.base_dtype.numpy_dtype
        if value.dtype != wanted:
            raise errors.InvalidArgumentError(
                None,
                variable.op,
                f"tensor_name = {name}; expected dtype {wanted} does not equal original dtype {value.dtype}",
            )
        shape = variable.get_shape()
        if shape.is_compatible_with(value.shape):
            return value
        if self._reshape and shape.is_fully_defined() and shape.num_elements() == value.size:
            return value.reshape(shape.as_list())
        raise errors.InvalidArgumentError(
            None,
            variable.op,
            "Assign requires shapes of both tensors to match. lhs shape= "
            f"{shapes.bracketed(shape.as_tuple())} rhs shape= {shapes.bracketed(value.shape)}",
        )

    # Which checkpoints there are

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, the oldest first."""
        return [prefix for prefix, _ in self._last]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Says which checkpoints there are; their times count as unknown, so that they are kept."""
        if not isinstance(last_checkpoints, list):
            raise AssertionError("last_checkpoints must be a list")
        self._last = [(prefix, float("inf")) for prefix in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Sequence[tuple[str, float]]) -> None:
        """Says which checkpoints there are, and when they were written."""
        if not isinstance(last_checkpoints_with_time, list):
            raise AssertionError("last_checkpoints_with_time must be a list")
        self._last = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes over checkpoints of an earlier run, as far as they exist, so that old ones are removed."""
        present = [prefix for prefix in checkpoint_paths if checkpoint_exists(prefix)]
        self.set_last_checkpoints_with_time(list(zip(present, get_checkpoint_mtimes(present), strict=True)))


def _by_name(variables: Any) -> dict[str, Variable]:
    if isinstance(variables, Mapping):
        pairs = list(variables.items())
    else:
        pairs = [(getattr(getattr(item, "op", None), "name", ""), item) for item in variables]
    named: dict[str, Variable] = {}
    for name, variable in pairs:
        if not isinstance(variable, Variable):
            raise TypeError(f"Variable to save is not a Variable: {variable}")
        if named.get(name, variable) is not variable:
            raise ValueError(f"At least two variables have the same name: {name}")
        named[name] = variable
    return dict(sorted(named.items()))

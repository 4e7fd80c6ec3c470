"""Saver: the values of variables to a file and back."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.errors import InvalidArgumentError, NotFoundError
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.names import in_scope
from graphlog.core.printable import described
from graphlog.ops.state.variable_collections import global_variables
from graphlog.train import saver_nodes
from graphlog.train.checkpoint_files import checkpoint_exists, get_checkpoint_mtimes, remove_checkpoint
from graphlog.train.checkpoint_state import update_checkpoint_state
from graphlog.train.global_steps import global_step as global_step_value

if TYPE_CHECKING:
    from graphlog.proto.meta_graph_pb2 import MetaGraphDef, SaverDef


class Saver:
    """Saves the values of variables, and restores them.

    A checkpoint ``path`` is the file ``path.npz``, with an array for each variable; ``path.meta`` has the
    graph, which ``tf.train.import_meta_graph`` reads; and the text file ``checkpoint`` next to them says
    which checkpoints there are, as in TensorFlow. All are written so that a crash leaves the old one or
    the new one. The operations that save and restore stand in the graph in a scope ``save``.

    Args:
        var_list: the variables, as a list, or as a dict by the names under which they are saved; all
            global ones if None.
        reshape: whether values may be restored into variables of another shape with as many elements.
        sharded: whether the operations are grouped by device. The checkpoint is one file all the same.
        max_to_keep: how many checkpoints are kept; None or 0 for all.
        keep_checkpoint_every_n_hours: one checkpoint in so many hours is kept for good.
        name: the scope of the operations; where ``saver_def`` is given, the scope it was imported into.
        restore_sequentially: accepted for TensorFlow's sake: all is restored by one operation.
        saver_def: a SaverDef protobuf that names the operations of a Saver that the graph has already.
        builder: accepted for TensorFlow's sake.
        defer_build: whether the operations are added later, by ``build``.
        allow_empty: whether it is no error that there are no variables.
        write_version: accepted for TensorFlow's sake.
        pad_step_number: whether the step in a file's name has at least eight digits.
        save_relative_paths: whether ``checkpoint`` names files relative to its folder.
        filename: the prefix that the operations take where they are fed none.

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
        saver_def: SaverDef | None = None,
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
        self._sharded = sharded
        self._name = name
        self._filename = filename
        self._max_to_keep = max_to_keep
        self._hours_between_kept = keep_checkpoint_every_n_hours
        if saver_def is not None:
            if not hasattr(saver_def, "max_to_keep"):
                raise TypeError(f"saver_def must be a SaverDef, not {described(saver_def)}.")
            self._max_to_keep = saver_def.max_to_keep
            self._hours_between_kept = saver_def.keep_checkpoint_every_n_hours
        self._next_kept_time = time.time() + self._hours_between_kept * 3600
        self._allow_empty = allow_empty
        self._pads_step = pad_step_number
        self._saves_relative_paths = save_relative_paths
        self._last: list[tuple[str, float]] = []
        self._is_built = False
        self._is_empty = False
        self.saver_def = saver_def
        if not defer_build:
            self.build()

    def build(self) -> None:
        """Adds the operations, unless that was done before."""
        if self._is_built:
            return
        self._is_built = True
        if self.saver_def is not None:
            given = self.saver_def
            given.filename_tensor_name = in_scope(given.filename_tensor_name, self._name)
            given.save_tensor_name = in_scope(given.save_tensor_name, self._name)
            given.restore_op_name = in_scope(given.restore_op_name, self._name)
            return
        found = self._var_list
        if found is None:
            found = global_variables() + get_default_graph().get_collection(GraphKeys.SAVEABLE_OBJECTS)
        if not found:
            if not self._allow_empty:
                raise ValueError("No variables to save: make them before the Saver, or give it var_list.")
            self._is_empty = True
            return
        from graphlog.proto.meta_graph_pb2 import SaverDef

        named = saver_nodes.by_name(found)
        prefix, saving, restoring = saver_nodes.build(
            saver_nodes.saveables(named), self._name, self._filename, self._sharded, self._reshape
        )
        self.saver_def = SaverDef(
            filename_tensor_name=prefix.name,
            save_tensor_name=saving.name,
            restore_op_name=restoring.name,
            max_to_keep=self._max_to_keep or 0,
            sharded=self._sharded,
            keep_checkpoint_every_n_hours=self._hours_between_kept,
            version=SaverDef.V2,
        )

    def _built(self) -> SaverDef:
        if self.saver_def is None:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        return self.saver_def

    def as_saver_def(self) -> SaverDef | None:
        """The names of its operations, as a SaverDef protobuf."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The names of its operations as a SaverDef, without a scope at their beginning."""
        from graphlog.train import meta_graphs

        return meta_graphs.saver_def_without_scope(self._built(), export_scope)

    @staticmethod
    def from_proto(saver_def: SaverDef, import_scope: str | None = None) -> Saver:
        """A Saver whose operations the graph has already."""
        return Saver(saver_def=saver_def, name=import_scope)

    def export_meta_graph(
        self,
        filename: str | None = None,
        collection_list: Sequence[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> MetaGraphDef:
        """``tf.train.export_meta_graph`` of the default graph, with this Saver."""
        from graphlog.train import meta_graphs

        return meta_graphs.export_meta_graph(
            filename,
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
        )

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
            global_step: the step, which is put behind the prefix: a number, also one of NumPy as a run
                returns it, a tensor or a variable.
            latest_filename: the name of the file that says which checkpoints there are.
            meta_graph_suffix: what the name of the graph's file ends in.
            write_meta_graph: whether the graph is written too.
            write_state: whether that file is written, and old checkpoints are removed.
            strip_default_attrs: whether attributes that have their default are left out of that graph.
            save_debug_info: accepted for TensorFlow's sake.

        Returns:
            The prefix with the step, which ``restore`` takes; None where there are no variables.

        Raises:
            ValueError: the folder does not exist, or ``latest_filename`` is a path.
            FailedPreconditionError: a variable has no value.
            RuntimeError: its operations have not been added yet.
            OpError: a file cannot be written.
        """
        if not self._is_built:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        prefix = os.fspath(save_path)
        if global_step is not None:
            if not isinstance(global_step, Integral):
                global_step = global_step_value(sess, global_step)
            prefix = f"{prefix}-{global_step:08d}" if self._pads_step else f"{prefix}-{global_step}"
        elif os.path.basename(prefix) == latest_filename:
            raise ValueError(
                f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{prefix}'"
            )
        if self._is_empty:
            return None
        folder = os.path.dirname(prefix)
        if folder and not os.path.isdir(folder) and os.path.isdir(os.path.dirname(folder) or "."):
            # As TensorFlow, which makes the last folder of a path and no more.
            os.mkdir(folder)
        if not os.path.isdir(folder or "."):
            raise ValueError(f"Parent directory of {prefix} doesn't exist, can't save.")
        names = self._built()
        sess.run(names.save_tensor_name, {names.filename_tensor_name: prefix})
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
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(
                    f"{prefix}.{meta_graph_suffix}", strip_default_attrs=strip_default_attrs
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
                self._next_kept_time += self._hours_between_kept * 3600
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
        if self._is_empty:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        prefix = os.fspath(save_path)
        if not checkpoint_exists(prefix):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}")
        names = self._built()
        try:
            sess.run(names.restore_op_name, {names.filename_tensor_name: prefix})
        except NotFoundError as error:
            raise NotFoundError(error.node_def, error.op, _mismatch(_MISSING, error)) from error
        except InvalidArgumentError as error:
            raise InvalidArgumentError(error.node_def, error.op, _mismatch(_OTHER_GRAPH, error)) from error

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


_MISSING = "a Variable name or other graph key that is missing from the checkpoint"
_OTHER_GRAPH = "a mismatch between the current graph and the graph from the checkpoint"


def _mismatch(cause: str, error: Exception) -> str:
    return (
        f"Restoring from checkpoint failed. This is most likely due to {cause}. Please ensure that you have "
        f"not altered the graph expected based on the checkpoint. Original error:\n\n{error}"
    )

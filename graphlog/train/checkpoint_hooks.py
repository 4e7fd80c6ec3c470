"""CheckpointSaverHook: checkpoints now and then."""

from __future__ import annotations

import logging
import os
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.proto.event_pb2 import SessionLog
from graphlog.train.graph_files import write_graph
from graphlog.train.saver import Saver
from graphlog.train.session_hooks import (
    SecondOrStepTimer,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_read,
)
from graphlog.writers.file_writer_cache import FileWriterCache

_log = logging.getLogger("graphlog")


class CheckpointSaverListener:
    """What is to be done when a CheckpointSaverHook saves (``tf.train.CheckpointSaverListener``)."""

    def begin(self) -> None:
        """Called once, before the graph is finalized."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Called before a checkpoint is saved."""

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """Called after that; training is to stop where it returns True."""
        return None

    def end(self, session: Any, global_step_value: int) -> None:
        """Called at the end."""


class CheckpointSaverHook(SessionRunHook):
    """Saves a checkpoint at the beginning, now and then, and at the end.

    At the beginning it also writes the graph, to ``graph.pbtxt`` and to an event file in the folder.

    Args:
        checkpoint_dir: the folder, made where there is none.
        save_secs: the seconds between two checkpoints.
        save_steps: the steps between two.
        saver: the Saver; the one of the scaffold, or of the collection of Savers, if None.
        checkpoint_basename: the beginning of the files' names.
        scaffold: the Scaffold that has the Saver.
        listeners: CheckpointSaverListeners.

    Raises:
        ValueError: not exactly one of ``save_secs`` and ``save_steps`` is given, or both a Saver and a
            scaffold.

    Source: ``tf.train.CheckpointSaverHook``.
    """

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Saver | None = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Any = None,
        listeners: Any = None,
    ) -> None:
        if saver is not None and scaffold is not None:
            raise ValueError("You cannot provide both saver and scaffold.")
        self._folder = checkpoint_dir
        self._prefix = os.path.join(checkpoint_dir, checkpoint_basename)
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._saver = saver
        self._scaffold = scaffold
        self._listeners = list(listeners or ())
        self._step: Any = None
        self._writer: Any = None

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        self._writer = FileWriterCache.get(self._folder)
        self._step = global_step_read("CheckpointSaverHook")
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """See ``SessionRunHook``."""
        step = int(session.run(self._step))
        graph = get_default_graph()
        graph_def = graph.as_graph_def(add_shapes=True)
        write_graph(graph_def, self._folder, "graph.pbtxt")
        self._writer.add_graph(graph)
        self._writer.add_meta_graph(create_meta_graph_def(graph_def, saver_def=self._get_saver().saver_def))
        self._save(session, step)
        self._timer.update_last_triggered_step(step)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        if not self._timer.should_trigger_for_step(run_values.results + 1):
            return
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step):
            self._timer.update_last_triggered_step(step)
            if self._save(run_context.session, step):
                run_context.request_stop()

    def end(self, session: Any) -> None:
        """See ``SessionRunHook``."""
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        """Saves a checkpoint; returns whether training is to stop."""
        for listener in self._listeners:
            listener.before_save(session, step)
        _log.info("Saving checkpoints for %d into %s.", step, self._prefix)
        self._get_saver().save(session, self._prefix, global_step=step)
        log = SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self._prefix)
        self._writer.add_session_log(log, step)
        answers = [listener.after_save(session, step) for listener in self._listeners]
        return any(answers)

    def _get_saver(self) -> Any:
        if self._saver is None and self._scaffold is not None:
            return self._scaffold.saver
        if self._saver is None:
            savers = get_default_graph().get_collection(GraphKeys.SAVERS)
            if len(savers) != 1:
                what = "More than one item" if savers else "No items"
                raise RuntimeError(
                    f"{what} in collection {GraphKeys.SAVERS}. Please add a saver to the collection or "
                    "provide a saver or scaffold."
                )
            self._saver = savers[0]
        return self._saver

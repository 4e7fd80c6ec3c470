"""Hooks that write summaries, and say how fast a program is."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from graphlog.proto.event_pb2 import SessionLog
from graphlog.proto.run_metadata_pb2 import RunMetadata, RunOptions
from graphlog.train.global_steps import get_global_step
from graphlog.train.session_hooks import (
    SecondOrStepTimer,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_read,
)
from graphlog.writers.file_writer_cache import FileWriterCache, add_value

_log = logging.getLogger("graphlog")


class SummarySaverHook(SessionRunHook):
    """Writes summaries now and then.

    Args:
        save_steps: the steps from one to the next.
        save_secs: the seconds.
        output_dir: the folder of the event file.
        summary_writer: the FileWriter; that of the folder if None.
        scaffold: the Scaffold that has the summary operation.
        summary_op: the summary tensor, or a list of them.

    Raises:
        ValueError: not exactly one of ``scaffold`` and ``summary_op`` is given, or of the first two.

    Source: ``tf.train.SummarySaverHook``.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Any = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold or summary_op must be provided.")
        self._summary_op = summary_op
        self._writer = summary_writer
        self._folder = output_dir
        self._scaffold = scaffold
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._next_step: int | None = None
        self._is_time = False
        self._step: Any = None

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        if self._writer is None and self._folder:
            self._writer = FileWriterCache.get(self._folder)
        self._next_step = None
        self._step = global_step_read("SummarySaverHook")

    def _summaries(self) -> list[Any]:
        found = self._scaffold.summary_op if self._summary_op is None else self._summary_op
        if found is None:
            return []
        return list(found) if isinstance(found, list) else [found]

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        self._is_time = self._next_step is None or self._timer.should_trigger_for_step(self._next_step)
        return SessionRunArgs({"step": self._step, "summary": self._summaries() if self._is_time else []})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        if self._writer is None:
            return
        step = int(run_values.results["step"]) + 1
        if self._is_time:
            step = int(run_context.session.run(self._step))
        if self._next_step is None:
            self._writer.add_session_log(SessionLog(status=SessionLog.START), step)
        if self._is_time:
            self._timer.update_last_triggered_step(step)
            for summary in run_values.results["summary"]:
                self._writer.add_summary(summary, step)
        self._next_step = step + 1

    def end(self, session: Any = None) -> None:
        """See ``SessionRunHook``."""
        if self._writer is not None:
            self._writer.flush()


class StepCounterHook(SessionRunHook):
    """Logs and writes how many steps there are in a second.

    Args:
        every_n_steps: the steps from one time to the next.
        every_n_secs: the seconds.
        output_dir: the folder of the event file.
        summary_writer: the FileWriter; that of the folder if None.

    Raises:
        ValueError: not exactly one of the first two is given.

    Source: ``tf.train.StepCounterHook``.
    """

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
    ) -> None:
        if (every_n_steps is None) == (every_n_secs is None):
            raise ValueError("exactly one of every_n_steps and every_n_secs should be provided.")
        self._timer = SecondOrStepTimer(every_n_secs, every_n_steps)
        self._writer = summary_writer
        self._folder = output_dir
        self._step: Any = None
        self._tag = ""

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        if self._writer is None and self._folder:
            self._writer = FileWriterCache.get(self._folder)
        self._step = global_step_read("StepCounterHook")
        step: Any = get_global_step()
        self._tag = f"{step.op.name}/sec"

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        if not self._timer.should_trigger_for_step(run_values.results + 1):
            return
        step = int(run_context.session.run(self._step))
        if not self._timer.should_trigger_for_step(step):
            return
        seconds, steps = self._timer.update_last_triggered_step(step)
        if seconds is not None and steps is not None:
            rate = steps / max(seconds, 1e-9)
            if self._writer is not None:
                add_value(self._writer, self._tag, rate, step)
            _log.info("%s: %g", self._tag, rate)


class ProfilerHook(SessionRunHook):
    """Writes a timeline of a run now and then, to files ``timeline-STEP.json`` for Chrome's tracing page.

    Args:
        save_steps: the steps from one to the next.
        save_secs: the seconds.
        output_dir: the folder of the files.
        show_dataflow: accepted for TensorFlow's sake.
        show_memory: accepted for TensorFlow's sake.

    Raises:
        ValueError: not exactly one of the first two is given.

    Source: ``tf.train.ProfilerHook``.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
    ) -> None:
        self._prefix = os.path.join(output_dir, "timeline-")
        self._folder = output_dir or "."
        self._writer: Any = None
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._step: Any = None
        self._next_step: int | None = None
        self._is_time = False

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        self._next_step = None
        self._step = global_step_read("ProfilerHook")
        self._writer = FileWriterCache.get(self._folder)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        self._is_time = self._next_step is not None and self._timer.should_trigger_for_step(self._next_step)
        options = RunOptions(trace_level=RunOptions.FULL_TRACE) if self._is_time else None
        return SessionRunArgs(self._step, options=options)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        step = int(run_values.results) + 1
        if self._next_step is None:
            # As in TensorFlow, the first run is not traced.
            self._timer.update_last_triggered_step(int(run_values.results))
        if self._is_time:
            step = int(run_context.session.run(self._step))
            self._timer.update_last_triggered_step(step)
            self._write(run_values.run_metadata, step)
        self._next_step = step + 1

    def _write(self, run_metadata: RunMetadata, step: int) -> None:
        events = [
            {
                "ph": "X",
                "cat": "Op",
                "name": node.timeline_label or node.node_name,
                "pid": number,
                "tid": node.thread_id,
                "ts": node.all_start_micros,
                "dur": max(1, node.all_end_rel_micros),
                "args": {"name": node.node_name},
            }
            for number, device in enumerate(run_metadata.step_stats.dev_stats)
            for node in device.node_stats
        ]
        path = f"{self._prefix}{step}.json"
        _log.info("Saving timeline for %d into '%s'.", step, path)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"traceEvents": events}, file)
        self._writer.add_run_metadata(run_metadata, f"step_{step}", step)

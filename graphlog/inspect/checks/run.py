"""Checks of a run's Events, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from graphlog.encoders.tags import clean_tag
from graphlog.inspect.checks.findings import Finding, error, shortened, warning
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.checks.run_metadata import check_run_metadata
from graphlog.inspect.checks.summary_values import check_first_value, check_value, kind_of
from graphlog.proto.event_pb2 import Event, SessionLog
from graphlog.proto.summary_pb2 import Summary

# Plugins whose later value is meant to take the place of an earlier one.
_REPLACED = frozenset({"custom_scalars", "hparams"})


@dataclass(slots=True)
class _Tag:
    """What is kept of a tag.

    Attributes:
        kind: the plugin that shows it, as its first value says.
        step: that of its last value.
    """

    kind: str
    step: int


class RunCheck:
    """The checks of one run, which know what came before.

    Args:
        run: the name of the run.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._tags: dict[str, _Tag] = {}
        self._run_metadata_tags: set[str] = set()
        self._cleaned: dict[str, str] = {}
        self._graph_count = 0
        self._largest_step: int | None = None  # of a summary or graph

    def findings(self, event: Event) -> Iterator[Finding]:
        """What is wrong with an Event, beside those that came before."""
        if math.isnan(event.wall_time):
            yield error(
                "nan-wall-time",
                "",
                "The time of an Event is NaN: TensorBoard's default reader drops the file here.",
                "Write the seconds since 1970.",
            )
        what = event.WhichOneof("what")
        if what == "summary":
            for value in event.summary.value:
                yield from self._check_value(value, event.step)
        elif what == "graph_def":
            yield from self._check_graph(event)
        elif what == "tagged_run_metadata":
            yield from self._check_run_metadata(event)
        elif what == "session_log" and event.session_log.status == SessionLog.START:
            yield from self._check_start(event)
        if what in ("summary", "graph_def", "tagged_run_metadata"):
            self._largest_step = max(event.step, self._largest_step or event.step)

    def at_the_end(self) -> Iterator[Finding]:
        """What can be told only when all Events were seen."""
        for tag in sorted(self._run_metadata_tags & self._tags.keys()):
            yield error(
                "run-metadata-tag-is-summary-tag",
                tag,
                "A summary and the trace of a step have the same tag: TensorBoard shows only one of them.",
                "Give the trace a tag of its own, such as 'trace/step_100'.",
            )

    def _check_value(self, value: Summary.Value, step: int) -> Iterator[Finding]:
        tag = self._tags.get(value.tag)
        if tag is None:
            tag = self._tags[value.tag] = _Tag(kind_of(value), step)
            yield from check_first_value(value)
            yield from self._check_name(value.tag)
        else:
            if tag.kind not in _REPLACED:
                yield from _check_step(value.tag, step, tag.step)
            stated = value.metadata.plugin_data.plugin_name
            if stated and stated != tag.kind:
                yield warning(
                    "plugin-changes",
                    value.tag,
                    f"A later value is for plugin {shortened(stated)}, but the first one was for "
                    f"{shortened(tag.kind)}; only the first counts.",
                    "Use two tags.",
                )
        tag.step = step
        yield from check_value(value, tag.kind)

    def _check_name(self, tag: str) -> Iterator[Finding]:
        if not tag:
            yield warning("empty-tag", "", "A value has no tag.", "Give every value a tag.")
        cleaned = clean_tag(tag)
        other = self._cleaned.setdefault(cleaned, tag)
        if other != tag:
            yield warning(
                "tags-alike",
                tag,
                f"Tags {shortened(other)} and {shortened(tag)} are both {shortened(cleaned)} once letters "
                "that TensorFlow does not allow are replaced.",
                "Rename one of them.",
            )

    def _check_graph(self, event: Event) -> Iterator[Finding]:
        self._graph_count += 1
        if self._graph_count > 1:
            yield warning(
                "several-graphs",
                self._run,
                "The run has several graphs. TensorBoard's default reader shows the last; of those at one "
                "step the Python reader shows the first.",
                "Write one graph a run.",
            )
        try:
            yield from check_graph(event.graph_def)
        except ValueError as problem:
            yield error("damaged-graph", self._run, str(problem), "Write the graph anew.")

    def _check_run_metadata(self, event: Event) -> Iterator[Finding]:
        tag = event.tagged_run_metadata.tag
        if tag in self._run_metadata_tags:
            yield error(
                "run-metadata-tag-twice",
                tag,
                "Two traces have the same tag: TensorBoard shows only one of them.",
                "Give each traced step a tag of its own.",
            )
        self._run_metadata_tags.add(tag)
        yield from check_run_metadata(tag, event.tagged_run_metadata.run_metadata)

    def _check_start(self, event: Event) -> Iterator[Finding]:
        if self._largest_step is not None and self._largest_step >= event.step:
            yield warning(
                "restart-purges",
                self._run,
                f"A session starts at step {event.step} after values up to step {self._largest_step}: the "
                "Python reader (--load_fast=false) drops all from that step on, the graph included.",
                "Write a restarted training into a run of its own, or from the step on that it has reached.",
            )


def _check_step(tag: str, step: int, last: int) -> Iterator[Finding]:
    if step < last:
        yield warning(
            "step-backwards",
            tag,
            f"Step {step} comes after step {last}: the default reader drops what it has from that step on.",
            "Let the steps of a tag grow; write a restarted training into a run of its own.",
        )
    elif step == last:
        yield warning(
            "step-repeated",
            tag,
            f"Step {step} comes twice: the default reader keeps the later value only.",
            "Write each step once.",
        )

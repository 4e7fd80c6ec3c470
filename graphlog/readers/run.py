"""A run: what its event files hold, by kind and tag."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, cast

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from graphlog.core.graph import Graph
from graphlog.core.late_parts import drawings
from graphlog.proto.event_pb2 import Event
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import MetaGraphDef
from graphlog.proto.run_metadata_pb2 import RunMetadata
from graphlog.proto.summary_pb2 import SummaryMetadata
from graphlog.readers.damage import FileDamage
from graphlog.readers.decoding import Kind, decoded, parsed_run_metadata
from graphlog.readers.embeddings import Embedding, embeddings_in
from graphlog.readers.event_stream import EventStream, looks_of
from graphlog.readers.graphs import LoggedGraph
from graphlog.readers.hyperparameters import hyperparameters_of
from graphlog.readers.missing_names import missing
from graphlog.readers.run_files import RunFinder
from graphlog.readers.run_index import GRAPHS, META_GRAPHS, RunIndex, has_changed
from graphlog.readers.scalar_tables import ScalarTable, scalar_table
from graphlog.readers.series import Place, Places, Series
from graphlog.readers.values import Audio, Histogram, HyperParameters, Image, PRCurve, Scalars, Tensor, Text

if TYPE_CHECKING:
    import pandas
    import pyarrow

RestartRule = Literal["keep", "purge"]

# In the order in which ``tags`` lists them.
KINDS: tuple[Kind, ...] = (
    "scalars", "histograms", "images", "audio", "texts", "tensors", "pr_curves", "run_metadata",
)  # fmt: skip
_RUN_METADATA_WITH_GRAPH = "graph_run_metadata_graph"

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


def _undisturbed(
    method: Callable[Concatenate[Run, _Arguments], _Answer],
) -> Callable[Concatenate[Run, _Arguments], _Answer]:
    """Lets no other thread read more into the run while a method takes its answer from what was read."""

    @functools.wraps(method)
    def answer(run: Run, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Answer:
        with run._lock:
            return method(run, *args, **kwargs)

    return answer


class Run:
    """What the event files of a folder hold. They are read when something is first asked for.

    Scalars are kept as arrays. Of everything else it is kept where it stands, and it is read when it is asked
    for: a run may hold more than there is memory.

    Args:
        name: as TensorBoard calls it.
        finder: finds its files.
        restarts: whether what a restarted run has overwritten is dropped.
        follow: whether each question takes in first what was added since the last one.

    Attributes:
        name: the name of the run: the path of its folder below the log's, or ``"."`` for that itself.
    """

    def __init__(self, name: str, finder: RunFinder, restarts: RestartRule, follow: bool = False) -> None:
        self.name = name
        self._finder = finder
        self._follows = follow
        self._restart_rule = restarts
        self._lock = threading.RLock()
        self._index_or_none: RunIndex | None = None

    @property
    def files(self) -> list[str]:
        """The paths or URLs of the event files, in the order in which they are read."""
        if self._follows:
            self._finder.look_at(self.name)
        return list(map(self._finder.storage.url, self._paths))

    @property
    def was_read(self) -> bool:
        """Whether it was read already; reading it takes time."""
        return self._index_or_none is not None

    @property
    def _paths(self) -> list[str]:
        return self._finder.runs.get(self.name, [])

    @property
    def _index(self) -> RunIndex:
        """What is in the files, in a log that is followed up to now: ask for it once in a method."""
        with self._lock:
            if self._follows and self._index_or_none is not None:
                self._finder.look_at(self.name)
                self.read_more()
            return self._read_index

    @property
    def _read_index(self) -> RunIndex:
        """What was read of the files."""
        with self._lock:
            if self._index_or_none is None:
                index = RunIndex(self._finder.storage)
                index.update(self._paths)
                self._index_or_none = index
            return self._index_or_none

    def refresh(self) -> bool:
        """Reads what was added since, also in new files.

        Returns:
            Whether there was anything.
        """
        self._finder.look()
        return self.read_more()

    def read_more(self) -> bool:
        """Reads what was added since to the files that are known to the log; see ``Log.refresh``.

        Returns:
            Whether there was anything. False for a run that was not read yet.
        """
        with self._lock:
            if self._index_or_none is None:
                return False
            self.__dict__.pop("_restarts", None)
            if self._index_or_none.was_interrupted:
                self._index_or_none = None
                return self._read_index.event_count > 0
            return self._index_or_none.update(self._paths)

    @functools.cached_property
    def _restarts(self) -> Any:
        return self._read_index.restarts()

    @_undisturbed
    def tags(self) -> dict[str, list[str]]:
        """The tags by kind; the kinds are the names of the methods that take them."""
        index = self._index
        found: dict[str, list[str]] = {"scalars": list(index.scalar_tags)}
        found |= {kind: list(index.places.get(kind, {})) for kind in KINDS[1:]}
        return {kind: tags for kind, tags in found.items() if tags}

    @_undisturbed
    def scalars(self, tag: str) -> Scalars:
        """A curve: columns ``step``, ``wall_time`` and ``value``.

        Raises:
            KeyError: the run has no scalars of that tag; the message says which it has.
        """
        index = self._index
        if tag not in index.scalar_tags:
            raise self._no_tag("scalars", tag)
        return self._curve(index, tag)

    @_undisturbed
    def curves(self, tags: Container[str] | None = None) -> list[Scalars]:
        """The curves of some tags, or of all, as they are at one moment; what is not there is left out."""
        index = self._index
        return [self._curve(index, tag) for tag in index.scalar_tags if tags is None or tag in tags]

    def _curve(self, index: RunIndex, tag: str) -> Scalars:
        columns = index.scalars(tag)
        steps, times, values = columns.steps, columns.wall_times, columns.values
        if self._restart_rule == "purge":
            kept = self._restarts.kept(tag, columns.offsets, columns.steps)
            if not kept.all():
                steps, times, values = steps[kept], times[kept], values[kept]
        return Scalars(tag, *map(_read_only, (steps, times, values)))

    def histograms(self, tag: str) -> Series[Histogram]:
        """Distributions, in the order of the file. KeyError as for ``scalars``."""
        return self._series("histograms", tag)

    def images(self, tag: str) -> Series[Image]:
        """Images; those that were logged together one after the other. KeyError as for ``scalars``."""
        return self._series("images", tag)

    def audio(self, tag: str) -> Series[Audio]:
        """Sounds; those that were logged together one after the other. KeyError as for ``scalars``."""
        return self._series("audio", tag)

    def texts(self, tag: str) -> Series[Text]:
        """Texts. KeyError as for ``scalars``."""
        return self._series("texts", tag)

    def tensors(self, tag: str) -> Series[Tensor]:
        """Tensors that are of no other kind; those of meshes, too. KeyError as for ``scalars``."""
        return self._series("tensors", tag)

    def pr_curves(self, tag: str) -> Series[PRCurve]:
        """Precision-recall curves. KeyError as for ``scalars``."""
        return self._series("pr_curves", tag)

    def embeddings(self) -> dict[str, Embedding]:
        """Vectors for the PROJECTOR by name, from the files beside the event files; empty if there are none.

        Raises:
            ValueError: the PROJECTOR's configuration is damaged.
            OSError: it cannot be read.
        """
        paths = self._paths
        return embeddings_in(self._finder.storage, paths[0].rpartition("/")[0] or "/") if paths else {}

    @property
    @_undisturbed
    def hparams(self) -> HyperParameters:
        """The hyperparameters: a mapping from name to value, empty if there are none."""
        return hyperparameters_of(self._index.metadata)[0]

    @_undisturbed
    def metadata(self, tag: str) -> SummaryMetadata:
        """The metadata of a tag's first value: the plugin and, unless it is a scalar, what it tells.

        Raises:
            KeyError: the run has no such tag, or no metadata for it.
        """
        known = self._index.metadata
        if tag not in known:
            raise KeyError(f"run {self.name!r} has no metadata of {tag!r}")
        return known[tag]

    def graph(self) -> Graph:
        """The graph: of several the last one, as TensorBoard shows it.

        Raises:
            LookupError: the run has no graph.
            ValueError: it is damaged; ``graphs`` may have another.
        """
        shown = self.shown_graph()
        if shown is None:
            raise LookupError(f"run {self.name!r} has no graph")
        return shown.graph()

    def shown_graph(self) -> LoggedGraph | None:
        """The graph that TensorBoard shows: of several the last one; None where the run has none."""
        graphs = self.graphs()
        for name in (GRAPHS, META_GRAPHS):
            of_kind = [graph for graph in graphs if graph.name == name]
            if of_kind:
                return of_kind[-1]
        return graphs[-1] if graphs else None

    @_undisturbed
    def graphs(self) -> list[LoggedGraph]:
        """All graphs with their steps: GraphDefs, MetaGraphDefs, and those of TensorFlow 2's functions."""
        index = self._index
        found: list[LoggedGraph] = []
        for name in (GRAPHS, META_GRAPHS):
            places = index.places.get(name, {}).get("", Places())
            for number in range(len(places)):
                load = functools.partial(self._serialized_graph, name, places[number])
                found.append(_logged_graph(places, number, name, load))
        for tag, places in index.places.get("run_metadata", {}).items():
            if index.metadata.get(tag, SummaryMetadata()).plugin_data.plugin_name != _RUN_METADATA_WITH_GRAPH:
                continue
            for number in range(len(places)):
                traced = self._parsed_run_metadata(places[number])
                for function in range(len(traced.function_graphs)):
                    load = functools.partial(self._serialized_function, places[number], function)
                    found.append(_logged_graph(places, number, tag, load))
        return found

    @_undisturbed
    def run_metadata(self, tag: str) -> RunMetadata:
        """The trace of a step; of several of that tag the last one.

        Raises:
            KeyError: the run has none of that tag; the message says which it has.
        """
        places = self._index.places.get("run_metadata", {}).get(tag)
        if not places:
            raise self._no_tag("run_metadata", tag)
        return self._parsed_run_metadata(places[len(places) - 1])

    def events(
        self, follow: bool = False, poll_seconds: float = 1.0, until: Callable[[], bool] | None = None
    ) -> Iterator[Event]:
        """All Events, file by file, as they stand there; those that cannot be parsed are left out.

        Args:
            follow: whether to wait for more when there is no more, also in new files.
            poll_seconds: how long to wait before looking again.
            until: when to end: it is asked each time before looking again for the last time. Without it,
                only the caller's ``break`` ends.

        Raises:
            OSError: from ``next``, after all other Events: a file cannot be read.
        """
        files = EventStream(self._finder.storage)
        looks = looks_of(self._finder, follow, poll_seconds, until)
        named = ((self.name, path) for _ in looks for path in self._paths)
        return (event for _, event in files.new_events(named))

    @property
    @_undisturbed
    def damage(self) -> list[FileDamage]:
        """What could not be read, with the file and the byte. Everything else was."""
        index = self._index
        found = index.damage + list(self._graph_damage())
        for tag, reason in hyperparameters_of(index.metadata)[1].items():
            found.append(FileDamage(self.files[0], None, None, f"the value of {tag!r}: {reason}"))
        return found

    def table(self) -> ScalarTable:
        """All scalars as one long table."""
        return scalar_table((self.name, curve) for curve in self.curves())

    def to_pandas(self) -> pandas.DataFrame:
        """All scalars as a DataFrame; see ``ScalarTable.to_pandas``."""
        return self.table().to_pandas()

    def to_arrow(self) -> pyarrow.Table:
        """All scalars as an Arrow table; see ``ScalarTable.to_arrow``."""
        return self.table().to_arrow()

    def __repr__(self) -> str:
        if self._index_or_none is None:
            return f"Run({self.name!r}, {len(self.files)} event files, not read yet)"
        counts = ", ".join(f"{len(tags)} tags of {kind}" for kind, tags in self.tags().items())
        return f"Run({self.name!r}, {counts or 'empty'})"

    def _repr_html_(self) -> str:
        return drawings().run_page(self)

    @_undisturbed
    def _series(self, kind: Kind, tag: str) -> Series[Any]:
        places = self._index.places.get(kind, {}).get(tag)
        if places is None:
            raise self._no_tag(kind, tag)
        chosen: NDArray[np.intp] = np.arange(len(places))
        if self._restart_rule == "purge":
            chosen = np.flatnonzero(self._restarts.kept(tag, places.orders, places.steps))
        return Series(tag, places, chosen, functools.partial(self._decoded, kind))

    def _decoded(self, kind: Kind, places: Sequence[Place]) -> Iterator[Any]:
        for place, event in zip(places, self._read_index.events(places), strict=True):
            try:
                value = event.summary.value[place.value]
                item = decoded(kind, value, event.step, event.wall_time)[place.element]
            except (IndexError, ValueError):  # it was good when the run was read
                raise has_changed(self._read_index.files[place.file], place.offset) from None
            yield item

    def _serialized_graph(self, field: str, place: Place) -> bytes:
        (event,) = self._read_index.events([place])
        if field == META_GRAPHS:
            return MetaGraphDef.FromString(event.meta_graph_def).graph_def.SerializeToString()
        return event.graph_def

    def _serialized_function(self, place: Place, number: int) -> bytes:
        traced = self._parsed_run_metadata(place).function_graphs[number]
        return traced.pre_optimization_graph.SerializeToString()

    def _parsed_run_metadata(self, place: Place) -> RunMetadata:
        if place.value < 0:
            (event,) = self._read_index.events([place])
            return parsed_run_metadata(event.tagged_run_metadata.run_metadata)
        (metadata,) = self._decoded("run_metadata", [place])
        return cast("RunMetadata", metadata)

    def _graph_damage(self) -> Iterator[FileDamage]:
        index = self._index
        for name in (GRAPHS, META_GRAPHS):
            places = index.places.get(name, {}).get("", Places())
            for place in map(places.__getitem__, range(len(places))):
                try:
                    GraphDef.FromString(self._serialized_graph(name, place))
                except (DecodeError, RecursionError, OSError) as error:
                    file = self._finder.storage.url(index.files[place.file])
                    yield FileDamage(file, place.offset, None, f"the {name} is damaged: {error}")

    def _no_tag(self, kind: Kind, tag: str) -> KeyError:
        return missing(f"run {self.name!r} has no {kind} of the tag", tag, self.tags().get(kind, []))


def _logged_graph(places: Places, number: int, name: str, load: Callable[[], bytes]) -> LoggedGraph:
    return LoggedGraph(int(places.steps[number]), float(places.wall_times[number]), name, load)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view

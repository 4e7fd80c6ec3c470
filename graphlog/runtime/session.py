"""Session: runs a graph as far as what is fetched from it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any

from graphlog.core import default_stacks
from graphlog.core.default_graph import get_default_graph
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.session_state import SessionState
from graphlog.core.tensor import Tensor
from graphlog.core.time_limits import time_limit
from graphlog.runtime.feeds import checked_feed_dict, feed_arrays, feed_tensors
from graphlog.runtime.fetches import Fetches
from graphlog.runtime.observation import STANDING_OBSERVERS, forget_session, observed_by, standing_observers
from graphlog.runtime.partial_run import PartialRun
from graphlog.runtime.prepared_run import PreparedRun
from graphlog.runtime.runner import FunctionRunner, Runner

if TYPE_CHECKING:
    from graphlog.runtime.observed_runs import ObservedRuns

# A program that fetches ever new things is not to fill the memory.
_MOST_PREPARED = 1024


class Session:
    """Runs operations of a graph.

    Args:
        target: accepted for TensorFlow's sake; everything runs in this process.
        graph: the graph to run; the default graph if None.
        config: a ConfigProto; its ``operation_timeout_in_ms`` says how long a run may wait at queues. The
            rest is accepted for TensorFlow's sake.

    Source: ``tf.Session`` of TensorFlow 1.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        self._graph = graph or get_default_graph()
        self._target = target
        self._is_closed = False
        self._runners: dict[Any, Runner] = {}
        self._prepared: dict[Any, PreparedRun] = {}
        self._partial_runs: dict[str, PartialRun] = {}
        self._state = SessionState(FunctionRunner)
        self._timeout = _milliseconds(config, "operation_timeout_in_ms")
        self._entered: list[ExitStack] = []

    @property
    def graph(self) -> Graph:
        """The graph that this session runs."""
        return self._graph

    @property
    def graph_def(self) -> Any:
        """The GraphDef of that graph, with shapes."""
        return self._graph.as_graph_def(add_shapes=True)

    @property
    def sess_str(self) -> str:
        """The target it was made with."""
        return self._target

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Runs the graph as far as ``fetches`` and returns their values.

        Args:
            fetches: a Tensor, an Operation, the name of one, or a list, tuple, namedtuple or dict of
                these, nested at will.
            feed_dict: values by tensor or name of a tensor. A fed tensor is not computed.
            options: RunOptions; its ``timeout_in_ms`` says how long the run may wait at queues, its
                ``trace_level`` and ``output_partition_graphs`` what to fill into ``run_metadata``.
            run_metadata: a RunMetadata: with a trace level, ``step_stats`` say of each operation when it
                ran, how long, and what its outputs are. Operations run one by one then, also those that a
                run without a trace spares itself.

        Returns:
            The values in the structure of ``fetches``: an array that is the caller's own, or a NumPy
            scalar, for a tensor; bytes for a string; None for an operation.

        Raises:
            RuntimeError: the session is closed, or the graph is empty.
            TypeError: something cannot be fetched or fed.
            ValueError: a name or tensor is not in the graph, or a value does not fit its tensor.
            OpError: an operation failed.
        """
        if (
            options is not None
            or run_metadata is not None
            or (STANDING_OBSERVERS and standing_observers(self))
        ):
            self._check_open()
            return self._run_with_options(fetches, checked_feed_dict(feed_dict), options, run_metadata)
        key = _key(fetches, feed_dict)
        try:
            prepared = self._prepared.get(key)
        except TypeError:  # The fetches are nested, and cannot be hashed.
            key = prepared = None
        if prepared is None:
            self._check_open()
            feed_dict = checked_feed_dict(feed_dict)
            prepared = PreparedRun(self._graph, fetches, feed_dict, self._runner)
            if key is not None and not _has_tuples(fetches):
                self._prepared[key] = prepared
        values = feed_dict.values() if feed_dict else ()
        if not self._timeout:
            return prepared.run(values)
        with time_limit(self._timeout):
            return prepared.run(values)

    @functools.cached_property
    def _observed_runs(self) -> ObservedRuns:
        # Few programs need it, and none to begin with.
        from graphlog.runtime.observed_runs import ObservedRuns

        return ObservedRuns(self._graph, self._state)

    def _run_with_options(
        self, fetches: Any, feed_dict: Mapping[Any, Any], options: Any, run_metadata: Any
    ) -> Any:
        timeout = _milliseconds(options, "timeout_in_ms") or self._timeout
        with time_limit(timeout) if timeout else nullcontext():
            observers = standing_observers(self)
            return self._observed_runs.run(fetches, feed_dict, options, run_metadata, observers, self._runner)

    def partial_run_setup(self, fetches: Any, feeds: Sequence[Any] | None = None) -> str:
        """Begins a run that is fed and fetched in several steps.

        Args:
            fetches: all that will be fetched, as for ``run``.
            feeds: all tensors that will be fed.

        Returns:
            A handle for ``partial_run``.
        """
        self._check_open()
        handle = f"partial_run_{len(self._partial_runs)}"
        tensors = [tensor for key in feeds or () for tensor in feed_tensors(self._graph, key)]
        elements = Fetches(self._graph, fetches).elements
        self._partial_runs[handle] = PartialRun(elements, tensors, self._state)
        return handle

    def partial_run(self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Goes on with a run; operations that ran in an earlier step do not run again.

        Args:
            handle: what ``partial_run_setup`` gave.
            fetches: what to fetch in this step, as for ``run``.
            feed_dict: what to feed in this step.

        Returns:
            The values in the structure of ``fetches``.

        Raises:
            InvalidArgumentError: the run was not set up, or not for these fetches and feeds.
        """
        self._check_open()
        if handle not in self._partial_runs:
            raise InvalidArgumentError(None, None, "Must run 'setup' before performing partial runs!")
        wanted = Fetches(self._graph, fetches)
        feeds = feed_arrays(self._graph, feed_dict)
        with observed_by(standing_observers(self)):
            return wanted.assemble(self._partial_runs[handle].run(wanted.elements, feeds))

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function that runs ``fetches``, faster to call again and again than ``run``.

        Args:
            fetches: as for ``run``.
            feed_list: the tensors whose values the function takes as its arguments, in this order.
            accept_options: accepted for TensorFlow's sake; the function always takes them.

        Returns:
            A function of the fed values, and of ``options`` and ``run_metadata`` (see ``run``).
        """
        self._check_open()
        if feed_list is not None and not isinstance(feed_list, list | tuple):
            raise TypeError(f"feed_list must be a list of tensors, not {described(feed_list)}.")
        keys = list(feed_list or ())
        prepared = PreparedRun(self._graph, fetches, keys, self._runner)

        def call(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if self._is_closed:
                self._check_open()
            if len(values) != len(keys):
                raise ValueError(f"This callable takes {len(keys)} feeds, but {len(values)} were given.")
            if (
                options is not None
                or run_metadata is not None
                or (STANDING_OBSERVERS and standing_observers(self))
            ):
                feed_dict = dict(zip(keys, values, strict=True))
                return self._run_with_options(fetches, feed_dict, options, run_metadata)
            if not self._timeout:
                return prepared.run(values)
            with time_limit(self._timeout):
                return prepared.run(values)

        return call

    def _runner(self, elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor]) -> Runner:
        key = tuple(elements), tuple(feeds)
        runner = self._runners.get(key)
        if runner is None:
            if len(self._runners) >= _MOST_PREPARED:
                self._runners.clear()
                self._prepared.clear()
            runner = self._runners[key] = Runner(elements, feeds, self._state)
        return runner

    def _check_open(self) -> None:
        if self._is_closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if self._graph.version == 0:
            raise RuntimeError(
                "The Session graph is empty.  Add operations to the graph before calling run(). A session "
                "runs the graph that is the default where it is made, or another: tf.Session(graph=graph)."
            )

    def as_default(self) -> AbstractContextManager[Session]:
        """Makes this the default session of this thread inside a ``with`` block."""
        return default_stacks.sessions.pushed(self)

    def list_devices(self) -> list[str]:
        """The devices that this session runs on: one processor."""
        return ["/job:localhost/replica:0/task:0/device:CPU:0"]

    def close(self) -> None:
        """Frees what the session holds; running it is an error from now on."""
        self._is_closed = True
        self._runners.clear()
        self._prepared.clear()
        self.__dict__.pop("_observed_runs", None)
        if STANDING_OBSERVERS:
            forget_session(self)
        self._state.clear()

    def __enter__(self) -> Session:
        with ExitStack() as stack:
            stack.enter_context(self._graph.as_default())
            stack.enter_context(self.as_default())
            self._entered.append(stack.pop_all())
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._entered.pop().__exit__(error_type, error, traceback)
        self.close()


def _milliseconds(options: Any, name: str) -> float:
    """An option that says for how long; 0 where it is not set."""
    value = getattr(options, name, 0)
    return value if isinstance(value, int | float) else 0


def _key(fetches: Any, feed_dict: Any) -> tuple[Any, ...] | None:
    """What runs have in common that can be prepared together; None where there is no telling."""
    kind = type(fetches)
    if feed_dict and type(feed_dict) is not dict:
        return None
    # None can be neither fetched nor fed, so that it is clear where the feeds begin.
    if kind is list or kind is tuple:
        return (kind, *fetches, None, *feed_dict) if feed_dict else (kind, *fetches)
    return (kind, fetches, None, *feed_dict) if feed_dict else (kind, fetches)


def _has_tuples(fetches: Any) -> bool:
    """Whether fetches hold a tuple, which would equal a named one."""
    if type(fetches) is list or type(fetches) is tuple:
        return any(isinstance(item, tuple) for item in fetches)
    return isinstance(fetches, tuple)


class InteractiveSession(Session):
    """A Session that is the default one from its making until it is closed, as one types in a shell.

    Source: ``tf.InteractiveSession`` of TensorFlow 1.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        super().__enter__()

    def __enter__(self) -> InteractiveSession:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops being the default session, and frees what it holds."""
        if self._entered:
            self._entered.pop().close()
        super().close()

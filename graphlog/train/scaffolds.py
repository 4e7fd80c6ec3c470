"""Scaffold: the operations that begin and accompany the training of a graph."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import joining
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import summaries
from graphlog.ops.name_scopes import device, name_scope
from graphlog.ops.state.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from graphlog.train.saver import Saver

_log = logging.getLogger("graphlog")

_PARTS = ("init_op", "init_feed_dict", "ready_op", "ready_for_local_init_op", "local_init_op", "summary_op")


class Scaffold:
    """The operations that begin and accompany the training of a graph.

    Those that are None are made, or taken from the graph's collections, by ``finalize``.

    Args:
        init_op: initializes the variables.
        init_feed_dict: what to feed it.
        init_fn: a function of the Scaffold and the session that is called after it.
        ready_op: a tensor of the names of the variables that have no value.
        ready_for_local_init_op: the same, of those that ``local_init_op`` needs.
        local_init_op: initializes local variables and tables.
        summary_op: gives the summaries.
        saver: the Saver.
        copy_from_scaffold: a Scaffold whose parts are taken where an argument is None.

    Source: ``tf.train.Scaffold``.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Scaffold | None = None,
    ) -> None:
        if copy_from_scaffold is not None and not isinstance(copy_from_scaffold, Scaffold):
            raise TypeError("copy_from_scaffold is not a Scaffold instance.")
        self.init_op = init_op
        self.init_feed_dict = init_feed_dict
        self.ready_op = ready_op
        self.ready_for_local_init_op = ready_for_local_init_op
        self.local_init_op = local_init_op
        self.summary_op = summary_op
        self.saver = saver
        self._user_init_fn = init_fn
        if copy_from_scaffold is not None:
            for part in (*_PARTS, "saver", "_user_init_fn"):
                if getattr(self, part) is None:
                    setattr(self, part, getattr(copy_from_scaffold, part))

    @property
    def init_fn(self) -> Callable[[Any], Any] | None:
        """The function of a session that is called after ``init_op``."""
        function = self._user_init_fn
        return None if function is None else lambda session: function(self, session)

    def finalize(self) -> Scaffold:
        """Makes what is missing, and finalizes the graph."""
        if self.init_op is None:
            self.init_op = self.get_or_default("init_op", GraphKeys.INIT_OP, _initializer)
        if self.ready_op is None:
            self.ready_op = self.get_or_default("ready_op", GraphKeys.READY_OP, _unready)
        if self.ready_for_local_init_op is None:
            self.ready_for_local_init_op = self.get_or_default(
                "ready_for_local_init_op", GraphKeys.READY_FOR_LOCAL_INIT_OP, _unready_global
            )
        if self.local_init_op is None:
            self.local_init_op = self.get_or_default(
                "local_init_op", GraphKeys.LOCAL_INIT_OP, self.default_local_init_op
            )
        if self.summary_op is None:
            self.summary_op = self.get_or_default("summary_op", GraphKeys.SUMMARY_OP, summaries.merge_all)
        if self.saver is None:
            self.saver = saver_or_default()
        self.saver.build()
        get_default_graph().finalize()
        _log.info("Graph was finalized.")
        return self

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Callable[[], Any]) -> Any:
        """The one element of a collection, made and added to it where it is empty."""
        graph = get_default_graph()
        found = graph.get_collection(collection_key)
        if len(found) > 1:
            raise RuntimeError(
                f'More than one item in the collection "{collection_key}". Please indicate which one to use '
                f"by passing it to the tf.Scaffold constructor as:  tf.Scaffold({arg_name}=item to use)"
            )
        if found:
            return found[0]
        made = default_constructor()
        if made is not None:
            graph.add_to_collection(collection_key, made)
        return made

    @staticmethod
    def default_local_init_op() -> Operation:
        """An operation that initializes local variables and tables."""
        return grouping.group(local_variables_initializer(), tables_initializer(), _resources_initializer())


def saver_or_default() -> Any:
    """The Saver of the graph's collection of Savers, made and added to it where there is none."""
    graph = get_default_graph()
    savers = graph.get_collection(GraphKeys.SAVERS)
    if len(savers) > 1:
        raise RuntimeError(
            f"More than one item in collection {GraphKeys.SAVERS}. Please indicate which one to use by "
            "passing it to the constructor."
        )
    if savers:
        return savers[0]
    saver = Saver(sharded=True, allow_empty=True)
    graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


def _resources_initializer() -> Operation:
    """What initializes resources that are no variables: graphlog has none of these."""
    return grouping.no_op(name="init")


def _initializer() -> Operation:
    return grouping.group(global_variables_initializer(), _resources_initializer())


def _no_resources() -> Tensor:
    with name_scope("report_uninitialized_resources"), device("/cpu:0"):
        return constant([], dtype=dtypes.string)


def _unready() -> Tensor:
    return joining.concat([report_uninitialized_variables(), _no_resources()], 0)


def _unready_global() -> Tensor:
    return joining.concat([report_uninitialized_variables(global_variables()), _no_resources()], 0)

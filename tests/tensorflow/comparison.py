"""Runs what graphlog built in graphlog and in TensorFlow, and compares the values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import graphlog as gl
from graphlog.runtime.fetches import Fetches
from tests.parity.test_parity import TOLERANCES


@dataclass
class Run:
    """What is fetched, by names, and what is fed, by names."""

    fetches: list[str]
    feeds: dict[str, Any]


def run_of(graph: gl.Graph, fetches: Any, feeds: Mapping[Any, Any] | None = None) -> Run:
    """The names in a nest of fetches, each once, and of what is fed."""
    names = [element.name for element in Fetches(graph, fetches).elements]
    return Run(names, {graph.as_graph_element(key).name: value for key, value in (feeds or {}).items()})


def values_in_both(
    tf: Any, graph: gl.Graph, runs: Sequence[Run], add_shapes: bool = True
) -> list[tuple[str, Any, Any]]:
    """Do the runs in one session of graphlog's and in one of TensorFlow's.

    Returns:
        The name, graphlog's value and TensorFlow's value of all that was fetched.
    """
    serialized = graph.as_graph_def(add_shapes=add_shapes).SerializeToString()
    theirs = run_in_tensorflow(tf, serialized, runs)
    with gl.Session(graph=graph) as session:
        ours = [session.run(run.fetches, run.feeds) for run in runs]
    return [
        row
        for run, own, their in zip(runs, ours, theirs, strict=True)
        for row in zip(run.fetches, own, their, strict=True)
    ]


def run_in_tensorflow(tf: Any, serialized: bytes, runs: Sequence[Run]) -> list[list[Any]]:
    """Import a GraphDef into TensorFlow, and return what it computes in one session."""
    config = tf.ConfigProto()
    # Every operation is computed, none is replaced by a constant.
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(tf.GraphDef.FromString(serialized), name="")
        with tf.Session(graph=graph, config=config) as session:
            return [session.run(run.fetches, run.feeds) for run in runs]


def assert_same(name: str, ours: Any, theirs: Any) -> None:
    """Fail where two values differ in dtype, shape or, but for rounding, in a number."""
    if theirs is None:
        assert ours is None, name
        return
    a, b = np.asarray(ours), np.asarray(theirs)
    assert (a.dtype, a.shape) == (b.dtype, b.shape), name
    if a.dtype.kind in "fc":
        rtol, atol = TOLERANCES.get(a.dtype.name, (2e-5, 2e-6))
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg=name)
    else:
        np.testing.assert_array_equal(a, b, err_msg=name)

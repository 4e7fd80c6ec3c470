"""Runs what graphlog built in graphlog and in TensorFlow, and compares the values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import graphlog as gl
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.runtime.feeds import fed_parts, feed_tensors
from graphlog.runtime.fetches import Fetches
from tests.parity.test_parity import TOLERANCES
from tests.tensorflow.differences import (
    COMPUTED_IN_FLOAT32,
    OF_IMAGES,
    OTHER_SHAPES,
    as_tensorflow_2,
    is_computed,
)


@dataclass
class Run:
    """What is fetched, and what is fed, by names."""

    elements: Sequence[Tensor | Operation]
    feeds: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The names of what is fetched."""
        return [element.name for element in self.elements]


def run_of(graph: gl.Graph, fetches: Any, feeds: Mapping[Any, Any] | None = None) -> Run:
    """The elements in a nest of fetches, each once, and what is fed."""
    named_feeds = {}
    for key, value in (feeds or {}).items():
        tensors = feed_tensors(graph, key)
        parts = [value] if len(tensors) == 1 else fed_parts(key, value)
        named_feeds.update({tensor.name: part for tensor, part in zip(tensors, parts, strict=True)})
    return Run(Fetches(graph, fetches).elements, named_feeds)


def types_needed(runs: Sequence[Run]) -> set[str]:
    """The types of the operations that what is fetched depends on."""
    found: set[Operation] = set()
    waiting = [item if isinstance(item, Operation) else item.op for run in runs for item in run.elements]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [*operation.control_inputs, *(tensor.op for tensor in operation.inputs)]
    return {operation.type for operation in found}


def serialize(graph: gl.Graph) -> bytes:
    """The GraphDef of a graph, with shapes."""
    serialized: bytes = graph.as_graph_def(add_shapes=True).SerializeToString()
    return serialized


def compare(tf: Any, graph: gl.Graph, runs: Sequence[Run], serialized: bytes) -> None:
    """Do the runs in one session of graphlog's and in one of TensorFlow's, and compare what they give."""
    theirs = run_in_tensorflow(tf, serialized, runs)
    with gl.Session(graph=graph) as session:
        ours = [session.run(run.names, run.feeds) for run in runs]
    for run, our_values, their_values in zip(runs, ours, theirs, strict=True):
        for element, own, other in zip(run.elements, our_values, their_values, strict=True):
            assert_same(element, own, other)


def imported(tf: Any, serialized: bytes) -> Any:
    """Import a GraphDef into a graph of TensorFlow's."""
    graph_def = tf.GraphDef.FromString(serialized)
    for node in graph_def.node:
        if node.op in OTHER_SHAPES:
            node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    return graph


def run_in_tensorflow(tf: Any, serialized: bytes, runs: Sequence[Run]) -> list[list[Any]]:
    """Import a GraphDef into TensorFlow, and return what it computes in one session."""
    config = tf.ConfigProto()
    # Every operation is computed, none is replaced by a constant.
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    with tf.Session(graph=imported(tf, serialized), config=config) as session:
        return [session.run(run.names, run.feeds) for run in runs]


def assert_same(element: Tensor | Operation, ours: Any, theirs: Any) -> None:
    """Fail where two values differ in dtype, shape or, but for rounding, in a number."""
    if isinstance(element, Operation):
        assert ours is None
        assert theirs is None
        return
    if not is_computed(element.op, element.value_index):
        return
    if element.op.type in OF_IMAGES:
        ours, theirs = (OF_IMAGES[element.op.type](value) for value in (ours, theirs))
    a = np.asarray(as_tensorflow_2(element.op, element.value_index, ours, theirs))
    b = np.asarray(theirs)
    assert (a.dtype, a.shape) == (b.dtype, b.shape), element.name
    if a.dtype.kind in "fc":
        precision = "float32" if element.op.type in COMPUTED_IN_FLOAT32 else a.dtype.name
        rtol, atol = TOLERANCES.get(precision, (2e-5, 2e-6))
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg=element.name)
    else:
        np.testing.assert_array_equal(a, b, err_msg=element.name)

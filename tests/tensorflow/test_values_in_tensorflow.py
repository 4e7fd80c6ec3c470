"""What graphlog builds runs in real TensorFlow 2, with the same values.

Needs `tensorflow-cpu`: `make test-tensorflow` has an environment for it. Where TensorFlow is missing these
tests fail rather than skip, as they are only run where it is wanted.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.core.op_definition import OpDefinition, Sample, all_definitions
from tests.event_files import read_graph
from tests.parity import programs

pytestmark = pytest.mark.tensorflow

SAMPLES = [
    pytest.param(definition, sample, id=f"{definition.type}-{number}")
    for definition in all_definitions()
    for number, sample in enumerate(definition.samples)
    if not sample.raises
]


@pytest.fixture(scope="session")
def tf() -> Any:
    """TensorFlow 2's version of what TensorFlow 1 was."""
    import tensorflow

    return tensorflow.compat.v1


def tensors_in(fetches: Any) -> Iterator[gl.Tensor]:
    """Yield the tensors in a nest of fetches, in the order in which they stand there."""
    if isinstance(fetches, gl.Tensor):
        yield fetches
    elif isinstance(fetches, Mapping):
        for key in fetches:
            yield from tensors_in(fetches[key])
    elif isinstance(fetches, list | tuple):
        for fetch in fetches:
            yield from tensors_in(fetch)


def constants(value: Any) -> Any:
    """Return a sample's input as a constant of its own dtype, or as a list of such."""
    return [constants(item) for item in value] if isinstance(value, list) else gl.constant(value)


def run_in_tensorflow(tf: Any, serialized: bytes, fetches: list[str], feeds: dict[str, Any]) -> list[Any]:
    """Import a GraphDef into TensorFlow, and return what it computes for these names."""
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(tf.GraphDef.FromString(serialized), name="")
        with tf.Session(graph=graph) as session:
            values: list[Any] = session.run(fetches, feeds)
    return values


def assert_same(ours: list[Any], theirs: list[Any], names: list[str]) -> None:
    """Fail where two lists of values differ in dtype, shape or, but for rounding, in a value."""
    assert len(ours) == len(theirs) == len(names)
    for our_value, their_value, name in zip(ours, theirs, names, strict=True):
        a, b = np.asarray(our_value), np.asarray(their_value)
        assert (a.dtype, a.shape) == (b.dtype, b.shape), name
        if a.dtype.kind in "fc":
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(a, b, err_msg=name)


def compare(tf: Any, graph: gl.Graph, tensors: list[gl.Tensor], feeds: Mapping[gl.Tensor, Any]) -> None:
    """Run the same tensors of a graph in graphlog and in TensorFlow, and compare their values."""
    with gl.Session(graph=graph) as session:
        ours = session.run(tensors, feeds)
    names = [tensor.name for tensor in tensors]
    named_feeds = {tensor.name: value for tensor, value in feeds.items()}
    serialized = graph.as_graph_def(add_shapes=True).SerializeToString()
    assert_same(ours, run_in_tensorflow(tf, serialized, names, named_feeds), names)


@pytest.mark.parametrize("name", programs.NAMES)
def test_a_program_gives_the_same_values(tf: Any, name: str) -> None:
    with gl.Graph().as_default() as graph:
        runs = programs.load_program(name)(gl, np)
    for fetches, feeds in runs:
        compare(tf, graph, list(tensors_in(fetches)), feeds)


@pytest.mark.parametrize(("definition", "sample"), SAMPLES)
def test_an_op_gives_the_same_values(tf: Any, definition: OpDefinition, sample: Sample) -> None:
    with gl.Graph().as_default() as graph:
        operation = definition.operation(*map(constants, sample.inputs), **sample.attributes)
    try:
        compare(tf, graph, list(operation.outputs), {})
    except tf.errors.InvalidArgumentError as error:
        if "No OpKernel was registered" not in str(error):
            raise
        pytest.skip(f"TensorFlow has no kernel for {definition.type} of these dtypes")


def test_the_graph_in_an_event_file_runs(tf: Any, tmp_path: Path) -> None:
    with gl.Graph().as_default() as graph:
        x = gl.placeholder(gl.float32, (2,), name="x")
        y = gl.multiply(x, gl.log(x), name="y")
        (slope,) = gl.gradients(y, x)
    assert slope is not None
    with gl.summary.FileWriter(str(tmp_path), graph):
        pass
    serialized = read_graph(tmp_path).SerializeToString()
    with gl.Session(graph=graph) as session:
        ours = session.run([y, slope], {x: [2.0, 3.0]})
    names = [y.name, slope.name]
    assert_same(ours, run_in_tensorflow(tf, serialized, names, {"x:0": [2.0, 3.0]}), names)

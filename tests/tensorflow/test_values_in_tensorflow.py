"""What graphlog builds runs in real TensorFlow 2, with the same values.

Needs `tensorflow-cpu`: `make test-tensorflow` has an environment for it. Where TensorFlow is missing these
tests fail rather than skip, as they are only run where it is wanted.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.core.op_definition import OpDefinition, Sample
from tests.event_files import read_graph
from tests.ops.test_definitions import BUILDABLE, Built, as_array
from tests.parity import programs
from tests.tensorflow.comparison import Run, assert_same, run_in_tensorflow, run_of, values_in_both

pytestmark = pytest.mark.tensorflow

# How TensorFlow says that it computes something on other devices only, or nowhere.
NO_KERNEL = re.compile(
    "No OpKernel was registered"
    "|only supports (the )?ND?HWC"
    "|CPU implementations do not yet support dilation"
)


class BuiltOfConstants(Built):
    """An operation of a sample, whose inputs are constants, so that TensorFlow derives its shapes from them."""

    def _placeholders(self, value: Any, known_shapes: bool) -> Any:
        if isinstance(value, list):
            return [self._placeholders(item, known_shapes) for item in value]
        return gl.placeholder(value) if isinstance(value, gl.DType) else gl.constant(as_array(value))


@pytest.mark.parametrize("name", programs.NAMES)
def test_a_program_gives_the_same_values(tf: Any, name: str, record_property: Any) -> None:
    with gl.Graph().as_default() as graph:
        runs = programs.load_program(name)(gl, np)
    for row in values_in_both(tf, graph, [run_of(graph, *run) for run in runs]):
        assert_same(*row)
    record_property("program", name)
    for operation in graph.get_operations():
        record_property("type in a program", operation.type)


@pytest.mark.parametrize(("definition", "sample"), BUILDABLE)
def test_an_op_gives_the_same_values(
    tf: Any, definition: OpDefinition, sample: Sample, record_property: Any
) -> None:
    built = BuiltOfConstants(definition, sample)
    operation = built.op
    if not sample.is_runnable:
        tf.import_graph_def(tf.GraphDef.FromString(built.graph.as_graph_def(add_shapes=True).SerializeToString()))
        return
    runs = [run_of(built.graph, built.initializers), run_of(built.graph, [operation, *operation.outputs])]
    try:
        rows = values_in_both(tf, built.graph, runs)
    except tf.errors.OpError as error:
        if not isinstance(error, tf.errors.UnimplementedError) and not NO_KERNEL.search(error.message):
            raise
        pytest.skip(f"TensorFlow has no kernel for this: {error.message.splitlines()[0]}")
    for row in rows:
        assert_same(*row)
    record_property("sample", definition.type)
    record_property("type in a sample", definition.type)


def test_the_graph_in_an_event_file_runs(tf: Any, tmp_path: Path) -> None:
    with gl.Graph().as_default() as graph:
        x = gl.placeholder(gl.float32, (2,), name="x")
        y = gl.multiply(x, gl.log(x), name="y")
        (slope,) = gl.gradients(y, x)
    with gl.summary.FileWriter(str(tmp_path), graph):
        pass
    serialized = read_graph(tmp_path).SerializeToString()
    run = run_of(graph, [y, slope], {x: [2.0, 3.0]})
    with gl.Session(graph=graph) as session:
        ours = session.run(run.fetches, run.feeds)
    (theirs,) = run_in_tensorflow(tf, serialized, [run])
    for row in zip(run.fetches, ours, theirs, strict=True):
        assert_same(*row)

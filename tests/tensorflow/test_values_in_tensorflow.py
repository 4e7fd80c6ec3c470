"""What graphlog builds runs in real TensorFlow 2, with the same values.

Needs `tensorflow-cpu`: `make test-tensorflow` has an environment for it. Where TensorFlow is missing these
tests fail rather than skip, as they are only run where it is wanted.
"""

from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

import graphlog as gl
from graphlog.core.op_definition import OpDefinition, Sample
from tests.event_files import read_graph
from tests.ops.test_definitions import BUILDABLE, Built, as_array
from tests.parity import programs
from tests.tensorflow.comparison import compare, imported, run_of, serialize, types_needed
from tests.tensorflow.differences import OTHER_ORDERS, OTHER_RULES, missing_kernel, refused

pytestmark = pytest.mark.tensorflow


class BuiltOfConstants(Built):
    """An operation of a sample whose inputs are constants, from which TensorFlow derives its shapes."""

    def _placeholders(self, value: Any, known_shapes: bool) -> Any:
        if isinstance(value, list):
            return [self._placeholders(item, known_shapes) for item in value]
        return gl.placeholder(value) if isinstance(value, gl.DType) else gl.constant(as_array(value))


def skip_where_refused(error: Exception) -> NoReturn:
    """Skip a test where TensorFlow 2 no longer takes what TensorFlow 1 takes; else raise the error."""
    said = refused(error)
    if not said:
        raise error
    pytest.skip(f"TensorFlow 2 refuses: {said}")


@pytest.mark.parametrize("name", programs.NAMES)
def test_a_program_gives_the_same_values(tf: Any, name: str, record_property: Any) -> None:
    with gl.Graph().as_default() as graph:
        runs = [run_of(graph, fetches, feeds) for fetches, feeds in programs.load_program(name)(gl, np)]
    if name in OTHER_ORDERS:
        imported(tf, serialize(graph))
        return
    try:
        compare(tf, graph, runs, serialize(graph))
    except tf.errors.OpError as error:
        skip_where_refused(error)
    record_property("program", types_needed(runs))


@pytest.mark.parametrize(("definition", "sample"), BUILDABLE)
def test_an_op_gives_the_same_values(
    tf: Any, definition: OpDefinition, sample: Sample, record_property: Any
) -> None:
    built = BuiltOfConstants(definition, sample)
    graph, operation = built.graph, built.op
    if not sample.is_runnable or definition.type in OTHER_RULES:
        try:
            imported(tf, serialize(graph))
        except ValueError as error:
            skip_where_refused(error)
        return
    variables = [tensor for tensor in operation.inputs if tensor.dtype.is_reference]
    fetches = [built.initializers, [operation, *operation.outputs], variables]
    try:
        compare(tf, graph, [run_of(graph, fetch) for fetch in fetches if fetch], serialize(graph))
    except tf.errors.OpError as error:
        missing = missing_kernel(tf, error)
        if not missing:
            skip_where_refused(error)
        pytest.skip(f"TensorFlow has no kernel: {missing}")
    record_property("sample", {definition.type})


def test_the_graph_in_an_event_file_runs(tf: Any, tmp_path: Path) -> None:
    with gl.Graph().as_default() as graph:
        x = gl.placeholder(gl.float32, (2,), name="x")
        y = gl.multiply(x, gl.log(x), name="y")
        (slope,) = gl.gradients(y, x)
    with gl.summary.FileWriter(str(tmp_path), graph):
        pass
    serialized = read_graph(tmp_path).SerializeToString()
    compare(tf, graph, [run_of(graph, [y, slope], {x: [2.0, 3.0]})], serialized)

"""graphlog's graphs and values against those of TensorFlow 1.15.5, node for node."""

import re
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format

import graphlog as tf
from graphlog.core.attributes import Function
from graphlog.graphdef.attribute_values import attribute
from graphlog.proto.graph_pb2 import GraphDef
from tests.parity import programs

# Double precision is as good as NumPy's; single precision as far as two libraries' exp and log agree.
TOLERANCES = {"float64": (1e-9, 1e-12)}


@pytest.mark.parametrize("name", programs.NAMES)
def test_graph_and_values_are_tensorflows(name: str) -> None:
    graph_def, values = programs.run_program(tf, name)
    golden = text_format.Parse(programs.golden_graph(name), GraphDef())
    assert graph_def.versions == golden.versions
    ours, theirs = ({node.name: node for node in proto.node} for proto in (graph_def, golden))
    assert sorted(ours) == sorted(theirs)
    assert list(ours) == list(theirs), "the nodes were made in another order"
    for node_name, node in ours.items():
        assert described(node) == described(theirs[node_name])
    assert described_library(graph_def) == described_library(golden)
    assert_close(values, programs.golden_values(name))


def described(node: Any) -> dict[str, Any]:
    """A node as plain data, in which two ways of writing the same are the same."""
    data = [item for item in node.input if not item.startswith("^")]
    control = sorted(item for item in node.input if item.startswith("^"))
    attributes = {name: comparable(attribute(value)) for name, value in node.attr.items()}
    return {
        "name": node.name,
        "op": node.op,
        "input": data + control,
        "device": node.device,
        "attr": attributes,
    }


def described_library(graph_def: GraphDef) -> list[dict[str, Any]]:
    """The functions of a graph as plain data, in one order."""
    described_functions = []
    for function in graph_def.library.function:
        signature = function.signature
        inputs, outputs = (
            [(argument.name, argument.type) for argument in arguments]
            for arguments in (signature.input_arg, signature.output_arg)
        )
        described_functions.append(
            {
                "name": without_number(signature.name),
                "signature": (inputs, outputs, signature.is_stateful, signature.description),
                "control": (sorted(signature.control_output), dict(function.control_ret)),
                "nodes": [described(node) for node in function.node_def],
                "results": dict(function.ret),
                "arguments": {index: sorted(item.attr) for index, item in function.arg_attr.items()},
                "attr": {name: comparable(attribute(value)) for name, value in function.attr.items()},
            }
        )
    return sorted(described_functions, key=repr)


def without_number(name: str) -> str:
    """A function's name without what TensorFlow adds to it: a number of its process, or a digest."""
    return re.sub(r"(?<=^_make_dataset_)\w+|\d+$", "", name)


def comparable(value: Any) -> Any:
    if isinstance(value, Function):
        return ("Function", without_number(value.name), dict(value.attributes))
    if isinstance(value, bytes):
        # The functions of a process are numbered, whichever program they are of.
        return re.sub(rb"^pyfunc_\d+$", b"pyfunc", value)
    if isinstance(value, np.ndarray):
        # As bytes, since a NaN is not equal to itself.
        content = value.tolist() if value.dtype == object else value.tobytes()
        return (value.dtype.name, value.shape, content)
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return (type(value).__name__, value)


def assert_close(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, dict) and "data" in theirs:
        assert (ours["dtype"], ours["shape"]) == (theirs["dtype"], theirs["shape"])
        rtol, atol = TOLERANCES.get(theirs["dtype"], (2e-5, 2e-6))
        np.testing.assert_allclose(ours["data"], theirs["data"], rtol=rtol, atol=atol)
    elif isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        for key in theirs:
            assert_close(ours[key], theirs[key])
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for own, other in zip(ours, theirs, strict=True):
            assert_close(own, other)
    else:
        assert ours == theirs

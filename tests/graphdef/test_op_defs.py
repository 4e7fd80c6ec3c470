"""graphlog's definitions against the OpDefs of TensorFlow 1.15.5; of 2.21 where 1.15 has none (``Eig``)."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format

from graphlog.core.op_definition import all_definitions, find_definition
from graphlog.graphdef.op_defs import op_def
from graphlog.graphdef.tensor_values import tensor_array, tensor_proto
from graphlog.proto.graph_pb2 import OpList

GOLDEN = text_format.Parse((Path(__file__).parent / "golden/op_defs.pbtxt").read_text(), OpList())
TENSORFLOWS = {op.name: op for op in GOLDEN.op}


def test_each_definition_has_a_golden_op_def() -> None:
    # Other tests define operations of a user's own.
    ours = {definition.type for definition in all_definitions() if not definition.is_users}
    assert ours == TENSORFLOWS.keys()


@pytest.mark.parametrize("type", sorted(TENSORFLOWS))
def test_op_def_is_tensorflows(type: str) -> None:
    definition = find_definition(type)
    assert definition is not None
    assert described(op_def(definition)) == described(TENSORFLOWS[type])


def described(op: Any) -> dict[str, Any]:
    """What a NodeDef must agree with; not the prose, nor hints for optimizers."""
    return {
        "name": op.name,
        "inputs": [text_format.MessageToString(argument) for argument in without_prose(op.input_arg)],
        "outputs": [text_format.MessageToString(argument) for argument in without_prose(op.output_arg)],
        "attributes": {item.name: text_format.MessageToString(item) for item in without_prose(op.attr)},
        "is_stateful": op.is_stateful,
    }


def without_prose(items: Any) -> Any:
    for item in items:
        copy = type(item)()
        copy.CopyFrom(item)
        copy.description = ""
        # A tensor can be written in two ways.
        if hasattr(copy, "default_value") and copy.default_value.HasField("tensor"):
            copy.default_value.tensor.CopyFrom(tensor_proto(tensor_array(copy.default_value.tensor)))
        yield copy

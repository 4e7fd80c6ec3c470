"""Op definitions as OpDef protobufs."""

from __future__ import annotations

from graphlog.core.attributes import REQUIRED, Attribute
from graphlog.core.op_definition import Argument, OpDefinition
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.graphdef.tensor_values import data_type
from graphlog.proto.graph_pb2 import OpDef


def op_def(definition: OpDefinition) -> OpDef:
    """The OpDef of an operation type: its inputs, outputs and attributes."""
    proto = OpDef(name=definition.type, is_stateful=definition.is_stateful)
    for argument in definition.inputs:
        _set_argument(proto.input_arg.add(), argument)
    for argument in definition.outputs:
        _set_argument(proto.output_arg.add(), argument)
    for name, declared in definition.attributes.items():
        _set_attribute(proto.attr.add(), name, declared)
    return proto


def _set_argument(proto: OpDef.ArgDef, argument: Argument) -> None:
    proto.name = argument.name
    if argument.dtype is not None:
        proto.type = data_type(argument.dtype)
    proto.type_attr = argument.type_attribute
    proto.number_attr = argument.number_attribute
    proto.type_list_attr = argument.type_list_attribute
    proto.is_ref = argument.is_reference


def _set_attribute(proto: OpDef.AttrDef, name: str, declared: Attribute) -> None:
    proto.name = name
    proto.type = declared.kind
    if declared.default is not REQUIRED:
        set_attribute(proto.default_value, declared.default)
    if declared.allowed:
        set_attribute(proto.allowed_values, list(declared.allowed))
    if declared.minimum is not None:
        proto.has_minimum = True
        proto.minimum = declared.minimum

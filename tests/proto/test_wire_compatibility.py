"""graphlog's messages against TensorBoard's copies of TensorFlow's: the same names, numbers and types."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import pytest
import tensorboard.compat.proto
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto
from tensorboard.compat.proto import graph_pb2 as tensorboard_graph_pb2

import graphlog.proto
from graphlog.proto import graph_pb2

NOT_IN_TENSORBOARD = {
    "SavedModel",  # the content of saved_model.pb: TensorBoard never reads one
    *("BytesList", "FloatList", "Int64List", "Feature", "Features", "Features.FeatureEntry"),
    *("FeatureList", "FeatureLists", "FeatureLists.FeatureListEntry", "Example", "SequenceExample"),
}
NOT_BEFORE_TENSORBOARD_2_21 = {
    f"DT_{dtype}{suffix}"
    for dtype in [
        "FLOAT8_E4M3FNUZ",
        "FLOAT8_E4M3B11FNUZ",
        "FLOAT8_E5M2FNUZ",
        "INT2",
        "UINT2",
        "FLOAT4_E2M1FN",
    ]
    for suffix in ["", "_REF"]
}


def modules_of(package: ModuleType) -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names if name.endswith("_pb2")]


def file_descriptors(package: ModuleType) -> list[descriptor_pb2.FileDescriptorProto]:
    return [
        descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for module in modules_of(package)
    ]


def messages_of(package: ModuleType) -> dict[str, DescriptorProto]:
    messages = [message for file in file_descriptors(package) for message in file.message_type]
    return {name: nested for message in messages for name, nested in with_nested(message, "").items()}


def with_nested(message: DescriptorProto, prefix: str) -> dict[str, DescriptorProto]:
    name = prefix + message.name
    found = {name: message}
    for nested in message.nested_type:
        found.update(with_nested(nested, name + "."))
    return found


def enums_of(package: ModuleType) -> dict[str, EnumDescriptorProto]:
    found = {enum.name: enum for file in file_descriptors(package) for enum in file.enum_type}
    for name, message in messages_of(package).items():
        found.update({f"{name}.{enum.name}": enum for enum in message.enum_type})
    return found


def describe_message(message: DescriptorProto, package: str) -> dict[int, dict[str, Any]]:
    return {field.number: describe_field(message, field, package) for field in message.field}


def describe_field(message: DescriptorProto, field: FieldDescriptorProto, package: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "type_name": field.type_name.replace(f".{package}.", "."),
        "oneof": message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None,
        "packed": is_packed(field),
        "deprecated": field.options.deprecated,
    }


def is_packed(field: FieldDescriptorProto) -> bool:
    of_bytes = {field.TYPE_STRING, field.TYPE_BYTES, field.TYPE_MESSAGE, field.TYPE_GROUP}
    if field.label != field.LABEL_REPEATED or field.type in of_bytes:
        return False
    return field.options.packed if field.options.HasField("packed") else True  # the default of proto3


OURS = messages_of(graphlog.proto)
THEIRS = messages_of(tensorboard.compat.proto)
OUR_ENUMS = enums_of(graphlog.proto)
THEIR_ENUMS = enums_of(tensorboard.compat.proto)


@pytest.mark.parametrize("name", sorted(OURS.keys() - NOT_IN_TENSORBOARD))
def test_message_has_the_same_fields(name: str) -> None:
    assert describe_message(OURS[name], "graphlog") == describe_message(THEIRS[name], "tensorboard")


@pytest.mark.parametrize("name", sorted(OURS.keys() - NOT_IN_TENSORBOARD))
def test_message_reserves_the_same_numbers(name: str) -> None:
    reserved = [[(part.start, part.end) for part in side[name].reserved_range] for side in (OURS, THEIRS)]
    assert reserved[0] == reserved[1]


@pytest.mark.parametrize("name", sorted(OUR_ENUMS))
def test_enum_has_the_same_values(name: str) -> None:
    ours, theirs = (
        {value.name: value.number for value in side[name].value} for side in (OUR_ENUMS, THEIR_ENUMS)
    )
    older_values = {name: number for name, number in ours.items() if name not in NOT_BEFORE_TENSORBOARD_2_21}
    assert theirs.items() <= ours.items()
    assert older_values.items() <= theirs.items()


@pytest.mark.parametrize(
    "root", ["GraphDef", "OpList", "Summary", "Event", "MetaGraphDef", "RunMetadata", "RunOptions"]
)
def test_nothing_below_a_root_is_missing(root: str) -> None:
    reached: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [
                field.type_name.removeprefix(".tensorboard.")
                for field in THEIRS[name].field
                if field.type == field.TYPE_MESSAGE and field.type_name.startswith(".tensorboard.")
            ]
    assert reached <= OURS.keys()


def test_both_descriptors_live_in_one_process_and_read_each_other() -> None:
    ours = graph_pb2.GraphDef()
    node = ours.node.add(name="a", op="Const", input=["^b"])
    node.attr["value"].tensor.float_val.extend([1.0, 2.0])
    node.attr["shape"].shape.dim.add(size=-1)
    ours.versions.producer = 134
    theirs = tensorboard_graph_pb2.GraphDef.FromString(ours.SerializeToString())
    assert str(theirs) == str(ours)
    assert graph_pb2.GraphDef.FromString(theirs.SerializeToString()) == ours

"""Which Events are decoded in bulk: those of every writer; and which are left to protobuf."""

import struct
from typing import Any

import pytest

from graphlog.events.reading.scalar_layouts import Layout, ValuePlace, ValueTag, layout_of
from graphlog.proto.event_pb2 import Event


def event(step: int = 300, wall_time: float = 1.7e9) -> Any:
    return Event(step=step, wall_time=wall_time)


def with_tensor(plugin: str = "scalars") -> Any:
    made = event()
    value = made.summary.value.add(tag="loss")
    if plugin:
        value.metadata.plugin_data.plugin_name = plugin
    value.tensor.dtype = 1
    return made


def tensorflow_1() -> Any:
    made = event()
    made.summary.value.add(tag="loss", simple_value=0.5)
    return made


def tensorflow_2() -> Any:
    made = with_tensor()
    made.summary.value[0].tensor.tensor_shape.SetInParent()
    made.summary.value[0].tensor.tensor_content = struct.pack("<f", 0.5)
    return made


def torch_new_style(plugin: str = "scalars") -> Any:
    made = with_tensor(plugin)
    made.summary.value[0].tensor.float_val.append(0.5)
    return made


def double() -> Any:
    made = with_tensor()
    made.summary.value[0].tensor.dtype = 2
    made.summary.value[0].tensor.double_val.append(0.5)
    return made


def merged() -> Any:
    made = event()
    for tag in ("a", "bb", "a"):
        made.summary.value.add(tag=tag, simple_value=0.5)
    return made


@pytest.mark.parametrize(
    "made",
    [tensorflow_1(), tensorflow_2(), torch_new_style(), torch_new_style(""), double(), merged()],
)
def test_where_the_numbers_are(made: Any) -> None:
    data = made.SerializeToString()
    found = layout_of(data)
    assert found is not None
    layout, tags = found
    assert layout.size == len(data)
    assert layout.time_start is not None
    assert struct.unpack_from("<d", data, layout.time_start) == (1.7e9,)
    assert data[layout.step_start : layout.step_start + layout.step_size] == b"\xac\x02"
    for place, tag, value in zip(layout.values, tags, made.summary.value, strict=True):
        assert struct.unpack_from("<d" if place.is_double else "<f", data, place.start) == (0.5,)
        assert data[place.tag_start : place.tag_start + place.tag_size].decode() == tag.tag == value.tag
        assert tag.plugin == value.metadata.plugin_data.plugin_name
        assert tag.is_tensor == value.HasField("tensor")


def test_no_wall_time_no_step_no_tag() -> None:
    made = event(0, 0.0)
    made.summary.value.add(simple_value=0.5)
    place = ValuePlace(start=5, is_double=False, tag_start=0, tag_size=0)
    assert layout_of(made.SerializeToString()) == (
        Layout(9, None, 0, 0, (place,)),
        (ValueTag("", "", is_tensor=False),),
    )


SCALAR = tensorflow_1().SerializeToString()
OTHERS = {
    "nothing": b"",
    "no value": Event(step=3, summary={}).SerializeToString(),
    "a version": Event(file_version="brain.Event:2").SerializeToString(),
    "another plugin": torch_new_style("other").SerializeToString(),
    "no number in a tensor": with_tensor().SerializeToString(),
    "a second step": SCALAR + b"\x10\x07",
    "a second summary": SCALAR + b"\x2a\x00",
    "another content": SCALAR + b"\x1a\x00",
    "a group": SCALAR + b"\xa3\x06\xa4\x06",
    "an end without a group": SCALAR + b"\xa4\x06",
    "a step of another type": b"\x15abcd" + SCALAR,
    "a field that ends early": SCALAR + b"\xa2\x06\x05x",
    "half a key": SCALAR + b"\x80",
    "a number beyond 64 bits": SCALAR + b"\xa0\x06" + b"\xff" * 9 + b"\x7f",
    "a tag that is no UTF-8": SCALAR.replace(b"loss", b"lo\xffs"),
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_what_is_left_to_protobuf(data: bytes) -> None:
    assert layout_of(data) is None


def test_unknown_fields_are_passed_over() -> None:
    assert layout_of(SCALAR + b"\xa2\x06\x01x\xa0\x06\x05") is not None

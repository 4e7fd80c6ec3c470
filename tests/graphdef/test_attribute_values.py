"""Attributes as AttrValues and back."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import graphlog as tf
from graphlog.core import dtypes
from graphlog.core.attributes import Function
from graphlog.core.shapes import TensorShape
from graphlog.graphdef.attribute_values import attribute, set_attribute
from graphlog.proto.graph_pb2 import AttrValue

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)

DTYPES = st.sampled_from([item for dtype in dtypes.ALL for item in (dtype, dtype.reference)])
SHAPES = st.builds(TensorShape, st.none() | st.lists(st.none() | st.integers(0, 2**40), max_size=3))
# An AttrValue holds single precision.
FLOATS = st.floats(width=32)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ARRAYS = npst.arrays(
    st.sampled_from([np.float32, np.float64, np.int32, np.int64, np.bool_, np.complex64]),
    npst.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "b": st.booleans(),
    "i": NUMBERS,
    "f": FLOATS,
    "s": st.binary(max_size=20),
    "type": DTYPES,
    "shape": SHAPES,
    "tensor": ARRAYS,
}
FUNCTIONS: st.SearchStrategy[Any] = st.recursive(
    st.builds(Function, st.text(max_size=5)),
    lambda inner: st.builds(
        Function,
        st.text(max_size=5),
        st.dictionaries(st.text(max_size=3), st.one_of(*SIMPLE.values()) | inner),
    ),
    max_leaves=4,
)
KINDS = {**SIMPLE, "func": FUNCTIONS}


def there_and_back(value: Any) -> tuple[str | None, Any]:
    proto = AttrValue()
    set_attribute(proto, value)
    proto = AttrValue.FromString(proto.SerializeToString())
    return proto.WhichOneof("value"), attribute(proto)


def plain(value: Any) -> Any:
    """What compares equal exactly if the values are the same, of the same types, bit for bit."""
    if isinstance(value, np.ndarray):
        return ("array", value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, float):
        return ("float", struct.pack("<d", value) if value == value else "nan")
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Function):
        return (value.name, {name: plain(item) for name, item in value.attributes.items()})
    if isinstance(value, TensorShape):
        return ("shape", value.as_tuple())
    return (type(value).__name__, value)


@pytest.mark.parametrize("kind", KINDS)
@UNTIMED
@given(data=st.data())
def test_one_value(kind: str, data: st.DataObject) -> None:
    value = data.draw(KINDS[kind])
    found, back = there_and_back(value)
    assert found == kind
    assert plain(back) == plain(value)


@pytest.mark.parametrize("kind", KINDS)
@UNTIMED
@given(data=st.data())
def test_a_list(kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(KINDS[kind], max_size=4))
    found, back = there_and_back(values)
    assert found == "list"
    assert plain(back) == plain(values)
    assert plain(there_and_back(tuple(values))[1]) == plain(values)


def test_an_empty_list_is_a_value_and_none_is_none() -> None:
    assert there_and_back([]) == ("list", [])
    assert there_and_back(None) == (None, None)


def test_truth_values_are_no_numbers() -> None:
    assert there_and_back(True) == ("b", True)
    assert there_and_back(1) == ("i", 1)
    assert [type(item) for item in there_and_back([True, False])[1]] == [bool, bool]


@pytest.mark.parametrize("value", ["text", 1j, object(), {1: 2}, {1}, np.float32(1)], ids=type)
def test_what_is_no_attribute(value: Any) -> None:
    with pytest.raises(TypeError):
        set_attribute(AttrValue(), value)
    with pytest.raises(TypeError):
        set_attribute(AttrValue(), [value])


@pytest.mark.parametrize(
    "proto",
    [
        AttrValue(type=77),  # type: ignore[arg-type]
        AttrValue(type=0),  # type: ignore[arg-type]
        AttrValue(placeholder="T"),
        AttrValue(tensor={"dtype": 1, "tensor_shape": {"unknown_rank": True}}),
        AttrValue(list={"type": [1, 77]}),
        AttrValue(func={"name": "f", "attr": {"T": AttrValue(type=77)}}),  # type: ignore[arg-type]
    ],
    ids=["unknown dtype", "no dtype", "placeholder", "tensor", "list", "function"],
)
def test_values_that_cannot_be_read(proto: AttrValue) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (what is wrong with it, each says in its own words)
        attribute(proto)


@UNTIMED
@given(st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    proto = AttrValue()
    try:
        proto.ParseFromString(data)
    except Exception:  # protobuf's own DecodeError: these bytes are no message at all
        return
    try:
        value = attribute(proto)
    except ValueError:
        return
    again = AttrValue()
    set_attribute(again, value)
    # A value that can be read can be written, and is the same then.
    assert plain(attribute(again)) == plain(value)


def test_what_operations_hold_survives_the_way_through_a_graph_def() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None, 3), name="x")
        tf.reduce_sum(x, axis=[0], keepdims=True, name="sum")
        tf.stack([x, x], axis=1, name="stack")
        tf.constant([[1.0, 2.0]], name="k")
        with graph.colocate_with(x):
            tf.identity(x, name="i")
        before = {
            op.name: {key: plain(value) for key, value in op.attributes.items()} for op in all_of(graph)
        }
    with tf.Graph().as_default() as imported:
        tf.import_graph_def(graph.as_graph_def(), name="")
    after = {op.name: {key: plain(value) for key, value in op.attributes.items()} for op in all_of(imported)}
    assert after == before


def all_of(graph: tf.Graph) -> list[tf.Operation]:
    return graph.get_operations()

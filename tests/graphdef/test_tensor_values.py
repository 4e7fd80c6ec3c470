"""Arrays as TensorProtos and back, also from protos of strangers."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from tensorboard.compat.proto import tensor_pb2 as tensorboard_tensor_pb2
from tensorboard.util import tensor_util

from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype
from graphlog.graphdef.tensor_values import shape_proto, static_shape, tensor_array, tensor_proto
from graphlog.proto.tensor_pb2 import TensorProto, TensorShapeProto

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)

Array = np.ndarray[Any, Any]

# Those with values; handles of resources and variants have none.
WITH_VALUES = [dtype for dtype in dtypes.ALL if dtype.name not in ("resource", "variant")]
# TensorBoard knows neither uint32 nor uint64 as single values.
TENSORBOARDS = [
    dtype
    for dtype in WITH_VALUES
    if dtype.numpy_dtype.kind in "Obiufc" and dtype.name not in ("uint32", "uint64")
]
SHAPES = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


def arrays_of(dtype: DType) -> st.SearchStrategy[Array]:
    if dtype is dtypes.string:
        return SHAPES.flatmap(lambda shape: npst.arrays(object, shape, elements=st.binary(max_size=9)))
    if dtype.numpy_dtype.names:
        # Quantized numbers and bfloat16 are held bit for bit in a field of their own.
        bits = dtype.numpy_dtype[0]
        return npst.arrays(bits, SHAPES).map(lambda array: array.view(dtype.numpy_dtype))
    return npst.arrays(dtype.numpy_dtype, SHAPES)


ARRAYS = st.sampled_from(WITH_VALUES).flatmap(arrays_of)


def same(first: Array, second: Array) -> bool:
    """Equal bit for bit, so that NaNs and the sign of zero count too."""
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    return first.tolist() == second.tolist() if first.dtype == object else first.tobytes() == second.tobytes()


def a_proto(dtype: int = 1, shape: Any = (2,), **values: Any) -> TensorProto:
    return TensorProto(dtype=dtype, tensor_shape=shape_proto(shape), **values)  # type: ignore[arg-type]


@UNTIMED
@given(ARRAYS)
def test_there_and_back(array: Array) -> None:
    proto = tensor_proto(array)
    assert proto.dtype == as_dtype(array.dtype).number
    assert static_shape(proto.tensor_shape) == array.shape
    back = tensor_array(TensorProto.FromString(proto.SerializeToString()))
    assert same(back, array)
    assert not back.flags.writeable


@pytest.mark.filterwarnings("ignore:Setting the dtype on a NumPy array:DeprecationWarning")  # its own
@UNTIMED
@given(st.sampled_from(TENSORBOARDS).flatmap(arrays_of))
def test_tensorboard_reads_the_same(array: Array) -> None:
    proto = tensorboard_tensor_pb2.TensorProto.FromString(tensor_proto(array).SerializeToString())
    theirs = tensor_util.make_ndarray(proto)
    if array.dtype == object:
        assert theirs.shape == array.shape
        assert theirs.tolist() == array.tolist()
    else:
        np.testing.assert_array_equal(theirs, array)
        assert theirs.dtype == array.dtype


@UNTIMED
@given(st.sampled_from(TENSORBOARDS).flatmap(arrays_of))
def test_what_tensorboard_writes_is_read(array: Array) -> None:
    proto = tensor_util.make_tensor_proto(array)
    back = tensor_array(TensorProto.FromString(proto.SerializeToString()))
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


@UNTIMED
@given(npst.arrays(np.float32, npst.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=4)))
def test_arrays_in_any_memory_order(array: Array) -> None:
    for view in (array.T, array[::-1], array[..., ::2], np.asfortranarray(array), array.astype(">f4")):
        back = tensor_array(tensor_proto(view))
        np.testing.assert_array_equal(back, view)
        assert back.dtype == np.float32


@pytest.mark.parametrize("dtype", WITH_VALUES, ids=lambda dtype: dtype.name)
def test_one_value_stands_for_many(dtype: DType) -> None:
    value: Any = np.array([b"a"], object) if dtype is dtypes.string else np.ones(1, dtype.numpy_dtype)
    proto = tensor_proto(value)
    proto.tensor_shape.CopyFrom(shape_proto((2, 3)))
    array = tensor_array(proto)
    assert array.shape == (2, 3)
    assert array.tolist() == [value.tolist() * 3] * 2


def test_an_array_that_repeats_one_value_is_written_as_one() -> None:
    repeated = np.broadcast_to(np.float32(2.5), (1000, 1000))
    proto = tensor_proto(repeated)
    assert list(proto.float_val) == [2.5]
    assert proto.ByteSize() < 40
    assert same(tensor_array(proto), np.array(repeated))


def test_the_last_value_is_repeated_and_none_are_zeros() -> None:
    proto = a_proto(3, (5,), int_val=[1, 2])
    assert tensor_array(proto).tolist() == [1, 2, 2, 2, 2]
    del proto.int_val[:]
    assert tensor_array(proto).tolist() == [0, 0, 0, 0, 0]
    strings = a_proto(7, (2,))
    assert tensor_array(strings).tolist() == [b"", b""]


@pytest.mark.parametrize(
    ("shape", "count"),
    [((10**12,), 10**12), ((2**30, 2**30), 2**60), ((10**6, 10**6), 10**12)],
    ids=["long", "large", "square"],
)
@pytest.mark.parametrize("values", [[], [7]], ids=["no value", "one value"])
def test_a_huge_shape_takes_no_memory(shape: tuple[int, ...], count: int, values: list[int]) -> None:
    proto = a_proto(3, shape, int_val=values)
    tracemalloc.start()
    try:
        array = tensor_array(proto)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (array.shape, array.size, array.nbytes) == (shape, count, count * 4)
    assert int(array[(-1,) * len(shape)]) == (values or [0])[0]
    assert peak < 1_000_000


HOSTILE = {
    "content that is too short": a_proto(tensor_content=b"1234567"),
    "content that is too long": a_proto(tensor_content=b"123456789"),
    "content of another count": a_proto(shape=(3,), tensor_content=b"12345678"),
    "content for no elements": a_proto(shape=(0,), tensor_content=b"1234"),
    "content of strings": a_proto(7, tensor_content=b"12345678"),
    "too many values": a_proto(float_val=[1, 2, 3]),
    "values for no elements": a_proto(shape=(0,), float_val=[1.0]),
    "too many strings": a_proto(7, string_val=[b"a"] * 3),
    "an imaginary part that is missing": a_proto(8, scomplex_val=[1.0, 2.0, 3.0]),
    "a huge shape with several values": a_proto(shape=(10**12,), float_val=[1, 2]),
    "a huge shape with content": a_proto(shape=(10**12,), tensor_content=b"12345678"),
    "more elements than there are addresses": a_proto(shape=(2**40, 2**40), float_val=[1]),
    "more elements than there are numbers": a_proto(shape=(2**62, 2**62, 2**62)),
    "too many dimensions": a_proto(shape=(1,) * 100, float_val=[1]),
    "an unknown size": a_proto(shape=(None,), float_val=[1]),
    "a negative size": TensorProto(dtype=1, tensor_shape={"dim": [{"size": -5}]}, float_val=[1]),  # type: ignore[arg-type]
    "an unknown rank": a_proto(shape=None, float_val=[1]),
    "no dtype": a_proto(0, float_val=[1, 2]),
    "an unknown dtype": a_proto(77, float_val=[1, 2]),
    "a dtype below zero": a_proto(-1, float_val=[1, 2]),
    "a resource": a_proto(20),
    "a variant": a_proto(21),
}


@pytest.mark.parametrize("proto", HOSTILE.values(), ids=HOSTILE)
def test_protos_that_make_no_sense(proto: TensorProto) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (what is wrong with it, each says in its own words)
        tensor_array(proto)


def assert_read_or_refused(proto: TensorProto) -> None:
    try:
        array = tensor_array(proto)
    except ValueError:
        return
    assert array.dtype == as_dtype(proto.dtype).numpy_dtype
    assert array.shape == static_shape(proto.tensor_shape)


@UNTIMED
@given(st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    proto = TensorProto()
    try:
        proto.ParseFromString(data)
    except Exception:  # protobuf's own DecodeError: these bytes are no message at all
        return
    assert_read_or_refused(proto)


SIZES = st.integers(-2, 4) | st.sampled_from([2**31, 2**62, 2**63 - 1])
SMALL = st.integers(-(2**31), 2**31 - 1)


@UNTIMED
@given(
    st.builds(
        TensorProto,
        dtype=st.integers(0, 24) | st.integers(100, 124) | SMALL,
        tensor_shape=st.builds(
            TensorShapeProto,
            dim=st.lists(st.builds(TensorShapeProto.Dim, size=SIZES), max_size=3),
            unknown_rank=st.sampled_from([False, False, True]),
        ),
        tensor_content=st.sampled_from([b"", b"", b"\x01" * 8, b"\x01" * 3]),
        float_val=st.lists(st.floats(width=32), max_size=3),
        double_val=st.lists(st.floats(), max_size=3),
        int_val=st.lists(SMALL, max_size=3),
        half_val=st.lists(SMALL, max_size=3),
        int64_val=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3),
        uint32_val=st.lists(st.integers(0, 2**32 - 1), max_size=3),
        uint64_val=st.lists(st.integers(0, 2**64 - 1), max_size=3),
        bool_val=st.lists(st.booleans(), max_size=3),
        string_val=st.lists(st.binary(max_size=3), max_size=3),
        scomplex_val=st.lists(st.floats(width=32), max_size=4),
        dcomplex_val=st.lists(st.floats(), max_size=4),
    )
)
def test_protos_with_random_fields_are_read_or_refused(proto: TensorProto) -> None:
    assert_read_or_refused(proto)


@UNTIMED
@given(st.none() | st.lists(st.none() | st.integers(0, 2**62), max_size=4).map(tuple))
def test_shapes_there_and_back(shape: Any) -> None:
    proto = TensorShapeProto.FromString(shape_proto(shape).SerializeToString())
    assert static_shape(proto) == shape

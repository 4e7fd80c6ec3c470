"""Data types. The tables were read off TensorFlow 1.15.5, except where a comment says otherwise."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)

# name, number in the enum DataType, NumPy's type, bytes of one element
NUMBERS = [
    ("float32", 1, np.float32, 4),
    ("float64", 2, np.float64, 8),
    ("int32", 3, np.int32, 4),
    ("uint8", 4, np.uint8, 1),
    ("int16", 5, np.int16, 2),
    ("int8", 6, np.int8, 1),
    ("complex64", 8, np.complex64, 8),
    ("int64", 9, np.int64, 8),
    ("bool", 10, np.bool_, 1),
    ("uint16", 17, np.uint16, 2),
    ("complex128", 18, np.complex128, 16),
    ("float16", 19, np.float16, 2),
    ("uint32", 22, np.uint32, 4),
    ("uint64", 23, np.uint64, 8),
]
OTHERS = [
    ("string", 7),
    ("qint8", 11),
    ("quint8", 12),
    ("qint32", 13),
    ("bfloat16", 14),
    ("qint16", 15),
    ("quint16", 16),
    ("resource", 20),
    ("variant", 21),
]
NAMES = [row[0] for row in NUMBERS] + [row[0] for row in OTHERS]
ANY_DTYPE = st.sampled_from(dtypes.ALL)


def test_all_lists_every_dtype_once() -> None:
    assert sorted(dtype.name for dtype in dtypes.ALL) == sorted(NAMES)
    assert len({dtype.number for dtype in dtypes.ALL}) == len(NAMES)


@pytest.mark.parametrize(("name", "number", "numpy_type", "size"), NUMBERS)
def test_numbers(name: str, number: int, numpy_type: Any, size: int) -> None:
    dtype = getattr(tf, name)
    assert (dtype.name, dtype.as_datatype_enum, dtype.size) == (name, number, size)
    assert dtype.as_numpy_dtype is numpy_type
    assert dtype.numpy_dtype == np.dtype(numpy_type)
    assert as_dtype(numpy_type) is dtype
    assert as_dtype(np.dtype(numpy_type)) is dtype


@pytest.mark.parametrize(("name", "number"), OTHERS)
def test_dtypes_that_are_no_numbers_of_numpy(name: str, number: int) -> None:
    dtype = getattr(tf, name)
    assert (dtype.name, dtype.as_datatype_enum) == (name, number)


def test_other_names() -> None:
    assert tf.half is tf.float16
    assert tf.double is tf.float64
    assert tf.string.as_numpy_dtype is object


@pytest.mark.parametrize("name", NAMES)
def test_text_and_identity(name: str) -> None:
    dtype = getattr(tf, name)
    assert str(dtype) == f"<dtype: '{name}'>"
    assert repr(dtype) == f"tf.{name}"
    assert hash(dtype) == int(dtype) == dtype.as_datatype_enum
    for named in (name, dtype.number, np.int32(dtype.number), dtype):
        assert as_dtype(named) is dtype
    assert pickle.loads(pickle.dumps(dtype)) is dtype


@pytest.mark.parametrize("name", NAMES)
def test_references(name: str) -> None:
    dtype = getattr(tf, name)
    reference = dtype.reference
    assert (reference.name, reference.number) == (f"{name}_ref", dtype.number + 100)
    assert repr(reference) == f"tf.{name}_ref"
    assert str(reference) == f"<dtype: '{name}_ref'>"
    assert as_dtype(f"{name}_ref") is as_dtype(dtype.number + 100) is reference.reference is reference
    assert pickle.loads(pickle.dumps(reference)) is reference
    assert (dtype.is_reference, reference.is_reference) == (False, True)
    assert dtype.base_dtype is reference.base_dtype is dtype
    assert reference != dtype
    assert dtype != reference
    assert reference.size == dtype.size
    # A reference may be read where a value is wanted, but a value cannot be assigned to.
    assert dtype.is_compatible_with(reference)
    assert not reference.is_compatible_with(dtype)
    assert dtype.is_compatible_with(name)
    assert reference.is_compatible_with(f"{name}_ref")


KINDS = {
    "is_bool": {"bool"},
    "is_floating": {"float16", "float32", "float64", "bfloat16"},
    "is_complex": {"complex64", "complex128"},
    "is_integer": {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"},
    "is_unsigned": {"uint8", "uint16", "uint32", "uint64"},
    "is_quantized": {"qint8", "quint8", "qint16", "quint16", "qint32"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    assert {dtype.name for dtype in dtypes.ALL if getattr(dtype, kind)} == KINDS[kind]
    assert {dtype.name for dtype in dtypes.ALL if getattr(dtype.reference, kind)} == KINDS[kind]


@pytest.mark.parametrize(
    ("dtype", "real"),
    [
        (tf.complex64, tf.float32),
        (tf.complex128, tf.float64),
        (tf.complex64.reference, tf.float32),
        (tf.float16, tf.float16),
        (tf.float32.reference, tf.float32.reference),
        (tf.string, tf.string),
    ],
)
def test_real_dtype(dtype: DType, real: DType) -> None:
    assert dtype.real_dtype is real


@pytest.mark.parametrize(
    ("dtype", "least", "greatest"),
    [
        (tf.int8, -128, 127),
        (tf.uint8, 0, 255),
        (tf.int32, -(2**31), 2**31 - 1),
        (tf.int64, -(2**63), 2**63 - 1),
        (tf.uint64, 0, 2**64 - 1),
        (tf.float16, -65504.0, 65504.0),
        (tf.float32, np.finfo(np.float32).min, np.finfo(np.float32).max),
        (tf.float64, np.finfo(np.float64).min, np.finfo(np.float64).max),
        (tf.int16.reference, -32768, 32767),
    ],
)
def test_limits(dtype: DType, least: Any, greatest: Any) -> None:
    assert (dtype.min, dtype.max) == (least, greatest)


@pytest.mark.parametrize(
    "dtype", [tf.bool, tf.string, tf.complex64, tf.complex128, tf.qint8, tf.quint16, tf.resource, tf.variant]
)
def test_dtypes_without_limits(dtype: DType) -> None:
    with pytest.raises(TypeError, match=f"Cannot find minimum value of <dtype: '{dtype.name}'>"):
        _ = dtype.min
    with pytest.raises(TypeError, match=f"Cannot find maximum value of <dtype: '{dtype.name}'>"):
        _ = dtype.max


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("float", tf.float32),
        ("double", tf.float64),
        ("half", tf.float16),
        (True, tf.float32),  # one, that is
        (float, tf.float32),
        (bool, tf.bool),
        (object, tf.string),
        (np.dtype(">f4"), tf.float32),
        (np.dtype("<i8"), tf.int64),
        (np.dtype("S3"), tf.string),
        (np.dtype("U"), tf.string),
        (np.dtype("O"), tf.string),
        (np.int_, tf.int64),
        (np.intc, tf.int32),
        (np.longlong, tf.int64),
        (np.ulonglong, tf.uint64),
        (np.str_, tf.string),
        (np.bytes_, tf.string),
        (np.object_, tf.string),
        (tf.qint8.numpy_dtype, tf.qint8),
        (tf.bfloat16.numpy_dtype, tf.bfloat16),
        # What follows TensorFlow refuses: these can only mean one thing.
        ("f4", tf.float32),
        (">i4", tf.int32),
        (int, tf.int64),
        (complex, tf.complex128),
        (str, tf.string),
        (bytes, tf.string),
    ],
)
def test_as_dtype(value: object, expected: DType) -> None:
    assert as_dtype(value) is expected


class SomeClass:
    pass


@pytest.mark.parametrize(
    "value",
    [
        *("foo", "Float32", "", "_ref", "foo_ref", "float32_ref_ref", b"float32"),
        *(0, -1, 24, 100, 124, 201, 10**30),
        *(None, (), [], {}, SomeClass, list, 2.5),
        *(np.longdouble, np.clongdouble, np.datetime64, np.dtype("V2"), np.dtype([("a", "i4")])),
    ],
    ids=repr,
)
def test_what_is_no_dtype(value: object) -> None:
    with pytest.raises(TypeError):
        as_dtype(value)
    assert (tf.float32 == value) is False
    assert (tf.float32 != value) is True


@pytest.mark.parametrize("equal", ["float32", "float", np.float32, np.dtype("f4"), np.dtype(">f4"), 1, float])
def test_equality_with_what_names_a_dtype(equal: Any) -> None:
    assert tf.float32 == equal
    assert equal == tf.float32
    assert (tf.float32 != equal) is False
    assert tf.float64 != equal


@UNTIMED
@given(ANY_DTYPE, ANY_DTYPE)
def test_dtypes_are_equal_only_to_themselves(first: DType, second: DType) -> None:
    assert (first == second) is (first is second)
    assert (first == second.name) is (first is second)
    assert first.is_compatible_with(second) is (first is second)


@UNTIMED
@given(st.text() | st.integers() | st.binary() | st.floats() | st.none())
def test_as_dtype_gives_a_dtype_or_a_type_error(value: object) -> None:
    try:
        dtype = as_dtype(value)
    except TypeError:
        return
    assert isinstance(dtype, DType)

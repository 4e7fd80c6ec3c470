"""The groups of dtypes that operations allow, in the order in which TensorFlow lists them."""

from __future__ import annotations

from graphlog.core.dtypes import (
    bfloat16,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint32,
    quint8,
    uint8,
    uint16,
    uint32,
    uint64,
)

FLOATS = (bfloat16, float16, float32, float64)
# The same as the operations of neural networks list them.
FLOATS_HALF_FIRST = (float16, bfloat16, float32, float64)
FLOATS_AND_COMPLEX = (*FLOATS, complex64, complex128)
SIGNED_NUMBERS = (*FLOATS, int32, int64, complex64, complex128)
MULTIPLIABLE = (*FLOATS, uint8, int8, uint16, int16, int32, int64, complex64, complex128)
REALS = (float32, float64, int32, uint8, int16, int8, int64, bfloat16, uint16, float16, uint32, uint64)
NUMBERS = (
    *(float32, float64, int32, uint8, int16, int8, complex64, int64, qint8, quint8, qint32),
    *(bfloat16, uint16, complex128, float16, uint32, uint64),
)
INDICES = (int32, int64)

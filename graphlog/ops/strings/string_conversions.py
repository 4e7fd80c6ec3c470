"""Strings from numbers and bytes, and back."""

from __future__ import annotations

import binascii
import math
import re
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.strings.string_kernels import as_text, mapped


def _number_format(op: Operation) -> str:
    """The format of one number in the manner of C's printf.

    Raises:
        ValueError: the attributes contradict each other.
    """
    dtype, attributes = op.inputs[0].dtype, op.attributes
    precision, width, fill = attributes["precision"], attributes["width"], attributes["fill"].decode()
    is_real = dtype.is_floating or dtype.is_complex
    if attributes["scientific"] and attributes["shortest"]:
        raise ValueError("Cannot select both scientific and shortest notation")
    if len(fill) > 1:
        raise ValueError("Fill string must be one or fewer characters")
    if not is_real and (attributes["scientific"] or attributes["shortest"]):
        raise ValueError(f"scientific and shortest format not supported for datatype {dtype.name}")
    if not is_real and precision >= 0:
        raise ValueError(f"precision not supported for datatype {dtype.name}")
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise ValueError(f'Fill argument not supported: "{fill}"')
    conversion = "d"
    if is_real:
        conversion = "e" if attributes["scientific"] else "g" if attributes["shortest"] else "f"
    wide = str(width) if width >= 0 else ""
    precise = f".{precision}" if precision >= 0 else ""
    return f"%{fill}{wide}{precise}{conversion}"


def _as_string_kernel(op: Operation) -> Kernel:
    if op.inputs[0].dtype.is_bool:
        return lambda values: mapped(lambda value: b"true" if value else b"false", values)
    is_complex = op.inputs[0].dtype.is_complex

    def kernel(values: Any) -> Any:
        template = _number_format(op)
        # What is no finite number is filled up with blanks instead of zeros.
        with_blanks = "%" + template[1:].removeprefix("0")

        def text(value: Any) -> str:
            chosen = template if math.isfinite(value) else with_blanks
            return chosen % (value,)

        if is_complex:
            return mapped(lambda value: f"({text(value.real)},{text(value.imag)})".encode(), values)
        return mapped(lambda value: text(value).encode(), values)

    return kernel


AsString = define_op(
    "AsString",
    ["input: T"],
    ["output: string"],
    attributes={
        "T": types(
            *(dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.complex64, dtypes.complex128),
            *(dtypes.float32, dtypes.float64, dtypes.bool_),
        ),
        "precision": integer(-1),
        "scientific": boolean(False),
        "shortest": boolean(False),
        "width": integer(-1),
        "fill": string(""),
    },
    shape=shape_rules.unchanged,
    make_kernel=_as_string_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.float32([1.5, -2.25, np.nan]),), {"width": 9, "precision": 2, "fill": "0"}),
        Sample((samples.int32(7),), {"width": 4, "fill": " "}),
        Sample((samples.boolean([True, False]),)),
        Sample((samples.complex64([1 + 2j]),), {"shortest": True}),
        Sample((samples.int32([7]),), {"precision": 2}, raises="precision not supported for datatype int32"),
    ],
)

_INTEGER = re.compile(rb"\s*-?[0-9]+\s*")
_HEXADECIMAL = re.compile(rb"\s*[+-]?0[xX]")


def parsed_number(text: bytes, dtype: np.dtype[Any]) -> Any:
    """The number that a text stands for, as TensorFlow reads one; ValueError where it stands for none."""
    if dtype.kind == "i":
        limits = np.iinfo(dtype)
        if _INTEGER.fullmatch(text) and limits.min <= int(text) <= limits.max:
            return int(text)
    elif b"_" not in text:
        try:
            return float.fromhex(as_text(text)) if _HEXADECIMAL.match(text) else float(text)
        except (ValueError, OverflowError):
            pass  # The error below says it.
    raise ValueError(f"StringToNumberOp could not correctly convert string: {as_text(text)}")


def _to_number_kernel(op: Operation) -> Kernel:
    dtype = op.outputs[0].dtype.numpy_dtype
    return lambda values: mapped(lambda value: parsed_number(value, dtype), values, dtype=dtype)


StringToNumber = define_op(
    "StringToNumber",
    ["string_tensor: string"],
    ["output: out_type"],
    attributes={
        "out_type": types(dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, default=dtypes.float32)
    },
    shape=shape_rules.unchanged,
    make_kernel=_to_number_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text(["1.5", " -2e3 ", "inf", "0x10"]),)),
        Sample((samples.text("-12"),), {"out_type": dtypes.int64}),
        Sample((samples.text(["1.5x"]),), raises="could not correctly convert string: 1.5x"),
        Sample((samples.text("3000000000"),), {"out_type": dtypes.int32}, raises="string: 3000000000"),
    ],
)


def _decode_raw_kernel(op: Operation) -> Kernel:
    target = op.outputs[0].dtype.numpy_dtype
    is_little = op.attributes["little_endian"]

    def kernel(values: Any) -> Any:
        values = np.asarray(values, object)
        texts = values.ravel().tolist()
        if not texts:
            return np.empty((*values.shape, 0), target)
        length = len(texts[0])
        for index, text in enumerate(texts):
            if len(text) != length:
                raise ValueError(
                    f"DecodeRaw requires input strings to all be the same size, but element {index} has size "
                    f"{len(text)} != {length}"
                )
        if length % target.itemsize:
            raise ValueError(
                f"Input to DecodeRaw has length {length} that is not a multiple of {target.itemsize}, the "
                f"size of {op.outputs[0].dtype.name}"
            )
        found = np.frombuffer(b"".join(texts), target.newbyteorder("<" if is_little else ">"))
        return found.astype(target).reshape(*values.shape, length // target.itemsize)

    return kernel


def _decoded_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    return [None if shape is None else (*shape, None)]


DecodeRaw = define_op(
    "DecodeRaw",
    ["bytes: string"],
    ["output: out_type"],
    attributes={
        "out_type": types(
            *(dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.uint16, dtypes.uint8),
            *(dtypes.int16, dtypes.int8, dtypes.int64, dtypes.complex64, dtypes.complex128, dtypes.bool_),
        ),
        "little_endian": boolean(True),
    },
    shape=_decoded_shape,
    make_kernel=_decode_raw_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text(["abcd", "efgh"]),), {"out_type": dtypes.int16}),
        Sample((samples.text("abcd"),), {"out_type": dtypes.float32, "little_endian": False}),
        Sample((samples.text("abc"),), {"out_type": dtypes.int16}, raises="length 3 that is not a multiple"),
        Sample(
            (samples.text(["ab", "abcd"]),), {"out_type": dtypes.int16}, raises="element 1 has size 4 != 2"
        ),
    ],
)

_BASE64 = re.compile(rb"[A-Za-z0-9_-]*")
_TO_WEB_SAFE, _FROM_WEB_SAFE = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


def _decoded(text: bytes) -> bytes:
    digits = text[: len(text) - (text[-2:].count(b"=") if len(text) % 4 == 0 else 0)]
    if not _BASE64.fullmatch(digits):
        raise ValueError("Invalid character found in base64.")
    if len(digits) % 4 == 1:
        raise ValueError("Base64 string length cannot be 1 modulo 4.")
    try:
        return binascii.a2b_base64(digits.translate(_FROM_WEB_SAFE) + b"=" * (-len(digits) % 4))
    except binascii.Error as error:
        raise ValueError(f"Invalid base64: {error}") from None


def _encode_kernel(op: Operation) -> Kernel:
    keeps_padding = op.attributes["pad"]

    def one(value: bytes) -> bytes:
        encoded = binascii.b2a_base64(value, newline=False).translate(_TO_WEB_SAFE)
        return encoded if keeps_padding else encoded.rstrip(b"=")

    return lambda values: mapped(one, values)


EncodeBase64 = define_op(
    "EncodeBase64",
    ["input: string"],
    ["output: string"],
    attributes={"pad": boolean(False)},
    shape=shape_rules.unchanged,
    make_kernel=_encode_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((samples.text(["a?>", "ab"]),)), Sample((samples.text("ab"),), {"pad": True})],
)
DecodeBase64 = define_op(
    "DecodeBase64",
    ["input: string"],
    ["output: string"],
    shape=shape_rules.unchanged,
    kernel=lambda values: mapped(_decoded, values),
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text(["YT8-", "YWI", "YWI="]),)),
        Sample((samples.text("YT8+"),), raises="Invalid character found in base64."),
    ],
)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as text.

    Args:
        input: a tensor of numbers or booleans.
        precision: how many digits after the point; 6 if negative.
        scientific: whether floats get an exponent.
        shortest: whether floats get one where that is shorter.
        width: the least number of characters; none if negative.
        fill: what to fill up with: a blank or ``"0"``; ``"-"`` fills up on the right.
        name: the operation's name.

    Returns:
        A Tensor of strings.

    Source: TensorFlow's ``AsString``.
    """
    return AsString(
        input,
        precision=precision,
        scientific=scientific,
        shortest=shortest,
        width=width,
        fill=fill,
        name=name,
    )


def string_to_number(
    string_tensor: Any = None, out_type: Any = dtypes.float32, name: str | None = None, input: Any = None
) -> Tensor:
    """Text as numbers.

    Args:
        string_tensor: a tensor of strings.
        out_type: float32, float64, int32 or int64.
        name: the operation's name.
        input: the newer name of ``string_tensor``.

    Returns:
        A Tensor of numbers; a run fails where a string is none.

    Source: TensorFlow's ``StringToNumber``.
    """
    tensor = renamed_argument("input", input, "string_tensor", string_tensor)
    return StringToNumber(tensor, out_type=out_type, name=name)


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Tensor:
    """The bytes of strings, read as numbers.

    Args:
        input_bytes: a tensor of strings of one length.
        out_type: the dtype of the numbers.
        little_endian: whether their lowest byte comes first.
        name: the operation's name.
        bytes: the older name of ``input_bytes``.

    Returns:
        A Tensor with one axis more.

    Source: TensorFlow's ``DecodeRaw``.
    """
    tensor = renamed_argument("input_bytes", input_bytes, "bytes", bytes)
    if out_type is None:
        raise ValueError("decode_raw needs an out_type")
    return DecodeRaw(tensor, out_type=out_type, little_endian=little_endian, name=name)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Strings in web-safe base64, filled up with ``=`` if ``pad`` (TensorFlow's ``EncodeBase64``)."""
    return EncodeBase64(input, pad=pad, name=name)


def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """Strings from web-safe base64, filled up or not (TensorFlow's ``DecodeBase64``)."""
    return DecodeBase64(input, name=name)

"""StringFormat and PrintV2: tensors as text, and text for whoever watches a run."""

from __future__ import annotations

import builtins
import os
import pprint
import random
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, nest
from graphlog.core.attributes import integer, string, type_list
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.debugging.value_texts import array_text

# The levels of Python's logging, by what TensorFlow calls the stream. The module itself is imported when a
# print goes there, so that importing graphlog stays quick.
_LOG_LEVELS = {"log(info)": 20, "log(warning)": 30, "log(error)": 40}


def _format_kernel(op: Operation) -> Kernel:
    template, placeholder = op.attributes["template"].decode(), op.attributes["placeholder"].decode()
    summarize = op.attributes["summarize"]
    pieces = template.split(placeholder) if placeholder else [template]
    count = len(op.inputs)

    def kernel(*values: Any) -> Any:
        if len(pieces) - 1 != count:
            raise ValueError(
                f"num placeholders in template and num inputs must match: {len(pieces) - 1} vs. {count}"
            )
        text = pieces[0]
        for value, piece in zip(values, pieces[1:], strict=True):
            text += array_text(value, summarize) + piece
        return _scalar_bytes(text.encode(errors="surrogateescape"))

    return kernel


def _scalar_bytes(value: bytes) -> Any:
    array = np.empty((), object)
    array[()] = value
    return array


StringFormat = define_op(
    "StringFormat",
    ["inputs: T"],
    ["output: string"],
    attributes={
        "T": type_list(minimum=0),
        "template": string("%s"),
        "placeholder": string("%s"),
        "summarize": integer(3),
    },
    shape=shape_rules.scalar,
    make_kernel=_format_kernel,
    samples=[
        Sample(
            ([samples.float32([0.1, 2.0]), samples.text("b")],),
            {"template": "{} and {}", "placeholder": "{}"},
        ),
        Sample(([samples.int32(np.arange(64).reshape(8, 8))],)),
    ],
)


def _print_kernel(op: Operation) -> Kernel:
    stream, end = op.attributes["output_stream"].decode(), op.attributes["end"].decode()

    def kernel(value: Any) -> tuple[()]:
        if np.ndim(value):
            raise ValueError(f"Input is expected to be scalar, but got {bracketed(np.shape(value))}")
        text = np.asarray(value, object).item().decode(errors="replace")
        if stream in _LOG_LEVELS:
            import logging

            logging.getLogger("graphlog").log(_LOG_LEVELS[stream], "%s", text)
        elif stream.startswith("file://"):
            with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
                file.write(text + end)
        else:
            builtins.print(text, end=end, file=getattr(sys, stream), flush=True)
        return ()

    return kernel


PrintV2 = define_op(
    "PrintV2",
    ["input: string"],
    [],
    attributes={"output_stream": string("stderr"), "end": string("\n")},
    shape=shape_rules.no_outputs,
    make_kernel=_print_kernel,
    samples=[Sample((samples.text("a sample"),), {"output_stream": "stdout"})],
    is_stateful=True,
)


def string_format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Tensor:
    """A text with the values of tensors in it.

    Args:
        template: the text.
        inputs: the tensors, one or a list.
        placeholder: what stands in the text where a value is to stand.
        summarize: how many elements are written at both ends of each axis; all if -1.
        name: the operation's name.

    Returns:
        A scalar Tensor: a string.

    Raises:
        ValueError: there are not as many placeholders as tensors.

    Source: TensorFlow's ``StringFormat`` and ``tf.strings.format``.
    """
    tensors = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if not isinstance(template, str) or not isinstance(placeholder, str):
        raise TypeError(
            f"Template and placeholder are strings, not {described(template)} and {described(placeholder)}."
        )
    count = template.count(placeholder)
    if count != len(tensors):
        raise ValueError(
            f"{count} placeholder(s) in template does not match {len(tensors)} tensor(s) provided as input"
        )
    return StringFormat(tensors, template=template, placeholder=placeholder, summarize=summarize, name=name)


def print(
    *inputs: Any,
    output_stream: Any = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = os.linesep,
    name: str | None = None,
) -> Operation:
    """An operation that prints values when it is run.

    Args:
        *inputs: what to print: tensors, nests with tensors in them, and anything else.
        output_stream: ``sys.stdout``, ``sys.stderr`` (which None stands for), a level of ``logging`` or
            its function, or ``"file://"`` and the path of a file to append to.
        summarize: how many elements are printed at both ends of each axis; all if -1.
        sep: what to print in between.
        end: what to print at the end.
        name: the operation's name.

    Returns:
        The Operation; let others depend on it by ``control_dependencies``.

    Raises:
        ValueError: there is no such stream.

    Source: ``tf.print``.
    """
    stream = _stream_name(sys.stderr if output_stream is None else output_stream)
    if len(inputs) == 1 and _is_text(inputs[0]):
        text = inputs[0]
    else:
        template, tensors, placeholder = _template(inputs, sep)
        text = string_format(template, tensors, placeholder, summarize, f"{name}_format" if name else None)
    return PrintV2.operation(text, output_stream=stream, end=end, name=name)


def _is_text(value: Any) -> bool:
    return isinstance(value, Tensor) and value.static_shape == () and value.dtype is dtypes.string


def _stream_name(stream: Any) -> str:
    if isinstance(stream, str) and stream.startswith("file://"):
        return stream
    if stream is sys.stdout or stream is sys.stderr:
        return "stdout" if stream is sys.stdout else "stderr"
    for name, level in _LOG_LEVELS.items():
        # logging.info and the like are functions of that name.
        if stream == level or (callable(stream) and getattr(stream, "__name__", "") == name[4:-1]):
            return name
    raise ValueError(
        f"Unsupported output stream, logging level, or file.{stream}. Supported streams are sys.stdout, "
        "sys.stderr, logging.info, logging.warning, logging.error. File needs to be in the form of "
        "'file://<filepath>'."
    )


def _template(inputs: Sequence[Any], separator: str) -> tuple[str, list[Tensor], str]:
    """What is printed, with a placeholder for each tensor; the tensors; and the placeholder."""
    without_tensors = nest.map_structure(lambda leaf: "" if isinstance(leaf, Tensor) else leaf, inputs)
    placeholder = _placeholder(" ".join(pprint.pformat(item) for item in without_tensors))
    texts, tensors = [], []
    for item in inputs:
        leaves = nest.flatten(item)
        tensors += [leaf for leaf in leaves if isinstance(leaf, Tensor)]
        shown = [placeholder if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        is_text = isinstance(item, str)
        texts.append(item if is_text else pprint.pformat(nest.pack_sequence_as(item, shown)))
    return separator.join(texts).replace(f"'{placeholder}'", placeholder), tensors, placeholder


def _placeholder(text: str) -> str:
    """A placeholder that does not occur in a text."""
    placeholder = "{}"
    digits = random.Random(5)
    while placeholder in text:
        placeholder += str(digits.randint(0, 9))
    return placeholder

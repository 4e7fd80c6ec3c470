"""GraphDefs from a hostile hand: how they are made, and what graphlog may do with them.

A case is the bytes of a GraphDef, made from a good one by a few changes of the kind that break something:
an edge value in an attribute, an input taken from elsewhere, a huge shape, a byte. ``check`` imports it and
runs some of it, and complains of anything but success or a clear error.
"""

from __future__ import annotations

import contextlib
import functools
import io
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import text_format

import graphlog as tf
from graphlog.core.op_definition import all_definitions
from graphlog.graphdef.imports import add_graph_def
from graphlog.graphdef.tensor_values import tensor_array, tensor_proto
from graphlog.proto.graph_pb2 import GraphDef, NodeDef
from tests.fuzz.engines import FindingError

GOLDEN = Path(__file__).resolve().parents[1] / "parity" / "golden"

# An import takes no longer than this, whatever it is of; a run that goes on is stopped after it.
IMPORT_SECONDS = 5.0
RUN_SECONDS = 2.0
# How much longer than that a kernel may take to notice.
PATIENCE = 10.0

INTEGERS = (0, 1, -1, 2, 3, 7, 255, 1 << 16, 10**9, (1 << 31) - 1, -(1 << 31), 1 << 32, 10**12, (1 << 63) - 1)
DTYPES = (*range(24), 101, 103, 107, 110, 4711)
STRINGS = (
    b"",
    b"VALID",
    b"SAME",
    b"NHWC",
    b"NCHW",
    b"x" * 300,
    b"\xff\xfe",
    b"%s%n{0}",
    b"<b>&amp;</b>",
    b"pyfunc_0",
)
INDEX_TYPES = (3, 9)


class Interrupted(BaseException):
    """A case took too long."""


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """GraphDefs that are good: one for each sample of each operation, and TensorFlow's of the tests."""
    made = []
    for definition in all_definitions():
        for sample in definition.samples:
            with contextlib.suppress(Exception), tf.Graph().as_default() as graph:
                definition.operation(*[_operand(value) for value in sample.inputs], **sample.attributes)
                made.append(graph.as_graph_def().SerializeToString())
    for path in sorted(GOLDEN.glob("*.pbtxt")):
        if path.stat().st_size < 60_000:
            proto = GraphDef()
            text_format.Parse(path.read_text(), proto)
            made.append(proto.SerializeToString())
    return tuple(made)


def _operand(value: Any) -> Any:
    if isinstance(value, list):
        return [_operand(item) for item in value]
    return tf.placeholder(value) if isinstance(value, tf.DType) else tf.constant(value)


# Making cases


def mutated(data: bytes, choose: random.Random) -> bytes:
    """The bytes of a GraphDef after a few changes."""
    proto = GraphDef()
    try:
        proto.ParseFromString(data)
    except Exception:
        proto.ParseFromString(choose.choice(seeds()))
    for _ in range(choose.choice((1, 1, 1, 1, 2, 3))):
        if proto.node:
            choose.choice(_CHANGES)(proto, choose)
    result = proto.SerializeToString()
    if choose.random() < 0.03 and result:
        changed = bytearray(result[: choose.randrange(len(result)) if choose.random() < 0.3 else None])
        for _ in range(choose.randrange(4) if changed else 0):
            changed[choose.randrange(len(changed))] = choose.randrange(256)
        result = bytes(changed)
    return result


def _integer(choose: random.Random) -> int:
    return choose.choice(INTEGERS) if choose.random() < 0.7 else choose.randrange(-8, 12)


def _output(proto: GraphDef, choose: random.Random) -> str:
    name = choose.choice(proto.node).name
    return choose.choice(
        (name, name, name, f"{name}:1", f"{name}:{abs(_integer(choose))}", f"^{name}", f"{name}:")
    )


def _change_input(proto: GraphDef, choose: random.Random) -> None:
    node = choose.choice(proto.node)
    kind = choose.randrange(4)
    if kind == 0 or not node.input:
        node.input.append(_output(proto, choose))
    elif kind == 1:
        del node.input[choose.randrange(len(node.input))]
    else:
        node.input[choose.randrange(len(node.input))] = _output(proto, choose)


def _change_nodes(proto: GraphDef, choose: random.Random) -> None:
    kind = choose.randrange(5)
    index = choose.randrange(len(proto.node))
    if kind == 0 and len(proto.node) > 1:
        del proto.node[index]
    elif kind == 1:
        copy = proto.node.add()
        copy.CopyFrom(proto.node[index])
        copy.name += choose.choice(("", "_", "/x", "."))
    elif kind == 2:
        proto.node[index].op = choose.choice(all_definitions()).type
    elif kind == 3:
        proto.node[index].name = choose.choice(("", "..", "a/../b", "a" * 300, "^x", "x:0", "é", "a//b", "A"))
    else:
        other = GraphDef.FromString(choose.choice(seeds()))
        names = {node.name: f"{node.name}_{len(proto.node)}" for node in other.node}
        for node in other.node:
            node.name = names[node.name]
            for position, item in enumerate(node.input):
                prefix, bare = ("^", item[1:]) if item.startswith("^") else ("", item)
                source, colon, number = bare.partition(":")
                node.input[position] = prefix + names.get(source, source) + colon + number
        proto.node.extend(other.node[:200])


def _change_attribute(proto: GraphDef, choose: random.Random) -> None:
    node = choose.choice(proto.node)
    if not node.attr:
        return
    key = choose.choice(sorted(node.attr))
    if choose.random() < 0.08:
        del node.attr[key]
    elif choose.random() < 0.1:
        other = choose.choice(proto.node)
        if other.attr:
            node.attr[key].CopyFrom(other.attr[choose.choice(sorted(other.attr))])
    else:
        _change_value(node.attr[key], choose)


def _change_value(value: Any, choose: random.Random) -> None:
    kind = value.WhichOneof("value")
    if kind == "i":
        value.i = _integer(choose)
    elif kind == "f":
        value.f = choose.choice((0.0, -1.0, 1e38, float("nan"), float("inf"), 1e-45))
    elif kind == "b":
        value.b = not value.b
    elif kind == "s":
        value.s = choose.choice(STRINGS)
    elif kind == "type":
        value.type = choose.choice(DTYPES)
    elif kind == "shape":
        _change_shape(value.shape, choose)
    elif kind == "tensor":
        _change_tensor(value.tensor, choose)
    elif kind == "list":
        _change_list(value.list, choose)


def _change_shape(shape: Any, choose: random.Random) -> None:
    if choose.random() < 0.15:
        shape.unknown_rank = not shape.unknown_rank
    elif choose.random() < 0.4 or not shape.dim:
        shape.dim.add(size=_integer(choose))
    elif choose.random() < 0.2:
        del shape.dim[-1]
    else:
        choose.choice(shape.dim).size = _integer(choose)


def _change_tensor(tensor: Any, choose: random.Random) -> None:
    with contextlib.suppress(Exception):
        array = np.array(tensor_array(tensor)) if tensor.tensor_shape.ByteSize() < 60 else np.zeros(0)
        if choose.random() < 0.8 and array.size and array.dtype.kind in "iuf":
            with np.errstate(all="ignore"):
                value = np.array(_integer(choose)).astype(array.dtype)
            array.reshape(-1)[choose.randrange(array.size)] = value
            tensor.CopyFrom(tensor_proto(array, as_content=True))
            return
    if choose.random() < 0.5:
        _change_shape(tensor.tensor_shape, choose)
    elif choose.random() < 0.5:
        tensor.dtype = choose.choice(DTYPES)
    else:
        tensor.tensor_content = tensor.tensor_content[: choose.randrange(9)]


def _change_list(values: Any, choose: random.Random) -> None:
    fields = [value for _, value in values.ListFields()]
    if not fields or choose.random() < 0.1:
        choose.choice((values.i, values.f)).append(_integer(choose))
    elif choose.random() < 0.3:
        del fields[0][-1]
    elif len(values.i):
        values.i[choose.randrange(len(values.i))] = _integer(choose)
    elif len(values.type):
        values.type[choose.randrange(len(values.type))] = choose.choice(DTYPES)
    elif len(values.shape):
        _change_shape(choose.choice(values.shape), choose)
    elif len(values.s):
        values.s[choose.randrange(len(values.s))] = choose.choice(STRINGS)


def _use_as_shape(proto: Any, choose: random.Random) -> None:
    """Lets an operation that folds an input while shapes are inferred take it from another one."""
    source = choose.choice(proto.node)
    found = [source.attr[key].type for key in ("DstT", "dtype", "T") if key in source.attr]
    number = len(proto.node)
    if found and found[0] not in (*INDEX_TYPES, 7):
        cast = proto.node.add(name=f"cast_{number}", op="Cast", input=[source.name])
        cast.attr["SrcT"].type, cast.attr["DstT"].type = found[0], choose.choice(INDEX_TYPES)
        source, found = cast, [cast.attr["DstT"].type]
    node: Any = NodeDef(name=f"user_{number}")
    node.op = choose.choice(
        ("Fill", "Reshape", "Range", "Tile", "BroadcastTo", "Zeros", "Sum", "Placeholder")
    )
    constant = proto.node.add(name=f"value_{number}", op="Const")
    index = found[0] if found else choose.choice(INDEX_TYPES)
    constant.attr["dtype"].type = index
    constant.attr["value"].tensor.dtype = index
    (constant.attr["value"].tensor.int_val if index == 3 else constant.attr["value"].tensor.int64_val).append(
        choose.choice((0, 1, 2, 3))
    )
    if node.op in ("Reshape", "Tile", "BroadcastTo", "Sum"):
        node.input.extend([choose.choice((constant.name, source.name)), source.name])
        node.attr["T"].type = index
        node.attr[{"Reshape": "Tshape", "Tile": "Tmultiples"}.get(node.op, "Tidx")].type = index
    elif node.op == "Range":
        node.input.extend([constant.name, source.name, constant.name])
        node.attr["Tidx"].type = index
    else:
        node.op = "Fill"
        node.input.extend([source.name, constant.name])
        node.attr["T"].type = index
        node.attr["index_type"].type = index
    proto.node.append(node)


_CHANGES = (
    *(_change_input, _change_nodes),
    *(_change_attribute,) * 10,
    *(_use_as_shape,) * 4,
)


# Checking them


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise Interrupted

    if not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        yield


def check(data: bytes, run: bool = True) -> str:
    """Imports a case and runs some of it.

    Args:
        data: what should be a GraphDef.
        run: whether to run operations too.

    Returns:
        A word on what happened.

    Raises:
        FindingError: something that should not.
    """
    graph = tf.Graph()
    printed = io.StringIO()
    started = time.monotonic()
    try:
        with _limited(IMPORT_SECONDS), contextlib.redirect_stderr(printed):
            add_graph_def(graph, data, name="", allow_unknown=True)
            graph.as_graph_def(add_shapes=True)
    except ValueError as error:
        _check_message(error, graph)
        return "refused"
    except Interrupted:
        raise FindingError(f"The import takes more than {IMPORT_SECONDS} seconds.") from None
    except BaseException as error:
        raise FindingError(f"The import raises {type(error).__name__}: {error}") from error
    if time.monotonic() - started > IMPORT_SECONDS:
        raise FindingError("The import cannot be interrupted.")
    if printed.getvalue():
        raise FindingError(f"The import prints: {printed.getvalue()[:200]}")
    return _run(graph) if run else "imported"


def _check_message(error: ValueError, graph: tf.Graph) -> None:
    if not str(error):
        raise FindingError("The error says nothing.") from error
    if graph.get_operations():
        raise FindingError("A failed import leaves operations behind.") from error


def _run(graph: tf.Graph) -> str:
    operations = [op for op in graph.get_operations() if op.type not in _NOT_RUN]
    feeds = {}
    for op in graph.get_operations():
        if op.type == "Placeholder" and op.outputs[0].dtype.base_dtype is not tf.string:
            sizes = op.outputs[0].shape.as_list() if op.outputs[0].shape.dims is not None else [2]
            if np.prod([float(size or 2) for size in sizes]) <= 1000:
                with contextlib.suppress(Exception):
                    feeds[op.outputs[0]] = np.ones(
                        [2 if size is None else size for size in sizes], op.outputs[0].dtype.as_numpy_dtype
                    )
    started = time.monotonic()
    ran = 0
    try:
        with _limited(RUN_SECONDS), _silence(), tf.Session(graph=graph) as session:
            for op in operations[-8:]:
                try:
                    session.run(list(op.outputs) or op, feeds)
                    ran += 1
                except (tf.errors.OpError, ValueError):
                    pass
    except Interrupted:
        if time.monotonic() - started > RUN_SECONDS + PATIENCE:
            raise FindingError("A run cannot be interrupted.") from None
        return "interrupted"
    except RuntimeError as error:
        if "empty" not in str(error):
            raise FindingError(f"A run raises {type(error).__name__}: {error}") from error
    except BaseException as error:
        raise FindingError(f"A run raises {type(error).__name__}: {error}") from error
    return "ran" if ran else "failed"


# They write files.
_NOT_RUN = ("WriteFile", "ReadFile")


def limit_memory(gigabytes: float) -> None:
    """Makes an allocation beyond this fail, where the system can do that."""
    if sys.platform != "win32":
        import resource

        size = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

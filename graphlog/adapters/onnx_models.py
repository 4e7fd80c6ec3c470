"""Graphs of ONNX models: a picture of the model, with ONNX's own operators and names."""

from __future__ import annotations

import ast
import errno
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.adapters.foreign_graphs import CONSTANT, INPUT, ForeignGraph
from graphlog.adapters.missing_libraries import required
from graphlog.adapters.onnx_function_sizes import called_key, expanded_size, function_key
from graphlog.core import dtypes, garbage_collection
from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack, called_from
from graphlog.graphdef.large_values import LARGEST_VALUE

# ONNX's numbers of element types (onnx.proto, TensorProto.DataType).
_DTYPES: dict[int, DType] = {
    1: dtypes.float32,
    2: dtypes.uint8,
    3: dtypes.int8,
    4: dtypes.uint16,
    5: dtypes.int16,
    6: dtypes.int32,
    7: dtypes.int64,
    8: dtypes.string,
    9: dtypes.bool_,
    10: dtypes.float16,
    11: dtypes.float64,
    12: dtypes.uint32,
    13: dtypes.uint64,
    14: dtypes.complex64,
    15: dtypes.complex128,
    16: dtypes.bfloat16,
}
_LARGEST_LIST = 1 << 16  # bytes
_DEEPEST = 32  # functions and bodies within each other
_MOST_OPERATORS = 1 << 20  # with functions in the place of their calls
_SCOPES = ("pkg.torch.onnx.name_scopes", "namespace")

_Values = dict[str, Tensor]
_UNKNOWN: tuple[DType, StaticShape] = (dtypes.unknown, None)


def from_onnx(model: str | os.PathLike[str] | Any) -> Graph:
    """The graph of an ONNX model.

    Operators keep ONNX's types and names. Scopes are those of the metadata that PyTorch's exporter writes,
    else of the names' slashes; functions, and the bodies of ``If``, ``Loop`` and ``Scan``, are scopes too.
    Shapes are those the model states, and those that ``onnx.shape_inference`` finds.

    Args:
        model: the path of a file, or an ``onnx.ModelProto``. Weights that stand in files of their own are not
            read, and no weights are copied.

    Returns:
        A new Graph. It is a picture: its operations cannot be run.

    Raises:
        ImportError: ``onnx`` is not installed.
        FileNotFoundError: there is no such file.
        ValueError: the file holds no model, or a damaged one; the message says where.

    Source: https://onnx.ai/onnx/repo-docs/IR.html
    """
    onnx = required("onnx", "onnx")
    label = "The model"
    if isinstance(model, str | os.PathLike):
        label = os.fspath(model)
        model = _loaded(onnx, label)
    if not isinstance(model, onnx.ModelProto):
        raise TypeError(f"from_onnx takes a path or an onnx.ModelProto, not {type(model).__name__}.")
    if not model.HasField("graph"):
        raise ValueError(f"{label} holds no graph.")
    _check_size(model, label)
    with called_from(call_stack()), garbage_collection.paused():
        return _Importer(model, label, _inferred_shapes(onnx, model)).graph


def _loaded(onnx: Any, path: str) -> Any:
    from google.protobuf.message import DecodeError

    if os.path.exists(path) and not os.path.isdir(path) and not os.path.isfile(path):
        # Reading a pipe or a device might never end.
        raise OSError(errno.EINVAL, "neither a file nor a folder", path)
    try:
        return onnx.load(path, load_external_data=False)
    except FileNotFoundError:
        raise
    except (DecodeError, ValueError, TypeError) as error:
        raise ValueError(f"{path} holds no ONNX model: {error}") from None


def _check_size(model: Any, label: str) -> None:
    functions = {function_key(item): item for item in model.functions}
    count = expanded_size(model.graph, functions, _DEEPEST) if functions else 0
    if count > _MOST_OPERATORS:
        raise ValueError(
            f"{label}: its functions call each other so often that it has {count:,} operators, more than "
            f"{_MOST_OPERATORS:,}."
        )


def _inferred_shapes(onnx: Any, model: Any) -> Mapping[str, Any]:
    """The types of the values between operators, as far as they are to be found."""
    stated = {value.name: value.type for value in model.graph.value_info}
    produced = {name for node in model.graph.node for name in node.output if name}
    produced -= {value.name for value in model.graph.output}
    if produced <= stated.keys():
        return stated
    small = _without_weights(onnx, model)
    try:
        found = _types(onnx.shape_inference.infer_shapes(small))
        if not (produced <= found.keys() and all(map(_is_found, found.values()))):
            # Shapes may follow from the values of others, at ten times the cost.
            found = _types(onnx.shape_inference.infer_shapes(small, data_prop=True))
    except Exception:
        # A model that it finds fault with is still to be seen.
        return stated
    return found | stated


def _types(model: Any) -> dict[str, Any]:
    return {value.name: value.type for value in model.graph.value_info}


def _is_found(value_type: Any) -> bool:
    """Whether inference has found the size of every dimension, or the model's own name for it."""
    tensor_type = value_type.tensor_type
    return tensor_type.HasField("shape") and all(
        dim.dim_value or (dim.dim_param and not dim.dim_param.startswith("unk__"))
        for dim in tensor_type.shape.dim
    )


def _without_weights(onnx: Any, model: Any) -> Any:
    """A model with the same shapes, for inference; small tensors stay, since they may hold shapes."""
    small = onnx.ModelProto()
    small.ir_version, small.producer_name = model.ir_version, model.producer_name
    small.opset_import.extend(model.opset_import)
    small.functions.extend(model.functions)
    graph = small.graph
    graph.name = model.graph.name
    graph.node.extend(model.graph.node)
    for field in ("input", "output", "value_info"):
        getattr(graph, field).extend(getattr(model.graph, field))
    stated = {value.name for value in model.graph.input}
    for tensor in model.graph.initializer:
        if _is_small(tensor):
            graph.initializer.append(tensor)
        elif tensor.name not in stated:
            tensor_type = graph.input.add(name=tensor.name).type.tensor_type
            tensor_type.elem_type = tensor.data_type
            tensor_type.shape.SetInParent()  # also where it is a scalar
            for size in tensor.dims:
                tensor_type.shape.dim.add(dim_value=size)
    return small


def _is_small(tensor: Any) -> bool:
    return not tensor.external_data and tensor.ByteSize() <= LARGEST_VALUE


class _Importer:
    """Adds the operators of a model to a graph."""

    def __init__(self, model: Any, label: str, types: Mapping[str, Any]) -> None:
        self._foreign = ForeignGraph("onnx")
        self._label = label
        self._types_read: dict[bytes, tuple[DType, StaticShape]] = {}
        self._functions = {function_key(item): item for item in model.functions}
        self._add_graph(model.graph, "", {}, types)

    @property
    def graph(self) -> Graph:
        """What there is so far."""
        return self._foreign.graph

    def _add_graph(self, graph: Any, scope: str, outer: _Values, types: Mapping[str, Any]) -> None:
        values = dict(outer)
        types = dict(types) | {value.name: value.type for value in (*graph.input, *graph.output)}
        weights = {tensor.name for tensor in graph.initializer}
        weights |= {tensor.values.name for tensor in graph.sparse_initializer}
        for value in graph.input:
            if value.name not in weights:
                values[value.name] = self._foreign.add_input(scope + _text(value.name), *_type(value.type))
        users = _first_users(graph.node)
        self._add_weights(graph, scope, values, users)
        self._add_nodes(graph.node, scope, values, types, 0)
        for value in graph.output:
            self._foreign.add_output(scope + _text(value.name), self._value(values, value.name, "the output"))

    def _add_weights(self, graph: Any, scope: str, values: _Values, users: Mapping[str, Any]) -> None:
        """The weights, each in the scope of the operator that takes it, unless its name has a scope."""
        for tensor in (*graph.initializer, *(item.values for item in graph.sparse_initializer)):
            name = _text(tensor.name)
            if "/" not in name and tensor.name in users:
                name = _scope_of(users[tensor.name]) + _last_part(name, users[tensor.name])
            values[tensor.name] = self._foreign.add_parameter(scope + name, *_tensor_type(tensor))

    def _add_nodes(
        self, nodes: Iterable[Any], scope: str, values: _Values, types: Mapping[str, Any], depth: int
    ) -> None:
        for index, node in enumerate(nodes):
            operation = self._add_node(node, f"{scope}{_name(node, index)}", values, types, depth)
            for number, name in enumerate(node.output):
                if name:
                    values[name] = operation[number]

    def _add_node(
        self, node: Any, name: str, values: _Values, types: Mapping[str, Any], depth: int
    ) -> Sequence[Tensor]:
        """Adds one operator; returns its outputs."""
        if depth > _DEEPEST:
            raise ValueError(
                f"{self._label}: functions or bodies stand more than {_DEEPEST} deep at {name!r}."
            )
        inputs = [self._value(values, item, f"node {name!r}") for item in node.input if item]
        function = self._functions.get(called_key(node)) if self._functions else None
        if function is not None:
            return self._add_function(function, node, name, inputs, types, depth)
        attributes: dict[str, Any] = {}
        results: list[Tensor] = []
        for attribute in node.attribute:
            bodies = _bodies(attribute)
            for number, body in enumerate(bodies):
                label = _text(attribute.name) if not number else f"{_text(attribute.name)}_{number}"
                scope, given = f"{name}/{label}/", [values.get(item) for item in node.input]
                results += self._add_body(body, scope, given, values, types, depth)
            if not bodies and (value := _plain(attribute)) is not None:
                attributes[_text(attribute.name)] = value
        if node.domain not in ("", "ai.onnx"):
            attributes["domain"] = _text(node.domain).encode()
        outputs = [self._type(types[item]) if item in types else _UNKNOWN for item in node.output]
        op_type = CONSTANT if node.op_type == "Constant" else _text(node.op_type)
        if op_type == CONSTANT:
            outputs = [_constant_type(node)] * len(outputs)
        return self._foreign.add(op_type, name, [*inputs, *results], outputs, attributes).outputs

    def _add_function(
        self,
        function: Any,
        node: Any,
        name: str,
        inputs: Sequence[Tensor],
        types: Mapping[str, Any],
        depth: int,
    ) -> Sequence[Tensor]:
        """The body of a function in the place of its call."""
        values: _Values = {}
        rest = iter(inputs)
        for parameter, item in zip(function.input, node.input, strict=False):
            if item:
                values[parameter] = next(rest)
        inside = {value.name: value.type for value in getattr(function, "value_info", ())}
        inside |= {
            inner: types[outer]
            for inner, outer in zip(function.output, node.output, strict=False)
            if outer in types
        }
        self._add_nodes(function.node, f"{name}/", values, inside, depth + 1)
        return [self._value(values, item, f"function {function.name!r}") for item in function.output]

    def _add_body(
        self,
        graph: Any,
        scope: str,
        given: Sequence[Tensor | None],
        outer: _Values,
        types: Mapping[str, Any],
        depth: int,
    ) -> list[Tensor]:
        """The body of a branch or a loop, which begins with what it is given; returns what it gives."""
        values = dict(outer)
        inside = dict(types) | {
            value.name: value.type for value in (*graph.input, *graph.output, *graph.value_info)
        }
        for number, value in enumerate(graph.input):
            first = given[number] if number < len(given) else None
            sources = [] if first is None else [first]
            operation = self._foreign.add(INPUT, scope + _text(value.name), sources, [_type(value.type)])
            values[value.name] = operation.outputs[0]
        self._add_weights(graph, scope, values, {})
        self._add_nodes(graph.node, scope, values, inside, depth + 1)
        return [self._value(values, value.name, f"the body {scope!r}") for value in graph.output]

    def _type(self, value_type: Any) -> tuple[DType, StaticShape]:
        """The dtype and static shape of a value; read once for all that have the same."""
        serialized = value_type.SerializeToString()
        found = self._types_read.get(serialized)
        if found is None:
            found = self._types_read[serialized] = _type(value_type)
        return found

    def _value(self, values: _Values, name: str, taken_by: str) -> Tensor:
        if name not in values:
            raise ValueError(f"{self._label}: {taken_by} takes {name!r}, which nothing before it gives.")
        return values[name]


def _text(value: Any) -> str:
    """A text of the model; protobuf gives what is none as bytes."""
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")


def _first_users(nodes: Iterable[Any]) -> dict[str, Any]:
    """The first operator that takes each value."""
    users: dict[str, Any] = {}
    for node in nodes:
        for name in node.input:
            users.setdefault(name, node)
    return users


def _name(node: Any, index: int) -> str:
    own = _text(node.name) or f"{_text(node.op_type)}_{index}"
    scope = _metadata_scope(node)
    return f"{scope}{own.rpartition('/')[2]}" if scope else own


def _scope_of(node: Any) -> str:
    """The scope of an operator, with a slash at the end; empty at the root."""
    head, slash, _ = _name(node, 0).rpartition("/")
    return head + slash


def _last_part(name: str, node: Any) -> str:
    """A weight's name within the scope of the operator that takes it: ``layers.0.weight`` is ``weight``."""
    scope = _scope_of(node).strip("/").replace("/", ".")
    return name.removeprefix(f"{scope}.") if scope else name


def _metadata_scope(node: Any) -> str:
    """The scopes that an exporter has noted, of which the last is the operator's own."""
    noted = {item.key: _text(item.value) for item in getattr(node, "metadata_props", ())}
    if not noted:
        return ""
    for key in _SCOPES:
        text = noted.get(key)
        if not text or len(text) > _LARGEST_LIST:
            continue
        if not text.startswith("["):
            return "/".join(part for part in text.split("/") if part) + "/"
        try:
            parts = [part for part in ast.literal_eval(text)[:-1] if isinstance(part, str) and part]
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
        return "".join(f"{part.replace('.', '/')}/" for part in _relative(parts))
    return ""


def _relative(parts: Sequence[str]) -> Iterable[str]:
    """Scopes without what the outer one says already: ``layers``, ``layers.0`` are ``layers``, ``0``."""
    outer = ""
    for part in parts:
        yield part.removeprefix(f"{outer}.") if outer else part
        outer = part


def _type(value_type: Any) -> tuple[DType, StaticShape]:
    """The dtype and static shape of a value; those of the elements of a sequence."""
    kind = value_type.WhichOneof("value")
    while kind in ("sequence_type", "optional_type"):
        value_type = getattr(value_type, kind).elem_type
        kind = value_type.WhichOneof("value")
        if kind == "tensor_type":
            return _DTYPES.get(value_type.tensor_type.elem_type, dtypes.unknown), None
    if kind not in ("tensor_type", "sparse_tensor_type"):
        return dtypes.unknown, None
    tensor_type = getattr(value_type, kind)
    dtype = _DTYPES.get(tensor_type.elem_type, dtypes.unknown)
    if not tensor_type.HasField("shape"):
        return dtype, None
    return dtype, tuple([_size(dim) for dim in tensor_type.shape.dim])


def _size(dim: Any) -> int | None:
    """The size of a dimension; None for one with a name or nothing."""
    size: int = dim.dim_value
    return size if size > 0 or (size == 0 and dim.HasField("dim_value")) else None


def _tensor_type(tensor: Any) -> tuple[DType, StaticShape]:
    sizes = tuple(size if size >= 0 else None for size in tensor.dims)
    return _DTYPES.get(tensor.data_type, dtypes.unknown), sizes


def _constant_type(node: Any) -> tuple[DType, StaticShape]:
    for attribute in node.attribute:
        if attribute.name == "value":
            return _tensor_type(attribute.t)
        if attribute.name in _CONSTANT_KINDS:
            dtype, field = _CONSTANT_KINDS[attribute.name]
            values = getattr(attribute, field)
            return dtype, (len(values),) if field.endswith("s") and field != "s" else ()
    return dtypes.unknown, None


_CONSTANT_KINDS = {
    "value_float": (dtypes.float32, "f"),
    "value_floats": (dtypes.float32, "floats"),
    "value_int": (dtypes.int64, "i"),
    "value_ints": (dtypes.int64, "ints"),
    "value_string": (dtypes.string, "s"),
    "value_strings": (dtypes.string, "strings"),
}


def _bodies(attribute: Any) -> list[Any]:
    if attribute.HasField("g"):
        return [attribute.g]
    return list(attribute.graphs)


_TENSOR = 4
# How the value of an attribute is read, by ONNX's number of its type (onnx.proto, AttributeProto).
_READERS: dict[int, Callable[[Any], Any]] = {
    1: lambda attribute: float(attribute.f),
    2: lambda attribute: int(attribute.i),
    3: lambda attribute: bytes(attribute.s),
    _TENSOR: lambda attribute: _tensor_value(attribute.t),
    6: lambda attribute: [float(item) for item in attribute.floats],
    7: lambda attribute: [int(item) for item in attribute.ints],
    8: lambda attribute: [bytes(item) for item in attribute.strings],
}


def _plain(attribute: Any) -> Any:
    """The value of an attribute as plain data; None for one that a graph does not show."""
    if attribute.ref_attr_name:
        return f"${_text(attribute.ref_attr_name)}".encode()
    reader = _READERS.get(attribute.type)
    if reader is None or (attribute.type != _TENSOR and attribute.ByteSize() > _LARGEST_LIST):
        return None
    return reader(attribute)


def _tensor_value(tensor: Any) -> Any:
    """A small tensor's numbers; the text of what it is instead of a large one's."""
    from onnx import numpy_helper

    dtype, shape = _tensor_type(tensor)
    if not _is_small(tensor) or dtype is dtypes.unknown:
        return f"{dtype.name} {list(shape or ())}, left out".encode()
    try:
        array: np.ndarray[Any, Any] = numpy_helper.to_array(tensor)
    except (ValueError, TypeError) as error:
        return f"damaged: {error}".encode()
    return array

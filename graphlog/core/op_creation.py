"""Adding an operation to a graph by its definition: conversion of inputs, inference of attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from graphlog.core import default_stacks, dtypes, names
from graphlog.core.attributes import REQUIRED, not_allowed
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.default_graph import get_default_graph, graph_of
from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.op_definition import Argument, OpDefinition, Signature
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor


def create(
    definition: OpDefinition, inputs: Sequence[Any], name: str | None, attributes: Mapping[str, Any]
) -> Operation:
    """Adds an operation to the graph of its inputs, or to the default graph (see ``OpDefinition``)."""
    if name is None:
        name = definition.type
    elif type(name) is not str:
        names.check_is_text(name)
    tensors = _tensors(definition, inputs) if definition.takes_list else inputs
    graph = _common_graph(tensors) if inputs else get_default_graph()
    top = default_stacks.graphs.top
    is_captured = top is not None and top is not graph and top.captures_tensors
    if graph is None or not name or is_captured or graph.control_flow_context is not None:
        return _create_in_scope(definition, inputs, name, attributes)
    # No constant and no operation of a cond or loop is needed, and thus no scope to put it in.
    key = _signature_key(inputs, attributes)
    signature = definition.signatures.get(key) if key is not None else None
    if signature is None:
        inference = _Inference(definition, attributes)
        inference.add_all(inputs)
        if inference.variables:
            return inference.create_in(graph, graph.unique_scope_name(name))
        finished = inference.finish()
        signature = Signature(finished, definition.output_dtypes(finished))
        if key is not None and len(definition.signatures) < _SIGNATURES_KEPT:
            definition.signatures[key] = signature
    return graph.add_operation(definition, tensors, graph.operation_name(name), signature)


# Enough for all that one program does with an operation type.
_SIGNATURES_KEPT = 256


def _tensors(definition: OpDefinition, inputs: Sequence[Any]) -> Sequence[Any]:
    """The inputs, with the items in the place of those that are lists."""
    if len(inputs) != len(definition.inputs):
        return inputs
    flat: list[Any] = []
    for argument, value in zip(definition.inputs, inputs, strict=True):
        if argument.is_list and isinstance(value, list | tuple):
            flat.extend(value)
        else:
            flat.append(value)
    return flat


def _common_graph(tensors: Sequence[Any]) -> Graph | None:
    """The graph of the inputs where all are tensors of one graph already; None where they are not."""
    graph: Graph | None = None
    for tensor in tensors:
        if type(tensor) is not Tensor:
            return None
        if graph is None:
            graph = tensor.op.graph
        elif tensor.op.graph is not graph:
            return None
    return graph


# Attributes of these types, and no others, are compared quickly.
_COMPARABLE = frozenset([bool, int, str, bytes, DType])


def _signature_key(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What decides the attributes of an operation: the dtypes of its inputs, and the attributes given.

    Returns:
        The key; None where an attribute is of a kind that takes long to compare.
    """
    key: list[Any] = [
        value.dtype.number if type(value) is Tensor else tuple([item.dtype.number for item in value])
        for value in inputs
    ]
    for name, value in attributes.items():
        kind = type(value)
        if kind is TensorShape:
            value = value.as_tuple()
        elif kind not in _COMPARABLE:
            return None
        # The type belongs to the key, since False equals 0.
        key.append((name, kind, value))
    return tuple(key)


def _create_in_scope(
    definition: OpDefinition, inputs: Sequence[Any], name: str, attributes: Mapping[str, Any]
) -> Operation:
    """Adds an operation some of whose inputs become constants in its own scope, or pass into a loop there."""
    graph = graph_of(inputs) or get_default_graph()
    inference = _Inference(definition, attributes)
    with graph.as_default(), graph.name_scope(name) as scope:
        inference.add_all(inputs)
        return inference.create_in(graph, scope)


# Behind TensorFlow's words.
_CAST_HINT = " Use tf.cast to convert a tensor to another dtype."


class _Inference:
    """The inputs and attributes of an operation to be, as its arguments are added one by one."""

    __slots__ = ("definition", "given", "inferred", "inferred_from", "tensors", "variables")

    def __init__(self, definition: OpDefinition, attributes: Mapping[str, Any]) -> None:
        self.definition = definition
        self.given = attributes
        self.tensors: list[Tensor] = []
        # The attributes that the inputs determine, and which input did it.
        self.inferred: dict[str, Any] = {}
        self.inferred_from: dict[str, str] = {}
        # The operations of the variables that are taken as references.
        self.variables: tuple[Operation, ...] = ()

    def add_all(self, values: Sequence[Any]) -> None:
        """Takes the values of all inputs."""
        arguments = self.definition.inputs
        if len(values) != len(arguments):
            raise TypeError(
                f"'{self.definition.type}' Op takes {len(arguments)} inputs, but {len(values)} were given."
            )
        for argument, value in zip(arguments, values, strict=True):
            self._add(argument, value)

    def _add(self, argument: Argument, value: Any) -> None:
        if argument.is_list:
            self._add_list(argument, value)
            return
        tensor = value if type(value) is Tensor else self._convert(argument, value)
        dtype = tensor.dtype.base_dtype
        if argument.type_attribute:
            expected = self.inferred.get(argument.type_attribute)
            if expected is None:
                self._infer_type(argument, dtype)
            elif expected is not dtype:
                raise self._mismatch(argument, dtype, expected)
        elif dtype is not argument.dtype:
            raise self._mismatch(argument, dtype, None)
        if argument.is_reference and not tensor.dtype.is_reference:
            raise TypeError(
                f"'{self.definition.type}' Op requires that input '{argument.name}' be a mutable tensor "
                "(e.g.: a tf.Variable)"
            )
        if argument.is_reference:
            self.variables += (tensor.op,)
        self.tensors.append(tensor)

    def create_in(self, graph: Graph, name: str) -> Operation:
        """Adds the operation to a graph; one that changes a variable is placed with it."""
        attributes = self.finish()
        if not self.variables:
            return graph.create_op(self.definition.type, self.tensors, name=name, attributes=attributes)
        with ExitStack() as stack:
            for variable in self.variables:
                stack.enter_context(graph.colocate_with(variable))
            return graph.create_op(self.definition.type, self.tensors, name=name, attributes=attributes)

    def finish(self) -> dict[str, Any]:
        """All attributes: those inferred, those given, and defaults."""
        inferred, given = self.inferred, self.given
        attributes: dict[str, Any] = {}
        for name, attribute in self.definition.attributes.items():
            if name in inferred:
                if name in given:
                    raise TypeError(f"Should not specify value for inferred attr '{name}'.")
                attributes[name] = inferred[name]
                continue
            value = given.get(name)
            if value is None:
                value = attribute.default
                if value is REQUIRED:
                    if name not in given or attribute.kind != "shape":
                        raise TypeError(f"'{self.definition.type}' Op was given no value for attr '{name}'.")
                    value = None
            attributes[name] = attribute.check(value, name, self.definition.type)
        unknown = given.keys() - self.definition.attributes.keys()
        if unknown:
            raise TypeError(
                f"'{self.definition.type}' Op got unexpected keyword arguments: {', '.join(sorted(unknown))}"
            )
        return attributes

    def _convert(self, argument: Argument, value: Any) -> Tensor:
        dtype = argument.dtype or self.inferred.get(argument.type_attribute)
        preferred = None if dtype else self._default_type(argument)
        try:
            return convert_to_tensor(value, dtype, argument.name, preferred, argument.is_reference)
        except TypeError as error:
            if dtype is None:
                raise
            raise TypeError(
                f"Expected {dtype.name} passed to parameter '{argument.name}' of op "
                f"'{self.definition.type}', got {value!r} of type '{type(value).__name__}' instead. "
                f"Error: {error}"
            ) from None
        except ValueError as error:
            try:
                observed = convert_to_tensor(value).dtype
            except ValueError:
                raise ValueError(
                    f"Tried to convert '{argument.name}' to a tensor and failed. Error: {error}"
                ) from None
            raise self._mismatch(argument, observed, dtype) from None

    def _default_type(self, argument: Argument) -> DType | None:
        attribute = self.definition.attributes.get(argument.type_attribute)
        default = attribute.default if attribute else REQUIRED
        return default if isinstance(default, DType) else None

    def _infer_type(self, argument: Argument, dtype: DType) -> None:
        name = argument.type_attribute
        attribute = self.definition.attributes[name]
        if attribute.allowed and dtype not in attribute.allowed_set:
            raise not_allowed(argument.name, dtype, attribute.allowed)
        self.inferred[name] = dtype
        self.inferred_from[name] = argument.name

    def _mismatch(self, argument: Argument, observed: DType, expected: DType | None) -> TypeError:
        prefix = f"Input '{argument.name}' of '{self.definition.type}' Op has type {observed.name}"
        if argument.dtype is not None or expected is None:
            wanted = argument.dtype or expected
            return TypeError(
                f"{prefix} that does not match expected type of {wanted.name if wanted else '?'}.{_CAST_HINT}"
            )
        source = self.inferred_from.get(argument.type_attribute, "Default in OpDef")
        return TypeError(
            f"{prefix} that does not match type {expected.name} of argument '{source}'.{_CAST_HINT}"
        )

    def _add_list(self, argument: Argument, values: Any) -> None:
        if not isinstance(values, list | tuple):
            raise TypeError(
                f"Expected list for '{argument.name}' argument to '{self.definition.type}' Op, not {values}."
            )
        if argument.type_list_attribute:
            tensors = convert_n_to_tensor(values, name=argument.name)
            self._infer_list(argument.type_list_attribute, [tensor.dtype.base_dtype for tensor in tensors])
        else:
            tensors = self._convert_alike(argument, values)
            self._infer_number(argument, len(tensors))
            if argument.type_attribute and argument.type_attribute not in self.inferred:
                if not tensors:
                    raise TypeError(
                        "Don't know how to infer type variable from empty input list passed to input "
                        f"'{argument.name}' of '{self.definition.type}' Op."
                    )
                self._infer_type(argument, tensors[0].dtype.base_dtype)
        if argument.is_reference and tensors:
            # TensorFlow places the operation with the first of them.
            self.variables += (tensors[0].op,)
        self.tensors.extend(tensors)

    def _infer_list(self, name: str, found: list[DType]) -> None:
        attribute = self.definition.attributes[name]
        if name in self.inferred and self.inferred[name] != found:
            raise TypeError(
                f"'{self.definition.type}' Op was given types {dtypes.names(found)} that do not match "
                f"{dtypes.names(self.inferred[name])} of an earlier list."
            )
        self.inferred[name] = attribute.check(found, name, self.definition.type)

    def _infer_number(self, argument: Argument, count: int) -> None:
        name = argument.number_attribute
        known = self.inferred.setdefault(name, count)
        source = self.inferred_from.setdefault(name, argument.name)
        if known != count:
            raise ValueError(
                f"List argument '{argument.name}' to '{self.definition.type}' Op with length {count} must "
                f"match length {known} of argument '{source}'."
            )
        minimum = self.definition.attributes[name].minimum
        if minimum is not None and count < minimum:
            raise ValueError(
                f"List argument '{argument.name}' to '{self.definition.type}' Op with length {count} "
                f"shorter than minimum length {minimum}."
            )

    def _convert_alike(self, argument: Argument, values: Sequence[Any]) -> list[Tensor]:
        """The values as tensors of one dtype, which the first Tensor among them decides."""
        dtype = argument.dtype or self.inferred.get(argument.type_attribute)
        if dtype is None and all(type(value) is Tensor for value in values):
            tensors = list(values)
            if len({tensor.dtype for tensor in tensors}) == 1:
                return tensors
        wanted = dtype or next(
            (value.dtype.base_dtype for value in values if isinstance(value, Tensor)), None
        )
        try:
            tensors = convert_n_to_tensor(values, wanted, argument.name)
            if len({tensor.dtype.base_dtype for tensor in tensors}) <= 1:
                return tensors
        except (TypeError, ValueError):
            pass
        prefix = (
            f"Tensors in list passed to '{argument.name}' of '{self.definition.type}' Op have types "
            f"[{', '.join(map(_observed_type, values))}]"
        )
        if dtype is None:
            raise TypeError(f"{prefix} that don't all match.{_CAST_HINT}")
        if argument.dtype is not None:
            raise TypeError(f"{prefix} that do not match expected type {dtype.name}.")
        raise TypeError(f"{prefix} that do not match type {dtype.name} inferred from earlier arguments.")


def _observed_type(value: Any) -> str:
    try:
        return convert_to_tensor(value).dtype.base_dtype.name
    except (TypeError, ValueError):
        return "<NOT CONVERTIBLE TO TENSOR>"

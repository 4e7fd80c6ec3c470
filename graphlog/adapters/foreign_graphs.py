"""Graphs of other frameworks: operations that are drawn, searched and compared, and cannot be run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core.dtypes import DType, unknown
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.graphdef.node_attributes import FRAMEWORK, OUTPUT_SHAPES
from graphlog.graphdef.page_names import PAGE_BREAKING

_PLAIN = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.]*(/[A-Za-z0-9_.]+)*")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_.\-]+")
_DASHES = re.compile(r"-{2,}")

INPUT, OUTPUT, PARAMETER, BUFFER, CONSTANT = "Placeholder", "Output", "Parameter", "Buffer", "Const"


class ForeignGraph:
    """Builds a Graph out of what another framework has.

    Args:
        framework: its name; each operation has it as an attribute, since its type may be called as one of
            TensorFlow's.

    Attributes:
        graph: the Graph so far.
    """

    def __init__(self, framework: str) -> None:
        self.graph = Graph()
        self._framework = framework.encode()

    def add(
        self,
        op_type: str,
        name: str,
        inputs: Sequence[Tensor] = (),
        outputs: Sequence[tuple[DType, StaticShape]] = (),
        attributes: Mapping[str, Any] | None = None,
        control_inputs: Sequence[Operation] = (),
    ) -> Operation:
        """Adds an operation.

        Args:
            op_type: its type, as its framework's users call it.
            name: its scopes and its name, separated by slashes; made valid and unique.
            inputs: the tensors it takes.
            outputs: the dtype and the static shape of each of its outputs.
            attributes: its attributes as plain data (see ``graphlog.core.attributes``).
            control_inputs: operations that come before it.

        Returns:
            The Operation, which has no definition.
        """
        dtypes = [dtype for dtype, _ in outputs]
        stated = {FRAMEWORK: self._framework, **(attributes or {})}
        if dtypes and all(dtype is not unknown for dtype in dtypes):
            # Whoever reads the GraphDef cannot infer them.
            if len(dtypes) == 1 and "dtype" not in stated:
                stated["dtype"] = dtypes[0]
            else:
                stated.setdefault("output_types", dtypes)
        if not dtypes:
            stated.setdefault(OUTPUT_SHAPES, [])
        shapes = [shape for _, shape in outputs]
        operation = self.graph.create_op(op_type, list(inputs), dtypes, valid_name(name), stated, shapes)
        if control_inputs:
            operation.add_control_inputs(control_inputs)
        return operation

    def add_input(self, name: str, dtype: DType, shape: StaticShape, **attributes: Any) -> Tensor:
        """Adds a value that is given from outside."""
        return self._add_source(INPUT, name, dtype, shape, **attributes)

    def add_parameter(self, name: str, dtype: DType, shape: StaticShape, **attributes: Any) -> Tensor:
        """Adds a parameter of the model; without its numbers."""
        return self._add_source(PARAMETER, name, dtype, shape, **attributes)

    def add_buffer(self, name: str, dtype: DType, shape: StaticShape, **attributes: Any) -> Tensor:
        """Adds what the model keeps and does not train, such as a running mean; without its numbers."""
        return self._add_source(BUFFER, name, dtype, shape, **attributes)

    def _add_source(
        self, op_type: str, name: str, dtype: DType, shape: StaticShape, **attributes: Any
    ) -> Tensor:
        attributes["shape"] = TensorShape(shape)
        return self.add(op_type, name, outputs=[(dtype, shape)], attributes=attributes).outputs[0]

    def add_output(self, name: str, tensor: Tensor) -> Operation:
        """Adds a node that shows what the model returns."""
        return self.add(OUTPUT, name, [tensor], [(tensor.dtype, tensor.static_shape)])


def valid_name(name: str) -> str:
    """The name of an operation that TensorFlow and TensorBoard take, as near to a name as there is.

    Args:
        name: scopes and a name, separated by slashes; any text.

    Returns:
        It with other characters than letters, digits, ``_``, ``.``, ``-`` replaced, without empty scopes.
    """
    name = name.strip("/")
    if _PLAIN.fullmatch(name) and name.partition("/")[0] not in PAGE_BREAKING:
        return name
    parts = [_DASHES.sub("-", _NOT_ALLOWED.sub("_", part)) for part in name.split("/") if part] or ["_"]
    if not re.match(r"[A-Za-z0-9.]", parts[0]):
        parts[0] = f"x{parts[0]}"
    if parts[0] in PAGE_BREAKING:
        parts[0] += "_"
    return "/".join(parts)

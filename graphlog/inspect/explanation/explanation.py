"""Back-propagation explained: what each operation from ``y`` back to the ``xs`` does with the gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.inspect.explanation import pages, tables

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Step:
    """The way of the gradient from an output of an operation to one of its inputs.

    Where the output has one element, ``arriving * local`` is ``passed_on``.

    Attributes:
        operation: the operation's name; that of the result for a loop or conditional, which is one step.
        type: its type, or ``"while loop"`` or ``"conditional"``.
        expression: what it computes, in the names of ``Explanation.labels``, such as ``"a · b"``.
        output: the name of the output tensor.
        input: the name of the input tensor.
        input_index: which input it is; None for a loop or conditional.
        is_repeated: whether the operation takes that input more than once.
        formula: the derivative of an element of the output by the element of the input that it is made of,
            where that is known, such as ``"1 / d"``; else whose rule it is.
        local: the derivative of the output by the input, of the input's shape, where the output has one
            element; else None. Where the rule of the operation is not that of a derivative, None too.
        arriving: the gradient of the output, of its shape.
        passed_on: the part of the gradient of the input that comes from this output, of the input's shape.
    """

    operation: str
    type: str
    expression: str
    output: str
    input: str
    input_index: int | None
    is_repeated: bool
    formula: str
    local: Array | None
    arriving: Array
    passed_on: Array


@dataclass(frozen=True, eq=False)
class GradientPath:
    """One of the ways from ``y`` back to an ``x``.

    Attributes:
        steps: the steps, the first from ``y``; none where ``x`` is ``y``.
        gradient: what comes along it, of the shape of ``x``, where it is the only one, or where all tensors
            on it have one element; else None.
    """

    steps: tuple[Step, ...]
    gradient: Array | None


@dataclass(frozen=True, eq=False)
class Total:
    """The gradient by one ``x``.

    Attributes:
        x: the name of the tensor.
        gradient: the gradient as ``gradients`` gives it, of the shape of ``x``, rows that are only gathered
            put into zeros; None where ``y`` does not depend on ``x``, or no derivative flows.
        path_count: along how many paths it comes.
        paths: the first of them.
        reason: why there is no gradient; else empty.
    """

    x: str
    gradient: Array | None
    path_count: int
    paths: tuple[GradientPath, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class Explanation:
    """How the gradient of ``y`` comes about, operation by operation; it prints as a derivation.

    Attributes:
        y: the name of the tensor that is differentiated; of its elements the sum.
        steps: what each operation does with the gradient, from ``y`` back.
        totals: the gradient by each ``x``, and the paths along which it comes.
        values: the values of all tensors on the way and of the ``xs``, by name.
        gradients: their gradients, summed over all steps that pass on a part, by name.
        labels: what each tensor is called here: its name as far as that is needed to tell it apart.
        types: the type of the operation that computes each tensor, by the tensor's name.
    """

    y: str
    steps: tuple[Step, ...]
    totals: tuple[Total, ...]
    values: Mapping[str, Array]
    gradients: Mapping[str, Array]
    labels: Mapping[str, str]
    types: Mapping[str, str]

    def __str__(self) -> str:
        return tables.as_text(self)

    def markdown(self) -> str:
        """The same as Markdown, as TensorBoard's text dashboard shows it."""
        return pages.as_markdown(self)

    def svg(self) -> str:
        """A drawing of the operations, values and gradients on them, local derivatives at the edges."""
        # Drawing needs more than all the rest.
        from graphlog.inspect.explanation.drawing import as_svg

        return as_svg(self)

    def _repr_html_(self) -> str:
        return pages.as_html(self)

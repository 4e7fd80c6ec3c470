"""An explanation as plain text: a line for each step, and the derivation of each total."""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphlog.core.printable import printable
from graphlog.runtime.tables import table

if TYPE_CHECKING:
    from graphlog.inspect.explanation.explanation import Explanation, GradientPath, Step, Total

Array = np.ndarray[Any, Any]

HEAD = ("operation", "value", "gradient that arrives", "local derivative", "gradient passed on")

# The most summands that are written out, and of a longer path the first and the last factors.
_MOST_TERMS = 8
_FIRST_FACTORS, _LAST_FACTORS = 12, 4


def as_text(explanation: Explanation) -> str:
    """All of it: what is explained, the steps, and how each total comes about."""
    parts = [title(explanation)]
    if explanation.steps:
        cells = rows(explanation)
        text = table(HEAD, cells)
        is_wide = max(map(len, text.split("\n"))) > _room()
        parts.append(_blocks(cells) if is_wide else text)
    parts.append("\n".join("\n".join(lines) for lines in derivations(explanation)))
    return "\n\n".join(part for part in parts if part)


def _room() -> float:
    """How wide the terminal is that is printed to; infinite where there is none."""
    if "COLUMNS" in os.environ or (sys.stdout is not None and sys.stdout.isatty()):
        return shutil.get_terminal_size().columns
    return math.inf


def _blocks(cells: Sequence[Sequence[str]]) -> str:
    """The steps one below the other, for terminals that the table is too wide for."""
    lines: list[str] = []
    for operation, *others in cells:
        if operation:
            lines += ["", operation] if lines else [operation]
        named = zip(HEAD[1:], others, strict=True)
        lines += [f"  {name:{len(HEAD[2])}}  {text}" for name, text in named if text]
    return "\n".join(lines)


def value_text(value: Array) -> str:
    """A number, or of several the shape and the norm."""
    if value.size == 1:
        return number(value)
    shape = ", ".join(map(str, value.shape))
    norm = _norm_text(value)
    return f"[{shape}], {norm}" if norm else f"[{shape}]"


def _norm_text(value: Array) -> str:
    """The Euclidean norm of numbers; empty where there are none."""
    if value.dtype.kind not in "fiucV" or value.size == 0:
        return ""
    wide = np.asarray(value, np.complex128 if value.dtype.kind == "c" else np.float64)
    return f"norm {np.linalg.norm(wide.ravel()):.4g}"


def number(value: Array) -> str:
    """The one element of an array, with six digits."""
    element = value.reshape(()).item()
    return f"{element:.6g}" if isinstance(element, int | float | complex) else str(element)


def title(explanation: Explanation) -> str:
    """What is explained, and at which values."""
    labels, values = explanation.labels, explanation.values
    y = explanation.y
    given = ", ".join(
        f"{labels[total.x]} = {value_text(values[total.x])}" for total in explanation.totals if total.x != y
    )
    text = f"{labels[y]} = {value_text(values[y])}"
    if given:
        text += f" at {given}"
    if values[y].size != 1:
        text += f"\n{labels[y]} has {values[y].size} elements: what is differentiated is their sum."
    return "\n".join(map(printable, text.split("\n")))


def rows(explanation: Explanation) -> list[list[str]]:
    """The cells of each step; those that are the same as in the line above are empty."""
    labels = explanation.labels
    parts: dict[str, list[Array]] = {}
    for step in explanation.steps:
        parts.setdefault(step.input, []).append(step.passed_on)
    found: list[list[str]] = []
    previous = ""
    for step in explanation.steps:
        output = labels[step.output]
        operation = f"{output} = {step.expression}"
        name = total_name(explanation, step.output)
        arriving = f"{name} = {_sum_text(parts.get(step.output, []), step.arriving)}"
        cells = [operation, value_text(explanation.values[step.output]), arriving]
        if step.output == previous:
            cells = ["", "", ""]
        previous = step.output
        found.append([*map(printable, [*cells, _local_text(step, labels), _product_text(step)])])
    return found


def total_name(explanation: Explanation, tensor: str) -> str:
    """What the gradient of a tensor is called."""
    return f"∂{explanation.labels[explanation.y]}/∂{explanation.labels[tensor]}"


def _sum_text(parts: Sequence[Array], arriving: Array) -> str:
    # Its shape is that of the value, which stands beside it.
    total = number(arriving) if arriving.size == 1 else _norm_text(arriving)
    if len(parts) < 2:
        return total
    if len(parts) > _MOST_TERMS or any(part.size != 1 for part in parts):
        return f"{total} (sum of {len(parts)})"
    return f"{' + '.join(map(_signed, parts))} = {total}"


def _signed(value: Array) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def _local_text(step: Step, labels: Mapping[str, str]) -> str:
    name = factor_name(step, labels)
    if step.local is None:
        return f"{name}: {step.formula}"
    value = value_text(step.local)
    if step.local.size != 1 or step.formula in (value, _unsigned(step.formula)) or "rule" in step.formula:
        return f"{name} = {value}"
    return f"{name} = {step.formula} = {value}"


def _unsigned(formula: str) -> str:
    """The formula where it is a number alone, which is no news beside its value."""
    return formula if formula.lstrip("-").replace(".", "", 1).isdigit() else ""


def factor_name(step: Step, labels: Mapping[str, str]) -> str:
    """What the local derivative of a step is called."""
    repeated = f" (input {step.input_index})" if step.is_repeated else ""
    return f"∂{labels[step.output]}/∂{labels[step.input]}{repeated}"


def _product_text(step: Step) -> str:
    passed_on = value_text(step.passed_on)
    if step.local is None or step.local.size != 1:
        return passed_on
    return f"{_signed(step.arriving)} · {_signed(step.local)} = {passed_on}"


# How a total comes about


def derivations(explanation: Explanation) -> list[list[str]]:
    """For each total the lines that derive it, as one does by hand."""
    return [[*map(printable, _derivation(explanation, total))] for total in explanation.totals]


def _derivation(explanation: Explanation, total: Total) -> list[str]:
    name = total_name(explanation, total.x)
    if total.gradient is None:
        return [f"{name}: none, {total.reason}"]
    result = value_text(total.gradient)
    if total.path_count == 1 and total.paths:
        return [" = ".join(_once([name, *_path_texts(total.paths[0], explanation.labels), result]))]
    lines = [f"{name} = {result}, the sum of {total.path_count} paths:"]
    for path in total.paths:
        texts = _path_texts(path, explanation.labels, among_others=True)
        own = [] if path.gradient is None else [value_text(path.gradient)]
        lines.append("  " + " = ".join(_once([*texts, *own])))
    hidden = total.path_count - len(total.paths)
    if hidden:
        lines.append(f"  … and {hidden} more")
    parts = [path.gradient for path in total.paths]
    numbers = [part for part in parts if part is not None and part.size == 1]
    if len(numbers) == total.path_count <= _MOST_TERMS:
        lines.append(f"  {' + '.join(map(_signed, numbers))} = {result}")
    return lines


def _path_texts(path: GradientPath, labels: Mapping[str, str], among_others: bool = False) -> list[str]:
    """The product of a path, in names and, where all factors are numbers, in numbers."""
    if not path.steps:
        return []
    names = [factor_name(step, labels) for step in path.steps]
    text = _factors_text(names)
    if among_others and len(names) == 1:
        text += " directly"
    factors = [step.local for step in path.steps]
    if any(factor is None or factor.size != 1 for factor in factors):
        return [text]
    return [text, _factors_text([_signed(factor) for factor in factors if factor is not None])]


def _factors_text(factors: Sequence[str]) -> str:
    hidden = len(factors) - _FIRST_FACTORS - _LAST_FACTORS
    if hidden > 1:
        factors = [*factors[:_FIRST_FACTORS], f"… ({hidden} more) …", *factors[-_LAST_FACTORS:]]
    return " · ".join(factors)


def _once(texts: Sequence[str]) -> list[str]:
    """Texts without those that say the same as the one before."""
    return [text for index, text in enumerate(texts) if index == 0 or text != texts[index - 1]]

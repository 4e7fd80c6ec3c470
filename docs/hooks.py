"""Writes the table of operations from the registry, when the site is built."""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import File, Files

from graphlog.core.attributes import Attribute
from graphlog.core.op_definition import NotDifferentiable, OpDefinition, all_definitions

INTRODUCTION = """# Operations

{count} types of operations have a kernel, so that a graph of them can be run, differentiated and written.
The table is made from their definitions. *Gradient* says whether TensorFlow, and so graphlog, defines
one: *none flows* means that the result does not change with the input, or changes in steps.

| GraphDef type | Inputs | Outputs | Gradient | Dtypes |
|---|---|---|---|---|
"""


def on_files(files: Files, config: Any) -> Files:
    """Add the generated page."""
    files.append(File.generated(config, "operations.md", content=operations_page()))
    return files


def operations_page() -> str:
    """Return the page as Markdown."""
    import graphlog.ops  # noqa: F401  (registers the definitions)

    definitions = all_definitions()
    return INTRODUCTION.format(count=len(definitions)) + "".join(map(row, definitions))


def row(definition: OpDefinition) -> str:
    """Return one operation's line of the table."""
    inputs, outputs = (
        ", ".join(argument.name for argument in arguments) or "–"
        for arguments in (definition.inputs, definition.outputs)
    )
    cells = (f"`{definition.type}`", inputs, outputs, gradient(definition), dtypes(definition))
    return f"| {' | '.join(cells)} |\n"


def gradient(definition: OpDefinition) -> str:
    """Return whether the operation has a gradient."""
    if not definition.inputs:
        return "–"
    if isinstance(definition.gradient, NotDifferentiable):
        return "none flows"
    return "no" if definition.gradient is None else "yes"


def dtypes(definition: OpDefinition) -> str:
    """Return the dtypes that the operation's type attributes allow."""
    listed = [
        f"{name}: {allowed(attribute)}"
        for name, attribute in definition.attributes.items()
        if attribute.kind in ("type", "list(type)")
    ]
    return "; ".join(listed) or "–"


def allowed(attribute: Attribute) -> str:
    """Return the names of the dtypes that one attribute allows."""
    return ", ".join(dtype.name for dtype in attribute.allowed) or "any"

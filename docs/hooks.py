"""Writes the table of operations from the registry, when the site is built."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

from mkdocs.structure.files import File, Files

import graphlog
from graphlog.core.attributes import Attribute
from graphlog.core.op_definition import NotDifferentiable, OpDefinition, all_definitions

INTRODUCTION = """---
hide: [toc]
---

# Operations

{count} types of operations have a kernel, so that a graph of them can be run, differentiated and written.
The table is made from their definitions. *Function* names what builds the operation; the others are built by
gradients, or with functions that are made of several. *Gradient* says whether TensorFlow, and so graphlog,
defines one: *none flows* means that the result does not change with the input, or changes in steps.

| GraphDef type | Function | Inputs | Gradient | Dtypes |
|---|---|---|---|---|
"""

# Dtypes that usually come together, and what to call them when all are there.
GROUPS = {
    "floats": ("bfloat16", "float16", "float32", "float64"),
    "complex": ("complex64", "complex128"),
    "integers": ("int8", "int16", "int32", "int64"),
    "unsigned": ("uint8", "uint16", "uint32", "uint64"),
    "quantized": ("qint8", "quint8", "qint32"),
}


def on_files(files: Files, config: Any) -> Files:
    """Add the generated page."""
    files.append(File.generated(config, "operations.md", content=operations_page()))
    return files


def operations_page() -> str:
    """Return the page as Markdown."""
    functions = functions_by_type()
    rows = [row(definition, functions.get(definition.type, "")) for definition in all_definitions()]
    return INTRODUCTION.format(count=len(rows)) + "".join(rows)


def row(definition: OpDefinition, function: str) -> str:
    """Return one operation's line of the table."""
    inputs = ", ".join(argument.name for argument in definition.inputs)
    name = f"`{function}`" if function else ""
    return f"| `{definition.type}` | {name} | {inputs} | {gradient(definition)} | {dtypes(definition)} |\n"


def functions_by_type() -> dict[str, str]:
    """Return the public function that builds each type, as its documentation says."""
    found: dict[str, str] = {}
    for name, function in public_functions():
        for op_type in re.findall(r"TensorFlow's ``(\w+)``", function.__doc__ or ""):
            found.setdefault(op_type, name)
    return found


def public_functions() -> Iterator[tuple[str, Any]]:
    """Yield what users can call, with its name: first what stands in the package itself."""
    modules = [("tf", graphlog)] + [
        (f"tf.{module.name}", importlib.import_module(f"graphlog.{module.name}"))
        for module in pkgutil.iter_modules(graphlog.__path__)
        if not module.name.startswith("_")
    ]
    for prefix, module in modules:
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isroutine(value):
                yield f"{prefix}.{name}", value


def gradient(definition: OpDefinition) -> str:
    """Return whether the operation has a gradient."""
    if not definition.inputs:
        return ""
    if isinstance(definition.gradient, NotDifferentiable):
        return "none flows"
    return "no" if definition.gradient is None else "yes"


def dtypes(definition: OpDefinition) -> str:
    """Return the dtypes that the operation's type attributes allow."""
    kinds = ("type", "list(type)")
    listed = {name: allowed(item) for name, item in definition.attributes.items() if item.kind in kinds}
    if len(listed) == 1:
        return next(iter(listed.values()))
    return "; ".join(f"{name}: {text}" for name, text in listed.items())


def allowed(attribute: Attribute) -> str:
    """Return the dtypes that one attribute allows, groups by their names."""
    names = {dtype.name for dtype in attribute.allowed}
    if not names:
        return "any"
    texts = []
    for group, members in GROUPS.items():
        if names.issuperset(members):
            texts.append(group)
            names -= set(members)
    return ", ".join([*texts, *sorted(names)])

"""Writes docs/public_names.md: everything public, each name with the first line of what it says of itself.

    python tests/docs/public_names_page.py

A test holds that the page is what this makes of it, so that no name comes or goes unseen.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import graphlog as tf

PAGE = Path(__file__).resolve().parents[2] / "docs" / "public_names.md"
STUB = Path(tf.__file__).with_suffix(".pyi")

INTRODUCTION = """---
hide: [toc]
---

# Public names

Everything that a program may rely on: {count:,} names in {spaces} modules. What is not here is private,
wherever it stands. The page is made from the docstrings; `help(tf.gradients)` tells the rest of a name.
"""

# What TensorFlow 1 has not: these parts of the package hold it. The others hold its vocabulary.
OWN_PARTS = (
    ("graphlog.writers", "Writing"),
    ("graphlog.readers", "Reading"),
    ("graphlog.inspect", "Looking into graphs"),
    ("graphlog.tracing", "NumPy functions"),
    ("graphlog.adapters", "Graphs from elsewhere"),
    ("graphlog.core.op_definition", "Operations of your own"),
)


class Name(NamedTuple):
    """One line of the page."""

    path: str
    text: str


def public_names() -> dict[str, list[Name]]:
    """The names of each public module, by its path, such as ``"tf.train"``."""
    found: dict[str, list[Name]] = {}
    _collect("tf", tf, [alias for _, alias in stub_imports()], found, set())
    return {path: names for path, names in sorted(found.items()) if names}


def stub_imports() -> Iterator[tuple[str, str]]:
    """For each name of the package the module that has it, and the name."""
    for statement in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                yield statement.module or "", alias.asname or alias.name


def _collect(
    path: str, module: ModuleType, names: Sequence[str], found: dict[str, list[Name]], seen: set[str]
) -> None:
    seen.add(module.__name__)
    lines = found[path] = []
    for name in sorted(names):
        value = getattr(module, name)
        if not inspect.ismodule(value):
            lines.append(Name(f"{path}.{name}", described(value)))
        elif not value.__name__.startswith("graphlog"):
            lines.append(Name(f"{path}.{name}", f"Python's module `{value.__name__}`."))
        elif value.__name__ not in seen:
            _collect(f"{path}.{name}", value, value.__all__, found, seen)


def described(value: Any) -> str:
    """What a value is, in one line."""
    if isinstance(value, tf.DType):
        return "A dtype."
    if isinstance(value, SimpleNamespace):
        return f"Holds {', '.join(f'`{name}`' for name in vars(value))}."
    if hasattr(value, "DESCRIPTOR"):
        return "A protobuf message of TensorFlow's."
    if not callable(value):
        text = repr(value)
        return f"`{text}`" if len(text) < 60 else f"A {type(value).__name__} of {len(value)}."
    if isinstance(value, functools.partial):
        given = [*value.args, *value.keywords.values()]
        text = ", ".join(getattr(item, "__name__", repr(item)) for item in given)
        return f"`{value.func.__name__}` with `{text}`."
    home = str(getattr(value, "__module__", None) or "builtins").partition(".")[0]
    if home != "graphlog":  # its words are not ours, and change with its versions
        return f"{home}'s `{value.__name__}`."
    text = inspect.getdoc(value) or ""
    return text.partition("\n\n")[0].replace("\n", " ").replace("``", "`")


def table(names: Sequence[Name]) -> str:
    """Names as a table."""
    rows = [f"| `{name.path}` | {_escaped(name.text)} |\n" for name in names]
    return f"\n| | |\n|---|---|\n{''.join(rows)}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[") if "`" not in text else text.replace("|", "\\|")


def page() -> str:
    """The page as Markdown."""
    found = public_names()
    parts = {alias: module for module, alias in stub_imports()}
    top = found.pop("tf")
    texts = [INTRODUCTION.format(count=len(top) + sum(map(len, found.values())), spaces=len(found) + 1)]
    own: set[Name] = set()
    for part, title in OWN_PARTS:
        chosen = [name for name in top if parts[name.path.removeprefix("tf.")].startswith(part)]
        own.update(chosen)
        texts.append(f"\n## {title}\n{table(chosen)}")
    texts.append(f"\n## tf\n{table([name for name in top if name not in own])}")
    texts += [f"\n## {path}\n\n{_about(path)}\n{table(names)}" for path, names in found.items()]
    return "".join(texts)


def _about(path: str) -> str:
    module: Any = tf
    for name in path.split(".")[1:]:
        module = getattr(module, name)
    text = (importlib.import_module(module.__name__).__doc__ or "").partition("\n\n")[0]
    return text.replace("\n", " ").replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

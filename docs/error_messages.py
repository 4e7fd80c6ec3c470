"""Writes the page of error messages from the code, when the site is built.

    python docs/error_messages.py

prints it: to read the messages one after the other shows which are vague, cold or wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).resolve().parents[1] / "graphlog"
LEFT_OUT = ("proto",)

INTRODUCTION = """---
hide: [toc]
---

# Error messages

The {count:,} messages of the errors that graphlog raises, part by part, and at the end its warnings, its log
lines and what the command line says; what stands in braces is filled in. Where TensorFlow 1.15 has a message
for the same mistake, it is TensorFlow's. To an error while a graph is run graphlog adds the operation, the
shapes and dtypes of its inputs, and the line of the program that built it.
"""

WARNINGS = "Warnings and log lines"
PRINTED = "What the command line says"
# What is called to say something that is no error.
SAYING = {
    "warn": "warning",
    "_warn": "warning",
    "warn_user": "warning",
    "warning": "log line",
    "info": "log line",
    "error": "log line",
}
WORD = re.compile(r"[A-Za-z]{2}")
PRINTING = {"print", "print_styled", "print_to_stderr", "print_paragraph"}


class Message(NamedTuple):
    """What the code says in one place."""

    section: str
    kind: str
    text: str


def on_files(files: Any, config: Any) -> Any:
    """Add the generated page."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, "error_messages.md", content=messages_page()))
    return files


def messages_page() -> str:
    """Return the page as Markdown."""
    by_section: dict[str, set[tuple[str, str]]] = {}
    for message in messages():
        by_section.setdefault(message.section, set()).add(message[1:])
    others = {name: by_section.pop(name) for name in (WARNINGS, PRINTED)}
    count = sum(map(len, by_section.values()))
    return INTRODUCTION.format(count=count) + "".join(
        f"\n## {section}\n\n| | |\n|---|---|\n" + "".join(sorted(map(row, found)))
        for section, found in (by_section | others).items()
    )


def row(message: tuple[str, str]) -> str:
    """Return one line of the table."""
    kind, text = message
    shown = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"| {kind} | `{shown}` |\n"


def messages() -> Iterator[Message]:
    """Yield what is said, file by file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part in LEFT_OUT:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = assigned_texts(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise | ast.Return):
                call = node.exc if isinstance(node, ast.Raise) else node.value
            else:
                call = node.value if isinstance(node, ast.Expr) else None
            if not isinstance(call, ast.Call):
                continue
            section, kind = place_of(node, name_of(call.func), part)
            # What follows the text that the command line prints is a style, or its title.
            for argument in call.args[: 1 if section == PRINTED else None] if section else ():
                for text in texts_of(argument, texts):
                    if WORD.search(re.sub(r"\{.*?\}", "", text)):
                        yield Message(section, kind, text)


def place_of(node: ast.AST, name: str, part: str) -> tuple[str, str]:
    """Return the section and the kind of what a call says; empty texts where it says nothing."""
    is_error = name[:1].isupper() and name.endswith("Error")
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Return) and is_error):
        return part, name if name[:1].isupper() else "error"
    if isinstance(node, ast.Expr) and name in SAYING:
        return WARNINGS, SAYING[name]
    if isinstance(node, ast.Expr) and name in PRINTING and part == "cli":
        return PRINTED, "printed"
    return "", ""


def name_of(called: ast.expr) -> str:
    """Return the last part of the name of a function or class."""
    return ast.unparse(called).rpartition(".")[2]


def assigned_texts(tree: ast.AST) -> dict[str, list[str]]:
    """Return, for the name of a variable, the texts that are assigned to it."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = text_of(node.value, {})
            if text:
                found.setdefault(node.targets[0].id, []).append(text)
    return found


def texts_of(argument: ast.expr, texts: dict[str, list[str]]) -> list[str]:
    """Return what may stand for an argument: a text of the code's, or those that its variable gets."""
    if isinstance(argument, ast.Name):
        return texts.get(argument.id, [])
    text = text_of(argument, texts)
    return [text] if text else []


def text_of(argument: ast.expr, texts: dict[str, list[str]]) -> str:
    """Return a string as it stands in the code, constants filled in; an empty one for anything else."""
    if isinstance(argument, ast.Constant):
        return argument.value if isinstance(argument.value, str) else ""
    if isinstance(argument, ast.BinOp):
        return text_of(argument.left, texts) + text_of(argument.right, texts)
    if not isinstance(argument, ast.JoinedStr):
        return ""
    parts = []
    for part in argument.values:
        if not isinstance(part, ast.FormattedValue):
            parts.append(text_of(part, texts))
        elif isinstance(part.value, ast.Name) and part.value.id.isupper() and part.value.id in texts:
            parts.append(texts[part.value.id][0])
        else:
            parts.append(f"{{{ast.unparse(part.value)}}}")
    return "".join(parts)


if __name__ == "__main__":
    print(messages_page())

"""Writes the page of error messages from the code, when the site is built.

    python docs/error_messages.py

prints it: to read the messages one after the other shows which are vague, cold or wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).resolve().parents[1] / "graphlog"
LEFT_OUT = ("proto",)

INTRODUCTION = """---
hide: [toc]
---

# Error messages

The {count:,} messages of the errors that graphlog raises, part by part; what stands in braces is filled in.
Where TensorFlow 1.15 has a message for the same mistake, it is TensorFlow's. To an error while a graph is run
graphlog adds the operation, the shapes and dtypes of its inputs, and the line of the program that built it.
"""


class Message(NamedTuple):
    """What one ``raise`` says."""

    path: Path
    error: str
    text: str


def on_files(files: Any, config: Any) -> Any:
    """Add the generated page."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, "error_messages.md", content=messages_page()))
    return files


def messages_page() -> str:
    """Return the page as Markdown."""
    by_part: dict[str, set[tuple[str, str]]] = {}
    for message in messages():
        by_part.setdefault(message.path.parts[0].removesuffix(".py"), set()).add(message[1:])
    count = sum(map(len, by_part.values()))
    return INTRODUCTION.format(count=count) + "".join(
        f"\n## {part}\n\n| | |\n|---|---|\n" + "".join(sorted(map(row, found)))
        for part, found in by_part.items()
    )


def row(message: tuple[str, str]) -> str:
    """Return one line of the table."""
    error, text = message
    shown = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"| {error} | `{shown}` |\n"


def messages() -> Iterator[Message]:
    """Yield what is raised with a text, file by file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] in LEFT_OUT:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for argument in node.exc.args:
                    text = text_of(argument)
                    if text:
                        yield Message(place, error_of(node.exc.func), text)


def error_of(raised: ast.expr) -> str:
    """Return the name of an error; a function that makes one says it has no name of its own."""
    name = ast.unparse(raised).rpartition(".")[2]
    return name if name[:1].isupper() else "error"


def text_of(argument: ast.expr) -> str:
    """Return a string as it stands in the code; an empty one for anything else."""
    if isinstance(argument, ast.Constant):
        return argument.value if isinstance(argument.value, str) else ""
    if isinstance(argument, ast.BinOp):
        return text_of(argument.left) + text_of(argument.right)
    if not isinstance(argument, ast.JoinedStr):
        return ""
    return "".join(
        f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else text_of(part)
        for part in argument.values
    )


if __name__ == "__main__":
    print(messages_page())

"""Names of a package that are imported when they are first used."""

from __future__ import annotations

import builtins
import functools
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def late_names(
    package: str, file: str, absent: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package whose names stand in its stub.

    The stub (``__init__.pyi``) says which name is imported from which module, as type checkers want it.
    It is read when the first name is asked for.

    Args:
        package: the package's name.
        file: the path of its ``__init__.py``.
        absent: what to add to the error for names that one may look for in vain.

    Returns:
        Both functions, as PEP 562 has them.
    """

    @functools.cache
    def places() -> dict[str, tuple[str, str]]:
        return _imports(Path(file).with_suffix(".pyi"))

    def get(name: str) -> Any:
        if name == "__all__":
            # A star import must not put a graph operation in the place of ``print`` or ``range``.
            return sorted(item for item in places() if not hasattr(builtins, item))
        if name.startswith("__") or name not in places():
            raise AttributeError(f"module {package!r} has no attribute {name!r}{absent.get(name, '')}")
        module, attribute = places()[name]
        if module == package:
            value: Any = importlib.import_module(f"{package}.{attribute}")
        else:
            value = getattr(importlib.import_module(module), attribute)
        setattr(sys.modules[package], name, value)
        return value

    return get, lambda: sorted(
        {*[name for name in vars(sys.modules[package]) if name.startswith("__")], *places()}
    )


def _imports(stub: Path) -> dict[str, tuple[str, str]]:
    """For each name that a stub imports its module, and what it is called there."""
    import ast

    return {
        alias.asname or alias.name: (statement.module or "", alias.name)
        for statement in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

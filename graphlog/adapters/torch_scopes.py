"""Module paths as scopes of a graph."""

from __future__ import annotations

from collections.abc import Iterable

from graphlog.adapters.foreign_graphs import valid_name


class ModuleScopes:
    """Gives each module a scope of its own, however it is called.

    Args:
        paths: the modules' paths, such as ``layers.0.self_attn``.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._scopes = {"": ""}
        self._taken: set[str] = set()
        for path in paths:
            self.of(path)

    @property
    def taken(self) -> Iterable[str]:
        """The names of all scopes, without a slash at the end."""
        return self._taken

    def of(self, path: str) -> str:
        """The scope of a module, with a slash at its end; empty for the model itself.

        Args:
            path: the module's path, its parts separated by dots.
        """
        scope = self._scopes.get(path)
        if scope is None:
            parent, _, own = path.rpartition(".")
            scope = self._scopes[path] = self._unique(self.of(parent) + _one_part(own)) + "/"
        return scope

    def name(self, path: str) -> str:
        """The name of a parameter or a buffer within its module's scope."""
        module, _, own = path.rpartition(".")
        return self.of(module) + _one_part(own)

    def _unique(self, name: str) -> str:
        # Names that differ in nothing but letters that no graph takes would else become one scope.
        name, number = valid_name(name), 0
        unique = name
        while unique.lower() in self._taken:
            number += 1
            unique = f"{name}_{number}"
        self._taken.add(unique.lower())
        return unique


def _one_part(name: str) -> str:
    return name.replace("/", "_") or "_"

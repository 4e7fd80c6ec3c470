"""The collections of a graph: lists of whatever belongs together, by name."""

from __future__ import annotations

import re
from typing import Any


class Collections:
    """The part of a Graph that holds its collections.

    Attributes:
        finalized: whether the graph is read-only.
    """

    def __init__(self) -> None:
        self._collections: dict[Any, list[Any]] = {}
        self.finalized = False

    def _check_not_finalized(self) -> None:
        if self.finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")

    def finalize(self) -> None:
        """Makes the graph read-only: adding an operation raises RuntimeError from now on."""
        self.finalized = True

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Adds a value to the collection of that name."""
        self._check_not_finalized()
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Adds a value to several collections, each once; ``names`` may be one name."""
        names = (names,) if isinstance(names, str) else dict.fromkeys(names)
        for name in names:
            self.add_to_collection(name, value)

    @property
    def collections(self) -> list[str]:
        """The names of all collections, empty ones too."""
        return list(self._collections)

    def clear_collection(self, name: str) -> None:
        """Empties the collection of that name."""
        self._check_not_finalized()
        self._collections.pop(name, None)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of the collection of that name; an empty list where there is none.

        Args:
            name: the collection's name.
            scope: a regular expression; only what has a name that begins with a match is returned.
        """
        values = self._collections.get(name, ())
        if scope is None:
            return list(values)
        return [value for value in values if hasattr(value, "name") and re.match(scope, value.name)]

    def get_collection_ref(self, name: Any) -> list[Any]:
        """The collection of that name itself, made where there was none."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[Any]:
        """The names of all collections that hold something; not the keys that are no strings."""
        return [name for name, values in self._collections.items() if values and isinstance(name, str)]

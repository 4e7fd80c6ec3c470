"""Names of operations and scopes: which are valid, and how they are kept apart."""

from __future__ import annotations

import functools
import re


def check_is_text(name: object) -> None:
    """Raises TypeError unless a name is a string."""
    if not isinstance(name, str):
        raise TypeError(f"A name must be a string, got {name!r} of type {type(name).__name__}.")


# Behind TensorFlow's words.
_FORM = "letters, digits and _ . - / make a name"
_OPERATION_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\-/]*")
_SCOPE_NAME = re.compile(r"[A-Za-z0-9_.\-/]*")


@functools.lru_cache(maxsize=4096)
def check_operation_name(name: str) -> None:
    """Raises ValueError unless an operation may be called ``name``."""
    if not _OPERATION_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid node name: {_FORM}, and it does not begin with _ - /")


@functools.lru_cache(maxsize=4096)
def check_scope_name(name: str, is_outermost: bool) -> None:
    """Raises ValueError unless a scope may be called ``name``.

    Operations take their scope's name as a prefix, so an outermost scope must begin as they do.
    """
    if not (_OPERATION_NAME if is_outermost else _SCOPE_NAME).fullmatch(name):
        beginning = ", and it does not begin with _ - /" if is_outermost else ""
        raise ValueError(f"{name!r} is not a valid scope name: {_FORM}{beginning}")


def without_scope(name: str, scope: str | None) -> str:
    """A name without a scope at its beginning; a sign of control inputs or colocation stays before it."""
    if not scope:
        return name
    return re.sub(rf"([\^]|loc:@|^){re.escape(scope.rstrip('/'))}/+(.*)", r"\1\2", name, count=1)


def in_scope(name: str, scope: str | None) -> str:
    """A name with a scope at its beginning, after a sign of control inputs or colocation."""
    if not scope:
        return name
    return re.sub(
        r"([\^]|loc:@|^)(.*)", lambda found: f"{found[1]}{scope.rstrip('/')}/{found[2]}", name, count=1
    )


class NameTable(dict[str, int]):
    """How often each name of a graph was asked for; in lower case, as TensorFlow compares names."""

    __slots__ = ()

    def unique(self, name: str, mark_as_used: bool = True) -> str:
        """``name`` if it is free, else ``name_1``, ``name_2`` … in the order TensorFlow counts."""
        key = name.lower()
        uses = self.get(key, 0)
        if mark_as_used:
            self[key] = uses + 1
        if uses == 0:
            return name
        number = uses
        while (numbered := f"{key}_{number}") in self:
            number += 1
        if mark_as_used:
            # So that a later request for exactly this name gets another one.
            self[numbered] = 1
        return numbered if key == name else f"{name}_{number}"

    def mark_as_used(self, name: str) -> None:
        """Records a name that was given verbatim."""
        self.setdefault(name.lower(), 1)

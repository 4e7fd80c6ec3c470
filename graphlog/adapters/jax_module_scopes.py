"""Scopes for the modules of Flax NNX and Equinox, which do not say which module an equation comes from.

(Those of Flax Linen do.) While a function is traced, the call of a module enters a scope of JAX that is
named as the module is found in the one that calls it: ``Encoder``, and in it ``layers/0`` and ``attention``.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# Where the classes of modules are found, once a program has imported them.
_BASES = (("flax.nnx", "Module"), ("equinox", "Module"))
_DEEPEST = 40

# The modules within those that are being called, by address, with the names they are found by; the modules
# are kept, so that no other has the address.
_Known = Mapping[int, tuple[str, Any]]
_known: ContextVar[_Known] = ContextVar("known", default=MappingProxyType({}))
_is_called: ContextVar[int] = ContextVar("is_called", default=0)

_lock = threading.Lock()


@dataclass
class _InUse:
    """How many functions are being traced just now, and what the calls of modules were before."""

    tracings: int = 0
    originals: list[tuple[type, Any]] = field(default_factory=list)


_in_use = _InUse()


@contextmanager
def module_scopes() -> Iterator[None]:
    """Lets calls of modules enter scopes inside a ``with`` block."""
    bases = tuple(
        getattr(sys.modules[module], name)
        for module, name in _BASES
        if hasattr(sys.modules.get(module), name)
    )
    if not bases:
        yield
        return
    with _lock:
        if not _in_use.tracings:
            _in_use.originals = [(kind, kind.__dict__["__call__"]) for kind in _with_subclasses(bases)]
            for kind, original in _in_use.originals:
                type.__setattr__(kind, "__call__", _in_scope(original, bases))
        _in_use.tracings += 1
    try:
        yield
    finally:
        with _lock:
            _in_use.tracings -= 1
            if not _in_use.tracings:
                for kind, original in _in_use.originals:
                    type.__setattr__(kind, "__call__", original)
                _in_use.originals = []


def _with_subclasses(bases: tuple[type, ...]) -> list[type]:
    """The public classes that derive from one of these and say themselves what a call does."""
    found: dict[type, None] = {}
    waiting = list(bases)
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found[kind] = None
            waiting += type.__subclasses__(kind)
    # Those that Equinox wraps functions in, as for jit and vmap, are private.
    return [kind for kind in found if "__call__" in kind.__dict__ and not kind.__name__.startswith("_")]


def _in_scope(original: Any, bases: tuple[type, ...]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        import jax

        run = original.__get__(self, type(self))
        if _is_called.get() == id(self):
            return run(*args, **kwargs)  # from a subclass's call
        known = _known.get()
        name = known[id(self)][0] if id(self) in known else type(self).__name__
        resets = _known.set({**known, **_modules_in(self, bases)}), _is_called.set(id(self))
        try:
            with jax.named_scope(name):
                return run(*args, **kwargs)
        finally:
            _known.reset(resets[0])
            _is_called.reset(resets[1])

    return call


def _modules_in(module: Any, bases: tuple[type, ...]) -> _Known:
    """The modules that a module has as attributes, or in lists and dicts, and those within them."""
    found: dict[int, tuple[str, Any]] = {}
    waiting = deque((name, item, 1) for name, item in _items(module, bases))
    while waiting:
        name, value, depth = waiting.popleft()
        if id(value) in found or depth > _DEEPEST:
            continue
        if isinstance(value, bases):
            found[id(value)] = (name, value)
        waiting.extend((f"{name}/{inner}", item, depth + 1) for inner, item in _items(value, bases))
    return found


def _items(value: Any, bases: tuple[type, ...]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, bases):
        # Flax names the items of its lists by numbers.
        value = {name: item for name, item in vars(value).items() if not str(name).startswith("_")}
    if isinstance(value, dict):
        return [(str(key).replace("/", "_"), item) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [(str(number), item) for number, item in enumerate(value)]
    return ()

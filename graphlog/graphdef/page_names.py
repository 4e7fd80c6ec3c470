"""Names that TensorBoard's page cannot show."""

from __future__ import annotations

# A scope or a root node of such a name makes the page's scripts fail: it keeps names as keys of plain
# JavaScript objects, which have these already. Seen in TensorBoard 2.21: with any of them but ``length`` no
# graph is shown at all.
PAGE_BREAKING = frozenset(
    {
        *("length", "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf", "__root__"),
        *("__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    }
)

"""``tf.strings``: operations on strings."""

from __future__ import annotations

from graphlog.ops.printing import string_format as format
from graphlog.ops.string_conversions import as_string
from graphlog.ops.string_conversions import string_to_number as to_number
from graphlog.ops.string_ops import (
    reduce_join,
    regex_full_match,
    regex_replace,
    substr,
)
from graphlog.ops.string_ops import (
    string_join as join,
)
from graphlog.ops.string_ops import (
    string_length as length,
)
from graphlog.ops.string_ops import (
    string_lower as lower,
)
from graphlog.ops.string_ops import (
    string_strip as strip,
)
from graphlog.ops.string_ops import (
    string_upper as upper,
)

__all__ = [
    "as_string",
    "format",
    "join",
    "length",
    "lower",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "strip",
    "substr",
    "to_number",
    "upper",
]

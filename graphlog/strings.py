"""``tf.strings``: operations on strings."""

from __future__ import annotations

from graphlog.ops.debugging.printing import string_format as format
from graphlog.ops.inputs.hash_buckets import string_to_hash_bucket as to_hash_bucket
from graphlog.ops.inputs.hash_buckets import string_to_hash_bucket_fast as to_hash_bucket_fast
from graphlog.ops.inputs.hash_buckets import string_to_hash_bucket_strong as to_hash_bucket_strong
from graphlog.ops.sparse.string_splitting import strings_split as split
from graphlog.ops.strings.string_conversions import as_string
from graphlog.ops.strings.string_conversions import string_to_number as to_number
from graphlog.ops.strings.string_ops import (
    reduce_join,
    regex_full_match,
    regex_replace,
    substr,
)
from graphlog.ops.strings.string_ops import (
    string_join as join,
)
from graphlog.ops.strings.string_ops import (
    string_length as length,
)
from graphlog.ops.strings.string_ops import (
    string_lower as lower,
)
from graphlog.ops.strings.string_ops import (
    string_strip as strip,
)
from graphlog.ops.strings.string_ops import (
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
    "split",
    "strip",
    "substr",
    "to_hash_bucket",
    "to_hash_bucket_fast",
    "to_hash_bucket_strong",
    "to_number",
    "upper",
]

"""Summary operations: a value as the bytes of a Summary protobuf, ready for an event file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.printable import described
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.encoders.tags import clean_tag
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import REALS
from graphlog.ops.name_scopes import name_scope

# The encoders need protobuf, which takes longer to import than the rest of graphlog: the kernels
# import them when a summary is first computed.


def scalar_bytes(value: Any) -> bytes:
    """The bytes of a string that a kernel gets as its input."""
    # NumPy's own byte strings would lose zeros at the end.
    return value if isinstance(value, bytes) else value.item()


def _scalar_summary(tags: Any, values: Any) -> bytes:
    from graphlog.encoders.scalar import scalar as encode
    from graphlog.proto.summary_pb2 import Summary

    if np.shape(tags) != np.shape(values):
        tag = f" (tag '{np.ravel(tags)[0].decode()}')" if np.size(tags) == 1 else ""
        raise ValueError(
            f"tags and values not the same shape: {bracketed(np.shape(tags))} != "
            f"{bracketed(np.shape(values))}{tag}"
        )
    pairs = zip(np.ravel(tags), np.ravel(values), strict=True)
    return Summary(value=[encode(tag.decode(), value) for tag, value in pairs]).SerializeToString()


def _histogram_summary(tag: Any, values: Any) -> bytes:
    from graphlog.encoders.histogram import histogram as encode
    from graphlog.proto.summary_pb2 import Summary

    name = scalar_bytes(tag).decode()
    return Summary(value=[encode(name, values)]).SerializeToString()


def _tensor_summary(tag: Any, value: Any, metadata: Any) -> bytes:
    from graphlog.encoders.tensor import tensor as encode
    from graphlog.proto.summary_pb2 import Summary

    name, described = scalar_bytes(tag).decode(), scalar_bytes(metadata)
    return Summary(value=[encode(name, np.asarray(value), described)]).SerializeToString()


def _merge_summary(*summaries: Any) -> bytes:
    from graphlog.proto.summary_pb2 import Summary

    merged = Summary()
    seen: set[str] = set()
    for serialized in summaries:
        for value in Summary.FromString(scalar_bytes(serialized)).value:
            if value.tag in seen:
                raise ValueError(f"Duplicate tag {value.tag} found in summary inputs")
            seen.add(value.tag)
            merged.value.append(value)
    return merged.SerializeToString()


ScalarSummary = define_op(
    "ScalarSummary",
    ["tags: string", "values: T"],
    ["summary: string"],
    attributes={"T": types(*REALS)},
    shape=shape_rules.scalar,
    kernel=_scalar_summary,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text("loss"), samples.float32(1.5))),
        Sample((samples.text(["a", "b"]), samples.float64([1.0, np.nan]))),
        Sample(
            (samples.text("loss"), samples.float32([1.0, 2.0])), raises="tags and values not the same shape"
        ),
    ],
)
HistogramSummary = define_op(
    "HistogramSummary",
    ["tag: string", "values: T"],
    ["summary: string"],
    attributes={"T": types(*REALS, default=dtypes.float32)},
    shape=shape_rules.scalar,
    kernel=_histogram_summary,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text("h"), samples.float32([[1.5, -2.0], [0.0, 1e30]]))),
        Sample((samples.text("h"), samples.float64([]))),
        Sample((samples.text("h"), samples.float32([np.nan])), raises="Nan in summary histogram for: h"),
        Sample((samples.text("h"), samples.float32([np.inf])), raises="Infinity in summary histogram"),
    ],
)
TensorSummaryV2 = define_op(
    "TensorSummaryV2",
    ["tag: string", "tensor: T", "serialized_summary_metadata: string"],
    ["summary: string"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=_tensor_summary,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text("t"), samples.float32([1.5, -2.0]), samples.text(""))),
        Sample((samples.text("t"), samples.text(["a", "b"]), samples.text(""))),
        Sample((samples.text("t"), samples.int32(3), samples.text("x")), raises="are no SummaryMetadata"),
    ],
)
MergeSummary = define_op(
    "MergeSummary",
    ["inputs: N * string"],
    ["summary: string"],
    attributes={"N": integer(minimum=1)},
    shape=shape_rules.scalar,
    kernel=_merge_summary,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(([b"\n\x08\n\x01a\x15\x00\x00\x80?", b"\n\x08\n\x01b\x15\x00\x00\x00@"],)),
        Sample(([b"\n\x03\n\x01a", b"\n\x03\n\x01a"],), raises="Duplicate tag a"),
    ],
)


@contextmanager
def summary_scope(name: str, family: str | None, values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Enters a scope for a summary, and yields its tag and the scope's name."""
    name = clean_tag(name)
    if family is None:
        with name_scope(name, values=values) as scope:
            yield scope.rstrip("/"), scope
    else:
        family = clean_tag(family)
        with name_scope(f"{family}/{name}", values=values) as scope:
            # TensorBoard groups by what stands before the first slash, so the family comes first.
            yield f"{family}/{scope.rstrip('/')}", scope


def scalar(
    name: str, tensor: Any, collections: Sequence[Any] | None = None, family: str | None = None
) -> Tensor:
    """A summary of one number, which TensorBoard draws as a curve over the steps.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag.
        tensor: a scalar of real numbers. NaN and infinities are written as they are.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        family: a prefix of the tag, by which TensorBoard groups curves.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Source: ``tf.summary.scalar``.
    """
    with summary_scope(name, family, [tensor]) as (tag, scope):
        return collected(ScalarSummary(tag, tensor, name=scope), collections)


def histogram(
    name: str, values: Any, collections: Sequence[Any] | None = None, family: str | None = None
) -> Tensor:
    """A summary of how numbers are distributed, which TensorBoard draws over the steps.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag.
        values: real numbers of any shape. In a run, NaN and infinities are an error.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        family: a prefix of the tag, by which TensorBoard groups.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Source: ``tf.summary.histogram``.
    """
    with summary_scope(name, family, [values]) as (tag, scope):
        return collected(HistogramSummary(tag, values, name=scope), collections)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: Any = None,
    collections: Sequence[Any] | None = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of a tensor of any kind, which a plugin of TensorBoard shows.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag.
        tensor: the tensor.
        summary_description: a SummaryDescription protobuf.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        summary_metadata: a SummaryMetadata protobuf, which says how the tensor is to be shown.
        family: a prefix of the tag, by which TensorBoard groups.
        display_name: the name that TensorBoard shows.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Source: ``tf.summary.tensor_summary``.
    """
    from graphlog.proto.summary_pb2 import SummaryMetadata

    metadata = SummaryMetadata()
    if summary_metadata is not None:
        if not hasattr(summary_metadata, "SerializeToString"):
            raise TypeError(f"summary_metadata must be a SummaryMetadata, not {described(summary_metadata)}.")
        metadata.ParseFromString(summary_metadata.SerializeToString())
    if summary_description is not None:
        metadata.summary_description = str(summary_description)
    if display_name is not None:
        metadata.display_name = display_name
    with summary_scope(name, family, [tensor]) as (tag, scope):
        return collected(TensorSummaryV2(tag, tensor, metadata.SerializeToString(), name=scope), collections)


def text(name: str, tensor: Any, collections: Sequence[Any] | None = None) -> Tensor:
    """A summary of strings, which TensorBoard shows as Markdown.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag.
        tensor: a string tensor; a matrix is shown as a table.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Raises:
        ValueError: the tensor is none of strings.

    Source: ``tf.summary.text``.
    """
    from graphlog.proto.summary_pb2 import SummaryMetadata

    tensor = convert_to_tensor(tensor)
    if tensor.dtype.base_dtype is not dtypes.string:
        raise ValueError(f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}")
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return tensor_summary(name, tensor, collections=collections, summary_metadata=metadata)


def collected(summary: Tensor, collections: Sequence[Any] | None) -> Tensor:
    """The summary, which is added to these collections, or to ``GraphKeys.SUMMARIES`` if None."""
    for collection in [GraphKeys.SUMMARIES] if collections is None else collections:
        summary.graph.add_to_collection(collection, summary)
    return summary


def merge(inputs: Iterable[Any], collections: Sequence[Any] | None = None, name: str | None = None) -> Tensor:
    """One summary of several.

    Args:
        inputs: string tensors that hold summaries.
        collections: the graph collections to add it to; none if None.
        name: the operation's name.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Raises:
        InvalidArgumentError: in a run, where two of them have the same tag.

    Source: ``tf.summary.merge``.
    """
    inputs = list(inputs)
    name = None if name is None else clean_tag(name)
    with name_scope(name, "Merge", inputs):
        summary: Tensor = MergeSummary(inputs, name=name)
    for collection in collections or ():
        summary.graph.add_to_collection(collection, summary)
    return summary


def merge_all(
    key: Any = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """One summary of all in a collection of the default graph.

    Args:
        key: the collection.
        scope: takes only the summaries whose names begin with this.
        name: the operation's name.

    Returns:
        The merged summary, or None where there are none.

    Source: ``tf.summary.merge_all``.
    """
    summaries = get_default_graph().get_collection(key)
    if scope:
        summaries = [summary for summary in summaries if summary.op.name.startswith(scope)]
    return merge(summaries, name=name) if summaries else None

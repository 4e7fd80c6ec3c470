"""Values of summaries that TensorBoard's plugins cannot show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from graphlog.core.shapes import StaticShape
from graphlog.core.shapes import text as shape_text
from graphlog.graphdef.tensor_values import static_shape
from graphlog.inspect.checks.findings import Finding, error, shortened, warning
from graphlog.proto.summary_pb2 import DATA_CLASS_UNKNOWN, Summary
from graphlog.proto.tensor_pb2 import DT_DOUBLE, DT_FLOAT, DT_STRING, DataType

# Which plugin shows the older kinds of values.
_PLUGINS_OF_KINDS = {"simple_value": "scalars", "histo": "histograms", "image": "images", "audio": "audio"}

# Plugins whose class of data TensorBoard knows by itself.
_KNOWN_PLUGINS = frozenset(
    {
        *("scalars", "histograms", "images", "audio", "text", "hparams", "pr_curves", "mesh"),
        *("custom_scalars", "graph_run_metadata", "graph_run_metadata_graph", "graph_keras_model"),
    }
)


class _Form(NamedTuple):
    """What the tensors of a plugin look like."""

    has_shape: Callable[[tuple[int | None, ...]], bool]
    shape: str
    dtypes: frozenset[DataType] | None  # None: any


def _is_blob(shape: tuple[int | None, ...]) -> bool:
    return len(shape) == 0 or shape == (1,)


_FORMS = {
    "scalars": _Form(lambda shape: len(shape) == 0, "()", frozenset({DT_FLOAT})),
    "histograms": _Form(lambda shape: len(shape) == 2 and shape[1] == 3, "(k, 3)", None),
    "images": _Form(
        lambda shape: len(shape) == 1 and (shape[0] or 0) >= 2, "(2 + images,)", frozenset({DT_STRING})
    ),
    "audio": _Form(
        lambda shape: len(shape) == 1 or (len(shape) == 2 and shape[1] == 2),
        "(k, 2)",
        frozenset({DT_STRING}),
    ),
    "text": _Form(lambda shape: True, "any", frozenset({DT_STRING})),
    "pr_curves": _Form(lambda shape: len(shape) == 2 and shape[0] == 6, "(6, n)", None),
    "mesh": _Form(lambda shape: len(shape) == 3, "(batch, n, 3)", None),
    "custom_scalars": _Form(_is_blob, "()", frozenset({DT_STRING})),
    "graph_run_metadata": _Form(_is_blob, "()", frozenset({DT_STRING})),
    "graph_run_metadata_graph": _Form(_is_blob, "()", frozenset({DT_STRING})),
    "graph_keras_model": _Form(_is_blob, "()", frozenset({DT_STRING})),
}


def kind_of(value: Summary.Value) -> str:
    """The plugin that shows a tag whose first value this is; empty where none does."""
    return value.metadata.plugin_data.plugin_name or _PLUGINS_OF_KINDS.get(
        value.WhichOneof("value") or "", ""
    )


def check_first_value(value: Summary.Value) -> Iterator[Finding]:
    """Checks what only the first value of a tag says: for whom it is."""
    plugin = kind_of(value)
    if not plugin:
        yield warning(
            "missing-plugin",
            value.tag,
            "The first value of the tag does not say which plugin shows it (plugin_name in its metadata), "
            "and only the first counts: no page shows it.",
            "Write the metadata with the first value of each tag in each run.",
        )
    elif plugin not in _KNOWN_PLUGINS and value.metadata.data_class == DATA_CLASS_UNKNOWN:
        yield error(
            "missing-data-class",
            value.tag,
            f"Plugin {shortened(plugin)} is none of TensorBoard's own, and the first value does not say of "
            "which class its data are (data_class in its metadata): nothing is shown.",
            "Set data_class to scalars, tensors or blob sequences.",
        )


def check_value(value: Summary.Value, plugin: str) -> Iterator[Finding]:
    """Checks a value beside what its plugin shows."""
    if value.WhichOneof("value") != "tensor":
        return
    tensor, form = value.tensor, _FORMS.get(plugin)
    if form is None:
        return
    if plugin == "scalars" and tensor.dtype == DT_DOUBLE:
        yield error(
            "double-scalar",
            value.tag,
            "The scalar is of double precision; TensorBoard's default reader drops it.",
            "Write it as simple_value or float32.",
        )
    elif form.dtypes is not None and tensor.dtype not in form.dtypes:
        yield _wrong_dtype(value, plugin)
    shape: StaticShape = static_shape(tensor.tensor_shape)
    if shape is None or not form.has_shape(shape):
        yield error(
            "tensor-shape",
            value.tag,
            f"The tensor has shape {shape_text(shape)}; plugin {plugin!r} shows those of shape {form.shape}.",
            "Write a tensor of that shape, or for another plugin.",
        )


def _wrong_dtype(value: Summary.Value, plugin: str) -> Finding:
    wanted = "float32" if plugin == "scalars" else "strings"
    try:
        dtype = DataType.Name(value.tensor.dtype)
    except ValueError:
        dtype = f"DataType {value.tensor.dtype}"
    return error(
        "tensor-dtype",
        value.tag,
        f"The tensor is of {dtype}; plugin {plugin!r} shows {wanted}.",
        f"Write {wanted}.",
    )

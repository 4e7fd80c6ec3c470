"""How TensorBoard's CUSTOM SCALARS puts curves together into charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.encoders.plugin_values import metadata, strings_tensor
from graphlog.proto import summary_pb2

# Category, then title of a chart, then its kind ("Multiline" or "Margin") and its tags.
Layout = Mapping[str, Mapping[str, Sequence[Any]]]

TAG = "custom_scalars__config__"


def chart_layout(layout: Layout) -> summary_pb2.Summary.Value:
    """Encodes the layout of CUSTOM SCALARS.

    Args:
        layout: category, then title of a chart, then ``["Multiline", tags]`` or ``["Margin", tags]``. The
            tags of a Multiline chart are regular expressions; those of a Margin chart are of the curve, its
            lower and its upper limit.

    Returns:
        A Summary.Value with ``tensor``: the layout as one string.

    Raises:
        ValueError: a chart is of another kind, or a Margin chart has not three tags.
    """
    from tensorboard.plugins.custom_scalar import layout_pb2

    categories = [
        layout_pb2.Category(title=category, chart=[_chart(title, *chart) for title, chart in charts.items()])
        for category, charts in layout.items()
    ]
    content = layout_pb2.Layout(category=categories).SerializeToString()
    return summary_pb2.Summary.Value(
        tag=TAG, tensor=strings_tensor([content], ()), metadata=metadata("custom_scalars")
    )


def _chart(title: str, kind: str, tags: Sequence[str]) -> Any:
    from tensorboard.plugins.custom_scalar import layout_pb2

    if kind == "Multiline":
        return layout_pb2.Chart(title=title, multiline=layout_pb2.MultilineChartContent(tag=tags))
    if kind != "Margin":
        raise ValueError(f"chart {title!r} is of the kind 'Multiline' or 'Margin', not {kind!r}")
    if len(tags) != 3:
        raise ValueError(f"chart {title!r}: a margin chart has three tags, not {len(tags)}")
    value, lower, upper = tags
    series = layout_pb2.MarginChartContent.Series(value=value, lower=lower, upper=upper)
    return layout_pb2.Chart(title=title, margin=layout_pb2.MarginChartContent(series=[series]))

"""Points and triangles in space."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphlog.encoders.plugin_values import floats_tensor, metadata
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]


def mesh(
    tag: str,
    vertices: Array,
    colors: Array | None = None,
    faces: Array | None = None,
    config: Mapping[str, Any] | None = None,
) -> list[summary_pb2.Summary.Value]:
    """Encodes points in space, or a surface.

    Args:
        tag: the name of the series, to which ``_VERTEX`` and so on is added.
        vertices: ``(batch, points, 3)``.
        colors: ``(batch, points, 3)``: red, green and blue of each point, from 0 up to 255.
        faces: ``(batch, triangles, 3)``: the numbers of the points of each triangle.
        config: what TensorBoard hands to three.js: ``camera``, ``lights``, ``material``.

    Returns:
        A Summary.Value with ``tensor`` for each array that is given.

    Raises:
        ValueError: an array has another shape.
    """
    from tensorboard.plugins.mesh.plugin_data_pb2 import MeshPluginData

    arrays = {"VERTEX": vertices, "FACE": faces, "COLOR": colors}
    given = {name: array for name, array in arrays.items() if array is not None}
    for name, array in given.items():
        if array.ndim != 3 or array.shape[2] != 3:
            raise ValueError(f"mesh {tag!r}: {name} has the shape {array.shape}, not (batch, number, 3)")
    components = sum(1 << MeshPluginData.ContentType.Value(name) for name in given)
    json_config = "{}" if config is None else json.dumps(config, sort_keys=True)
    values = []
    for name, array in given.items():
        content = MeshPluginData(
            version=0,
            name=tag,
            content_type=MeshPluginData.ContentType.Value(name),
            components=components,
            shape=array.shape,
            json_config=json_config,
        )
        values.append(
            summary_pb2.Summary.Value(
                tag=f"{tag}_{name}",
                tensor=floats_tensor(array),
                metadata=metadata("mesh", content.SerializeToString()),
            )
        )
    return values

"""SummaryWriter beside PyTorch's and tensorboardX's, whose signatures and events are in golden/."""

from __future__ import annotations

import base64
import inspect
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary as TensorBoardSummary

import graphlog as gl
from tests.event_files import read_events
from tests.writers.summary_calls import CALLS

GOLDEN = {
    library: json.loads((Path(__file__).parent / "golden" / f"{library}.json").read_text(encoding="utf-8"))
    for library in ("torch", "tensorboardX")
}
METHODS = [(library, name) for library in GOLDEN for name in GOLDEN[library]["signatures"]]

# Where the two differ, graphlog has PyTorch's; tensorboardX's stands in another place or has another type.
MOVED = {
    ("tensorboardX", "__init__"): {"logdir", "log_dir", "comet_config", "kwargs"},
    ("tensorboardX", "add_scalar"): {"display_name", "summary_description"},
    ("tensorboardX", "add_image_with_boxes"): {"dataformats", "labels", "kwargs"},
    ("tensorboardX", "add_hparams"): {"name", "global_step"},
    ("tensorboardX", "add_onnx_graph"): {"onnx_model_file"},
}
# Of what graphlog takes the value, but does not need it to be given.
OPTIONAL = {("torch", "add_onnx_graph"): {"prototxt"}}


@pytest.mark.parametrize(("library", "name"), METHODS)
def test_a_method_takes_the_same_arguments(library: str, name: str) -> None:
    recorded = GOLDEN[library]["signatures"][name]
    ours = inspect.signature(getattr(gl.SummaryWriter, name)).parameters
    moved = MOVED.get((library, name), set())
    for place, (argument, default) in enumerate(recorded):
        if argument == "kwargs":
            continue
        assert argument in ours
        if argument not in moved:
            assert list(ours).index(argument) == place
        if argument in moved or argument in OPTIONAL.get((library, name), set()):
            continue
        found = ours[argument].default
        assert (None if found is inspect.Parameter.empty else repr(found)) == default


def written(folder: Path) -> list[Any]:
    return [value for event in read_events(folder) for value in event.summary.value]


def pixels(data: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(data)))


def parsed(value: Any) -> Any:
    """A value of whichever package, with the image apart, whose compression is nobody's business."""
    copy = TensorBoardSummary.Value.FromString(value.SerializeToString())
    data = copy.image.encoded_image_string
    if data:
        copy.image.encoded_image_string = b""
    return copy, data


# The tags of tensorboardX's meshes (m_1, m_2) are those of a TensorBoard of long ago.
CASES = [
    (library, name) for library in GOLDEN for name in CALLS if (library, name) != ("tensorboardX", "mesh")
]


@pytest.mark.parametrize(("library", "name"), CASES)
def test_a_call_writes_the_same(library: str, name: str, tmp_path: Path) -> None:
    method, arguments = CALLS[name]
    with gl.SummaryWriter(tmp_path) as writer:
        getattr(writer, method)(**arguments)
    recorded = [
        TensorBoardSummary.Value.FromString(zlib.decompress(base64.b64decode(value)))
        for value in GOLDEN[library]["values"][name]
    ]
    found = written(tmp_path)
    assert len(found) == len(recorded)
    for mine, theirs in zip(found, recorded, strict=True):
        (value, image), (expected, expected_image) = parsed(mine), parsed(theirs)
        if expected.HasField("histo"):  # in which order squares are added depends on the processor
            assert value.histo.sum_squares == pytest.approx(expected.histo.sum_squares, rel=1e-14, abs=0)
            value.histo.sum_squares = expected.histo.sum_squares
        assert value.SerializeToString(deterministic=True) == expected.SerializeToString(deterministic=True)
        if expected_image:
            np.testing.assert_array_equal(pixels(image), pixels(expected_image))

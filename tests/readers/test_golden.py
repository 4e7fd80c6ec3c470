"""Files of real writers, in all kinds that each knows: what was written, and what TensorBoard reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

import graphlog as gl
from tests.readers import golden_values as written

GOLDEN = Path(__file__).parent / "golden"
WRITERS = sorted(path.name for path in GOLDEN.iterdir())

# For each writer and kind the tags. Where they differ from the names given, that is the writer's way.
TENSORFLOW_2 = {
    "scalars": ["loss"],
    "histograms": ["weights"],
    "images": ["picture"],
    "audio": ["sound"],
    "texts": ["note"],
    "tensors": ["tensor"],
}
TORCH = TENSORFLOW_2 | {
    "texts": ["note/text_summary"],
    "pr_curves": ["pr"],
    "tensors": ["mesh_VERTEX", "mesh_FACE", "custom_scalars__config__"],
}
TAGS: dict[str, dict[str, list[str]]] = {
    "clu": TENSORFLOW_2,
    "flax": TENSORFLOW_2,
    "tensorboardX": TORCH | {"tensors": ["mesh_1", "mesh_2", "custom_scalars__config__"]},
    "tensorflow1": {
        "scalars": ["loss", "new/loss/scalar_summary"],
        "histograms": ["weights", "new/weights/histogram_summary"],
        "images": ["picture/image/0"],
        "audio": ["sound/audio/0"],
        "texts": ["note", "table"],
        "tensors": ["tensor", "custom_scalars__config__"],
        "pr_curves": ["pr/pr_curves"],
        "run_metadata": ["step 5"],
    },
    "tensorflow2": TENSORFLOW_2
    | {
        "texts": ["note", "table"],
        "tensors": ["tensor", "mesh_VERTEX", "mesh_FACE"],
        "run_metadata": ["double"],
    },
    "torch": TORCH
    | {
        "scalars": ["loss", "new/loss"],
        "tensors": [*TORCH["tensors"], "tensor"],
        "run_metadata": ["step1"],
    },
}
TAGS_OF_KIND = [(writer, kind, tag) for writer in TAGS for kind in TAGS[writer] for tag in TAGS[writer][kind]]


def run_of(writer: str) -> gl.Run:
    return gl.open_log(GOLDEN)[writer]


def accumulated(writer: str) -> Any:
    sizes = dict.fromkeys(("scalars", "histograms", "images", "audio", "tensors"), 0)  # all there is
    return EventAccumulator(str(GOLDEN / writer), size_guidance=sizes, purge_orphaned_data=False).Reload()


@pytest.mark.parametrize("writer", WRITERS)
def test_all_kinds_and_tags_are_found(writer: str) -> None:
    run = run_of(writer)
    assert run.tags() == TAGS[writer]
    assert run.damage == []


def of_kind(kind: str, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(writer, tag) for writer, found, tag in TAGS_OF_KIND if found == kind and tag not in but]


@pytest.mark.parametrize(("writer", "tag"), of_kind("scalars", ("new/loss",)))
def test_scalars(writer: str, tag: str) -> None:
    scalars = run_of(writer).scalars(tag)
    assert scalars.step.tolist() == [step for step, _ in written.SCALARS]
    assert scalars.value.tolist() == np.array([value for _, value in written.SCALARS], np.float32).tolist()
    dtypes = [column.dtype.name for column in (scalars.step, scalars.wall_time, scalars.value)]
    assert dtypes == ["int64", "float64", "float32"]


@pytest.mark.parametrize(("writer", "tag"), of_kind("histograms"))
def test_histograms(writer: str, tag: str) -> None:
    histograms = run_of(writer).histograms(tag)
    assert histograms.step.tolist() == written.STEPS
    for histogram in histograms:
        assert (histogram.minimum, histogram.maximum, histogram.number) == (-1.5, 1000, 7)
        assert histogram.count.sum() == 7
        assert (histogram.left[0], histogram.right[-1]) == (-1.5, 1000)
        assert (histogram.left[1:] == histogram.right[:-1]).all()
        for left, right, count in zip(histogram.left, histogram.right, histogram.count, strict=True):
            inside = (left <= written.NUMBERS) & (written.NUMBERS <= right)
            assert count <= inside.sum()
        if histogram.total is not None:
            assert histogram.total == written.NUMBERS.sum()
            assert histogram.total_of_squares == np.square(written.NUMBERS, dtype=np.float64).sum()


@pytest.mark.parametrize(("writer", "tag"), of_kind("images"))
def test_images(writer: str, tag: str) -> None:
    images = run_of(writer).images(tag)
    batch = 2 if writer == "tensorflow2" else 1
    assert images.step.tolist() == [step for step in written.STEPS for _ in range(batch)]
    for image in images:
        assert (image.width, image.height, image.format) == (5, 4, "png")
        expected = 255 - written.IMAGE if image.index else written.IMAGE
        assert image.pixels().tolist() == expected.tolist()


@pytest.mark.parametrize(("writer", "tag"), of_kind("audio"))
def test_audio(writer: str, tag: str) -> None:
    sounds = run_of(writer).audio(tag)
    assert sounds.step.tolist() == written.STEPS
    for sound in sounds:
        frames, rate = sound.frames()
        assert sound.content_type == "audio/wav"
        assert rate == written.RATE
        np.testing.assert_allclose(frames[:, 0], written.SOUND, atol=1e-4)


@pytest.mark.parametrize(("writer", "tag"), of_kind("texts"))
def test_texts(writer: str, tag: str) -> None:
    texts = run_of(writer).texts(tag)
    assert texts.step.tolist() == written.STEPS
    for text in texts:
        if tag == "table":
            assert text.values.tolist() == written.TABLE
        else:
            assert text.text == written.TEXT


@pytest.mark.parametrize(("writer", "tag"), of_kind("tensors", ("custom_scalars__config__",)))
def test_tensors(writer: str, tag: str) -> None:
    arrays = {
        "tensor": written.TENSOR,
        "mesh_VERTEX": written.VERTICES,
        "mesh_FACE": written.FACES,
        "mesh_1": written.VERTICES,
        "mesh_2": written.FACES,
    }
    tensors = run_of(writer).tensors(tag)
    assert tensors.step.tolist() == ([4] if (writer, tag) == ("torch", "tensor") else written.STEPS)
    for tensor in tensors:
        np.testing.assert_array_equal(tensor.value, arrays[tag])


@pytest.mark.parametrize(("writer", "tag"), of_kind("pr_curves"))
def test_pr_curves(writer: str, tag: str) -> None:
    curves = run_of(writer).pr_curves(tag)
    assert curves.step.tolist() == written.STEPS
    for curve in curves:
        assert curve.thresholds.tolist() == [0, 0.25, 0.5, 0.75, 1]
        found = [(written.PREDICTIONS >= threshold) & written.LABELS for threshold in curve.thresholds]
        assert curve.true_positives.tolist() == [hits.sum() for hits in found]
        assert (curve.true_positives + curve.false_negatives).tolist() == [3] * 5
        np.testing.assert_allclose(curve.recall, curve.true_positives / 3, atol=1e-6)


@pytest.mark.parametrize("writer", WRITERS)
def test_hyperparameters(writer: str) -> None:
    hparams = run_of(writer).hparams
    if writer == "tensorflow1":
        assert not hparams
        return
    assert hparams == written.HPARAMS
    is_torch = writer in ("torch", "tensorboardX")
    assert hparams.metrics == (("loss",) if is_torch else ())
    assert hparams.status == ("success" if is_torch else "running")
    assert bool(hparams.group) is not is_torch


GRAPHS = {
    "tensorflow1": [("graph_def", 0), ("graph_def", 5), ("meta_graph_def", 0), ("meta_graph_def", 5)],
    "tensorflow2": [("graph_def", 0), ("double", 3)],
    "torch": [("graph_def", 0)],
}


@pytest.mark.parametrize("writer", WRITERS)
def test_graphs(writer: str) -> None:
    graphs = run_of(writer).graphs()
    assert [(graph.name, graph.step) for graph in graphs] == GRAPHS.get(writer, [])
    if not graphs:
        with pytest.raises(LookupError, match="has no graph"):
            run_of(writer).graph()
        return
    from_tensorboard = accumulated(writer).Graph()
    shown = run_of(writer).graph()
    names = {operation.name for operation in shown.get_operations() if operation.type != "Missing"}
    assert names == {node.name for node in from_tensorboard.node}
    for graph in graphs:
        assert graph.graph().get_operations()


def test_run_metadata() -> None:
    metadata = run_of("tensorflow1").run_metadata("step 5")
    expected = accumulated("tensorflow1").RunMetadata("step 5")
    assert metadata.SerializeToString(deterministic=True) == expected.SerializeToString(deterministic=True)
    assert len(run_of("tensorflow2").run_metadata("double").function_graphs) == 1
    with pytest.raises(KeyError, match="'step 5'"):
        run_of("tensorflow1").run_metadata("step 6")


@pytest.mark.parametrize("writer", WRITERS)
def test_it_is_what_tensorboard_reads(writer: str) -> None:
    run, expected = run_of(writer), accumulated(writer)
    old_kinds: dict[str, Callable[[str], list[Any]]] = {
        "scalars": lambda tag: [(item.step, item.wall_time, item.value) for item in expected.Scalars(tag)],
        "images": lambda tag: [
            (item.step, item.width, item.encoded_image_string) for item in expected.Images(tag)
        ],
        "audio": lambda tag: [(item.step, item.encoded_audio_string) for item in expected.Audio(tag)],
        "histograms": lambda tag: [
            (item.step, item.histogram_value.bucket_limit, item.histogram_value.bucket)
            for item in expected.Histograms(tag)
        ],
    }
    ours: dict[str, Callable[[str], list[Any]]] = {
        "scalars": lambda tag: [tuple(point) for point in run.scalars(tag)],
        "images": lambda tag: [(item.step, item.width, item.encoded) for item in run.images(tag)],
        "audio": lambda tag: [(item.step, item.encoded) for item in run.audio(tag)],
        "histograms": lambda tag: [
            (item.step, item.bucket_limits.tolist(), item.bucket_counts.tolist())
            for item in run.histograms(tag)
        ],
    }
    seen = 0
    for kind, read in old_kinds.items():
        for tag in expected.Tags()[kind]:
            assert ours[kind](tag) == read(tag)
            seen += 1
    for tag in expected.Tags()["tensors"]:
        if tag.startswith("_hparams_"):
            continue
        arrays = [tensor_util.make_ndarray(item.tensor_proto) for item in expected.Tensors(tag)]
        compare_tensors(run, tag, arrays)
        seen += 1
    traces = expected.Tags()["run_metadata"]  # those that are no summaries
    assert seen == sum(len(tags) for tags in run.tags().values()) - len(traces)


def compare_tensors(run: gl.Run, tag: str, arrays: list[Any]) -> None:
    (kind,) = [kind for kind, tags in run.tags().items() if tag in tags]
    if kind == "scalars":
        assert run.scalars(tag).value.tolist() == [array.item() for array in arrays]
    elif kind == "histograms":
        for histogram, array in zip(run.histograms(tag), arrays, strict=True):
            columns = np.stack([histogram.left, histogram.right, histogram.count], 1)
            np.testing.assert_array_equal(columns, array)
    elif kind == "images":
        files = [item for array in arrays for item in array.tolist()[2:]]
        assert [image.encoded for image in run.images(tag)] == files
    elif kind == "audio":
        files = [item[0] if isinstance(item, list) else item for array in arrays for item in array.tolist()]
        assert [sound.encoded for sound in run.audio(tag)] == files
    elif kind == "texts":
        for text, array in zip(run.texts(tag), arrays, strict=True):
            assert [item.encode() for item in text.values.ravel()] == array.ravel().tolist()
    elif kind == "pr_curves":
        for curve, array in zip(run.pr_curves(tag), arrays, strict=True):
            np.testing.assert_array_equal(curve.precision, array[4])
            np.testing.assert_array_equal(curve.false_positives, array[1])
    elif kind == "run_metadata":
        data = arrays[-1].item()
        assert run.run_metadata(tag).ByteSize() == len(data)
    else:
        for tensor, array in zip(run.tensors(tag), arrays, strict=True):
            np.testing.assert_array_equal(tensor.value, array)

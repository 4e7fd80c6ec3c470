"""What a run gives out, of values in every encoding; and what it says of those that are damaged."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as gl
from graphlog.core.dtypes import as_dtype
from graphlog.encoders.png import encode_png
from graphlog.events.records import read_records
from graphlog.graphdef.tensor_values import tensor_proto
from graphlog.proto.event_pb2 import Event, TaggedRunMetadata
from graphlog.proto.graph_pb2 import GraphDef, NodeDef
from graphlog.proto.run_metadata_pb2 import RunMetadata
from graphlog.proto.summary_pb2 import HistogramProto, Summary
from graphlog.proto.tensor_pb2 import DT_BFLOAT16, DT_FLOAT, DT_STRING, TensorProto, TensorShapeProto
from graphlog.readers.values import Scalar
from tests.readers.event_records import VERSION, scalar, summary, value, write_events

PNG = encode_png(np.zeros((2, 3, 1), np.uint8))


def run_of(tmp_path: Path, *events: Event | bytes) -> gl.Run:
    write_events(tmp_path / "events.out.tfevents.0", [VERSION, *events])
    return gl.open_log(tmp_path)["."]


def strings(*items: bytes, shape: tuple[int, ...] | None = None) -> TensorProto:
    return tensor_of(shape=(len(items),) if shape is None else shape, dtype=DT_STRING, string_val=items)


def tensor_of(shape: tuple[int, ...], **fields: Any) -> TensorProto:
    dims = [TensorShapeProto.Dim(size=size) for size in shape]
    return TensorProto(tensor_shape=TensorShapeProto(dim=dims), **fields)


def array_proto(array: Any) -> TensorProto:
    return tensor_proto(np.asarray(array))


class TestScalars:
    """Columns of numbers."""

    def test_columns_points_and_parts(self, tmp_path: Path) -> None:
        with gl.FileWriter(tmp_path) as writer:
            writer.add_scalar_series("loss", [3, 1, 2], [0.5, np.nan, np.inf], [10.0, 11.0, 12.0])
        curve = gl.open_log(tmp_path)["."].scalars("loss")
        assert curve.tag == "loss"
        assert len(curve) == 3
        assert curve.step.tolist() == [3, 1, 2]
        assert curve.wall_time.tolist() == [10, 11, 12]
        assert curve[0] == Scalar(3, 10.0, 0.5)
        assert curve[-1].value == np.inf
        assert [point.step for point in curve] == [3, 1, 2]
        assert [point.step for point in curve[1:]] == [1, 2]
        assert [point.step for point in curve[curve.step > 1]] == [3, 2]
        assert "3 points" in repr(curve)
        assert "empty" in repr(curve[:0])
        with pytest.raises(ValueError, match="read-only"):
            curve.value[0] = 1.0

    @pytest.mark.parametrize(
        ("tensor", "expected", "dtype"),
        [
            (array_proto(np.float32(0.1)), np.float32(0.1), np.float32),
            (array_proto(np.float64(0.1)), 0.1, np.float64),
            (array_proto(np.float16(0.5)), 0.5, np.float32),
            (array_proto(np.int64(1 << 40)), float(1 << 40), np.float64),
            (array_proto(np.True_), 1.0, np.float32),
            (array_proto(np.array([0.25], np.float32)), 0.25, np.float32),
            (array_proto([[0.1]]), 0.1, np.float64),
            (tensor_of((), dtype=as_dtype("bfloat16").number, half_val=[0x3FC0]), 1.5, np.float32),
        ],
    )
    def test_tensors_of_every_dtype(
        self, tmp_path: Path, tensor: TensorProto, expected: float, dtype: Any
    ) -> None:
        run = run_of(
            tmp_path,
            summary(1, value("x", "scalars", tensor=tensor), value("note", "text", tensor=strings(b"n"))),
            summary(2, value("x", tensor=tensor)),
        )
        curve = run.scalars("x")
        assert curve.step.tolist() == [1, 2]
        assert curve.value.tolist() == [expected, expected]
        assert curve.value.dtype == dtype
        assert run.damage == []

    def test_encodings_may_be_mixed_and_stay_in_order(self, tmp_path: Path) -> None:
        whole = array_proto(np.int32(7))
        run = run_of(
            tmp_path,
            summary(0, value("x", "scalars", tensor=array_proto(np.float32(0.5)))),
            summary(1, value("x", tensor=whole)),
            scalar(2, "x", 1.0),
            summary(3, value("x", tensor=array_proto(np.float64(0.1))), value("y", simple_value=4.0)),
            summary(4, value("x", tensor=whole), value("x", tensor=whole)),
        )
        assert run.scalars("x").value.tolist() == [0.5, 7, 1, 0.1, 7, 7]
        assert run.scalars("x").step.tolist() == [0, 1, 2, 3, 4, 4]
        assert run.tags() == {"scalars": ["x", "y"]}

    def test_negative_and_large_steps(self, tmp_path: Path) -> None:
        numbers = [-1, 1 << 40, -(1 << 63), (1 << 63) - 1]
        run = run_of(tmp_path, *(scalar(step, "x", 0.0) for step in numbers))
        assert run.scalars("x").step.tolist() == numbers


def test_metadata_are_remembered_across_the_files_of_a_run(tmp_path: Path) -> None:
    texts = [value("note", "text", tensor=strings(b"a")), value("note", tensor=strings(b"b"))]
    numbers = [
        value("x", "scalars", tensor=array_proto(np.float32(1))),
        value("x", tensor=array_proto(np.float32(2))),
    ]
    for file, (text, number) in enumerate(zip(texts, numbers, strict=True)):
        write_events(
            tmp_path / f"events.out.tfevents.{file}", [VERSION, summary(file, text), summary(file, number)]
        )
    run = gl.open_log(tmp_path)["."]
    assert [text.text for text in run.texts("note")] == ["a", "b"]
    assert run.scalars("x").value.tolist() == [1, 2]
    assert run.metadata("note").plugin_data.plugin_name == "text"
    assert run.metadata("x").plugin_data.plugin_name == "scalars"
    with pytest.raises(KeyError, match="no metadata"):
        run.metadata("y")


class TestOthers:
    """Everything that is no number."""

    def test_a_histogram_of_the_old_encoding_is_shown_as_tensorboard_shows_it(self, tmp_path: Path) -> None:
        from tensorboard import data_compat
        from tensorboard.compat.proto.summary_pb2 import Summary as TensorBoardSummary
        from tensorboard.util import tensor_util

        protos = [
            HistogramProto(
                min=1, max=3, num=3, sum=6, sum_squares=14, bucket_limit=[1, 2, 4], bucket=[0, 1, 2]
            ),
            HistogramProto(min=1, max=1, num=2, bucket_limit=[-1e308, 1.5, 1e308], bucket=[0, 2, 0]),
            HistogramProto(bucket_limit=[1.0], bucket=[0.0]),
            HistogramProto(),
        ]
        run = run_of(tmp_path, *(summary(step, value("h", histo=item)) for step, item in enumerate(protos)))
        for proto, histogram in zip(protos, run.histograms("h"), strict=True):
            old = TensorBoardSummary.Value.FromString(value("h", histo=proto).SerializeToString())
            new = tensor_util.make_ndarray(data_compat.migrate_value(old).tensor)
            columns = np.stack([histogram.left, histogram.right, histogram.count], 1)
            np.testing.assert_array_equal(columns.astype(np.float32), new)
            assert histogram.bucket_limits.tolist() == list(proto.bucket_limit)
            assert histogram.total == proto.sum

    def test_several_images_and_sounds_of_a_value_are_told_apart(self, tmp_path: Path) -> None:
        images = value("i", "images", tensor=strings(b"3", b"2", PNG, PNG + b" "))
        sounds = value("s", "audio", tensor=strings(b"RIFF1", b"", b"RIFF2", b"label", shape=(2, 2)))
        run = run_of(tmp_path, summary(4, images, sounds))
        assert [(item.step, item.index) for item in run.images("i")] == [(4, 0), (4, 1)]
        assert run.images("i")[1].encoded == PNG + b" "
        assert run.images("i")[0].pixels().shape == (2, 3, 1)
        assert [(item.index, item.encoded, item.label) for item in run.audio("s")] == [
            (0, b"RIFF1", ""),
            (1, b"RIFF2", "label"),
        ]
        with pytest.raises(ValueError, match="WAV"):
            run.audio("s")[0].frames()

    def test_text_that_is_no_utf8_is_shown_all_the_same(self, tmp_path: Path) -> None:
        run = run_of(tmp_path, summary(0, value("t", "text", tensor=strings(b"a\xff", shape=()))))
        assert run.texts("t")[0].text == "a\\xff"
        assert run.texts("t")[0].values.shape == ()

    def test_tensors_without_a_plugin_and_of_an_unknown_one(self, tmp_path: Path) -> None:
        array = np.arange(6, dtype=np.int16).reshape(2, 3)
        run = run_of(
            tmp_path,
            summary(0, value("t", tensor=array_proto(array)), value("u", "mine", tensor=array_proto(array))),
        )
        assert run.tags() == {"tensors": ["t", "u"]}
        np.testing.assert_array_equal(run.tensors("u")[0].value, array)
        assert run.metadata("u").plugin_data.plugin_name == "mine"

    def test_only_what_is_asked_for_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from graphlog.readers import decoding

        run = run_of(
            tmp_path,
            *(summary(step, value("i", "images", tensor=strings(b"3", b"2", PNG))) for step in range(9)),
        )
        seen: list[int] = []
        decode = decoding._DECODERS["images"]

        def counting(item: Any, step: int, wall_time: float) -> Any:
            seen.append(step)
            return decode(item, step, wall_time)

        images = run.images("i")
        monkeypatch.setitem(decoding._DECODERS, "images", counting)
        assert images.step.tolist() == list(range(9))
        assert images[-2].step == 7
        assert [item.step for item in images[2:4]] == [2, 3]
        assert seen == [7, 2, 3]

    def test_a_graph_that_names_what_is_not_there(self, tmp_path: Path) -> None:
        nodes = [NodeDef(name="a", op="Nonsense", input=["gone", "gone:1", "^also"])]
        run = run_of(tmp_path, Event(step=3, graph_def=GraphDef(node=nodes).SerializeToString()))
        graph = run.graph()
        assert {item.name: item.type for item in graph.get_operations()} == {
            "a": "Nonsense",
            "gone": "Missing",
            "also": "Missing",
        }
        assert len(run.graphs()[0].graph_def().node) == 1

    def test_a_damaged_graph_is_told_and_harms_nothing(self, tmp_path: Path) -> None:
        good = GraphDef(node=[NodeDef(name="a", op="NoOp")]).SerializeToString()
        run = run_of(
            tmp_path, Event(step=1, graph_def=good), Event(step=2, graph_def=b"\xff"), scalar(0, "x", 1.0)
        )
        with pytest.raises(ValueError, match="step 2 is damaged"):
            run.graph()
        assert ["the graph_def is damaged" in item.reason for item in run.damage] == [True]
        assert [item.name for item in run.graphs()[0].graph().get_operations()] == ["a"]
        assert len(run.scalars("x")) == 1

    def test_of_equal_tags_the_last_trace_is_given(self, tmp_path: Path) -> None:
        def trace(data: bytes) -> Event:
            return Event(step=1, tagged_run_metadata=TaggedRunMetadata(tag="t", run_metadata=data))

        with_graph = RunMetadata(partition_graphs=[GraphDef()]).SerializeToString()
        run = run_of(tmp_path, trace(b""), trace(with_graph), trace(b"\xff"))
        assert len(run.run_metadata("t").partition_graphs) == 1
        (item,) = run.damage
        assert "the value of 't': run metadata that cannot be parsed" in item.reason


HUGE = 1 << 50
DAMAGED: dict[str, tuple[Summary.Value, str]] = {
    "limits and counts": (
        value("bad", histo=HistogramProto(bucket_limit=[1.0, 2.0], bucket=[1.0])),
        "2 limits, but 1 counts",
    ),
    "histogram of a wrong shape": (
        value("bad", "histograms", tensor=array_proto(np.zeros((3, 2)))),
        r"\[buckets, 3\]",
    ),
    "histogram of strings": (value("bad", "histograms", tensor=strings(b"x")), "strings?, not real numbers"),
    "complex histogram": (
        value("bad", "histograms", tensor=array_proto(np.zeros((1, 3), np.complex64))),
        "complex64, not real numbers",
    ),
    "a histogram of petabytes": (
        value("bad", "histograms", tensor=tensor_of((HUGE, 3), dtype=DT_FLOAT, float_val=[1.0])),
        "claims",
    ),
    "a scalar of petabytes of bfloat16": (
        value("bad", "scalars", tensor=tensor_of((HUGE,), dtype=DT_BFLOAT16, half_val=[1])),
        "claims",
    ),
    "a tensor with too few bytes": (
        value("bad", tensor=tensor_of((HUGE,), dtype=DT_FLOAT, tensor_content=b"1234")),
        "do not take 4 bytes",
    ),
    "a tensor with too many values": (
        value("bad", tensor=tensor_of((1,), dtype=DT_FLOAT, float_val=[1.0, 2.0])),
        "has 2 values",
    ),
    "a tensor of negative size": (value("bad", tensor=tensor_of((-5,), dtype=DT_FLOAT)), "not fully known"),
    "a tensor of no dtype": (value("bad", tensor=TensorProto.FromString(b"\x08\xe7\x07")), "DataType 999"),
    "a tensor of too many axes": (
        value("bad", tensor=tensor_of((1,) * 100, dtype=DT_FLOAT, float_val=[1.0])),
        "dimension",
    ),
    "a scalar of strings": (value("bad", "scalars", tensor=strings(b"1")), "not real numbers"),
    "a scalar of two numbers": (value("bad", "scalars", tensor=array_proto([1.0, 2.0])), "one number"),
    "a text of numbers": (value("bad", "text", tensor=array_proto([1.0])), "float64, not strings"),
    "petabytes of text": (
        value("bad", "text", tensor=tensor_of((HUGE,), dtype=DT_STRING, string_val=[b"x"])),
        "claims",
    ),
    "images without a size": (value("bad", "images", tensor=strings(b"3")), "width, height"),
    "an image of nonsense size": (value("bad", "images", tensor=strings(b"x", b"2", PNG)), "size is b'x'"),
    "an image of endless size": (value("bad", "images", tensor=strings(b"9" * 5000, b"2", PNG)), "size is"),
    "sounds of a wrong shape": (
        value("bad", "audio", tensor=strings(*[b"RIFF"] * 3, shape=(1, 3))),
        r"\[number, 2\]",
    ),
    "a curve of five rows": (value("bad", "pr_curves", tensor=array_proto(np.zeros((5, 3)))), r"\[6, "),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_values_are_told_and_harm_no_other(tmp_path: Path, name: str) -> None:
    bad, reason = DAMAGED[name]
    good = value("note", "text", tensor=strings(b"fine"))
    run = run_of(
        tmp_path, summary(1, bad), summary(2, value("x", simple_value=1.0), bad, good), scalar(3, "x", 2.0)
    )
    assert run.tags() == {"scalars": ["x"], "texts": ["note"]}
    assert run.scalars("x").step.tolist() == [2, 3]
    assert run.texts("note")[0].text == "fine"
    first, second = run.damage
    assert first.offset is not None
    assert first.offset == len(VERSION.SerializeToString()) + 16
    assert second.offset == first.offset + (first.length or 0)
    for item in (first, second):
        assert item.file == run.files[0]
        assert item.reason.startswith("the value of 'bad': ")
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(first.reason)
    assert len(list(run.events())) == 4


@pytest.mark.parametrize("encoded", [b"", b"no image", PNG[:4]])
def test_an_image_that_is_none_is_told_and_given_out_all_the_same(tmp_path: Path, encoded: bytes) -> None:
    old = value("old", image=Summary.Image(width=3, height=2, encoded_image_string=encoded))
    run = run_of(tmp_path, summary(1, old, value("new", "images", tensor=strings(b"3", b"2", PNG, encoded))))
    assert run.images("old")[0].encoded == encoded
    assert [item.encoded for item in run.images("new")] == [PNG, encoded]
    assert run.images("new")[1].format == ""
    with pytest.raises(ValueError, match="neither a PNG"):
        run.images("old")[0].pixels()
    assert [item.reason[:20] for item in run.damage] == ["the value of 'old': ", "the value of 'new': "]


def test_a_record_that_is_no_event_is_told(tmp_path: Path) -> None:
    run = run_of(tmp_path, scalar(0, "x", 1.0), b"\xff\xff nonsense", scalar(1, "x", 2.0))
    assert run.scalars("x").step.tolist() == [0, 1]
    (item,) = run.damage
    assert "not an event" in item.reason
    assert item.offset is not None
    assert [event.step for event in run.events()] == [0, 0, 1]


def test_damaged_bytes_are_told_with_the_file_and_the_rest_is_read(tmp_path: Path) -> None:
    for name in ("0", "1"):
        write_events(
            tmp_path / f"x.tfevents.{name}", [VERSION, *(scalar(step, "x", 1.0) for step in range(9))]
        )
    data = bytearray((tmp_path / "x.tfevents.1").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "x.tfevents.1").write_bytes(data[:-3])
    log = gl.open_log(tmp_path)
    assert len(log["."].scalars("x")) == 16
    flipped, torn = log.damage
    assert flipped.file.endswith("x.tfevents.1")
    assert "checksum" in flipped.reason
    assert "torn tail" in torn.reason
    assert [item.records and item.records.lost_records for item in (flipped, torn)] == [1, 1]
    assert torn.offset is not None
    assert flipped.offset is not None
    assert flipped.offset < torn.offset < len(data) - 3
    assert str(torn.offset) in str(torn)


def test_damaged_hyperparameters_are_told(tmp_path: Path) -> None:
    bad = value("_hparams_/session_start_info", "hparams")
    bad.metadata.plugin_data.content = b"\xff"
    run = run_of(tmp_path, summary(0, bad))
    assert dict(run.hparams) == {}
    assert "hyperparameters" in run.damage[0].reason


def test_a_file_that_was_replaced_is_told(tmp_path: Path) -> None:
    note = value("note", "text", tensor=strings(b"a longer text" * 9))
    run = run_of(tmp_path, summary(1, note), summary(2, note))
    texts = run.texts("note")
    write_events(Path(run.files[0]), [VERSION, scalar(0, "x", 1.0)])
    with pytest.raises(OSError, match="has changed"):
        list(texts)


GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/*tfevents*"))
RECORDS = [record for path in GOLDEN for record in read_records(io.BytesIO(path.read_bytes()))]
one_change = st.tuples(st.integers(0, 3000), st.integers(0, 255), st.booleans())
changes = st.lists(one_change, min_size=1, max_size=4)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RECORDS), changes), min_size=1, max_size=5))
def test_any_change_within_a_record_is_read_or_told(
    chosen: list[tuple[bytes, list[tuple[int, int, bool]]]],
) -> None:
    records: list[Event | bytes] = []
    for record, changes_of_record in chosen:
        data = bytearray(record)
        for position, byte, is_insertion in changes_of_record:
            place = position % len(data)
            data[place : place + (not is_insertion)] = bytes([byte])
        records.append(bytes(data))
    with tempfile.TemporaryDirectory() as folder:
        write_events(Path(folder) / "x.tfevents.0", [*records, scalar(0, "a good one", 1.0)])
        run = gl.open_log(folder)["."]
        assert len(run.scalars("a good one")) == 1
        for kind, tags in run.tags().items():
            for tag in tags:
                values = getattr(run, kind)(tag)
                assert kind == "run_metadata" or len(list(values)) == len(values)
        for graph in run.graphs():
            with contextlib.suppress(ValueError):
                graph.graph()
        assert all(str(item).isprintable() for item in run.damage)
        assert run._repr_html_().isprintable()

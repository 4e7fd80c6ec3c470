"""TFRecord files, compressed and not, whole and damaged."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

import graphlog as tf

RECORDS = [b"abc", b"", b"\x00" * 70_000, b"last"]
OPTIONS: list[Any] = [
    None,
    "GZIP",
    tf.python_io.TFRecordCompressionType.ZLIB,
    tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.GZIP, compression_level=9),
    tf.python_io.TFRecordOptions("ZLIB", window_bits=9, mem_level=1),
]


def write(path: Path, options: Any = None) -> bytes:
    with tf.python_io.TFRecordWriter(str(path), options) as writer:
        for number, record in enumerate(RECORDS):
            writer.write(record)
            if number == 1:
                writer.flush()
    return path.read_bytes()


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_written_is_read(tmp_path: Path, options: Any) -> None:
    write(tmp_path / "records", options)
    assert list(tf.python_io.tf_record_iterator(str(tmp_path / "records"), options)) == RECORDS


def test_compressed_files_are_the_usual_ones(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain")
    # As TensorFlow 1.15.5 writes them.
    assert plain.startswith(b"\x03\x00\x00\x00\x00\x00\x00\x00\xb0\x99I\x0eabcnW\xf1!")
    assert gzip.decompress(write(tmp_path / "gzip", "GZIP")) == plain
    assert zlib.decompress(write(tmp_path / "zlib", "ZLIB")) == plain


def test_files_that_were_compressed_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "both"
    path.write_bytes(write(tmp_path / "one", "GZIP") * 2)
    assert list(tf.python_io.tf_record_iterator(str(path), "GZIP")) == RECORDS * 2


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda data: data[:-3], None, "truncated record at 70051"),
        (lambda data: data[:13] + b"?" + data[14:], None, "corrupted record at 12"),
        (lambda data: b"?" + data[1:], None, "corrupted record at 0"),
        (lambda data: data, "GZIP", "inflate() failed with error -3: incorrect header check"),
    ],
)
def test_damage_is_told(tmp_path: Path, change: Any, options: Any, message: str) -> None:
    path = tmp_path / "records"
    path.write_bytes(change(write(path)))
    with pytest.raises(tf.errors.DataLossError) as raised:
        list(tf.python_io.tf_record_iterator(str(path), options))
    assert raised.value.message == message


def test_wrong_uses(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='Not a valid compression_type: "LZW"'):
        tf.python_io.TFRecordOptions("LZW")
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        tf.python_io.TFRecordWriter(str(tmp_path / "nope" / "records"))
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        next(tf.python_io.tf_record_iterator(str(tmp_path / "nope")))
    writer = tf.python_io.TFRecordWriter(str(tmp_path / "records"))
    with pytest.raises(TypeError, match="expected bytes, str found"):
        writer.write("text")  # type: ignore[arg-type]
    writer.close()
    writer.close()
    with pytest.raises(
        tf.errors.FailedPreconditionError, match="Writer not initialized or previously closed"
    ):
        writer.write(b"more")


def test_events_one_by_one(tmp_path: Path) -> None:
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        for step in range(3):
            value = tf.Summary.Value(tag="loss", simple_value=step * 0.5)
            writer.add_summary(tf.Summary(value=[value]), step)
    (path,) = tf.gfile.Glob(str(tmp_path / "*"))
    found = [
        (event.step, event.summary.value[0].simple_value)
        for event in tf.train.summary_iterator(path)
        if event.HasField("summary")
    ]
    assert found == [(0, 0.0), (1, 0.5), (2, 1.0)]

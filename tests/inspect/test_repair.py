"""Mending event files: what is kept, what is told, and what is never written over."""

import os
from pathlib import Path

import pytest

from graphlog.events.reading.record_scanner import DamageKind, RecordScanner
from graphlog.events.records import encode_record
from graphlog.inspect.repair import repair
from graphlog.proto.event_pb2 import Event

RECORDS = [encode_record(Event(wall_time=1.0, step=step).SerializeToString()) for step in range(1, 9)]


def damaged(folder: Path) -> Path:
    path = folder / "damaged"
    path.write_bytes(b"".join(RECORDS[:3]) + b"!" * 50 + b"".join(RECORDS[3:]) + RECORDS[0][:5])
    return path


def test_what_is_kept_and_what_is_told(tmp_path: Path) -> None:
    source = damaged(tmp_path)
    before = source.read_bytes()
    report = repair(source, tmp_path / "mended")
    mended = (tmp_path / "mended").read_bytes()
    assert mended == b"".join(RECORDS)
    assert source.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [source, tmp_path / "mended"]
    assert (report.kept_records, report.kept_bytes) == (8, len(mended))
    assert (report.lost_records, report.lost_bytes) == (3, 55)
    assert [(part.offset, part.kind) for part in report.damage] == [
        (81, DamageKind.LENGTH_CHECKSUM),
        (len(before) - 5, DamageKind.TORN_TAIL),
    ]
    assert len(list(RecordScanner(mended))) == 8
    assert repair(tmp_path / "mended", tmp_path / "again").damage == ()


@pytest.mark.parametrize("way", ["same", "dots", "symlink", "hard link", "folder link"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_never_over_its_source(tmp_path: Path, way: str, overwrite: bool) -> None:
    source = damaged(tmp_path)
    before = source.read_bytes()
    output = tmp_path / "link"
    if way == "same":
        output = source
    elif way == "dots":
        (tmp_path / "folder").mkdir()
        output = tmp_path / "folder" / ".." / "damaged"
    elif way == "symlink":
        output.symlink_to(source)
    elif way == "hard link":
        os.link(source, output)
    else:
        output.symlink_to(tmp_path)
        output = output / "damaged"
    with pytest.raises(ValueError, match="is the file to be repaired"):
        repair(source, output, overwrite)
    assert source.read_bytes() == before


def test_another_file_is_replaced_only_if_wanted(tmp_path: Path) -> None:
    source, output = damaged(tmp_path), tmp_path / "mended"
    output.write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="there already"):
        repair(source, output)
    assert output.read_bytes() == b"precious"
    repair(source, output, overwrite=True)
    assert output.read_bytes() == b"".join(RECORDS)


def test_a_link_to_nowhere_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        repair(damaged(tmp_path), tmp_path / "link")
    assert not (tmp_path / "nowhere").exists()


def test_no_half_output(tmp_path: Path) -> None:
    source = damaged(tmp_path)
    with pytest.raises(OSError, match="nowhere"):
        repair(source, tmp_path / "nowhere" / "mended")
    with pytest.raises(FileNotFoundError):
        repair(tmp_path / "missing", tmp_path / "mended")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        repair(source, tmp_path / "folder", overwrite=True)
    assert sorted(tmp_path.iterdir()) == [source, tmp_path / "folder"]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such files")
def test_pipes_and_folders_are_neither_read_nor_replaced(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(encode_record(b"a"))
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for output in (pipe, folder):
        for overwrite in (False, True):
            with pytest.raises(OSError, match="no regular file"):
                repair(source, output, overwrite)
    with pytest.raises(OSError, match="no regular file"):
        repair(pipe, tmp_path / "output")
    with pytest.raises(IsADirectoryError):
        repair(folder, tmp_path / "output")
    assert pipe.is_fifo()
    assert {path.name for path in tmp_path.iterdir()} == {"source", "pipe", "folder"}


def test_nothing_good(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "noise").write_bytes(b"no record" * 100)
    assert repair(tmp_path / "empty", tmp_path / "a").kept_records == 0
    report = repair(tmp_path / "noise", tmp_path / "b")
    assert (report.kept_bytes, report.lost_bytes) == (0, 900)
    assert (tmp_path / "b").read_bytes() == b""

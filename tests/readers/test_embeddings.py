"""run.embeddings: the files of the PROJECTOR, and nothing outside of the run's folder."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import graphlog as gl
from graphlog.readers import embeddings
from graphlog.readers.embeddings import Embedding

VECTORS = np.array([[0.5, -1e-30, 3e20], [np.pi, 0, np.nan]], np.float32)


def write(folder: Path, configuration: str | None = None, **files: bytes) -> gl.SummaryWriter:
    with gl.SummaryWriter(folder) as writer:
        writer.add_scalar("loss", 1.0, 0)
    if configuration is not None:
        (folder / "projector_config.pbtxt").write_text(configuration)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return writer


def only(path: Path | str) -> Embedding:
    (found,) = gl.open_log(path)["."].embeddings().values()
    return found


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_what_was_written_is_read(tmp_path: Path, prefix: str) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_embedding(VECTORS, ["one", "two\twords"], np.zeros((2, 3, 4, 4)), 3, "words")
        writer.add_embedding(VECTORS, [["a", 1], ["b", 2]], metadata_header=["name", "number"])
    found = gl.open_log(f"{prefix}{tmp_path}")["."].embeddings()
    assert list(found) == ["words:00003", "default:00000"]
    words, default = found.values()
    np.testing.assert_array_equal(words.vectors(), VECTORS)
    assert words.vectors().dtype == np.float32
    assert words.labels() == {"label": ["one", "two words"]}
    assert words.sprite().startswith(b"\x89PNG")
    assert words.sprite_size == (4, 4)
    assert default.labels() == {"name": ["a", "b"], "number": ["1", "2"]}
    assert default.sprite() == b""


def test_a_run_without_any_has_none(tmp_path: Path) -> None:
    write(tmp_path)
    assert gl.open_log(tmp_path)["."].embeddings() == {}


def test_numbers_as_bytes(tmp_path: Path) -> None:
    write(
        tmp_path, 'embeddings { tensor_name: "x" tensor_path: "v" tensor_shape: [2, 3] }', v=VECTORS.tobytes()
    )
    np.testing.assert_array_equal(only(tmp_path).vectors(), VECTORS)
    write(tmp_path, 'embeddings { tensor_name: "x" tensor_path: "v" tensor_shape: [2000000000, 3] }')
    with pytest.raises(ValueError, match="24 bytes, which is no float32 of shape"):
        only(tmp_path).vectors()


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "link", "a/../../secret", "x\\0y", "."])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("1.0\n")
    write(tmp_path / "run", f'embeddings {{ tensor_path: "{path}" metadata_path: "{path}" }}')
    os.symlink(tmp_path / "secret", tmp_path / "run" / "link")
    for prefix in ("", "file://"):
        found = only(f"{prefix}{tmp_path}/run")
        for read in (found.vectors, found.labels):
            with pytest.raises((ValueError, OSError), match=r"leads out of the folder|no file"):
                read()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"1\t2\n3\n", "holds no table of numbers"), (b"one\n", "holds no table of numbers")],
)
def test_damaged_vectors(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, 'embeddings { tensor_path: "v" metadata_path: "m" }', v=content, m=b"a\tb\nc\n")
    with pytest.raises(ValueError, match=message):
        only(tmp_path).vectors()
    with pytest.raises(ValueError, match="line 2: 1 columns, and not 2"):
        only(tmp_path).labels()


def test_what_is_too_large_or_no_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        'embeddings { tensor_path: "v" metadata_path: "pipe" sprite { image_path: "none" } }',
        v=b"1\n" * 60,
    )
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(embeddings, "_LARGEST_FILE", 100)
    with pytest.raises(ValueError, match="more than 100 bytes"):
        only(tmp_path).vectors()
    with pytest.raises(OSError, match="neither a file nor a folder"):
        only(tmp_path).labels()
    with pytest.raises(FileNotFoundError, match="none"):
        only(tmp_path).sprite()


def test_a_damaged_configuration_is_told_without_escapes(tmp_path: Path) -> None:
    write(tmp_path, "embeddings { what: '\x1b[31m' }")
    with pytest.raises(ValueError, match=r"projector_config\.pbtxt") as error:
        gl.open_log(tmp_path)["."].embeddings()
    assert str(error.value).isprintable()


def test_vectors_of_a_checkpoint_are_pointed_to(tmp_path: Path) -> None:
    write(tmp_path, 'embeddings { tensor_name: "x" }')
    with pytest.raises(LookupError, match="in a checkpoint"):
        only(tmp_path).vectors()


def test_zeros_as_bytes_are_vectors_and_no_text(tmp_path: Path) -> None:
    zeros = np.zeros((2, 3), np.float32)
    write(
        tmp_path, 'embeddings { tensor_name: "x" tensor_path: "v" tensor_shape: [2, 3] }', v=zeros.tobytes()
    )
    np.testing.assert_array_equal(only(tmp_path).vectors(), zeros)


def test_errors_quote_the_start_only(tmp_path: Path) -> None:
    write(tmp_path, 'embeddings { tensor_path: "v" }', v=b"x" * 1_000_000)
    with pytest.raises(ValueError, match="no table of numbers") as error:
        only(tmp_path).vectors()
    assert len(str(error.value)) < 500
    write(tmp_path, "{" * 1_000_000)
    with pytest.raises(ValueError, match=r"projector_config\.pbtxt") as error:
        gl.open_log(tmp_path)["."].embeddings()
    assert len(str(error.value)) < 1000

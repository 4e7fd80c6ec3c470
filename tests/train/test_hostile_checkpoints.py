"""Checkpoints that claim more than they hold."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf


@pytest.mark.parametrize("count", [10**18, 10**30])
def test_an_array_larger_than_memory_is_damage(tmp_path: Path, count: int) -> None:
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, {"descr": "<f4", "fortran_order": False, "shape": (count,)})
    with zipfile.ZipFile(tmp_path / "model.npz", "w") as archive:
        archive.writestr("v.npy", member.getvalue())
    with pytest.raises(tf.errors.DataLossError, match=r"model\.npz is no checkpoint, or is damaged"):
        tf.train.load_checkpoint(str(tmp_path / "model"))

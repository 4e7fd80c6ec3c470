"""A SummaryWriter for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import graphlog as gl


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[gl.SummaryWriter]:
    with gl.SummaryWriter(tmp_path) as writer:
        yield writer

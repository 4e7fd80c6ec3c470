"""The graph in which each use goes wrong."""

from typing import Any

import pytest

from tests.tensorflow_errors.wrong_uses import Setting


@pytest.fixture
def setting() -> Any:
    setting = Setting()
    with setting.graph.as_default():
        yield setting

"""No test leaves behind what another would stumble over."""

from collections.abc import Iterator

import pytest

from graphlog.core import default_stacks
from graphlog.runtime.observation import STANDING_OBSERVERS


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    assert not default_stacks.graphs.items, "a graph is still the default one"
    assert not default_stacks.sessions.items, "a session is still the default one"
    assert not STANDING_OBSERVERS, "somebody still watches every run"

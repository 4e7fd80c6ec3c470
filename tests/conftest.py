"""What tests share: a place like S3; and no test leaves behind what another would stumble over."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphlog.core import default_stacks
from graphlog.runtime.observation import STANDING_OBSERVERS

# What is printed fits the width that these say, and pytest's import of readline may set them.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    assert not default_stacks.graphs.items, "a graph is still the default one"
    assert not default_stacks.sessions.items, "a session is still the default one"
    assert not STANDING_OBSERVERS, "somebody still watches every run"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3's protocol; one for all tests, since s3fs keeps connections."""
    pytest.importorskip("s3fs")
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The URL of a folder of this test's own on that server."""
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    fsspec.filesystem("s3").mkdirs("bucket", exist_ok=True)
    return f"s3://bucket/{tmp_path.name}/logs"

"""Record what PyTorch's and tensorboardX's SummaryWriter write, and their signatures.

    python tests/writers/make_golden.py

It needs torch, tensorboard, tensorboardX and Pillow.
"""

import base64
import inspect
import json
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

from tests.writers.summary_calls import CALLS

GOLDEN = Path(__file__).resolve().parent / "golden"


def signatures(writer: type) -> dict[str, list[list[Any]]]:
    """Each method's parameters: the name, and the default as it is printed, or None."""
    return {
        name: [
            [parameter.name, None if parameter.default is parameter.empty else repr(parameter.default)]
            for parameter in inspect.signature(method).parameters.values()
        ]
        for name, method in inspect.getmembers(writer, inspect.isfunction)
        if name == "__init__" or not name.startswith("_")
    }


def values(writer: type, method: str, arguments: dict[str, Any]) -> list[str]:
    """The values of all events that one call writes, serialized and compressed."""
    with tempfile.TemporaryDirectory() as folder:
        with writer(folder) as opened:
            getattr(opened, method)(**arguments)
        return [
            base64.b64encode(zlib.compress(value.SerializeToString(deterministic=True), 9)).decode()
            for path in sorted(Path(folder).rglob("*tfevents*"))
            for event in LegacyEventFileLoader(str(path)).Load()
            for value in event.summary.value
        ]


def main() -> None:
    """Write one file a library."""
    import tensorboardX
    from torch.utils import tensorboard

    for library, writer in (
        ("torch", tensorboard.SummaryWriter),
        ("tensorboardX", tensorboardX.SummaryWriter),
    ):
        found = {name: values(writer, method, arguments) for name, (method, arguments) in CALLS.items()}
        content = {"signatures": signatures(writer), "values": found}
        (GOLDEN / f"{library}.json").write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

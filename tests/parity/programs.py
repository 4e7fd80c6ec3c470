"""Runs the programs of this folder, whose graphs and values real TensorFlow 1.15.5 has recorded.

Each file in ``programs`` defines ``program(tf, np)``: it builds a graph and returns a list of runs, each
a pair (fetches, feed_dict). ``golden/NAME.pbtxt`` is the GraphDef that TensorFlow gave, with shapes, and
``golden/NAME.json`` the values. Run as a script under TensorFlow 1.15.5, this module records them:

    python3.7 tests/parity/programs.py NAME ...
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.stem for path in (HERE / "programs").glob("*.py"))


def load_program(name: str) -> Any:
    """Return the function ``program`` of a file."""
    spec = importlib.util.spec_from_file_location("parity_" + name, str(HERE / "programs" / (name + ".py")))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.program


def plain(value: Any) -> Any:
    """Return a fetched value as what JSON can hold; bytes, such as summaries, as nothing."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bytes):
        return None
    array = np.asarray(value)
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": array.ravel().tolist()}


def run_program(tf: Any, name: str) -> tuple[Any, Any]:
    """Build and run a program; return its GraphDef, with shapes, and its values."""
    graph = tf.Graph()
    with graph.as_default():
        runs = load_program(name)(tf, np)
        with tf.Session(graph=graph) as session:
            values = [plain(session.run(fetches, feeds)) for fetches, feeds in runs]
        return graph.as_graph_def(add_shapes=True), values


def golden_graph(name: str) -> str:
    """Return the text of the GraphDef that TensorFlow gave."""
    return (HERE / "golden" / (name + ".pbtxt")).read_text()


def golden_values(name: str) -> Any:
    """Return the values that TensorFlow gave."""
    return json.loads((HERE / "golden" / (name + ".json")).read_text())


def record(names: list[str]) -> None:
    """Record what the TensorFlow of this interpreter gives."""
    import tensorflow as tf

    assert tf.__version__ == "1.15.5", tf.__version__
    for name in names or NAMES:
        graph_def, values = run_program(tf, name)
        (HERE / "golden" / (name + ".pbtxt")).write_text(str(graph_def))
        (HERE / "golden" / (name + ".json")).write_text(json.dumps(values))
        print("%-24s %d nodes" % (name, len(graph_def.node)))


if __name__ == "__main__":
    record(sys.argv[1:])

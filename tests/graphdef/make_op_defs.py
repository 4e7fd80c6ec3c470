"""Records the OpDefs of real TensorFlow 1.15.5 for the operation types that graphlog defines.

Run under TensorFlow 1.15.5, with the types as arguments:

    python3.7 tests/graphdef/make_op_defs.py Add AddN ...
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main(types: list[str]) -> None:
    """Write golden/op_defs.pbtxt."""
    if not types:
        raise SystemExit("Name the operation types; without any, the golden file would be empty.")
    import tensorflow as tf
    import tensorflow.contrib.seq2seq  # registers GatherTree
    from tensorflow.core.framework.op_def_pb2 import OpList
    from tensorflow.python.framework import op_def_registry

    assert tf.__version__ == "1.15.5", tf.__version__
    registered: Any = op_def_registry.get_registered_ops()
    ops = OpList(op=[registered[type] for type in sorted(types)])
    (Path(__file__).parent / "golden" / "op_defs.pbtxt").write_text(str(ops))


if __name__ == "__main__":
    main(sys.argv[1:])

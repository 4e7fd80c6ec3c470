"""Operations that are built on a script's outermost level, where no function has called."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import graphlog as tf
from graphlog.core.op_definition import Sample, define_op

Twice = define_op(
    "Twice", ["x: float32"], ["y: float32"], shape=lambda op: [op.inputs[0].static_shape],
    kernel=lambda x: x + x, samples=[Sample((1.0,))],
)
x = tf.constant(1.0)
y = Twice(x)
z = tf.get_default_graph().create_op("Twice", [y])
w = tf.add(y, x)
for tensor in (x, y, z.outputs[0], w):
    print(tensor.op.call_stack[0].line)
"""


def test_their_lines_are_found() -> None:
    finished = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["9", "10", "11", "12"]

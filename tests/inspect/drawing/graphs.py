"""Graphs to draw: the blog's, and any that hypothesis makes up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from google.protobuf import text_format
from hypothesis import strategies as st

import graphlog as tf
from graphlog.proto.graph_pb2 import GraphDef

GOLDEN = Path(__file__).resolve().parents[2] / "parity" / "golden"


def blog_graph() -> tf.Graph:
    """e = a · b + c · log d, and its gradient by each of a, b, c and d."""
    with tf.Graph().as_default() as graph:
        a, b, c, d = (tf.placeholder(tf.float32, (1,), name=name) for name in "abcd")
        e = tf.add(tf.multiply(a, b, name="u"), tf.multiply(tf.log(d, name="t"), c, name="v"), name="e")
        for x in (a, b, c, d):
            tf.gradients(e, x)
    return graph


def loop_graph() -> tf.Graph:
    """A while loop, which has cycles."""
    with tf.Graph().as_default() as graph:
        tf.while_loop(lambda i, s: i < 10, lambda i, s: (i + 1, s * 2.0), [tf.constant(0), tf.constant(1.0)])
    return graph


def graph_def(*nodes: Sequence[str]) -> GraphDef:
    """A GraphDef of nodes, each given by name, type and inputs."""
    made = GraphDef()
    for name, op_type, *inputs in nodes:
        made.node.add(name=name, op=op_type, input=inputs)
    return made


def parity_graph(name: str) -> GraphDef:
    """A graph that TensorFlow made."""
    return text_format.Parse((GOLDEN / f"{name}.pbtxt").read_text(encoding="utf-8"), GraphDef())


HOSTILE_NAMES = (
    'quote"quote',
    "<script>alert(1)</script>",
    "&lt;&amp;&#60;",
    "back\\slash\\",
    'end\\"]; x -> y',
    "line\nbreak\r\ttab",
    "]]> --> <!-- ]",
    "end\n  n0 --> n1",
    "#quot;",
    "%%{init: {}}%%",
    "`code`",
    "\x00\x1b[31m\x7f",
    "ünïcode→𝄞\u202eآ",
    "\ufffe\uffff",
    "",
    "/",
    "a//b/",
)

_LABELS = st.sampled_from(
    ["a", "b", "c", "layer", "layer_1", "gradients", "a_grad", "x" * 60, *HOSTILE_NAMES]
)
_NAMES = st.lists(_LABELS, min_size=1, max_size=4).map("/".join)
_TYPES = st.sampled_from(
    ["Add", "Const", "Placeholder", "VariableV2", "NoOp", "ScalarSummary", "Unheard<Of>"]
)


@st.composite
def any_graphs(draw: st.DrawFn) -> GraphDef:
    """Graphs with nested scopes, cycles, control edges, edges from a node to itself and to nothing."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=25))
    sources = st.sampled_from([*names, "nothing"])
    inputs = st.lists(st.tuples(sources, st.sampled_from(["", ":1", "^"])), max_size=4)
    made = GraphDef()
    for name in names:
        node = made.node.add(name=name, op=draw(_TYPES))
        for source, kind in draw(inputs):
            node.input.append(f"^{source}" if kind == "^" else f"{source}{kind}")
    return made

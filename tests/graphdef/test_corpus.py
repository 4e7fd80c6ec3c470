"""GraphDefs that were too much for graphlog once: from the fuzzers of tests/fuzz, and from a hostile hand.

Each imports or is refused in short time and little memory. Those named ``run_`` are run as well.
"""

import random
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.graphdef.imports import add_graph_def
from graphlog.proto.graph_pb2 import GraphDef, NodeDef
from tests.fuzz import graph_def_cases as cases

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.pb"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_imports_or_is_refused(path: Path) -> None:
    # Loops without end are among them, which only a signal stops.
    cases.check(path.read_bytes(), run=path.name.startswith("run_") and hasattr(signal, "setitimer"))


def test_some_mutations_of_good_graphs() -> None:
    for number in range(100):
        choose = random.Random(number)
        cases.check(cases.mutated(choose.choice(cases.seeds()), choose), run=False)


def refusal(name: str) -> str:
    path = Path(__file__).parent / "corpus" / f"{name}.pb"
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        add_graph_def(tf.Graph(), path.read_bytes(), name="")
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fill_huge", "at most rank 254 but is rank 1000000000000 for 'g' (op: 'Fill')"),
        ("n_huge", "node 'p': attr 'N' is 1099511627776, of at most 1."),
        ("split_huge", "node 'p': attr 'num_split' is 1000000000, of at most 100000."),
        ("range_int64", "node 'r': its output has shape [18446744073709551615], which is beyond bounds"),
        ("range_float", "Requires a finite number of steps"),
        ("diags", "at most rank 254 but is rank 256 for 'x8' (op: 'Diag')"),
        ("constant_of_another_dtype", "A value of dtype complex64 is no int32 for 'Const_1' (op: 'Const')"),
    ],
)
def test_refusals_name_the_node(name: str, message: str) -> None:
    assert message in refusal(name)


def test_an_import_computes_nothing_but_shape_arithmetic() -> None:
    called: list[Any] = []

    def function() -> Any:
        called.append(1)
        return np.ones(2, np.int32)

    with tf.Graph().as_default() as graph:
        value = tf.py_func(function, [], tf.int32, stateful=False)
        printed = tf.Print(tf.constant([2, 2]), [tf.constant(1)], "printed")
        data: Any = graph.as_graph_def()
    for source in (value, printed):
        user = data.node.add(name=f"user_{source.op.name}", op="Fill", input=[source.op.name, "one"])
        user.attr["T"].type = user.attr["index_type"].type = 3
    one: Any = NodeDef(name="one", op="Const")
    one.attr["dtype"].type = one.attr["value"].tensor.dtype = 3
    one.attr["value"].tensor.int_val.append(1)
    data.node.append(one)
    assert cases.check(data.SerializeToString(), run=False) == "imported"
    assert not called


def test_a_constant_that_repeats_a_value_takes_no_memory_until_it_is_run() -> None:
    data: Any = GraphDef()
    node = data.node.add(name="c", op="Const")
    node.attr["dtype"].type = node.attr["value"].tensor.dtype = 1
    node.attr["value"].tensor.tensor_shape.dim.add(size=1 << 50)
    node.attr["value"].tensor.float_val.append(1.5)
    graph = tf.Graph()
    add_graph_def(graph, data, name="")
    assert graph.as_graph_def().node[0] == data.node[0]
    with pytest.raises(tf.errors.ResourceExhaustedError, match="node c "), tf.Session(graph=graph) as session:
        session.run("c:0")


def test_many_inputs_take_time_in_proportion() -> None:
    count = 20_000
    data: Any = GraphDef()
    for number in range(count):
        data.node.add(name=f"x{number}", op="Placeholder").attr["dtype"].type = 1
    total = data.node.add(name="y", op="AddN", input=[f"x{number}" for number in range(count)])
    total.attr["T"].type = 1
    total.attr["N"].i = count
    started = time.monotonic()
    add_graph_def(tf.Graph(), data, name="")
    assert time.monotonic() - started < 30


def test_loops_within_loops_end_before_pythons_stack_does() -> None:
    data: Any = GraphDef()
    source = data.node.add(name="a", op="Placeholder")
    source.attr["dtype"].type = 1
    for number in range(2000):
        enter = data.node.add(name=f"e{number}", op="Enter", input=[source.name])
        enter.attr["T"].type = 1
        enter.attr["frame_name"].s = b"frame%d" % number
        source = enter
    for number in range(2000):
        leave = data.node.add(name=f"x{number}", op="Exit", input=[source.name])
        leave.attr["T"].type = 1
        source = leave
    graph = tf.Graph()
    add_graph_def(graph, data, name="")
    with (
        tf.Session(graph=graph) as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="within more than 64 loops"),
    ):
        session.run(f"{source.name}:0", {"a:0": 1.0})

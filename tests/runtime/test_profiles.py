"""profile: what the operations of a run cost, as tables."""

import re
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.runtime.profiles import Cost, Profile
from graphlog.runtime.tables import bytes_text, duration_text, share_text, table


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def measured(**options: Any) -> Profile:
    x = tf.placeholder(tf.float32, [None, 200], name="x")
    with tf.name_scope("model"):
        with tf.name_scope("layer"):
            y = tf.matmul(x, np.ones((200, 200), np.float32), name="product")
        z = tf.square(y, name="square")
    total = tf.reduce_sum(z, name="total")
    return tf.profile(total, {x: np.ones((300, 200))}, **options)


def test_operations_types_and_scopes(session: Any) -> None:
    profile = measured(runs=5)
    costs = {op.name: cost for op, cost in profile.operations.items()}
    assert set(costs) >= {"model/layer/product", "model/square", "total"}
    used = ["model/layer/product", "model/square", "total"]
    assert all(costs[name].calls == 1 and costs[name].time > 0 for name in used)
    assert costs["Const"] == Cost()  # It is there before the run.
    assert costs["model/layer/product"].memory == costs["model/square"].memory == 300 * 200 * 4
    assert costs["total"].memory == 4
    assert profile.types["MatMul"] == costs["model/layer/product"]
    assert profile.scopes["model/layer"].memory == 300 * 200 * 4
    assert profile.scopes["model"].memory == 2 * 300 * 200 * 4
    assert profile.scopes[""].calls == 3
    assert profile.runs == 5
    assert profile.run_time > 0
    assert profile.most_memory >= 2 * 300 * 200 * 4


def test_the_tables_are_well_formed(session: Any) -> None:
    profile = measured(runs=2)
    text = str(profile)
    assert repr(profile) == text
    head, by_operation, by_type, by_scope = text.split("\n\n")
    numbers = r"A run takes .*s, its 3 operations .*s\. One by one, they hold at most .*B\."
    assert re.fullmatch(rf"{numbers} 2 more need not run\. Medians of 2 runs:", head)
    for title, part in (("By operation", by_operation), ("By type", by_type), ("By scope", by_scope)):
        first, columns, *lines = part.splitlines()
        assert first == title
        assert columns.split()[:4] == ["share", "time", "calls", "memory"]
        # The numbers end where their heads do.
        ends = [match.end() for match in list(re.finditer(r"\S+", columns))[:4]]
        for line in lines:
            assert all(len(line) >= end and line[end - 1] != " " for end in ends)
            assert line[ends[-1] : ends[-1] + 2] == "  "
    (line,) = [line for line in by_operation.splitlines() if "  model/layer/product  " in line]
    cells = re.split(r"\s{2,}", line.strip())
    assert cells[3:6] == ["234 KB", "model/layer/product", "MatMul"]
    assert re.fullmatch(r".*tests/runtime/test_profiles\.py:\d+", cells[6])
    shares = [float(share) for share in re.findall(r"([\d.]+) %", by_operation)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100.0, abs=0.1 * len(shares))


def test_scopes_stand_under_those_they_are_in(session: Any) -> None:
    lines = measured(runs=1).by_scope().splitlines()
    names = [line.split("B  ")[1] for line in lines[1:]]
    assert names[0] == "(the whole graph)"
    assert names[names.index("  model/") + 1 :] == ["    layer/"] or "    layer/" in names
    assert lines[1].startswith("100.0 %")


def test_rows_and_order(session: Any) -> None:
    profile = measured(runs=1)
    lines = profile.by_operation(rows=2, order="memory").splitlines()
    assert {re.split(r"\s{2,}", line.strip())[4] for line in lines[1:3]} == {
        "model/layer/product",
        "model/square",
    }
    assert lines[3].strip() == "… and 1 more"
    assert len(profile.by_type(rows=1, order="calls").splitlines()) == 3
    assert len(profile.by_scope(rows=1).splitlines()) == 3
    with pytest.raises(ValueError, match="order must be one of calls, time, memory, not 'name'"):
        profile.by_type(order="name")  # type: ignore[arg-type]


def test_a_loop_counts_its_iterations(session: Any) -> None:
    _, power = tf.while_loop(
        lambda i, _: i < 3, lambda i, a: (i + 1, tf.multiply(a, 2.0, name="times")), [tf.constant(0), 1.0]
    )
    costs = {op.name: cost for op, cost in tf.profile(power, runs=2).operations.items()}
    assert costs["while/times"].calls == 3
    assert costs["while/Less"].calls == 4


def test_updates_are_made_as_often_as_it_is_run(session: Any) -> None:
    count = tf.get_variable("count", initializer=0)
    step = tf.assign_add(count, 1)
    session.run(tf.global_variables_initializer())
    tf.profile(step.op, runs=3)
    assert session.run(count) == 2 + 3 + 3 + 3


def test_which_session(session: Any) -> None:
    one = tf.constant(1.0)
    with tf.Session() as other:
        assert tf.profile(one, session=other, runs=1).operations
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        tf.profile(one, session=session)
    with pytest.raises(ValueError, match="runs must be at least 1"):
        tf.profile(one, runs=0)


def test_without_a_session() -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match="profile needs a session"):
        tf.profile(tf.constant(1.0))


def test_nothing_to_run(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    profile = tf.profile(x, {x: 1.0}, runs=1)
    assert profile.operations == {}
    assert "its 0 operations" in str(profile)
    assert profile.scopes == {"": Cost()}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.00 µs"), (9.9e-7, "0.99 µs"), (1.234e-3, "1.23 ms"), (0.0456, "45.6 ms"), (123.4, "123 s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.50 KB"), (3 << 30, "3.00 GB"), (5 << 40, "5.00 TB")],
)
def test_sizes(size: float, text: str) -> None:
    assert bytes_text(size) == text


def test_a_table() -> None:
    assert share_text(0.1234) == "12.3 %"
    assert table(["n", "name"], [["1", "a"], ["20", "long"]], right=1) == " n  name\n 1  a\n20  long"
    assert table(["a", "b"], []) == "a  b"

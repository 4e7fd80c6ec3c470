from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.proto.summary_pb2 import Summary
from tests.event_files import read_events

NUMBERS = (
    *("gradient_l2_norm", "gradient_mean_abs", "gradient_max_abs"),
    *("gradient_zero_fraction", "gradient_nan_count", "gradient_inf_count"),
)


def steps(folder: Path) -> list[dict[str, Any]]:
    """For each event, the values by tag; of histograms the number of numbers."""
    return [numbers(event.summary) for event in read_events(folder) if event.summary.value]


def numbers(summary: Any) -> dict[str, float]:
    return {
        value.tag: sum(value.histo.bucket) if value.HasField("histo") else value.simple_value
        for value in summary.value
    }


def test_each_gradient_has_its_numbers_in_one_event(tmp_path: Path) -> None:
    gradients = {"layer/w": np.array([[3.0, -4.0], [0.0, 0.0]]), "layer/b": np.array([np.nan, np.inf, 1, 2])}
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_gradients(gradients, 7)
    (found,) = steps(tmp_path)
    assert set(found) == {f"{kind}/{name}" for kind in NUMBERS for name in gradients}
    assert [found[f"{kind}/layer/w"] for kind in NUMBERS] == [5.0, 1.75, 4.0, 0.5, 0.0, 0.0]
    assert [found[f"{kind}/layer/b"] for kind in NUMBERS[2:]] == [2.0, 0.0, 1.0, 1.0]


def test_histograms_come_at_intervals(tmp_path: Path) -> None:
    gradients = {"w": np.ones(3), "bad": np.full(2, np.nan)}
    with gl.SummaryWriter(tmp_path) as writer:
        for step in range(5):
            writer.add_gradients(gradients, step, histogram_every=2)
        for step in range(2):
            writer.add_gradients(gradients, step, histogram_every=0)
        for _ in range(3):
            writer.add_gradients(gradients, histogram_every=3)
    found = [step.get("gradients/w") for step in steps(tmp_path)]
    assert found == [3, None, 3, None, 3, None, None, None, None, 3]
    assert not any("gradients/bad" in step for step in steps(tmp_path))


def test_the_ratio_says_how_far_weights_move(tmp_path: Path) -> None:
    gradients = {"w": np.array([3.0, 4.0]), "b": np.array([1.0])}
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_gradients(gradients, 0, weights={"b": np.zeros(1), "w": [0.0, 50.0]}, learning_rate=0.5)
        with pytest.raises(ValueError, match="no weight of 'b'"):
            writer.add_gradients(gradients, 1, weights=[("w", [1.0])])
    (found,) = steps(tmp_path)
    assert found["update_to_weight_ratio/w"] == pytest.approx(0.05)
    assert found["update_to_weight_ratio/b"] == np.inf


class Parameter:
    """What ``add_gradients`` looks for in a parameter of PyTorch."""

    requires_grad = is_leaf = True

    def __init__(self, value: Any, grad: Any) -> None:
        self.value, self.grad = np.asarray(value), grad

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.value


def test_parameters_have_their_gradients(tmp_path: Path) -> None:
    parameters = [("w", Parameter([0.0, 10.0], np.array([3.0, 4.0]))), ("unused", Parameter([1.0], None))]
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_gradients(iter(parameters), 1, weights=True)
        writer.add_gradients({}, 2)
        writer.add_gradients({"none": None}, 3)
    (found,) = steps(tmp_path)
    assert found["gradient_l2_norm/w"] == 5.0
    assert found["update_to_weight_ratio/w"] == 0.5
    assert not any("unused" in tag for tag in found)


def test_gradients_of_pytorch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1).bfloat16().float())
    model(torch.ones(4, 3)).sum().backward()
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_gradients(model.named_parameters(), 1, weights=True)
    (found,) = steps(tmp_path)
    for name, parameter in model.named_parameters():
        assert found[f"gradient_l2_norm/{name}"] == pytest.approx(parameter.grad.norm().item(), rel=1e-5)
    assert found["gradient_l2_norm/1.bias"] == 4.0


def test_the_operations_give_the_numbers_of_the_writer(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    data = random.normal(size=(5, 3)).astype(np.float32)
    with gl.Graph().as_default():
        x = gl.placeholder(gl.float32, [None, 3])
        w = gl.get_variable("layer/w", initializer=random.normal(size=(3, 2)).astype(np.float32))
        b = gl.get_variable("layer/b", initializer=np.ones(2, np.float32))
        unused = gl.get_variable("unused", shape=[2])
        rows = gl.get_variable("rows", initializer=np.ones((4, 2), np.float32))
        hidden = gl.nn.relu(gl.matmul(x, w) + b) * gl.gather(rows, [1, 3, 3, 1, 0])
        optimizer = gl.train.GradientDescentOptimizer(0.1)
        grads_and_vars = optimizer.compute_gradients(gl.reduce_sum(hidden), [w, b, unused, rows])
        summary = gl.summary.gradients(grads_and_vars, learning_rate=0.1)
        assert gl.get_collection(gl.GraphKeys.SUMMARIES) == [summary]
        assert gl.summary.gradients([(None, w)]) is None
        with gl.Session() as session:
            session.run(gl.global_variables_initializer())
            fetches = [(grad, variable) for grad, variable in grads_and_vars if grad is not None]
            found, grads, weights = session.run(
                [summary, [grad for grad, _ in fetches], [variable for _, variable in fetches]], {x: data}
            )
    names = [variable.name.removesuffix(":0") for _, variable in fetches]
    assert names == ["layer/w", "layer/b", "rows"]
    arrays = [getattr(grad, "values", grad) for grad in grads]
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_gradients(
            dict(zip(names, arrays, strict=True)),
            0,
            weights=dict(zip(names, weights, strict=True)),
            learning_rate=0.1,
        )
    (expected,) = steps(tmp_path)
    assert numbers(Summary.FromString(found)) == pytest.approx(expected, rel=1e-5)


def test_the_operations_bear_bad_and_tiny_gradients() -> None:
    with gl.Graph().as_default(), gl.Session() as session:
        v = gl.Variable(np.ones(4, np.float32), name="v")
        grad = gl.placeholder(gl.float32, [4])
        summary = gl.summary.gradients([(grad, v)], histograms=False)
        session.run(gl.global_variables_initializer())
        found = numbers(Summary.FromString(session.run(summary, {grad: [np.nan, np.inf, 3.0, 0.0]})))
        assert [found[f"{kind}/v"] for kind in NUMBERS] == [3.0, 1.5, 3.0, 0.25, 1.0, 1.0]
        found = numbers(Summary.FromString(session.run(summary, {grad: [3e-30, 4e-30, 0.0, 0.0]})))
        assert found["gradient_l2_norm/v"] == pytest.approx(5e-30)
        found = numbers(Summary.FromString(session.run(summary, {grad: np.zeros(4)})))
        assert found["gradient_l2_norm/v"] == found["update_to_weight_ratio/v"] == 0.0

"""The health of gradients, of real trainings and of numbers made up."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.inspect.gradients.health import (
    HealthFinding,
    HealthRules,
    VariableHealth,
    gradient_health,
    judged,
)
from graphlog.inspect.gradients.series import GradientSeries, gradient_series, series_of, variable_of
from graphlog.proto.event_pb2 import Event
from graphlog.proto.summary_pb2 import Summary, SummaryMetadata
from graphlog.readers.log import open_log

NAN, INFINITY = math.nan, math.inf
STEPS = 25
Verdicts = dict[str, list[tuple[str, int]]]

HE = {"kernel_initializer": tf.variance_scaling_initializer(2.0)}
LARGE = {"kernel_initializer": tf.random_normal_initializer(stddev=5.0)}


def train(
    folder: Path,
    layers: int = 3,
    activation: Callable[[Any], Any] = tf.nn.relu,
    options: Mapping[int, Mapping[str, Any]] | None = None,
    optimizer: Callable[[], Any] = lambda: tf.train.GradientDescentOptimizer(0.1),
    seed: int = 0,
    log_of_zero_at: int | None = None,
    histograms: bool = False,
    every: Mapping[str, Any] = HE,
) -> list[VariableHealth]:
    """Trains a network to tell classes of random points apart, and judges the gradients that it logged."""
    random = np.random.RandomState(seed)
    points = random.normal(size=(256, 8))
    classes = np.argmax(points @ random.normal(size=(8, 3)), axis=1)
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        x, labels = tf.placeholder(tf.float32, [None, 8]), tf.placeholder(tf.int64, [None])
        scale = tf.placeholder(tf.float32, [])
        hidden = x
        for layer in range(layers):
            chosen = {**every, **(options or {}).get(layer, {})}
            hidden = tf.layers.dense(hidden, 24, activation, name=f"layer{layer}", **chosen)
        out = tf.layers.dense(hidden, 3, name="out")
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=out)
        loss = tf.reduce_mean(losses) - 0.001 * tf.log(scale * tf.reduce_mean(tf.nn.softmax(out)))
        chosen_optimizer = optimizer()
        pairs = chosen_optimizer.compute_gradients(loss)
        update = chosen_optimizer.apply_gradients(pairs)
        summary = tf.summary.gradients(pairs, histograms=histograms)
        with np.errstate(all="ignore"), tf.Session() as session, tf.summary.FileWriter(str(folder)) as writer:
            session.run(tf.global_variables_initializer())
            for step in range(STEPS):
                chosen_points = random.randint(0, 256, 32)
                feeds = {x: points[chosen_points], labels: classes[chosen_points]}
                feeds[scale] = float(step != log_of_zero_at)
                serialized, _ = session.run([summary, update], feeds)
                writer.add_summary(serialized, step)
    return gradient_health(open_log(folder)["."])


def verdicts(found: list[VariableHealth]) -> Verdicts:
    return {
        item.variable: [(finding.verdict, finding.from_step) for finding in item.findings] for item in found
    }


# Trainings


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: tf.train.GradientDescentOptimizer(0.1),
        lambda: tf.train.MomentumOptimizer(0.03, 0.9),
        lambda: tf.train.AdamOptimizer(0.01),
        lambda: tf.train.RMSPropOptimizer(0.003),
    ],
    ids=["gradient descent", "momentum", "Adam", "RMSProp"],
)
def test_a_healthy_training_raises_no_alarm(tmp_path: Path, optimizer: Callable[[], Any], seed: int) -> None:
    found = train(tmp_path, layers=6, optimizer=optimizer, seed=seed)
    assert [item.verdict for item in found] == ["healthy"] * 14


def convolutions_with_batch_normalization(random: Any) -> Any:
    x = hidden = tf.constant(random.normal(size=(32, 8, 8, 1)), tf.float32)
    for _ in range(3):
        hidden = tf.layers.conv2d(hidden, 4, 3, padding="same")
        hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=True))
    return tf.reduce_mean(tf.square(tf.layers.dense(hidden, 1) - tf.reduce_mean(x)))


def targets_that_are_not_normalized(random: Any) -> Any:
    x = random.normal(size=(128, 8))
    hidden = tf.layers.dense(tf.constant(x, tf.float32), 32, tf.nn.relu)
    targets = tf.constant(1000 * x.sum(axis=1, keepdims=True), tf.float32)
    return tf.reduce_mean(tf.square(tf.layers.dense(hidden, 1) - targets))


def residual_layers_that_start_as_nothing(random: Any) -> Any:
    x = random.normal(size=(128, 8))
    hidden = tf.layers.dense(tf.constant(x, tf.float32), 16)
    for _ in range(4):
        inner = tf.layers.dense(hidden, 16, tf.nn.relu)
        hidden += tf.layers.dense(inner, 16, kernel_initializer=tf.zeros_initializer())
    return tf.reduce_mean(tf.square(tf.layers.dense(hidden, 1) - tf.constant(np.sin(x[:, :1]), tf.float32)))


def a_hinge_loss_that_becomes_zero(random: Any) -> Any:
    x = random.normal(size=(64, 4))
    signs = np.sign(x.sum(axis=1, keepdims=True))
    points = tf.constant(x + 30 * signs, tf.float32)
    out = tf.layers.dense(points, 1, kernel_initializer=tf.zeros_initializer())
    return tf.reduce_mean(tf.nn.relu(1 - tf.constant(signs, tf.float32) * out))


@pytest.mark.parametrize(
    "build",
    [
        convolutions_with_batch_normalization,
        targets_that_are_not_normalized,
        residual_layers_that_start_as_nothing,
        a_hinge_loss_that_becomes_zero,
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_other_trainings_raise_no_alarm(tmp_path: Path, build: Callable[[Any], Any], seed: int) -> None:
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        loss = build(np.random.RandomState(seed))
        optimizer = tf.train.AdamOptimizer(0.01)
        pairs = optimizer.compute_gradients(loss)
        run = [tf.summary.gradients(pairs, histograms=False), optimizer.apply_gradients(pairs)]
        with tf.Session() as session, tf.summary.FileWriter(str(tmp_path)) as writer:
            session.run(tf.global_variables_initializer())
            for step in range(STEPS):
                writer.add_summary(session.run(run)[0], step)
    assert {item.verdict for item in gradient_health(open_log(tmp_path)["."])} == {"healthy"}


def test_layers_are_in_the_order_of_the_network(tmp_path: Path) -> None:
    names = [item.variable for item in train(tmp_path, layers=2)]
    assert names == [
        f"{layer}/{variable}" for layer in ("layer0", "layer1", "out") for variable in ("kernel", "bias")
    ]


def test_a_chain_of_sigmoid_layers_vanishes(tmp_path: Path) -> None:
    found = verdicts(train(tmp_path, layers=12, activation=tf.nn.sigmoid, every={}))
    vanishing = [("vanishing", 0)]
    assert all(found[f"layer{layer}/kernel"] == vanishing for layer in range(4))
    assert all(found[f"layer{layer}/bias"] == vanishing for layer in range(4))
    assert all(found[f"{layer}/kernel"] == [] for layer in ("layer9", "layer10", "layer11", "out"))


def test_large_weights_explode(tmp_path: Path) -> None:
    found = verdicts(train(tmp_path, layers=8, every=LARGE))
    for layer in range(8):
        assert ("exploding", 0) in found[f"layer{layer}/kernel"]
    assert not any(verdict == "vanishing" for findings in found.values() for verdict, _ in findings)


def test_a_layer_of_dead_relus_is_dead_and_all_below_it(tmp_path: Path) -> None:
    bias = {1: {"bias_initializer": tf.constant_initializer(-1000.0)}}
    found = verdicts(train(tmp_path, options=bias))
    assert found["out/bias"] == []
    del found["out/bias"]
    # Above it the biases of He's initializer are 0, so nothing comes out of any layer.
    assert set(map(str, found.values())) == {"[('dead', 0)]"}


@pytest.mark.parametrize("step", [0, 7, STEPS - 1])
def test_the_logarithm_of_zero(tmp_path: Path, step: int) -> None:
    found = train(tmp_path, log_of_zero_at=step)
    assert [(item.verdict, item.findings[0].from_step) for item in found] == [("nan", step)] * 8
    assert all(item.findings[0].to_the_end for item in found)


def test_too_large_a_learning_rate(tmp_path: Path) -> None:
    found = train(tmp_path, optimizer=lambda: tf.train.GradientDescentOptimizer(1e4))
    assert {item.verdict for item in found} & {"nan", "exploding"}


# Numbers made up


def series(variable: str = "w", steps: Any = None, **columns: Any) -> GradientSeries:
    count = len(next(iter(columns.values())))
    steps = np.arange(count) * 10 if steps is None else np.array(steps)
    named = {name: (steps, np.array(values, np.float64)) for name, values in columns.items()}
    return series_of(variable, named, "statistics" if len(columns) > 1 else "norms")


def of_norms(*norms: float, **columns: Any) -> GradientSeries:
    return series(l2_norm=list(norms), nan_count=[0.0] * len(norms), **columns)


CASES: dict[str, tuple[list[float], list[tuple[str, int]]]] = {
    "healthy": ([1, 2, 0.5, 0.1, 3], []),
    "one step": ([1], []),
    "converges": ([1, 1e-2, 1e-4, 1e-8, 1e-10], []),
    "converges to 0": ([1, 1e-2, 1e-4, 0, 0, 0], []),
    "zero from the start": ([0, 0, 0], [("dead", 0)]),
    "zero in one step of one": ([0], [("dead", 0)]),
    "nothing to tell from zero": ([1e-11, 1e-11, 1e-12], [("vanishing", 0)]),
    "zero at the start, as where a weight before is 0": ([0, 1, 1, 1, 1], []),
    "large from the start, but falling": ([1e8, 1e4, 10, 1, 1, 1, 1], []),
    "large throughout": ([1e7, 1e7, 1e7, 1e7], [("exploding", 0)]),
    "large, of targets that are not normalized": ([1e5, 1e5, 9e4, 9e4], []),
    "grows": ([1, 1, 2, 1, 1, 1e4 - 1, 1e4 - 1, 1e4 - 1], [("exploding", 50)]),
    "grows from next to nothing, as at a warm start": ([1e-9, 1e-9, 1e-9, 1, 5, 5, 5], []),
    "one odd batch": ([1, 1, 1, 1, 1e6, 1, 1, 1], []),
    "explodes in one step, then is zero": ([1, 1, 1, 1e6, 0, 0], [("exploding", 30)]),
    "infinite": ([1, INFINITY, 1], [("inf", 10)]),
}


@pytest.mark.parametrize("case", CASES)
def test_one_variable(case: str) -> None:
    norms, expected = CASES[case]
    assert verdicts(judged([of_norms(*norms)]))["w"] == expected


def test_only_some_variables_vanish() -> None:
    small = series("small", l2_norm=[1.0, 1e-6, 1e-6, 1e-6], nan_count=[0.0] * 4)
    other = series("other", l2_norm=[1.0, 1.0, 1.0, 0.9], nan_count=[0.0] * 4)
    assert verdicts(judged([small, other])) == {"small": [("vanishing", 10)], "other": []}
    assert verdicts(judged([small, other], HealthRules(vanishing_ratio=1e-7))) == {"small": [], "other": []}


def test_a_bias_without_a_gradient_says_nothing_of_its_layer() -> None:
    bias = series("layer/bias", l2_norm=[1e-9] * 4, nan_count=[0.0] * 4)
    kernel = series("layer/kernel", l2_norm=[1.0] * 4, nan_count=[0.0] * 4)
    small_kernel = series("layer/kernel", l2_norm=[1e-8] * 4, nan_count=[0.0] * 4)
    other = series("other/kernel", l2_norm=[1.0] * 4, nan_count=[0.0] * 4)
    assert [item.verdict for item in judged([bias, kernel, other])] == ["healthy"] * 3
    verdicts_with_small = [item.verdict for item in judged([bias, small_kernel, other])]
    assert verdicts_with_small == ["vanishing", "vanishing", "healthy"]


def test_next_to_an_exploding_one_none_vanishes() -> None:
    common = series("common", l2_norm=[1.0] * 4, nan_count=[0.0] * 4)
    large = series("large", l2_norm=[1e12] * 4, nan_count=[0.0] * 4)
    assert verdicts(judged([common, large])) == {"common": [], "large": [("exploding", 0)]}


def test_most_numbers_are_zero() -> None:
    columns = {"l2_norm": [1.0] * 4, "zero_fraction": [0.5, 0.995, 0.995, 0.995]}
    assert verdicts(judged([series("units/bias", **columns)])) == {"units/bias": [("dead", 10)]}
    assert verdicts(judged([series("model/embedding", **columns)])) == {"model/embedding": []}


def test_what_is_not_finite_is_told_and_judged_by_no_other_rule() -> None:
    found = judged(
        [series(l2_norm=[1.0, 0, 0, 0, 1.0], nan_count=[0, 4, 0, 4, 0], inf_count=[0, 0, 2, 1, 0])]
    )
    assert found[0].findings == (
        HealthFinding("nan", 10, 30, False, 2, 4.0),
        HealthFinding("inf", 20, 30, False, 2, 2.0),
    )
    assert found[0].verdict == "nan"
    assert repr(found[0]) == "<VariableHealth of 'w': nan from step 10, inf from step 20>"


def test_a_norm_that_is_nan_says_so_without_a_count() -> None:
    assert verdicts(judged([series(l2_norm=[1.0, NAN, NAN])])) == {"w": [("nan", 10)]}


def test_no_gradients() -> None:
    assert judged([]) == []


# What is read


def test_what_add_gradients_writes(tmp_path: Path) -> None:
    gradients = {"b": np.array([3.0, -4.0, 0.0, np.nan]), "a/w": np.array([[np.inf, 1.0]])}
    with tf.SummaryWriter(str(tmp_path)) as writer:
        for step in (5, 7):
            writer.add_gradients(gradients, step, weights={"b": np.ones(4), "a/w": np.ones(2)})
    b, w = gradient_series(open_log(tmp_path)["."])
    assert (b.variable, b.source, b.step.tolist()) == ("b", "statistics", [5, 7])
    assert (b.l2_norm.tolist(), b.max_abs.tolist(), b.zero_fraction.tolist()) == (
        [5, 5],
        [4, 4],
        [0.25, 0.25],
    )
    assert (b.nan_count.tolist(), b.inf_count.tolist()) == ([1, 1], [0, 0])
    assert b.mean_abs == pytest.approx([7 / 3, 7 / 3])
    assert b.update_to_weight_ratio.tolist() == [2.5, 2.5]
    assert (w.variable, w.inf_count.tolist()) == ("a/w", [1, 1])


@pytest.mark.parametrize(
    ("tag", "variable"),
    [
        ("gradients/layer/kernel", "layer/kernel"),
        ("grad/layer.weight", "layer.weight"),
        ("grads/layer.weight", "layer.weight"),
        ("layer.weight.grad", "layer.weight"),
        ("layer/weight/gradient", "layer/weight"),
        ("layer.weight_grad", "layer.weight"),
        ("model/grad/weight", "model/grad/weight"),
        ("Gradients.w", "w"),
        ("weights/layer", None),
        ("upgrade/layer", None),
        ("degraded", None),
    ],
)
def test_the_variable_of_a_tag(tag: str, variable: str | None) -> None:
    assert variable_of(tag) == variable


def test_histograms_of_gradients(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    with tf.SummaryWriter(str(tmp_path)) as writer:
        for step in range(4):
            writer.add_histogram("grad/large.weight", random.normal(size=1000), step)
            writer.add_histogram("small.weight.grad", random.normal(size=1000) * 1e-8, step)
            writer.add_histogram("dead.weight.grad", np.zeros(1000), step)
            writer.add_histogram("weights/other", np.zeros(1000), step)
            values = random.normal(size=1000)
            values[: 10 * step] = np.nan
            writer.add_histogram("grad/bad", values, step)
    found = gradient_health(open_log(tmp_path)["."])
    assert verdicts(found) == {
        "large.weight": [],
        "small.weight": [("vanishing", 0)],
        "dead.weight": [("dead", 0)],
        "bad": [("nan", 1)],
    }
    large = found[0].series
    assert large.source == "histograms"
    assert large.l2_norm == pytest.approx([1000**0.5] * 4, rel=0.1)
    assert large.mean_abs == pytest.approx([(2 / np.pi) ** 0.5] * 4, rel=0.1)
    assert found[3].series.nan_count.tolist() == [0, 10, 20, 30]


def test_histograms_in_the_encoding_of_tensorflow_2(tmp_path: Path) -> None:
    rows = np.array([[-2.0, 0.0, 3.0], [0.0, 2.0, 1.0]])
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="histograms"))
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        for step in range(3):
            value = Summary.Value(tag="gradients/w", tensor=tf.make_tensor_proto(rows), metadata=metadata)
            writer.add_event(Event(step=step, summary=Summary(value=[value])))
    (found,) = gradient_series(open_log(tmp_path)["."])
    assert (found.variable, found.source, found.step.tolist()) == ("w", "histograms", [0, 1, 2])
    assert (found.l2_norm.tolist(), found.mean_abs.tolist(), found.max_abs.tolist()) == (
        [2] * 3,
        [1] * 3,
        [2] * 3,
    )
    assert (found.zero_fraction.tolist(), found.nan_count.tolist()) == ([0] * 3, [0] * 3)


def test_norms_as_lightning_writes_them(tmp_path: Path) -> None:
    with tf.SummaryWriter(str(tmp_path)) as writer:
        for step in range(4):
            writer.add_scalar("grad_2.0_norm/layer.weight", 1.0, step)
            writer.add_scalar("grad_norm/layer.bias", NAN if step > 2 else 1.0, step)
            writer.add_scalar("loss", 1.0, step)
    found = gradient_health(open_log(tmp_path)["."])
    assert verdicts(found) == {"layer.weight": [], "layer.bias": [("nan", 3)]}
    assert found[0].series.source == "norms"


def test_a_step_that_was_logged_twice(tmp_path: Path) -> None:
    with tf.SummaryWriter(str(tmp_path)) as writer:
        for step, norm in [(0, 1.0), (5, 2.0), (3, 3.0), (5, 4.0)]:
            writer.add_gradients({"w": np.array([norm])}, step)
    (found,) = gradient_series(open_log(tmp_path)["."])
    assert found.step.tolist() == [0, 3, 5]
    assert found.l2_norm.tolist() == [1, 3, 4]
    assert np.isnan(found.update_to_weight_ratio).all()

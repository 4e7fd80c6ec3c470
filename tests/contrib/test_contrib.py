"""What the parity programs do not show of contrib, distributions and keras: errors, settings, checkpoints."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


def test_what_contrib_has_not_is_said_to_be_so() -> None:
    with pytest.raises(AttributeError, match=r"of tf\.contrib, graphlog has crf"):
        _ = tf.contrib.nonsense
    with pytest.raises(AttributeError, match="it has no models"):
        _ = tf.keras.Model
    assert "seq2seq" in dir(tf.contrib)


def test_arg_scope_takes_only_what_takes_part() -> None:
    framework = tf.contrib.framework

    def plain() -> None: ...

    with (
        pytest.raises(ValueError, match="is not decorated with @add_arg_scope"),
        framework.arg_scope([plain]),
    ):
        pass
    with pytest.raises(TypeError, match="must either be a list"), framework.arg_scope(plain):
        pass
    with pytest.raises(ValueError, match="kwargs must be empty"), framework.arg_scope({}, a=1):
        pass


def test_what_a_call_says_goes_before_the_scope() -> None:
    framework = tf.contrib.framework

    @framework.add_arg_scope  # type: ignore[untyped-decorator]
    def function(a: int, b: int = 2, c: int = 3) -> tuple[int, int, int]:
        """Its arguments."""
        return a, b, c

    assert framework.arg_scoped_arguments(function) == ("b", "c")
    with framework.arg_scope([function], b=5, c=6) as outer:
        assert function(1, c=7) == (1, 5, 7)
        with framework.arg_scope([function], b=8):
            assert function(1) == (1, 8, 6)
    assert function(1) == (1, 2, 3)
    with framework.arg_scope(outer):
        assert function(0) == (0, 5, 6)


def test_settings_keep_their_types() -> None:
    settings = tf.contrib.training.HParams(rate=0.1, layers=[3, 4], name="a", deep=True)
    assert settings.parse("rate=1,layers=[5,6,7],deep=false").layers == [5, 6, 7]
    assert settings.rate == 1.0
    assert settings.deep is False
    settings.override_from_dict({"name": "b"})
    assert settings.values() == {"rate": 1.0, "layers": [5, 6, 7], "name": "b", "deep": False}
    assert tf.contrib.training.HParams(**settings.values()).parse_json(settings.to_json()).name == "b"
    assert settings.get("missing", 3) == 3
    assert "rate" in settings
    for text, message in [
        ("depth=3", "Unknown hyperparameter type for depth"),
        ("rate=x", "Could not parse hparam 'rate' of type 'float'"),
        ("rate=1,rate=2", "Multiple assignments"),
        ("=", "Malformed"),
    ]:
        with pytest.raises(ValueError, match=message):
            settings.parse(text)
    with pytest.raises(ValueError, match="Must pass a list"):
        settings.set_hparam("layers", 3)
    with pytest.raises(ValueError, match="Could not cast hparam"):
        settings.set_hparam("rate", "fast")


def test_variables_are_restored_by_name(tmp_path: Path) -> None:
    framework = tf.contrib.framework
    a, b = tf.get_variable("a", [2]), tf.get_variable("b", [3])
    with tf.Session() as session:
        session.run([a.initializer, b.initializer])
        path = tf.train.Saver([a]).save(session, str(tmp_path / "model"))
        saved = session.run(a)
        operation, feed = framework.assign_from_checkpoint(path, {"a": [a]})
        restore = framework.assign_from_checkpoint_fn(path, [a, b], ignore_missing_vars=True)
        session.run(a.assign([0.0, 0.0]))
        session.run(operation, feed)
        np.testing.assert_array_equal(session.run(a), saved)
        session.run(a.assign([0.0, 0.0]))
        restore(session)
        np.testing.assert_array_equal(session.run(a), saved)
        with pytest.raises(ValueError, match=r"missing variable \[b\]"):
            framework.assign_from_checkpoint(path, [b])


def test_bad_arguments_of_layers() -> None:
    layers = tf.contrib.layers
    image = tf.placeholder(tf.float32, [None, 4, 4, 3])
    with pytest.raises(ValueError, match="data_format has to be either NCHW or NHWC"):
        layers.max_pool2d(image, 2, data_format="X")
    with pytest.raises(ValueError, match="expects input with rank 3, got 4"):
        layers.conv1d(image, 2, 3)
    with pytest.raises(ValueError, match="scale cannot be an integer"):
        layers.l2_regularizer(1)
    with pytest.raises(ValueError, match="No weights to regularize"):
        layers.apply_regularization(layers.l1_regularizer(0.1))
    with pytest.raises(ValueError, match="not a multiple of num_units"):
        layers.maxout(image, 2)
    with pytest.raises(ValueError, match="Invalid groups"):
        layers.group_norm(image, groups=32)


def test_gradients_flow_through_a_decoder() -> None:
    seq2seq = tf.contrib.seq2seq
    inputs = tf.constant(np.random.RandomState(0).randn(2, 3, 2), tf.float32)
    memory = tf.constant(np.random.RandomState(1).randn(2, 4, 2), tf.float32)
    scale = tf.constant([0.7, -0.3])
    start = tf.constant_initializer(0.4)
    with tf.variable_scope("model", initializer=start):
        attention = seq2seq.BahdanauAttention(2, memory * scale)
        cell = seq2seq.AttentionWrapper(tf.nn.rnn_cell.BasicRNNCell(2), attention, 2)
        decoder = seq2seq.BasicDecoder(
            cell, seq2seq.TrainingHelper(inputs, [3, 2]), cell.zero_state(2, tf.float32)
        )
        outputs, _, _ = seq2seq.dynamic_decode(decoder)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        error = tf.test.compute_gradient_error(scale, [2], outputs.rnn_output, [2, 3, 2], delta=1e-2)
    assert error < 1e-3


def test_distributions_tell_what_they_lack() -> None:
    distributions = tf.distributions
    normal = distributions.Normal(0.0, 1.0)
    with pytest.raises(NotImplementedError, match="No KL"):
        distributions.kl_divergence(normal, distributions.Uniform())
    with pytest.raises(NotImplementedError, match="covariance is not implemented: Normal"):
        normal.covariance()
    with pytest.raises(ValueError, match="already been registered"):
        distributions.RegisterKL(distributions.Normal, distributions.Normal)(lambda a, b, name: a)
    with pytest.raises(ValueError, match="Must pass probs or logits"):
        distributions.Bernoulli()
    assert repr(normal).startswith("<tfp.distributions.Normal 'Normal/' batch_shape=()")

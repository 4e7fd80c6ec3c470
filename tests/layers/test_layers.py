"""What layers refuse, and what they say of themselves."""

from typing import Any

import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: tf.layers.dense(tf.placeholder(tf.float32), 3), "its rank is undefined"),
        (
            lambda: tf.layers.dense(tf.zeros([3]), 3),
            r"Input 0 of layer dense_1 is incompatible with the layer: : expected min_ndim=2, found ndim=1. "
            r"Full shape received: \[3\]",
        ),
        (lambda: tf.layers.conv2d(tf.zeros([2, 3]), 1, 1), "expected ndim=4, found ndim=2"),
        (
            lambda: tf.layers.dense(tf.placeholder(tf.float32, [2, None]), 3),
            "The last dimension of the inputs to `Dense` should be defined. Found `None`.",
        ),
        (
            lambda: tf.layers.conv2d(tf.zeros([2, 3, 3, 3]), 1, (1, 2, 3)),
            r"The `kernel_size` argument must be a tuple of 2 integers. Received: \(1, 2, 3\)",
        ),
        (
            lambda: tf.layers.conv2d(tf.zeros([2, 3, 3, 3]), 1, 1, padding="x"),
            "The `padding` argument must be",
        ),
        (lambda: tf.layers.max_pooling2d(tf.zeros([2, 3, 3, 3]), 2, None), "`strides` must not be None"),
        (lambda: tf.layers.dense(tf.zeros([2, 3]), 3, activation="nope"), "Unknown activation"),
        (lambda: tf.layers.batch_normalization(tf.zeros([2, 3]), axis=5), "Invalid axis: 5"),
        (lambda: tf.layers.Dense(2).scope_name, "No name available for layer scope"),
        (lambda: tf.layers.Dense(2).count_params(), "the layer isn't built"),
    ],
)
def test_what_is_refused(build: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


def test_a_built_layer_wants_the_same_size_again() -> None:
    layer = tf.layers.Dense(3)
    layer(tf.zeros([2, 3]))
    with pytest.raises(ValueError, match=r"expected axis -1 of input shape to have value 3 but received"):
        layer(tf.zeros([2, 4]))


def test_a_name_taken_twice_needs_reuse() -> None:
    x = tf.zeros([2, 3])
    tf.layers.dense(x, 3, name="fc")
    with pytest.raises(ValueError, match="Variable fc/kernel already exists, disallowed"):
        tf.layers.dense(x, 3, name="fc")
    assert tf.layers.dense(x, 3, name="fc", reuse=True).name == "fc_2/BiasAdd:0"


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: tf.layers.Dense(3), [2, 5, 4]),
        (lambda: tf.layers.Flatten(), [2, 5, 4]),
        (lambda: tf.layers.Dropout(), [2, 5]),
        (lambda: tf.layers.Conv1D(3, 2, strides=2), [2, 7, 4]),
        (lambda: tf.layers.Conv2D(3, 3, padding="same", strides=2), [2, 7, 6, 4]),
        (lambda: tf.layers.Conv2D(3, 3, data_format="channels_first"), [2, 4, 7, 6]),
        (lambda: tf.layers.Conv3D(3, 2), [2, 4, 4, 4, 1]),
        (lambda: tf.layers.Conv2DTranspose(3, 3, 2), [2, 4, 5, 1]),
        (lambda: tf.layers.SeparableConv2D(3, 3), [2, 4, 5, 2]),
        (lambda: tf.layers.MaxPooling1D(2, 2), [2, 7, 3]),
        (lambda: tf.layers.AveragePooling1D(2, 1, data_format="channels_first"), [2, 3, 7]),
        (lambda: tf.layers.MaxPooling2D(2, 2, "same"), [2, 7, 5, 3]),
        (lambda: tf.layers.AveragePooling3D(2, 2), [1, 4, 4, 4, 2]),
        (lambda: tf.layers.MaxPooling3D(2, 2, data_format="channels_first"), [1, 2, 4, 4, 4]),
        (lambda: tf.layers.BatchNormalization(), [2, 7, 5, 3]),
        (lambda: tf.layers.BatchNormalization(axis=[1, 2]), [2, 3, 2]),
    ],
)
def test_the_shape_of_the_output_is_the_announced_one(layer: Any, shape: list[int]) -> None:
    built = layer()
    output = built(tf.ones(shape))
    assert built.compute_output_shape(shape).as_list() == output.shape.as_list()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert list(session.run(output).shape) == output.shape.as_list()


def test_a_layer_of_a_users_own() -> None:
    class Scale(tf.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.factor = self.add_weight("factor", [], initializer=tf.constant_initializer(3.0))
            super().build(input_shape)

        def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
            return inputs * self.factor

    layer = Scale()
    y = layer(tf.constant([2.0]))
    assert (layer.factor.name, y.name, layer.name) == ("scale/factor:0", "scale/mul:0", "scale_1")
    assert layer(tf.constant([2.0])).name == "scale/mul_1:0"
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(y) == [6.0]

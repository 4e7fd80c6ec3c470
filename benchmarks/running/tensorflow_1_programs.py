"""TensorFlow 1's vocabulary, for graphlog and TensorFlow alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from running import data

Work = Callable[[], Any]
tf: Any = None


def use(library: str) -> None:
    """Says whose programs these are."""
    global tf
    if library == "graphlog":
        import graphlog

        tf = graphlog
    else:
        import tensorflow.compat.v1 as tensorflow_1

        tensorflow_1.disable_eager_execution()
        tf = tensorflow_1


def _session() -> Any:
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def _blog() -> tuple[list[Any], list[Any]]:
    inputs = [tf.placeholder(tf.float32, (), name=name) for name in "abcd"]
    a, b, c, d = inputs
    return inputs, tf.gradients(a * b + c * tf.log(d), inputs)


def seed() -> Work:
    """The blog's gradients, fed with Python's numbers."""
    inputs, gradients = _blog()
    session, feeds = tf.Session(), dict(zip(inputs, (2.0, 3.0, 4.0, 5.0), strict=True))
    return lambda: session.run(gradients, feeds)


def callable() -> Work:
    """The same through make_callable."""
    inputs, gradients = _blog()
    function = tf.Session().make_callable(gradients, inputs)
    return lambda: function(2.0, 3.0, 4.0, 5.0)


def _perceptron(start: data.Perceptron) -> Work:
    images = tf.placeholder(tf.float32, (None, start.images.shape[1]))
    labels = tf.placeholder(tf.float32, (None, start.labels.shape[1]))
    (w1, w2), (b1, b2) = (tuple(map(tf.Variable, values)) for values in (start.weights, start.biases))
    hidden = tf.nn.relu(tf.matmul(images, w1) + b1)
    scores = tf.matmul(hidden, w2) + b2
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=scores))
    step = tf.train.GradientDescentOptimizer(data.RATE).minimize(loss)
    session, feeds = _session(), {images: start.images, labels: start.labels}
    return lambda: session.run([step, loss], feeds)


def small() -> Work:
    """A training step of the small network."""
    return _perceptron(data.small())


def large() -> Work:
    """A training step of the large network."""
    return _perceptron(data.large())


def chain() -> Work:
    """A chain of products, sums and hyperbolic tangents."""
    x = tf.placeholder(tf.float32, (8,))
    y = x
    for _ in range(data.CHAIN // 4):
        y = tf.tanh(tf.add(tf.multiply(y, x), tf.multiply(y, y)))
    session, feeds = tf.Session(), {x: data.chain()}
    return lambda: session.run(y, feeds)


def elementwise() -> Work:
    """Six operations on long arrays."""
    x, y = (tf.placeholder(tf.float32, (None,)) for _ in range(2))
    result = -tf.square(tf.maximum(x * y + x, y) - x)
    session, feeds = tf.Session(), {x: data.elements(), y: data.elements()[::-1].copy()}
    return lambda: session.run(result, feeds)


def memory() -> Work:
    """A step of the deep network."""
    rows, weights = data.deep()
    images = tf.placeholder(tf.float32, rows.shape)
    hidden = images
    for layer in weights:
        hidden = tf.nn.relu(tf.matmul(hidden, tf.Variable(layer)))
    loss = tf.reduce_sum(hidden)
    step = tf.train.GradientDescentOptimizer(data.RATE).minimize(loss)
    session = _session()
    return lambda: session.run([step, loss], {images: rows})

"""Weights of losses whose shape is not known before a run."""


def program(tf, np):
    labels = tf.placeholder(tf.float32, [None, 3], name="labels")
    predictions = tf.placeholder(tf.float32, [None, 3], name="predictions")
    weights = tf.placeholder(tf.float32, [None, 1], name="weights")
    loss = tf.losses.mean_squared_error(labels, predictions, weights=weights)
    random = np.random.RandomState(1)
    feed = {labels: random.randn(4, 3), predictions: random.randn(4, 3), weights: [[1], [0], [2], [0.5]]}
    return [(loss, feed)]

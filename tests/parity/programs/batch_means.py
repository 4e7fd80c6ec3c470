"""Means over batches, and rows put together in parallel."""


def program(tf, np):
    losses = tf.placeholder(tf.float32, [None], name="losses")
    wide = tf.placeholder(tf.float64, [2, 3], name="wide")
    loose = tf.placeholder(tf.float32, name="loose")
    weights = tf.placeholder(tf.float32, [None, 1], name="weights")
    outs = [
        tf.nn.compute_average_loss(losses),
        tf.nn.compute_average_loss(losses, sample_weight=weights, global_batch_size=4),
        tf.nn.compute_average_loss(wide, [0.5, 2.0]),
        tf.nn.compute_average_loss(loose, sample_weight=2.0),
        tf.nn.scale_regularization_loss(wide),
        tf.parallel_stack([tf.constant([1.0, 2.0]), [3.0, 4.0]]),
        tf.parallel_stack([wide, wide * 2.0], name="rows"),
    ]
    feed = {
        losses: [1.0, 2.5],
        wide: [[1.0, 2.0, 3.0], [0.5, 0.0, -1.0]],
        loose: [[1.0], [2.0]],
        weights: [[1.0], [3.0]],
    }
    return [(outs, feed)]

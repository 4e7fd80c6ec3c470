"""Shapes put together from Dimensions, as programs write them."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3, 4], name="x")
    rows = tf.placeholder(tf.float32, [None, 3], name="rows")
    a, b, c = x.shape
    tensors = [
        tf.reshape(x, [a, -1, c]),
        tf.reshape(x, [a * b, c]),
        tf.zeros([a, 5]),
        tf.ones((b, c)),
        tf.fill([a], 3),
        tf.random_normal([b, 2], seed=1),
        tf.tile(rows, [1, a]),
        tf.reshape(rows, [-1, rows.shape[1], 1]),
        tf.slice(x, [0, 0, 0], [a, 1, c]),
        tf.constant(0.5, shape=[a, b]),
        tf.one_hot([0, 1], b),
        tf.range(a),
        tf.broadcast_to(rows[:1], [a, rows.shape[1]]),
        tf.to_float(a) / tf.cast(b, tf.float32),
    ]
    return [(tensors, {x: np.ones((2, 3, 4)), rows: np.ones((2, 3))})]

"""Padding in every mode, and its gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (3, 4), name="x")
    part = tf.placeholder(tf.float64, (None, 4), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    paddings = tf.placeholder(tf.int32, (2, 2), name="paddings")
    before = tf.placeholder(tf.int32, (), name="before")
    ys = [
        tf.pad(x, [[1, 2], [0, 3]]),
        tf.pad(part, [[1, 0], [2, 1]], name="some"),
        tf.pad(any_rank, [[0, 0], [2, 1]]),
        tf.pad(x, paddings),
        tf.pad(any_rank, paddings),
        tf.pad(x, [[before, 0], [1, 1]]),
        tf.pad(x, [[1, 1], [0, 0]], constant_values=2.5),
        tf.pad(part, [[1, 1], [0, 0]], "constant", constant_values=tf.constant(1.5, tf.float64)),
        tf.pad(x, [[1, 2], [3, 0]], "REFLECT"),
        tf.pad(part, [[1, 2], [3, 0]], mode="SYMMETRIC"),
        tf.pad(any_rank, paddings, "SYMMETRIC"),
    ]
    xs = [x, part, any_rank]
    grads = tf.gradients(ys, xs, [tf.square(y) for y in ys])
    second = tf.gradients(grads, xs, [tf.square(grad) for grad in grads])
    random = np.random.RandomState(4)
    value = random.randn(3, 4)
    feeds = {x: value, part: value + 1, any_rank: value - 1, paddings: [[1, 2], [2, 0]], before: 2}
    return [([ys, grads, second], feeds)]

"""Slices of tensors whose shape is known in part or not at all, and shapes that are cut from shapes."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (3, 4, 2), name="x")
    part = tf.placeholder(tf.float64, (None, 4, None), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    i = tf.placeholder(tf.int32, (), name="i")
    ys = [
        part[1],
        part[:, 1],
        part[0:2, :, 0],
        part[..., -1],
        part[:, ::2, None],
        part[i:2, 1],
        any_rank[0],
        any_rank[..., 1:, 0],
        x[: tf.shape(x)[0] - 1],
        tf.strided_slice(part, [i], [2], [1]),
        tf.slice(part, [0, 1, 0], [2, -1, -1]),
        tf.slice(part, [i, i, 0], [1, 2, 2]),
        tf.slice(any_rank, [0, i, 0], tf.stack([2, i, 1])),
        tf.slice(x, [i, 0, 0], tf.concat([[1], tf.shape(part)[1:]], 0)),
    ]
    grads = tf.gradients(ys, [x, part, any_rank], [tf.square(y) for y in ys])
    shapes = [
        tf.reshape(any_rank, [-1, *x.shape[1:].as_list()]),
        tf.reshape(x, tf.concat([[-1], tf.shape(x)[2:]], 0)),
        tf.reshape(any_rank, tf.concat([tf.shape(part)[0:1], [8]], 0)),
        tf.fill(tf.cast(tf.shape(part)[1:], tf.int64), 1.0),
        tf.reshape(any_rank, [tf.shape(part)[0], -1]),
        tf.reshape(any_rank, tf.shape(part)[0:3:1]),
    ]
    value = np.random.RandomState(3).randn(3, 4, 2)
    return [([ys, grads, shapes], {x: value, part: value + 1, any_rank: value - 1, i: 1})]

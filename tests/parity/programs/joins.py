"""Concatenation, splitting, added and removed axes, with shapes known, known in part and unknown."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (2, 3), name="x")
    part = tf.placeholder(tf.float64, (None, 3), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    axis = tf.placeholder(tf.int32, (), name="axis")
    sizes = tf.placeholder(tf.int32, (2,), name="sizes")
    ys = [
        tf.concat([x, part, x * x], 0),
        tf.concat([x, x], -1, name="wide"),
        tf.concat([x, part], axis),
        tf.concat([any_rank, part], 0, name="unknown"),
        tf.concat([any_rank, any_rank], 1),
        tf.concat(x, 0),
        tf.concat([part], axis=1, name="alone"),
        tf.concat([part, *[tf.constant([[1.0, 2.0, 3.0]], tf.float64)] * 16], 0, name="many"),
        *tf.split(x, 3, 1),
        tf.split(part, 3, axis=-1, name="thirds")[1],
        tf.split(x, [1, 2], 1)[1],
        tf.split(any_rank, [1, -1], 0, name="rest")[1],
        tf.split(x, sizes, 1, name="fed")[0],
        tf.split(any_rank, sizes, axis, num=2)[1],
        tf.split(x, 1)[0],
        tf.split(part, 3, axis, name="along")[0],
        tf.expand_dims(x, 0),
        tf.expand_dims(part, -1, name="column"),
        tf.expand_dims(any_rank, axis),
        tf.expand_dims(part, dim=1),
        tf.squeeze(tf.expand_dims(x, 1)),
        tf.squeeze(tf.expand_dims(part, 1), 1, name="flat"),
        tf.squeeze(tf.reshape(x, [1, 2, 1, 3]), [0, -2]),
        tf.squeeze(tf.expand_dims(any_rank, 0), squeeze_dims=[0]),
        tf.squeeze(part),
    ]
    xs = [x, part, any_rank]
    grads = tf.gradients(ys, xs, [tf.square(y) for y in ys])
    second = tf.gradients(grads[0], xs[:1], [tf.square(grads[0])])
    feeds = {
        x: [[1.0, 2.0, -1.5], [0.5, -1.0, 3.0]],
        part: [[0.25, -2.0, 1.0], [1.5, 1.0, 2.0]],
        any_rank: [[0.75, 1.25, -1.0], [2.0, 0.5, -0.5]],
        axis: 1,
        sizes: [1, 2],
    }
    return [([ys, grads, second], feeds)]

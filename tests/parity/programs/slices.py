"""Slices of a tensor of known shape: x[...] with every kind of index, tf.slice, tf.strided_slice."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (3, 4, 2), name="x")
    i = tf.placeholder(tf.int32, (), name="i")
    j = tf.placeholder(tf.int64, (), name="j")
    ys = [
        x[1],
        x[-1, 2],
        x[0, 1, 1],
        x[:],
        x[()],
        x[1:],
        x[:2, ::-1],
        x[::2, 3:0:-2, -1],
        x[..., 0],
        x[0, ...],
        x[1, ..., None],
        x[:, None, 1:3, tf.newaxis],
        x[None, ..., None, 1],
        x[i],
        x[i:],
        x[: i + 1, i],
        x[:, j],
        x[np.int64(1)],
        x[i, 1:, ::-1],
        x[[1, 2]],
        tf.strided_slice(x, [0, 1], [2, 3]),
        tf.strided_slice(x, [0, 1], [2, 3], [1, 1], end_mask=2, shrink_axis_mask=1, name="named"),
        tf.slice(x, [1, 0, 0], [2, 3, 1]),
        tf.slice(x, [0, 1, 1], [-1, 2, -1], name="rest"),
    ]
    grads = tf.gradients(ys, x, [tf.square(y) for y in ys])
    again = [tf.gradients(y, x, tf.square(y))[0] for y in (ys[6], ys[-1])]
    second = tf.gradients(again, x, [tf.square(grad) for grad in again])
    feeds = {x: np.random.RandomState(3).randn(3, 4, 2), i: 1, j: 2}
    return [([ys, grads, second], feeds)]

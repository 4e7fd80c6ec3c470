"""gather_nd, scatter_nd and tensors changed at index vectors, batch_gather."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (3, 4, 2), name="x")
    part = tf.placeholder(tf.float64, (None, 4, 2), name="part")
    u = tf.placeholder(tf.float64, (2, 2), name="u")
    indices = tf.placeholder(tf.int32, (2, 2), name="indices")
    any_indices = tf.placeholder(tf.int64, None, name="any_indices")
    sizes = tf.placeholder(tf.int32, (3,), name="sizes")
    rows = tf.placeholder(tf.int32, (3, 2), name="rows")
    ys = [
        tf.gather_nd(x, [[0, 1], [2, 3]]),
        tf.gather_nd(x, indices, name="fed"),
        tf.gather_nd(part, [[[0, 1, 1]], [[1, 0, 0]]]),
        tf.gather_nd(part, any_indices),
        tf.gather_nd(x, [[1], [0], [1]]),
        tf.scatter_nd(indices, u, [3, 4, 2]),
        tf.scatter_nd(indices, u, sizes, name="scattered"),
        tf.scatter_nd([[1], [1]], u, tf.constant([4, 2])),
        tf.tensor_scatter_update(x, indices, u),
        tf.tensor_scatter_add(part, indices, u),
        tf.tensor_scatter_sub(x, [[0, 0], [0, 0]], u),
        tf.tensor_scatter_nd_update(x, indices, u),
        tf.tensor_scatter_nd_add(x, indices, u),
        tf.tensor_scatter_nd_sub(x, indices, u),
        tf.batch_gather(x, rows),
        tf.batch_gather(part, rows),
        tf.gather_nd(x, [[[1], [0]], [[2], [3]], [[0], [0]]], batch_dims=1),
    ]
    xs = [x, part, u]
    grads = [tf.convert_to_tensor(grad) for grad in tf.gradients(ys, xs, [tf.square(y) for y in ys])]
    again = [tf.gradients(ys[1], x)[0], tf.gradients(ys[8], x)[0], tf.gradients(ys[5], u)[0]]
    second = tf.gradients(again, xs, [tf.square(grad) for grad in again])
    second = [grad for grad in second if grad is not None]
    random = np.random.RandomState(5)
    value = random.randn(3, 4, 2)
    feeds = {
        x: value,
        part: value + 1,
        u: random.randn(2, 2),
        indices: [[2, 3], [0, 1]],
        any_indices: [[0, 3], [1, 2]],
        sizes: [3, 4, 2],
        rows: [[0, 3], [2, 2], [1, 0]],
    }
    return [([ys, grads, second], feeds)]

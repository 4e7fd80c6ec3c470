"""The gradient of a concatenation of which only some rows were used: IndexedSlices."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (3, 2), name="x")
    part = tf.placeholder(tf.float64, (None, 2), name="part")
    rows = tf.placeholder(tf.int32, (None,), name="rows")
    ys = [
        tf.gather(tf.concat([x, part], 0), rows),
        tf.gather(tf.concat([x, x * 2.0], 1, name="wide"), [0, 2, 0]),
        tf.gather_nd(tf.concat([x, part], -2, name="tall"), [[4], [0]]),
    ]
    grads = tf.gradients(ys, [x, part], [tf.square(y) for y in ys])
    dense = [tf.convert_to_tensor(grad) for grad in grads]
    random = np.random.RandomState(8)
    feeds = {x: random.randn(3, 2), part: random.randn(2, 2), rows: [0, 3, 3, 1]}
    return [([ys, dense], feeds)]

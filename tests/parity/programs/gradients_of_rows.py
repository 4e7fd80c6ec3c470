"""The IndexedSlices that are the gradients of gather, passed on through other operations."""


def program(tf, np):
    table = tf.placeholder(tf.float32, [5, 3], name="table")
    loose = tf.placeholder(tf.float32, [None, 3], name="loose")
    unknown = tf.placeholder(tf.float32, name="unknown")
    ids = tf.placeholder(tf.int32, [None], name="ids")
    stitched = tf.dynamic_stitch([[0, 1], [2]], [table[:2], table[2:3]])
    result = {
        "identity": tf.gradients(tf.gather(tf.identity(table), ids), table),
        "negative": tf.gradients(tf.gather(-table, ids), table),
        "square": tf.gradients(tf.gather(tf.square(table), [0, 4, 4]), table),
        "sum": tf.gradients(tf.gather(table + 1.0, ids), table),
        "broadcast": tf.gradients(tf.gather(loose * table[:1], ids), [loose, table]),
        "log": tf.gradients(tf.gather(tf.log(unknown), ids), unknown),
        "reshaped": tf.gradients(tf.gather(tf.reshape(table, [15]), ids), table),
        "matmul": tf.gradients(tf.gather(tf.matmul(table, table, transpose_b=True), ids), table),
        "stitched": tf.gradients(tf.gather(stitched, [1, 1]), table),
    }
    rng = np.random.RandomState(17)
    feed = {
        table: rng.randn(5, 3),
        loose: rng.randn(5, 3),
        unknown: 1 + rng.rand(4, 2),
        ids: [2, 0, 2],
    }
    return [(result, feed)]

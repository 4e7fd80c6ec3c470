"""Rows of one table and of several, with their gradients."""


def program(tf, np):
    table = tf.placeholder(tf.float32, [5, 3], name="table")
    parts = [tf.placeholder(tf.float32, [2, 3], name="part%d" % number) for number in range(3)]
    free = [tf.placeholder(tf.float32, [None, 3], name="free%d" % number) for number in range(2)]
    loose = tf.placeholder(tf.float32, name="loose")
    ids = tf.placeholder(tf.int32, [2, 2], name="ids")
    free_ids = tf.placeholder(tf.int64, [None], name="free_ids")
    one = tf.placeholder(tf.int32, (), name="one")
    outs = [
        tf.nn.embedding_lookup(table, ids, name="rows"),
        tf.nn.embedding_lookup(table, free_ids),
        tf.nn.embedding_lookup([table], one, max_norm=1.0),
        tf.nn.embedding_lookup(table, ids, max_norm=0.5, name="short"),
        tf.nn.embedding_lookup(loose, [0, 1]),
        tf.nn.embedding_lookup(parts, ids),
        tf.nn.embedding_lookup(parts, ids, partition_strategy="div", name="div"),
        tf.nn.embedding_lookup(free, free_ids, partition_strategy="div"),
        tf.nn.embedding_lookup(np.arange(6.0).reshape(3, 2), ids[0] - 1),
    ]
    grads = [
        tf.convert_to_tensor(tf.gradients(tf.square(outs[0]), table)[0]),
        [tf.convert_to_tensor(grad) for grad in tf.gradients(tf.square(outs[5]), parts)],
    ]
    rng = np.random.RandomState(7)
    feed = {table: rng.randn(5, 3), ids: [[3, 1], [1, 2]], free_ids: [0, 2, 1, 0], one: 1}
    feed.update({part: rng.randn(2, 3) for part in parts})
    feed.update({part: rng.randn(2, 3) for part in free})
    feed[loose] = rng.randn(2, 2)
    return [(out, feed) for out in outs + grads]

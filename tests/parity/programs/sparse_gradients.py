"""The gradients of gather, which are IndexedSlices: given, added up and made dense."""


def program(tf, np):
    table = tf.placeholder(tf.float32, [5, 3], name="table")
    loose = tf.placeholder(tf.float32, [None, 3], name="loose")
    unknown = tf.placeholder(tf.float32, name="unknown")
    ids = tf.placeholder(tf.int32, [None], name="ids")
    wide_ids = tf.placeholder(tf.int64, [2, 2], name="wide_ids")
    rows = tf.gather(table, ids)
    tree = tf.AggregationMethod.EXPERIMENTAL_TREE
    result = {
        "slices": tf.gradients(tf.square(rows), table),
        "both": tf.gradients(tf.square(rows) + tf.square(tf.gather(table, ids)), table),
        "int64": tf.gradients([rows, tf.gather(table, wide_ids)], table),
        "with_dense": tf.gradients([tf.square(rows), tf.square(table)], table),
        "tree": tf.gradients([rows, tf.square(table), table], table, aggregation_method=tree),
        "loose": tf.gradients(tf.gather(loose, ids), loose),
        "unknown": tf.gradients(tf.gather(unknown, ids), unknown),
        "dense": tf.convert_to_tensor(tf.gradients(rows, table)[0], name="dense"),
        "negated": -tf.gradients(rows, table)[0],
        "converted": tf.convert_to_tensor_or_indexed_slices(tf.gradients(rows, table)[0]),
    }
    given = tf.IndexedSlices(rows, ids, tf.constant([5, 3]))
    result["given"] = tf.gradients(tf.square(table), table, grad_ys=given)
    rng = np.random.RandomState(17)
    feed = {
        table: rng.randn(5, 3),
        loose: rng.randn(5, 3),
        unknown: 1 + rng.rand(4, 2),
        ids: [2, 0, 2],
        wide_ids: [[1, 2], [0, 1]],
    }
    return [(result, feed)]

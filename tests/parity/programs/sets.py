"""Distinct elements, differences, searches and partitions, and gradients of the last."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 4], name="x")
    loose = tf.placeholder(tf.float32, [None, None, 3], name="loose")
    ids = tf.placeholder(tf.int64, [None], name="ids")
    unique = tf.unique(ids)
    counted = tf.unique_with_counts(ids, out_idx=tf.int64, name="counted")
    difference = tf.setdiff1d(ids, tf.constant([1, 9], tf.int64))
    difference_32 = tf.setdiff1d([3, 1, 3], [1], index_dtype=tf.int64, name="difference")
    found = [
        tf.searchsorted([[0.0, 3.0, 9.0, 9.0], [1.0, 2.0, 3.0, 4.0]], x),
        tf.searchsorted(tf.square(x), [[0.0], [1.0]], side="right", out_type=tf.int64, name="found"),
        tf.searchsorted([[[1.0, 2.0, 3.0]]], loose[:1, :1]),
    ]
    parts = tf.dynamic_partition(x, [[0, 1, 0, 2], [2, 1, 1, 0]], 3)
    loose_parts = tf.dynamic_partition(loose, [1, 0], 2, name="parts")
    grads = [
        tf.gradients(tf.square(parts[0]), x),
        tf.gradients([tf.square(part) for part in loose_parts], loose),
    ]
    rng = np.random.RandomState(16)
    feed = {x: np.sort(rng.rand(2, 4)), loose: rng.randn(2, 2, 3), ids: [3, 1, 3, 2, 1, 7]}
    fetches = [unique.y, unique.idx, counted.y, counted.idx, counted.count, difference.out, difference.idx]
    return [([*fetches, difference_32[0], found, parts, loose_parts, grads], feed)]

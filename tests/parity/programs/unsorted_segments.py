"""Reductions by unsorted segments, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [4, 2], name="x")
    loose = tf.placeholder(tf.float32, [None, 2], name="loose")
    free_ids = tf.placeholder(tf.int32, [None], name="free_ids")
    count = tf.placeholder(tf.int32, [], name="count")
    ids = tf.constant([2, 0, -1, 2], tf.int64, name="ids")
    results = {}
    for name in ("sum", "max", "min", "prod"):
        results[name] = getattr(tf, "unsorted_segment_" + name)(x, ids, 3)
    results["loose_sum"] = tf.math.unsorted_segment_sum(loose, free_ids, count)
    results["loose_max"] = tf.math.unsorted_segment_max(loose, free_ids, count, name="greatest")
    results["mean"] = tf.unsorted_segment_mean(x, ids, 4)
    results["sqrt_n"] = tf.math.unsorted_segment_sqrt_n(loose, free_ids, count, name="root")
    results["of_elements"] = tf.unsorted_segment_sum(x, [[0, 1], [1, 0], [-1, 1], [1, 1]], 2)
    sources = [x, loose]
    names = ("loose_sum", "loose_max", "mean")
    grads = {name: tf.gradients(tf.sin(results[name]), sources) for name in names}
    grads["prod"] = tf.gradients(tf.square(results["prod"]), x)
    grads["sum"] = tf.gradients(tf.square(results["sum"]), x)
    again = tf.gradients(grads["sum"], x)
    grads = {name: [g for g in found if g is not None] for name, found in grads.items()}
    rng = np.random.RandomState(15)
    feed = {x: rng.randn(4, 2), loose: rng.randn(4, 2), free_ids: [0, 1, 1, 2], count: 3}
    return [({"results": results, "grads": grads, "again": again}, feed)]

"""Reductions by sorted segments, of rows and of rows that indices choose, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [4, 2], name="x")
    loose = tf.placeholder(tf.float32, [None, 2], name="loose")
    ids = tf.constant([0, 0, 1, 3], name="ids")
    free_ids = tf.placeholder(tf.int32, [None], name="free_ids")
    indices = tf.constant([3, 0, 0, 1], name="indices")
    results = {}
    for name in ("sum", "mean", "max", "min"):
        results["segment_" + name] = getattr(tf, "segment_" + name)(x, ids, name="s_" + name)
    results["loose_max"] = tf.math.segment_max(loose, free_ids)
    for name in ("sum", "mean", "sqrt_n"):
        function = getattr(tf, "sparse_segment_" + name)
        results["sparse_" + name] = function(x, indices, ids)
        results["sparse_counted_" + name] = function(loose, indices, ids, num_segments=5)
    grads = {name: tf.gradients(tf.square(results[name]), [x, loose]) for name in sorted(results)}
    grads = {name: [g for g in found if g is not None] for name, found in grads.items()}
    product = tf.segment_prod(x, ids)
    rng = np.random.RandomState(15)
    feed = {x: rng.randn(4, 2), loose: rng.randn(4, 2), free_ids: [0, 1, 1, 2]}
    return [({"results": results, "grads": grads, "product": product}, feed)]

"""Variances and norms, and reductions of integers, lists and scalars."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    i = tf.placeholder(tf.int32, (4,), name="i")
    out = {}
    for name in ("reduce_variance", "reduce_std", "reduce_euclidean_norm"):
        function = getattr(tf.math, name)
        out[name] = [function(x), function(free, axis=1), function(x, axis=[0], keepdims=True, name=name + "_of")]
    out["variance_gradient"] = tf.gradients(tf.math.reduce_variance(x, 1), x)
    out["std_gradient"] = tf.gradients(tf.math.reduce_std(free), free)
    out["integers"] = [tf.reduce_mean(i), tf.reduce_max(i), tf.reduce_min(i), tf.reduce_prod(i), tf.reduce_sum(i)]
    out["lists"] = [tf.reduce_mean([1.0, 2.0]), tf.reduce_max([[1, 2], [3, 4]], 1), tf.reduce_logsumexp([1.0, 2.0])]
    out["lists"] += [tf.reduce_sum([x[0, 0], 2.0]), tf.reduce_prod(np.array([2.0, 3.0]))]
    out["scalar"] = [tf.reduce_mean(x[0, 0]), tf.reduce_max(3.0)]
    out["old"] = [tf.reduce_mean(x, reduction_indices=[0], keep_dims=True), tf.reduce_max(x, keep_dims=True)]
    rng = np.random.RandomState(3)
    return [(out, {x: rng.randn(2, 3), free: rng.randn(4, 3), i: [7, -3, 2, -9]})]

"""Means and products over known and unknown axes and shapes, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    axis = tf.placeholder(tf.int32, None, name="axis")
    out = {}
    for name in ("mean", "prod"):
        function = getattr(tf, "reduce_" + name)
        with tf.name_scope(name):
            kept = function(x, [1], keepdims=True)
            fed = function(free, axis)
            total = function(free, name="total")
            out[name] = [kept, fed, total]
            out[name + "_gradients"] = [
                tf.gradients(kept, x), tf.gradients(fed, free), tf.gradients(total, free),
            ]
    rng = np.random.RandomState(3)
    return [(out, {x: rng.randn(2, 3), free: rng.randn(4, 3), axis: 1})]

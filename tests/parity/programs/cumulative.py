"""Cumulative sums and products in all directions, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    axis = tf.placeholder(tf.int32, (), name="axis")
    out = {}
    for name in ("cumsum", "cumprod", "cumulative_logsumexp"):
        function = getattr(tf.math, name)
        for label, options in (("plain", {}), ("reverse", {"reverse": True, "axis": 1}), ("exclusive", {
                "exclusive": True, "axis": -1}), ("both", {"exclusive": True, "reverse": True})):
            y = function(x, name=name + "_" + label, **options)
            out[name + label] = [y, tf.gradients(y, x, name=name + label)]
        fed = function(free, axis)
        out[name + "fed"] = [fed, tf.gradients(tf.square(fed), free)]
    out["second"] = tf.gradients(tf.gradients(tf.square(tf.cumsum(x, 1)), x)[0], x)
    rng = np.random.RandomState(4)
    return [(out, {x: rng.randn(2, 3), free: rng.randn(4, 3), axis: 1})]

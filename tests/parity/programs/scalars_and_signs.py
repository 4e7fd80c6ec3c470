"""Unary functions whose gradients have gradients, and every comparison."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (3,), name="x")
    free = tf.placeholder(tf.float32, [None], name="free")
    out = {}
    for name in ("negative", "abs", "sign", "square", "exp", "log", "reciprocal", "tanh"):
        with tf.name_scope(name):
            y = getattr(tf, name)(x)
            first = tf.gradients(y, x)[0]
            second = tf.gradients(first, x)[0]
            out[name] = [y, first] + ([] if second is None else [second])
    with tf.name_scope("of_unknown_length"):
        out["free"] = tf.gradients(tf.tanh(tf.reciprocal(free)) * tf.abs(-free), free)
    out["compare"] = [
        x < free, x <= 1.0, x > free, 1.0 >= x, tf.less(x, free), tf.less_equal(x, free),
        tf.greater(x, free), tf.greater_equal(x, free), tf.equal(x, free), tf.not_equal(x, free),
    ]  # fmt: skip
    chosen = tf.where(x > 1.0, tf.square(x), tf.exp(x), name="chosen")
    out["where"] = [chosen, tf.gradients(chosen, x)]
    return [(out, {x: [0.5, 1.25, 2.0], free: [0.5, 2.0, 1.0]})]

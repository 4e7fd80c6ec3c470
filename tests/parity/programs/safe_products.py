"""Products and quotients that are 0 where a factor is, squared differences, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    row = tf.placeholder(tf.float32, (3,), name="row")
    out = {}
    for name in ("multiply_no_nan", "xlogy", "xdivy"):
        function = getattr(tf.math, name)
        for label, other in (("y", y), ("row", row), ("x", x)):
            with tf.name_scope("%s_%s" % (name, label)):
                z = function(tf.square(x), other)
                out["%s_%s" % (name, label)] = [z, tf.gradients(z, [x, other])]
    same = tf.squared_difference(x, tf.sin(x))
    out["same"] = [same, tf.gradients(same, x), tf.gradients(tf.gradients(same, x)[0], x)]
    out["reciprocal"] = [tf.math.reciprocal_no_nan(x), tf.math.divide_no_nan(1.0, row)]
    feed = {x: [[1.0, 2.5, 0.0], [-4.0, 0.5, 1.5]], y: [[2.0, 0.25, 3.0]], row: [0.5, 2.0, 0.75]}
    return [(out, feed)]

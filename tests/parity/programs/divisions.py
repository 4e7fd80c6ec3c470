"""All kinds of divisions and remainders, squared differences, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    row = tf.placeholder(tf.float32, (3,), name="row")
    i = tf.placeholder(tf.int32, (4,), name="i")
    out = {}
    for name in ("div", "div_no_nan", "truediv", "realdiv", "squared_difference", "divide"):
        function = getattr(tf, name)
        for label, other in (("y", y), ("row", row)):
            with tf.name_scope("%s_%s" % (name, label)):
                z = function(x, other)
                out["%s_%s" % (name, label)] = [z, tf.gradients(z, [x, other])]
    out["integers"] = [
        tf.div(i, 2), tf.truncatediv(i, 3), tf.truncatemod(i, 3), tf.floormod(i, 3), tf.mod(i, -3),
        tf.floor_div(i, 2), tf.floordiv(i, -2), tf.div(7, 2), tf.divide(i, 2, name="named"), tf.divide(i, 2),
    ]
    out["floats"] = [tf.truncatemod(x, 0.7), tf.floormod(x, 0.7), tf.truncatediv(x, 0.75), tf.div(x, 2)]
    out["whole"] = tf.gradients(tf.truncatediv(x, row), [x, row], unconnected_gradients="zero")
    out["scaled"] = [tf.scalar_mul(2.0, x), tf.scalar_mul(tf.constant(3, tf.int32), i, name="scaled")]
    feed = {x: [[1.0, 2.5, 0.0], [-4.0, 0.5, 1.5]], y: [[2.0, 0.25, 3.0]], row: [0.5, 2.0, 0.75]}
    feed[i] = [-7, 7, 5, -2]
    return [(out, feed)]

"""Division in all its forms, remainders, integers and doubles."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 2), name="x")
    y = tf.placeholder(tf.float32, (2,), name="y")
    i = tf.placeholder(tf.int32, (3,), name="i")
    k = tf.constant([2, -2, 3], name="k")
    out = {
        "divide": tf.divide(x, y),
        "named": tf.divide(x, y, name="quotient"),
        "truediv": tf.truediv(i, k),
        "slash": i / 2,
        "reversed": 7 / i,
        "floordiv": [i // k, x // y, 7.5 // x, tf.floordiv(i, 2, name="floored"), tf.floor_div(i, k)],
        "mod": [i % k, x % y, 7.5 % x, tf.floormod(i, 4), tf.mod(x, 2.0, name="remainder")],
        "realdiv": tf.realdiv(x, 3.0),
        "gmod": tf.gradients(tf.floormod(x, y), [x, y]),
        "gdiv": tf.gradients(out_of(tf, x, y), [x, y]),
    }
    assert tf.gradients(x // y, x) == [None]
    return [(out, {x: [[1.5, -2.0], [4.0, 0.5]], y: [0.75, -1.5], i: [7, -7, 5]})]


def out_of(tf, x, y):
    return tf.realdiv(tf.realdiv(x, y), x + 1.0)

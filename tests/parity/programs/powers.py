"""Powers of unknown shapes, of doubles, and a second derivative through Select and Pow."""


def program(tf, np):
    x = tf.placeholder(tf.float32, name="x")
    y = tf.placeholder(tf.float32, [None], name="y")
    z = tf.pow(x, y, name="z")
    d = tf.placeholder(tf.float64, (2,), name="d")
    cube = d**3
    g = tf.gradients(cube, d)[0]
    h = tf.gradients(g, d)[0]
    exponent = tf.gradients(tf.pow(tf.constant(2.0, tf.float64), d), d)[0]
    again = tf.gradients(exponent, d)[0]
    feed = {x: 1.5, y: [2.0, 0.5, -1.0], d: [1.5, 2.5]}
    return [({"z": z, "gz": tf.gradients(z, [x, y]), "g": g, "h": h, "e": exponent, "a": again}, feed)]

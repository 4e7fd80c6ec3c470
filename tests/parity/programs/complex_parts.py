"""Complex numbers, their parts, and gradients through them."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2,), name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    wide = tf.placeholder(tf.float64, (), name="wide")
    z = tf.complex(x, y, name="z")
    out = {"parts": [tf.real(z), tf.imag(z), tf.angle(z), tf.abs(z), abs(z)]}
    out["conj"] = [tf.real(tf.conj(z)), tf.imag(tf.conj(z)), tf.conj(x)]
    for name, part in (("real", tf.real(z)), ("imag", tf.imag(z)), ("angle", tf.angle(z)), ("abs", tf.abs(z))):
        out[name] = tf.gradients(part, [x, y])
    product = tf.abs(z * tf.conj(z) + tf.cast(x, tf.complex64))
    out["product"] = tf.gradients(product, [x, y])
    out["reals"] = [tf.real(wide), tf.imag(wide), tf.angle(wide), tf.conj(3.0)]
    double = tf.complex(wide, tf.constant(2.0, tf.float64))
    out["double"] = [tf.abs(double), tf.gradients(tf.real(double * double), wide)]
    out["constants"] = [tf.real([1 + 2j]), tf.imag(tf.complex(1.0, 2.0)), tf.abs([-1.0, 2.0])]
    return [(out, {x: [1.0, -2.0], y: [[0.5, 3.0], [1.0, 2.0]], wide: 1.5})]

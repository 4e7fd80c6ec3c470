"""Activation functions and their gradients of first and second order, of known and unknown shapes."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    out = {}
    for name in ("sigmoid", "tanh", "softplus", "elu", "selu", "relu", "relu6", "leaky_relu", "softsign"):
        function = getattr(tf.nn, name)
        for label, value in (("x", x), ("free", free)):
            with tf.name_scope("%s_%s" % (name, label)):
                y = function(value)
                first = tf.gradients(y, value)[0]
                out[name + label] = [y, first]
                if name != "softsign":
                    second = tf.gradients(first, value)[0]
                    out[name + label].append(second)
    feed = {x: [[-1.5, 0.25, 7.0], [3.0, -0.1, -20.0]], free: [[-0.75, 0.5, 100.0], [2.5, -3.0, 5.0]]}
    return [(out, feed)]

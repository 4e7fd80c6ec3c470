"""Conds in conds, with nests, captures, operations and first and second gradients."""

import collections


def program(tf, np):
    x = tf.placeholder(tf.float32, (None, 2), name="x")
    k = tf.placeholder(tf.int32, (), name="k")
    P = collections.namedtuple("P", "a b")
    def t():
        inner = tf.cond(k > 5, lambda: x * 2.0, lambda: tf.exp(x))
        return P(inner, [tf.reduce_sum(inner), tf.constant(1.0)])
    def f():
        return P(x, [tf.constant(3.0), tf.reduce_sum(x) * 2.0])
    r = tf.cond(k > 0, t, f, name="choose")
    g = tf.gradients([r.a, r.b[0], r.b[1]], x)[0]
    gg = tf.gradients(tf.cond(k > 0, lambda: tf.reduce_sum(x ** 3.0), lambda: tf.reduce_sum(tf.tanh(x))), x)[0]
    g2 = tf.gradients(gg, x)[0]
    one = tf.cond(k > 0, lambda: [tf.identity(x)], lambda: [x])
    st = tf.cond(k > 0, lambda: [x], lambda: [-x], strict=True)
    with tf.control_dependencies([tf.no_op(name="before")]):
        tf.cond(k > 0, lambda: tf.no_op(), lambda: tf.group(tf.identity(x)))
    fetch = {"r": r, "g": g, "gg": gg, "g2": g2, "one": one, "st": st}
    return [(fetch, {x: [[1.0, 2.0]], k: v}) for v in (-1, 2, 7)]

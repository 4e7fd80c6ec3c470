"""tf.case with and without default, and exclusive."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (None, 2), name="x")
    k = tf.placeholder(tf.int32, (), name="k")
    c = tf.case([(k < 0, lambda: tf.constant(1.0)), (k > 3, lambda: tf.reduce_sum(x))], default=lambda: tf.constant(7.0))
    c2 = tf.case([(k < 0, lambda: tf.constant(1)), (k > 3, lambda: tf.constant(2))], default=lambda: tf.constant(3), exclusive=True)
    c3 = tf.case([(k < 0, lambda: tf.constant(1)), (k >= 0, lambda: tf.constant(2))], name="covered")
    fetch = {"c": c, "c2": c2, "c3": c3, "g": tf.gradients(c, x)[0]}
    return [(fetch, {x: [[1.0, 2.0]], k: v}) for v in (-1, 2, 7)]

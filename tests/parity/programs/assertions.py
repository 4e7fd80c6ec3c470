"""tf.assert_* and tf.debugging, checked before and during a run, tf.Assert and tf.Print."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (3,), name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    k = tf.placeholder(tf.int32, (), name="k")
    ops = [tf.assert_equal(x, x), tf.assert_equal(k, 3, message="k!"), tf.assert_less(x, u), tf.assert_less_equal(x, 9.0, summarize=5),
           tf.assert_greater(x, 0.0), tf.assert_greater_equal(k, 1, data=["k is", k]), tf.assert_none_equal(k, 7),
           tf.assert_positive(x, message="pos"), tf.assert_negative(-x), tf.assert_non_negative(k), tf.assert_non_positive(-u),
           tf.assert_near(x, x + 1e-9), tf.assert_rank(x, 1), tf.assert_rank(u, 1), tf.assert_rank_at_least(u, 1, message="atl"),
           tf.assert_rank_in(x, (1, 2)), tf.assert_integer(k), tf.assert_type(x, tf.float32),
           tf.assert_less([1, 2], 3), tf.Assert(x[0] > 0.0, [x, "no"]), tf.Assert(k > 0, [k], name="mine")]
    with tf.control_dependencies(ops):
        y = tf.identity(x, name="checked")
    with tf.control_dependencies([tf.assert_scalar(k, name="sc")]):
        z = tf.identity(y)
    p = tf.Print(z, [z, k], message="hm ", summarize=2, name="printed")
    g = tf.gradients(p, x)[0]
    fetch = {"p": p, "g": g, "nd": tf.is_non_decreasing(x), "si": tf.is_strictly_increasing(u)}
    return [(fetch, {x: [1.0, 2.0, 3.0], u: [5.0, 7.0, 7.0], k: 3})]

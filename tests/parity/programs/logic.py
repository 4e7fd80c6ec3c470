"""Logic, tests of floats, operators of booleans, bits, and choosing by a condition with and without shapes."""


def program(tf, np):
    p = tf.placeholder(tf.bool, (2, 3), name="p")
    q = tf.placeholder(tf.bool, [None, 3], name="q")
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    row = tf.placeholder(tf.float32, (3,), name="row")
    free = tf.placeholder(tf.float32, None, name="free")
    out = {
        "logic": [tf.logical_and(p, q), tf.logical_or(p, q), tf.logical_xor(p, q), tf.logical_not(p)],
        "operators": [p & q, p | q, p ^ q, ~p, p & True, True | p, p ^ False, False ^ p],
        "named": [tf.logical_xor(p, q, name="mine"), tf.math.logical_and([True], [False], name="constants")],
        "tests": [tf.is_nan(free), tf.is_inf(free), tf.is_finite(free), tf.math.is_finite(x)],
        "where": [tf.where(p), tf.where(q), tf.where([True, False]), tf.where(free), tf.where(x > 1.0, name="w")],
        "select": [tf.where(p, x, 2.0 * x), tf.where([True, False], x, -x), tf.where(True, row, -row)],
        "select_v2": [tf.where_v2(p, x, row), tf.where_v2(q, free, 1.0), tf.where_v2([True, False]),
                      tf.where_v2(q, row, row)],
        "reduced": [tf.reduce_any(p), tf.reduce_all(p, 1), tf.reduce_any(q, axis=0, keepdims=True),
                    tf.reduce_all(q, reduction_indices=[1], keep_dims=True), tf.reduce_all([True, False])],
        "count": [tf.count_nonzero(x), tf.count_nonzero(p, 1), tf.count_nonzero(q, axis=0, keepdims=True),
                  tf.math.count_nonzero(x, [0, 1], dtype=tf.int32), tf.count_nonzero(free, name="n")],
    }
    out["gradients"] = [
        tf.gradients(tf.where(p, x * x, 3.0 * x), x),
        tf.gradients(tf.where_v2(p, x, row), [x, row]),
        tf.gradients(tf.where_v2(q, x, row), [x, row]),
        tf.gradients(tf.where_v2(x[:, :1] > 0.0, free, row), [free, row]),
    ]
    i = tf.placeholder(tf.int32, (3,), name="i")
    small = tf.constant([1, 1, -100], tf.int8)
    out["bits"] = [
        tf.bitwise.bitwise_and(i, 6), tf.bitwise.bitwise_or(i, [1, 2, 4]), tf.bitwise.bitwise_xor(i, i + 1),
        tf.bitwise.invert(i), tf.bitwise.left_shift(i, 2), tf.bitwise.right_shift(i, 1),
        tf.bitwise.left_shift(small, tf.constant([3, 9, -1], tf.int8)),
        tf.bitwise.right_shift(small, tf.constant([3, 0, 100], tf.int8)),
    ]
    feed = {
        p: [[True, False, True], [False, False, True]], q: [[True, True, False], [False, True, True]],
        x: [[1.0, 0.0, -2.0], [0.0, 4.0, 5.0]], row: [7.0, 8.0, 9.0],
        free: [[1.0, np.inf, 0.0], [3.0, np.nan, -np.inf]], i: [5, -3, 12],
    }
    return [(out, feed)]

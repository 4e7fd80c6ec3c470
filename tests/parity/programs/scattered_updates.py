"""Operations that change rows or elements of variables."""


def program(tf, np):
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="w")
    n = tf.Variable([7, -7, 9], name="n")
    rows = tf.placeholder(tf.int32, name="rows")
    slices = tf.IndexedSlices(tf.constant([[1.0, -2.0]]), tf.constant([1]))
    some = tf.placeholder(tf.float32, [None, 2], name="some")
    updates = [
        tf.scatter_update(w, [0], [[9.0, 8.0]]),
        tf.scatter_add(w, rows, some),
        tf.scatter_sub(w, tf.constant([2], tf.int64), some, use_locking=True),
        tf.scatter_mul(w, [0, 0], 2.0, name="twice"),
        tf.scatter_div(w, 1, [2.0, 4.0]),
        tf.scatter_min(w, [[0]], [[[3.0, 3.0]]]),
        tf.scatter_max(w, rows, some),
        tf.scatter_div(n, [0, 1, 2, 2], [2, 2, 2, -3]),
        w.scatter_update(slices),
        w.scatter_add(slices),
        w.scatter_sub(slices, name="less"),
        w.scatter_mul(slices),
        w.scatter_div(slices),
        w.scatter_min(slices),
        w.scatter_max(slices),
        tf.scatter_nd_update(w, [[0, 1]], [0.5]),
        tf.scatter_nd_add(w, [[0], [0]], some),
        tf.scatter_nd_sub(w, [[2, 0], [0, 0]], [1.0, 1.0]),
        w.scatter_nd_update([[2]], [[0.25, 0.75]]),
        w.scatter_nd_add([[2, 1]], [1.0]),
        w.scatter_nd_sub([[2, 1]], [3.0]),
        tf.batch_scatter_update(w, [[0], [1], [0]], [[1.5], [2.5], [3.5]]),
        w.batch_scatter_update(
            tf.IndexedSlices(tf.constant([[4.5], [5.5], [6.5]]), tf.constant([[1], [1], [0]]))
        ),
    ]
    feeds = {rows: [2, 0], some: [[1.0, 2.0], [-3.0, 5.5]]}
    one_row = {rows: [1], some: [[1.0, 2.0]]}
    runs = [(update, one_row if index == 2 else feeds) for index, update in enumerate(updates)]
    return [(tf.global_variables_initializer(), {}), *runs, ([w, n], {})]

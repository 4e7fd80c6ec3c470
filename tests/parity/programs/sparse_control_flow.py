"""Sparse tensors, and rows of gradients, that pass through conds and loops."""


def program(tf, np):
    fed = ([[0, 1], [1, 0], [2, 2]], [1.0, -2.0, 3.0], [3, 4])
    a = tf.sparse_placeholder(tf.float32, name="a")
    known = tf.SparseTensor([[0, 0], [1, 3]], [5.0, 6.0], [3, 4])
    chooses = tf.placeholder(tf.bool, [])
    chosen = tf.cond(chooses, lambda: tf.abs(a), lambda: known)
    pair = tf.cond(
        chooses, lambda: [tf.abs(a), tf.constant(1)], lambda: [tf.sparse_reorder(a), tf.constant(2)]
    )
    table = tf.constant(np.arange(6.0).reshape(3, 2), tf.float32)
    rows = tf.IndexedSlices(table, tf.constant([2, 0, 1]), tf.constant([4, 2]))
    slices = tf.cond(
        chooses, lambda: rows, lambda: tf.IndexedSlices(table * 2.0, rows.indices, rows.dense_shape)
    )

    def body(step, sparse, total):
        return step + 1, tf.sparse_add(sparse, a), total + tf.sparse_reduce_sum(sparse)

    looped = tf.while_loop(
        lambda step, *_: step < 3,
        body,
        (0, a, 0.0),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([None]), tf.TensorShape(None)),
    )
    scaled = tf.while_loop(
        lambda s, n: n < 3, lambda s, n: [tf.square(s), n + 1], [known, tf.constant(0)], name="scaled"
    )
    limited = tf.while_loop(
        lambda s: tf.constant(True), lambda s: tf.square(s), [known], maximum_iterations=2, name="limited"
    )
    gradients = tf.gradients([chosen.values, looped[2], scaled[0].values], [a.values, known.values])
    grouped = tf.group(a, known.op, name="all")
    after = tf.SparseTensor(known.indices, known.values + 1.0, known.dense_shape)
    dense = tf.sparse_tensor_to_dense(after)
    loop = tf.map_fn(lambda x: x * 2.0, dense)
    found = [chosen, pair, slices, looped, scaled, limited, gradients, loop]
    return [(found, {a: fed, chooses: value}) for value in (True, False)] + [(grouped, {a: fed})]

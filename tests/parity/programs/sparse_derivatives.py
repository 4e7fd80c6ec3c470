"""Gradients of operations on sparse tensors, by their values and by dense operands."""


def program(tf, np):
    indices = np.array([[0, 1], [1, 0], [1, 2], [2, 2]], np.int64)
    values = np.array([1.5, -2.0, 3.0, 0.5], np.float32)
    other = (np.array([[0, 1], [0, 3], [2, 2]], np.int64), np.array([0.25, 2.0, -1.0], np.float32), [3, 4])
    known_values = tf.constant(values)
    unknown = tf.sparse_placeholder(tf.float32, name="unknown")
    found = []
    for label, a in [("known", tf.SparseTensor(indices, known_values, [3, 4])), ("unknown", unknown)]:
        with tf.name_scope(label):
            x = a.values
            b = tf.SparseTensor(*other)
            dense = tf.constant(np.arange(1.0, 13.0).reshape(3, 4), tf.float32)
            column = tf.constant([[2.0], [3.0], [-1.0]])
            scalar = tf.placeholder_with_default(np.float32(0.5), [])

            def gradients(y, xs):
                return tf.gradients(tf.square(y), xs)

            if label == "known":
                first = gradients(tf.sparse_tensor_to_dense(a, scalar), [x, scalar])
                found += [
                    first,
                    tf.gradients(first[0], [x, scalar]),
                    gradients(tf.sparse_add(a, b).values, [x, b.values]),
                    gradients(tf.sparse_reorder(a).values, x),
                    gradients(tf.sparse_reduce_sum(a, [-2], keepdims=True), x),
                    gradients(tf.sparse_softmax(a).values, x),
                    gradients(tf.sparse_fill_empty_rows(a, scalar)[0].values, [x, scalar]),
                    gradients((a * dense).values, [x, dense]),
                ]
            else:
                found += [
                    gradients(tf.sparse_add(a, dense), [x, dense]),
                    gradients(tf.sparse_transpose(a).values, x),
                    gradients(tf.sparse_reduce_sum(a, 1), x),
                    gradients(tf.sparse_slice(a, [1, 0], [2, 3]).values, x),
                    gradients(tf.sparse_retain(a, [True, False, True, True]).values, x),
                    gradients((a / column).values, [x, column]),
                ]
    feeds = {unknown: (indices, values, [3, 4])}
    return [(found, feeds)]

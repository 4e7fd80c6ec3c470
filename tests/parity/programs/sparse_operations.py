"""Operations on sparse tensors of known and of unknown shape."""


def program(tf, np):
    indices = np.array([[0, 1], [1, 0], [1, 2], [2, 2]], np.int64)
    values = np.array([1.5, -2.0, 3.0, 0.5], np.float32)
    fed = (indices, values, [3, 4])
    other = (np.array([[0, 1], [0, 3], [2, 2]], np.int64), np.array([0.25, 2.0, -1.0], np.float32), [3, 4])
    known = tf.SparseTensor(indices, values, [3, 4])
    partly = tf.sparse_placeholder(tf.float32, [None, 4], name="partly")
    found = {}
    for label, a in [("known", known), ("partly", partly)]:
        with tf.name_scope(label):
            b = tf.SparseTensor(*other)
            dense = tf.constant(np.arange(12.0).reshape(3, 4), tf.float32)
            found[label] = [
                tf.sparse_add(a, b),
                tf.sparse.add(a, b, threshold=0.6),
                tf.sparse_add(dense, a),
                tf.sparse_reorder(tf.SparseTensor(a.indices[::-1], a.values, a.dense_shape)),
                tf.sparse_reshape(a, [2, -1], name="narrow"),
                tf.sparse_reshape(a, tf.shape(dense)[::-1]),
                [] if label == "partly" else tf.sparse_transpose(a),
                tf.sparse_transpose(a, [1, 0], name="turned"),
                tf.sparse_reduce_sum(a),
                tf.sparse_reduce_max(a, axis=0),
                tf.sparse_concat(1, [a, b]),
                tf.sparse_split(sp_input=a, num_split=3, axis=1),
                tf.sparse_slice(a, [0, 1], [2, 2]),
                tf.sparse_fill_empty_rows(tf.sparse_slice(a, [0, 0], [3, 2]), 7.0),
                tf.sparse_retain(a, [True, False, True, False]),
                tf.sparse_reset_shape(a),
                tf.sparse_reset_shape(a, [4, 5]),
                tf.sparse.expand_dims(a, 1),
            ]
    a, b = known, tf.SparseTensor(*other)
    found["known"] += [
        tf.sparse_reduce_sum(a, 1, keep_dims=True),
        tf.sparse.reduce_sum(a, [-2]),
        tf.sparse_reduce_sum_sparse(a, 0),
        tf.sparse_reduce_max_sparse(a, 1, keepdims=True),
        tf.sparse_softmax(a),
        tf.sparse_concat(-1, [a, b, a], expand_nonconcat_dim=True),
        tf.sparse_maximum(a, b),
        tf.sparse.minimum(a, b, name="least"),
        tf.sparse_tensor_to_dense(a, default_value=-1.0),
        tf.sparse.to_dense(a, validate_indices=False, name="dense"),
    ]
    feeds = {partly: tf.SparseTensorValue(*fed)}
    return [(results, feeds) for name, results in sorted(found.items())]

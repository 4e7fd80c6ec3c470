"""Sparse tensors made in several ways, with operators and functions of their elements."""


def program(tf, np):
    indices = np.array([[0, 1], [1, 0], [1, 2], [2, 2]], np.int64)
    values = np.array([1.5, -2.0, 3.0, 0.5], np.float32)
    fed = (indices, values, [3, 4])
    known = tf.SparseTensor(indices, values, [3, 4])
    unknown = tf.sparse_placeholder(tf.float32, name="unknown")
    dense = tf.constant(np.arange(12.0).reshape(3, 4), tf.float32)
    found = []
    for a in [known, unknown]:
        found += [
            tf.cast(a, tf.int32),
            tf.abs(a),
            tf.square(a, name="squares"),
            tf.tanh(a),
            tf.negative(a),
            tf.sign(a),
            tf.sqrt(tf.abs(a)),
            tf.erf(a),
            tf.shape(a),
            tf.size(a),
            tf.rank(a),
            tf.shape(a, out_type=tf.int64),
            a * dense,
            a * 2.0,
            a / dense[:, :1],
            dense * a,
            tf.cast(a, tf.int32) / [1, 2, 3, 4],
        ]
    from_labels = tf.contrib.layers.dense_to_sparse(tf.constant([[1, 2, 0], [3, 0, 0]]))
    from_words = tf.contrib.layers.dense_to_sparse([[1, 2, 9], [9, 3, 9]], eos_token=9, scope="words")
    found += [from_labels, from_words]
    ids = tf.SparseTensor(indices, np.array([0, 3, 1, 2]), [3, 4])
    found += [
        tf.sparse.from_dense([[1, 0], [0, 2]]),
        tf.sparse.from_dense(tf.placeholder_with_default(np.eye(3), None), name="d"),
        tf.sparse.eye(3),
        tf.sparse.eye(tf.constant(2), 4, tf.int32),
        tf.sparse_merge(ids, known, 5),
        tf.sparse_merge([ids, ids], known, [5, 6], already_sorted=True),
        tf.sparse_to_indicator(ids, 5),
        tf.sparse_to_indicator(ids, tf.constant(5), name="indicator"),
        tf.sparse_to_dense([1, 3], [5], 2.0),
        tf.sparse_to_dense([[0, 1], [1, 0]], tf.constant([2, 2]), [5, 6], -1, name="set"),
        tf.sparse_mask(tf.IndexedSlices(known.values, tf.constant([2, 0, 1, 3]), tf.constant([5])), [1, 2]),
        tf.convert_to_tensor_or_sparse_tensor(tf.SparseTensorValue(*fed)),
        tf.convert_to_tensor_or_sparse_tensor([1.0, 2.0]),
    ]
    return [(found, {unknown: fed})]

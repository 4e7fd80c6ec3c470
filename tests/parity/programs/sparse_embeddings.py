"""A recommender with bags of ids: embeddings of sparse rows, with and without weights."""


def program(tf, np):
    random = np.random.RandomState(3)
    ids = tf.sparse_placeholder(tf.int64, name="ids")
    weights = tf.sparse_placeholder(tf.float32, name="weights")
    indices = [[0, 0], [0, 1], [1, 0], [2, 0], [2, 2]]
    known_ids = tf.SparseTensor(indices, tf.constant([1, 0, 3, -1, 1], tf.int32), [4, 3])
    known_weights = tf.SparseTensor(indices, [0.5, 2.0, 1.0, -1.0, 0.25], [4, 3])
    table = tf.get_variable("table", [5, 2], initializer=tf.constant_initializer(random.randn(5, 2)))
    parts = [tf.constant(random.randn(3, 2), tf.float32), tf.constant(random.randn(2, 2), tf.float32)]
    sums = tf.nn.embedding_lookup_sparse(table, ids, weights, combiner="sum", name="sums")
    found = [
        tf.nn.embedding_lookup_sparse(table, ids, None, combiner="mean"),
        tf.nn.embedding_lookup_sparse(table, ids, weights, combiner="sqrtn"),
        sums,
        tf.nn.embedding_lookup_sparse(parts, ids, weights, partition_strategy="mod", combiner="mean"),
        tf.nn.safe_embedding_lookup_sparse(table, known_ids),
        tf.nn.safe_embedding_lookup_sparse([table], known_ids, known_weights, default_id=2, combiner="sum"),
    ]
    loss = tf.reduce_mean(tf.square(tf.reduce_sum(sums, 1)))
    train = tf.train.AdagradOptimizer(0.1).minimize(loss)
    gradients = tf.gradients(sums, [weights.values])
    feeds = {
        ids: tf.SparseTensorValue(indices, [1, 0, 3, 4, 1], [3, 3]),
        weights: (indices, [0.5, 2.0, 1.0, 3.0, 0.25], [3, 3]),
    }
    return [
        (tf.global_variables_initializer(), None),
        ([found, gradients], feeds),
        (train, feeds),
        ([loss, table], feeds),
    ]

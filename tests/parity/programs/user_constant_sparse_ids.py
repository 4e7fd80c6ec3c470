"""Embeddings of ids that are constants: shapes follow from what unique and filled rows come to."""


def program(tf, np):
    ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], tf.constant([1, 3, 2], tf.int64), [3, 2])
    table = tf.get_variable("table", [5, 2], initializer=tf.constant_initializer(0.5))
    safe = tf.nn.safe_embedding_lookup_sparse([table], ids, combiner="sum")
    train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(safe))
    return [(tf.global_variables_initializer(), {}), (train, {}), ([table, safe], {})]

"""Two layers of a graph convolutional network, with sparse features and a sparse, normalized adjacency."""


def program(tf, np):
    random = np.random.RandomState(0)
    adjacency = (random.rand(6, 6) < 0.4).astype(np.float32) + np.eye(6, dtype=np.float32)
    rows = np.argwhere(adjacency)
    support_value = (rows, (adjacency / adjacency.sum(1, keepdims=True))[tuple(rows.T)], adjacency.shape)
    features = random.rand(6, 5).astype(np.float32) * (random.rand(6, 5) < 0.5)
    rows = np.argwhere(features)
    features_value = tf.SparseTensorValue(rows, features[tuple(rows.T)], features.shape)

    support = tf.sparse_placeholder(tf.float32, name="support")
    inputs = tf.sparse_placeholder(tf.float32, shape=(6, 5))
    partly = tf.sparse_placeholder(tf.float32, shape=[None, 5], name="partly")
    labels = tf.placeholder(tf.float32, shape=(None, 3))
    mask = tf.placeholder(tf.int32)
    noise_shape = tf.placeholder(tf.int32)
    keep = tf.constant(0.75) + tf.constant(random.rand(len(rows)), tf.float32, name="noise")
    kept = tf.cast(tf.floor(keep), dtype=tf.bool)
    dropped = tf.sparse_retain(inputs, kept) * (1.0 / 0.75)

    w1 = tf.Variable(random.randn(5, 4), dtype=tf.float32, name="w1")
    w2 = tf.Variable(random.randn(4, 3), dtype=tf.float32, name="w2")
    hidden = tf.nn.relu(tf.sparse_tensor_dense_matmul(support, tf.sparse_tensor_dense_matmul(dropped, w1)))
    outputs = tf.sparse_tensor_dense_matmul(support, tf.matmul(hidden, w2))
    loss = tf.reduce_sum(tf.square(outputs - labels), 1)
    loss = tf.reduce_mean(loss * tf.cast(mask, tf.float32))
    by_values = tf.gradients(loss, support.values)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with tf.name_scope("more"):
        adjoint = tf.sparse_tensor_dense_matmul(partly, outputs, adjoint_a=True)
        both = tf.sparse_tensor_dense_matmul(inputs, tf.transpose(outputs), adjoint_a=True, adjoint_b=True)
        more = tf.gradients([adjoint, both], [partly.values, outputs])
    feeds = {
        support: support_value,
        inputs: features_value,
        partly: features_value,
        labels: np.eye(3)[random.randint(0, 3, 6)],
        mask: [1, 0, 1, 1, 0, 1],
        noise_shape: features_value.values.shape,
    }
    return [
        (tf.global_variables_initializer(), None),
        ([support, dropped, outputs, loss], feeds),
        ({"first": by_values, "more": more}, feeds),
        ([train, support.values], feeds),
        ([loss, w1, w2], feeds),
    ]

"""Precision and recall at k, and average precision, of dense and sparse labels."""


def program(tf, np):
    feeds = {}
    results = []

    def ph(value, shape="same", dtype=None, name=None):
        array = np.asarray(value)
        if dtype is None and isinstance(value, np.ndarray):
            dtype = array.dtype
        elif dtype is None:
            dtype = {"f": tf.float32, "i": tf.int32, "b": tf.bool}[array.dtype.kind]
        sizes = list(array.shape) if shape == "same" else shape
        tensor = tf.placeholder(dtype, sizes, name=name)
        feeds[tensor] = array.astype(tensor.dtype.as_numpy_dtype)
        return tensor

    labels = ph(np.array([1, 0, 2]))
    p = ph([[0.1, 0.9, 0.3], [0.3, 0.2, 0.6], [0.1, 0.2, 0.7]])
    results.append(tf.metrics.sparse_average_precision_at_k(labels, p, 1))

    labels = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 2, 5], tf.int64), [2, 2])
    p = ph([[0.1, 0.9, 0.3], [0.3, 0.2, 0.6]], [None, 3])
    results.append(tf.metrics.precision_at_k(labels, p, 1, class_id=2))

    values, updates = [pair[0] for pair in results], [pair[1] for pair in results]
    return [(tf.local_variables_initializer(), {}), (updates, feeds), (values, {}), (updates, feeds)]

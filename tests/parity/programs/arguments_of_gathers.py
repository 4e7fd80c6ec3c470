"""Gathers and scatters, by all their arguments."""


def can_be_fetched(item):
    return hasattr(item, "graph") and "string" not in str(getattr(item, "dtype", None))


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

    results.append(tf.gather(ph([[1.0, 2.0], [3.0, 4.0]]), [1, 0], axis=-1, name="g"))
    results.append(tf.gather(ph([[1.0, 2.0], [3.0, 4.0]]), [[0], [1]], batch_dims=1, axis=1))
    results.append(tf.gather([1, 2, 3], 0))
    results.append(tf.gather(ph([[1.0, 2.0]], None), ph([0], None)))
    results.append(tf.gather(ph([1.0, 2.0]), [0], validate_indices=False))
    results.append(tf.gather(params=np.eye(2), indices=np.array([0])))
    results.append(tf.batch_gather(ph([[1.0, 2.0], [3.0, 4.0]]), [[0], [1]]))
    results.append(tf.gather(ph([[[1.0, 2.0]], [[3.0, 4.0]]]), [[0], [1]], batch_dims=-1))
    results.append(tf.gather_nd(ph([[1.0, 2.0], [3.0, 4.0]]), [[0, 1], [1, 0]], name="gnd"))
    results.append(tf.gather_nd(ph([[[1.0, 2.0]], [[3.0, 4.0]]]), [[[0]], [[0]]], batch_dims=1))
    results.append(tf.gather_nd(ph([[1.0, 2.0]]), [[0]]))
    results.append(tf.gather_nd([[1, 2]], [0, 1]))

    results.append(tf.scatter_nd([[0], [2]], ph([1.0, 2.0]), [4], name="snd"))
    results.append(tf.scatter_nd([[0], [0]], [[1.0], [2.0]], tf.constant([2, 1])))
    results.append(tf.scatter_nd(tf.constant([[0, 1]], tf.int64), [5], tf.constant([2, 2], tf.int64)))
    results.append(tf.tensor_scatter_update(ph([1.0, 2.0, 3.0]), [[1]], [9.0]))
    results.append(tf.tensor_scatter_add(ph([1.0, 2.0, 3.0]), [[1], [1]], ph([9.0, 8.0])))
    results.append(tf.tensor_scatter_sub([1, 2], [[0]], [1]))

    results.append(tf.one_hot([0, 2, -1], 3, name="oh"))
    results.append(tf.one_hot([[0], [1]], 2, 5.0, -1.0, 0))
    results.append(tf.one_hot([0], 2, on_value=True, off_value=False))
    results.append(tf.one_hot(ph([1], None), tf.constant(3), dtype=tf.int64))
    results.append(tf.one_hot([0, 1], depth=2, on_value=1, axis=-1))
    results.append(tf.one_hot(np.uint8([1]), 2))
    results.append(tf.one_hot(1, 3))

    results.append(tf.sequence_mask([1, 3, 0], name="sm"))
    results.append(tf.sequence_mask([[1], [2]], 4, tf.float32))
    results.append(tf.sequence_mask(ph([2], [None]), maxlen=ph(3)))
    results.append(tf.sequence_mask(2, 5))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

"""Reductions by all their arguments, old and new."""


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

    results.append(tf.reduce_sum(ph([[1.0, 2.0], [3.0, 4.0]]), keep_dims=True))
    results.append(tf.reduce_mean(ph([[1.0, 2.0], [3.0, 4.0]]), -1, keepdims=True, name="m"))
    results.append(tf.reduce_max(ph([[1.0, 2.0], [3.0, 4.0]]), reduction_indices=[0]))
    results.append(tf.reduce_min(ph([[1.0, 2.0], [3.0, 4.0]]), axis=(0, -1)))
    results.append(tf.reduce_prod([1, 2, 3]))

    results.append(tf.reduce_sum(ph([[1.0, 2.0], [3.0, 4.0]]), axis=tf.constant([1])))

    results.append(tf.reduce_any([[True, False]], 1, True))
    results.append(tf.reduce_all([True, False], keep_dims=True))
    results.append(tf.reduce_logsumexp(ph([[1.0, 2.0]]), 1, True, "lse"))

    results.append(tf.count_nonzero(ph([[0.0, 1.0], [2.0, 0.0]]), axis=1, keep_dims=True, dtype=tf.int32))
    results.append(tf.count_nonzero([True, False], name="n"))

    results.append(tf.argmax(ph([[1.0, 5.0], [3.0, 4.0]]), dimension=1))
    results.append(tf.argmax([3, 1, 2], output_type=tf.int32))
    results.append(tf.argmin(ph([[1.0, 5.0]]), -1, name="am"))
    results.append(tf.arg_max([1, 2], 0))
    results.append(tf.arg_min([1, 2], 0))

    results.append(tf.cumsum(ph([1.0, 2.0, 3.0]), exclusive=True, reverse=True, name="cs"))
    results.append(tf.cumprod(ph([[1.0, 2.0]]), 1))
    results.append(tf.cumsum([1, 2], axis=-1))
    results.append(tf.cumprod([1, 2, 3], 0, True))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

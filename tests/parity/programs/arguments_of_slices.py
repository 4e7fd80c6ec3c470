"""Slices with every mask, of tensors of known and unknown shape."""


def is_float(item):
    return hasattr(item, "dtype") and hasattr(item, "op") and item.dtype.is_floating


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

    x = ph(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    results.append(x[0])
    results.append(x[:, 1])
    results.append(x[..., 2])
    results.append(x[0, ..., 1])
    results.append(x[:, ::-1, 1:3])
    results.append(x[tf.newaxis, 0, ..., tf.newaxis, 1])
    results.append(x[1:, :, None])
    results.append(x[-1, -2:, ::2])
    results.append(x[tf.constant(1)])
    results.append(x[:, tf.constant(0) : tf.constant(2)])
    results.append(x[np.int64(1)])
    results.append(x[: tf.constant(2, tf.int64)])

    results.append(
        tf.strided_slice(
            ph([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            [0, 0],
            [2, 3],
            [1, 2],
            begin_mask=1,
            end_mask=2,
            name="ss",
        )
    )

    results.append(tf.slice(ph([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [None, 3]), [0, 1], [-1, 2], name="s"))

    floats = [item for item in tf.contrib.framework.nest.flatten(results) if is_float(item)]
    results.append(
        [item for item in tf.gradients(floats, [x for x in feeds if x.dtype.is_floating]) if item is not None]
    )
    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

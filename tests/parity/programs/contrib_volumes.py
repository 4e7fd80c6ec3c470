"""Transposed convolutions of volumes."""


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

    x = ph(np.ones((1, 2, 2, 2, 2)).tolist())
    results.append(
        tf.contrib.layers.conv3d_transpose(
            x,
            3,
            2,
            stride=2,
            weights_initializer=tf.ones_initializer(),
            variables_collections=["vc"],
            outputs_collections="oc",
            weights_regularizer=tf.contrib.layers.l2_regularizer(0.1),
        )
    )

    floats = [item for item in tf.contrib.framework.nest.flatten(results) if is_float(item)]
    results.append(
        [item for item in tf.gradients(floats, [x for x in feeds if x.dtype.is_floating]) if item is not None]
    )
    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(tf.global_variables_initializer(), {}), (fetches, feeds)]

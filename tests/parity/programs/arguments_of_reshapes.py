"""Functions that put elements elsewhere, by all their arguments."""


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

    results.append(tf.expand_dims(ph([1.0, 2.0]), dim=0))
    results.append(tf.expand_dims(ph([1.0, 2.0]), -1, "e"))
    results.append(tf.squeeze(ph([[[1.0], [2.0]]]), squeeze_dims=[0]))
    results.append(tf.squeeze(ph([[[1.0], [2.0]]]), -1))
    results.append(tf.squeeze(ph([[[1.0], [2.0]]], None)))

    results.append(tf.concat([ph([[1.0]]), [[2.0]]], -1, "cc"))
    results.append(tf.concat([ph([1.0])], 0))
    results.append(tf.concat(ph([1.0]), 0))
    results.append(tf.concat(axis=1, values=[ph([[1.0]], [None, 1]), ph([[1.0]], [1, None])]))

    results.append(tf.stack([ph([1.0]), [2.0]], -1, "st"))
    results.append(tf.stack([1, 2]))
    results.append(tf.stack([tf.constant(1), 2]))

    results.append(tf.unstack(ph([[1.0, 2.0], [3.0, 4.0]]), axis=-1, name="u"))
    results.append(tf.unstack(ph([[1.0, 2.0]], None), num=1))
    results.append(tf.unstack([1, 2, 3]))

    results.append(tf.split(ph([[1.0, 2.0, 3.0, 4.0]]), 2, -1, name="sp"))
    results.append(tf.split(ph([1.0, 2.0, 3.0]), [1, -1]))
    results.append(tf.split(ph([1.0, 2.0, 3.0], [None]), tf.constant([1, 2]), num=2))
    results.append(tf.split(value=ph([1.0, 2.0]), num_or_size_splits=2))

    results.append(tf.tile(ph([[1.0, 2.0]]), [2, 1], "t"))
    results.append(tf.tile([1], tf.constant([3], tf.int64)))
    results.append(tf.tile(ph([1.0], None), [2]))

    results.append(tf.transpose(ph([[1.0, 2.0]])))
    results.append(tf.transpose(ph([[[1.0, 2.0]]]), perm=[2, 0, 1], name="tr"))
    results.append(tf.transpose(ph([[1.0, 2.0]], None)))
    results.append(tf.matrix_transpose(ph([[[1.0, 2.0]]])))
    results.append(tf.transpose([1]))

    results.append(tf.reverse(ph([[1.0, 2.0]]), [-1], "rv"))
    results.append(tf.reverse_v2([1, 2], axis=[0]))
    results.append(tf.reverse_sequence(ph([[1.0, 2.0, 3.0]]), [2], 1, name="rs"))
    results.append(tf.reverse_sequence(ph([[1.0], [2.0]]), seq_lengths=[2], seq_axis=0, batch_axis=1))
    results.append(
        tf.reverse_sequence(
            input=ph([[1.0, 2.0]]), seq_lengths=tf.constant([1], tf.int64), seq_dim=1, batch_dim=0
        )
    )
    results.append(tf.roll(ph([1.0, 2.0, 3.0]), 1, 0))
    results.append(tf.roll([[1, 2], [3, 4]], [1, -1], [0, 1], name="rl"))
    results.append(tf.manip.roll([1, 2, 3], shift=-1, axis=-1))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

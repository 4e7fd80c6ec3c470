"""Loops and conditionals by all their arguments."""


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

    x = ph([1.0])
    results.append(
        tf.while_loop(
            lambda i, a: i < 3,
            lambda i, a: (i + 1, tf.concat([a, a], 0)),
            [tf.constant(0), x],
            shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
        )
    )

    ta = tf.TensorArray(
        tf.float32, size=3, dynamic_size=True, clear_after_read=False, name="ta", element_shape=[2]
    )
    x = ph([1.0, 2.0])
    ta = ta.write(0, x).write(1, x * 2).write(2, [5.0, 6.0], name="wr")
    results.append(ta.read(1, name="rd"))
    results.append(ta.stack(name="stk"))
    results.append(ta.concat())
    results.append(ta.gather([0, 2]))
    results.append(ta.size())
    results.append(ta.identity().stack())
    results.append(ta.grad("src").flow)

    x = ph([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    ta = tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, [1, 2], name="sp")
    results.append(ta.concat("cc"))
    results.append(tf.TensorArray(tf.float32, 3).scatter([2, 0, 1], x, "sct").stack())
    results.append(tf.TensorArray(tf.float32, 3, clear_after_read=True).unstack(x).gather([1]))

    floats = [item for item in tf.contrib.framework.nest.flatten(results) if is_float(item)]
    results.append(
        [item for item in tf.gradients(floats, [x for x in feeds if x.dtype.is_floating]) if item is not None]
    )
    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

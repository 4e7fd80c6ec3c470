"""Assertions that the sizes of tensors agree."""


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

    x = ph([1.0, 2.0])
    y = ph([[1.0], [2.0]])
    results.append(
        tf.debugging.assert_shapes([(ph([1.0], None), ("N",)), (ph([[1.0]], [None, 1]), ("N", 1))])
    )
    results.append(
        tf.debugging.assert_shapes(
            [(ph([[1.0]], None), ("*", "N")), (ph([[1.0]], [None, 1]), ("N", "."))], name="sz"
        )
    )
    results.append(
        tf.debugging.assert_shapes(
            [
                (ph([[1.0, 2.0]], [None, None]), (1, 2)),
                (ph([[[1.0]]], [None, 1, None]), (..., "Q", "Q")),
                (ph(1.0), ()),
                (ph([1.0], None), []),
                (y, None),
            ]
        )
    )
    results.append(tf.debugging.assert_shapes([(x, "N"), (y, [2, "M"])], data=["z", x]))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(fetches, feeds)]

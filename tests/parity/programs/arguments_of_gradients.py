"""Gradients by all arguments, through overridden rules and folds."""


def can_be_fetched(item):
    return hasattr(item, "graph") and "string" not in str(getattr(item, "dtype", None))


def program(tf, np):
    feeds = {}
    g = tf.get_default_graph()
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
    y = x * x
    results.append(tf.gradients(y, x, name="gr"))
    results.append(tf.gradients(y, x, grad_ys=[[2.0, 3.0]]))
    results.append(tf.gradients(ys=y, xs=x, grad_ys=tf.ones([2]), stop_gradients=[x]))
    results.append(tf.gradients(y, [x, tf.constant(1.0)]))
    results.append(tf.gradients(y, x, unconnected_gradients="zero"))
    results.append(tf.gradients(y, x, gate_gradients=True))
    results.append(tf.gradients(y, x, colocate_gradients_with_ops=True))
    results.append(
        tf.gradients(x * x + x * 2 + x, x, aggregation_method=tf.AggregationMethod.EXPERIMENTAL_TREE)
    )
    results.append(
        tf.gradients(x * x + x * 2 + x, x, aggregation_method=tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N)
    )

    @tf.RegisterGradient("GuidedR%d" % np.random.randint(1 << 30))
    def _g(op, grad):
        return grad * 5

    x = ph([1.0, 2.0])
    with g.gradient_override_map({"Square": "Identity", "Relu": "Sign"}):
        y = tf.square(x)
        z = tf.nn.relu(x)
    results.append(y)
    results.append(z)

    x = ph([1.0, 2.0, 3.0])
    results.append(tf.foldr(lambda a, e: (a[0] + e, a[1]), x, (0.0, 1.0)))
    results.append(tf.foldl(lambda a, e: (a[0] * e, a[1], a[2] + 1), x, (1.0, 2.0, 3.0)))

    v = tf.Variable(1.0)
    results.append(tf.cond(ph(True), lambda: v.assign_add(1.0), lambda: v.assign(5.0)))

    results.append(tf.add_n([ph([1.0]), [2.0]], "an"))
    results.append(tf.add_n([1]))
    results.append(tf.accumulate_n([ph([1.0]), ph([2.0])], name="acc"))
    results.append(tf.accumulate_n([ph([1.0], [None]), ph([2.0])], shape=[1], tensor_dtype=tf.float32))
    results.append(tf.add_n([tf.IndexedSlices(ph([1.0]), [0], [3]), ph([1.0, 2.0, 3.0])]))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(tf.global_variables_initializer(), {}), (fetches, feeds)]

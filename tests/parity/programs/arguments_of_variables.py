"""What variables of both kinds are asked and given."""


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

    v = tf.Variable([1.0, 2.0, 3.0], name="v")
    results.append(v.initialized_value())
    results.append(v.read_value())
    results.append(v.value())
    results.append(v[0])
    results.append(v[1:])
    results.append(v + 1)
    results.append(1 + v)
    results.append(np.float32(2) * v)
    results.append(-v)
    results.append(abs(v))
    results.append(v**2)
    results.append(v.initial_value)
    results.append(v._as_graph_element())

    with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(2, 0)):
        v = tf.get_variable("v", [4, 2], initializer=tf.ones_initializer())
        w = tf.get_variable(
            "w", [3], initializer=tf.ones_initializer(), partitioner=tf.variable_axis_size_partitioner(4)
        )
        u = tf.get_variable(
            "u", [3], initializer=tf.zeros_initializer(), partitioner=tf.min_max_variable_partitioner(2, 0, 4)
        )
    results.append(v.as_tensor())
    results.append(w)
    results.append(tf.convert_to_tensor(v))
    results.append(tf.global_variables())
    results.append(u)

    v = tf.Variable([1.0, 2.0], name="pv")
    p = v.to_proto()
    w = tf.Variable.from_proto(p)
    results.append(w)

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(tf.global_variables_initializer(), {}), (fetches, feeds)]

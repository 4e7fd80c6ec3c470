"""Scopes of names and variables, opened again."""


def can_be_fetched(item):
    return hasattr(item, "graph") and "string" not in str(getattr(item, "dtype", None))


def program(tf, np):
    feeds = {}
    g = tf.get_default_graph()
    tf.set_random_seed(42)
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

    with tf.variable_scope(None, "dflt") as s1:
        a = tf.get_variable("a", [1])
    with tf.variable_scope(None, "dflt", [a]):
        b = tf.get_variable("a", [1])
        x = tf.constant(1)
    with tf.variable_scope(s1):
        tf.constant(1)
    with tf.variable_scope(s1, auxiliary_name_scope=False):
        tf.constant(1)
    with tf.variable_scope(s1, reuse=True) as s3:
        w = tf.get_variable("a", [1])
        with tf.name_scope(s3.original_name_scope):
            tf.constant(1)
    with tf.variable_scope("dflt/"):
        r = tf.constant(1)
    results.append(a)
    results.append(b)

    with tf.name_scope("a") as sc:
        x = tf.constant(1)
        with tf.name_scope(None):
            tf.constant(1)
        with tf.name_scope(""):
            tf.constant(1)
    with tf.name_scope("a"):
        tf.constant(1)
    with tf.name_scope(sc):
        w = tf.constant(1)
    with tf.name_scope("b/c"):
        tf.constant(1)
    with tf.name_scope(name=None, default_name="dd", values=[x]):
        r = tf.constant(1)
    with g.name_scope("gg"):
        t = tf.constant(2)
    results.append(g.unique_name("a"))
    results.append(g.unique_name("zz", mark_as_used=False))
    results.append(g.unique_name("zz"))

    with tf.variable_scope(
        "s",
        initializer=tf.ones_initializer(),
        regularizer=tf.contrib.layers.l2_regularizer(0.1),
        dtype=tf.float64,
        caching_device="/cpu:0",
    ) as sc:
        a = tf.get_variable("a", [2])
        b = tf.get_variable("b", initializer=[1.0, 2.0])
        c = tf.get_variable("c", initializer=tf.constant(3), regularizer=tf.no_regularizer)
    results.append(a)
    results.append(b)
    results.append(c)
    results.append(g.get_collection("regularization_losses"))

    a = tf.constant(1.0, name="a")
    with tf.control_dependencies([a]):
        b = tf.constant(2.0)
        with tf.control_dependencies(None):
            c = tf.constant(3.0)
        with g.control_dependencies([b.op, a]):
            d = tf.identity(a)
            tf.no_op(name="nn")
        with tf.control_dependencies([]):
            tf.group(b, c, name="gr")
            h = tf.tuple([b, None, c], "tp", control_inputs=[d])
    results.append(h)

    a = tf.constant(1.0, name="a")
    with tf.colocate_with(a):
        b = tf.constant(2.0, name="b")
        with g.colocate_with(b.op):
            c = tf.constant(3.0)
        with g.colocate_with(None, ignore_existing=True):
            d = tf.constant(3.0)

    with g.container("cc"):
        v = tf.Variable(1.0)
        with tf.container(""):
            w = tf.Variable(2.0, use_resource=True)
        r = tf.Variable(2.0, use_resource=True)
        tf.FIFOQueue(3, tf.float32)
        t = tf.contrib.lookup.MutableHashTable(tf.int64, tf.int64, 0)
    results.append(v)
    results.append(w)
    results.append(r)

    t = tf.make_template(
        "tm",
        lambda x, y: x * tf.get_variable("w", [], initializer=tf.ones_initializer()) + y,
        create_scope_now_=True,
        y=2.0,
    )
    results.append(t(ph(1.0)))
    results.append(t(ph(2.0)))

    fetches = [item for item in tf.contrib.framework.nest.flatten(results) if can_be_fetched(item)]
    return [(tf.global_variables_initializer(), {}), (fetches, feeds)]

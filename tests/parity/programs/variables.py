"""Variables: how they are made, read, assigned to and initialized."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2], name="x")
    w = tf.Variable([1.0, 2.0], name="w")
    unnamed = tf.Variable(3, dtype=tf.float32, trainable=False)
    with tf.name_scope("scope"):
        called = tf.Variable(lambda: tf.fill([2], 0.5), name="called", dtype=tf.float32)
        with tf.control_dependencies([x]):
            free = tf.Variable([[1, 2]], collections=[tf.GraphKeys.LOCAL_VARIABLES], name="free")
    with tf.device("/cpu:0"):
        placed = tf.Variable(lambda: tf.constant(2.0), name="placed")
        cached = tf.Variable([1.0], caching_device="/job:localhost/device:CPU:0", name="cached")
    vague = tf.placeholder_with_default([1.0, 2.0, 3.0], [None])
    loose = tf.Variable(vague, validate_shape=False, name="loose")
    shaped = tf.Variable(tf.ones([2, 3]), shape=tf.TensorShape(None), name="shaped", validate_shape=False)
    dependent = tf.Variable(w.initialized_value() * 2.0, name="dependent")
    guarded = tf.Variable(w * 2.0 + dependent, name="guarded")
    text = tf.Variable(["a", "b"], name="text")
    counter = tf.Variable(0, name="counter", dtype=tf.int64)
    trainable = [v.op.name for v in tf.trainable_variables("scope")]
    assert trainable == ["scope/called", "scope/free"], trainable
    assert [v.name for v in tf.local_variables()] == ["scope/free:0"]
    assert len(tf.global_variables()) == 11, tf.global_variables()
    assert str(w) == "<tf.Variable 'w:0' shape=(2,) dtype=float32_ref>", str(w)
    assert w.dtype.name == "float32_ref"
    assert text.initial_value.name == "text/initial_value:0"
    assert not unnamed.trainable

    init = tf.global_variables_initializer()
    init_local = tf.local_variables_initializer()
    none = tf.variables_initializer([])
    tables = tf.tables_initializer()
    total = w + x * w - w / 2.0 + 1.0 + w[0] + 2.0 * w + (-w) + abs(w) + tf.add(w, w.value()) + tf.square(w)
    compared = (w > x, w <= 1.5)
    gradients = tf.gradients(tf.reduce_sum(total), [w, w.value(), x])
    with tf.control_dependencies([tf.assign(w, [3.0, 4.0])]):
        read = w.read_value()
    added = tf.assign_add(w, x, name="add")
    subtracted = w.assign_sub([1.0, 1.0], use_locking=True)
    as_operation = unnamed.assign(7.0, read_value=False)
    chained = tf.assign_add(tf.assign(placed, 5.0), 2.0)
    loosened = tf.assign(loose, [1.0], validate_shape=False)
    counted = counter.count_up_to(3)
    initialized = tf.is_variable_initialized(w)
    tf.report_uninitialized_variables()
    tf.report_uninitialized_variables([w], name="report")
    checked = tf.assert_variables_initialized([w, counter])
    return [
        ({"init": init, "local": init_local, "none": none, "tables": tables}, {}),
        ([w, unnamed, called, free, placed, cached, loose, shaped, dependent, guarded, counter], {}),
        ([total, gradients, compared], {x: [0.5, -1.0]}),
        (read, {}),
        (added, {x: [0.5, -1.0]}),
        (subtracted, {}),
        (as_operation, {}),
        ([w, unnamed, initialized, checked], {}),
        (chained, {}),
        (loosened, {}),
        (loose, {}),
        (counted, {}),
        (counted, {}),
        (counter, {}),
        ([w.value() * 2.0, w], {w: [5.0, 6.0]}),
        (w * 2.0, {w.value(): [7.0, 8.0]}),
        (w, {}),
    ]

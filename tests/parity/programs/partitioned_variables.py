"""Variables in parts: made, joined, looked up, assigned, saved."""


def program(tf, np):
    v = tf.get_variable("v", [5, 2], partitioner=tf.fixed_size_partitioner(2), initializer=tf.zeros_initializer())
    assert len(v) == 2
    assert v.name == "v"
    assert [x.op.name for x in v] == ["v/part_0", "v/part_1"]
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(3, axis=1)):
        w = tf.get_variable("w", [2, 4], initializer=tf.ones_initializer())
        c = tf.get_variable("c", initializer=tf.constant(np.arange(12.0).reshape(2, 6), name="c0"))
        tf.get_variable("g", [3, 4])
    one = tf.get_variable("one", [3], partitioner=tf.fixed_size_partitioner(1), initializer=tf.ones_initializer())
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("w", [2, 4]) is w
    shape = tf.TensorShape([100, 3])
    assert tf.min_max_variable_partitioner(max_partitions=8, min_slice_size=16)(shape, tf.float32) == [8, 1]
    assert tf.variable_axis_size_partitioner(64)(tf.TensorShape([10, 4]), tf.float32) == [3, 1]
    out = {"whole": [tf.convert_to_tensor(w), tf.identity(c), v.as_tensor(), one.as_tensor()]}
    out["rows"] = tf.nn.embedding_lookup(v, [0, 4], partition_strategy="div")
    change = v.assign(np.arange(10, dtype=np.float32).reshape(5, 2))
    parts = list(w)
    loss = tf.reduce_sum(tf.square(tf.convert_to_tensor(w)))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=parts)
    tf.train.Saver()
    init = tf.global_variables_initializer()
    return [(init, {}), (out, {}), (change, {}), (out, {}), (train, {}), (out["whole"][0], {})]

"""tf.contrib.layers.batch_norm in all its forms."""


def program(tf, np):
    batch_norm = tf.contrib.layers.batch_norm
    flat = tf.placeholder(tf.float32, [None, 3], name="flat")
    image = tf.placeholder(tf.float32, [2, 2, 2, 3], name="image")
    row = tf.placeholder(tf.float32, [None, 4, 3], name="row")
    first = tf.placeholder(tf.float32, [None, 3, 2, 2], name="first")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    outs = [
        batch_norm(flat, is_training=is_training, updates_collections=None, scale=True, scope="forced"),
        batch_norm(flat, is_training=True, updates_collections=None, decay=0.9, activation_fn=tf.nn.relu),
        batch_norm(flat, is_training=False, center=False),
        batch_norm(image, is_training=is_training),
        batch_norm(image, updates_collections="mine", zero_debias_moving_mean=True, decay=0.5),
        batch_norm(
            image, fused=False, scale=True, param_initializers={"gamma": tf.constant_initializer(2.0)}
        ),
        batch_norm(row, is_training=is_training, scale=True, variables_collections=["kept"]),
        batch_norm(row, updates_collections=None, decay=0.8),
        batch_norm(first, data_format="NCHW", fused=False, updates_collections=None, scale=True),
        batch_norm(image, batch_weights=[1.0, 3.0], scope="weighted"),
        tf.contrib.layers.bias_add(image, activation_fn=tf.nn.relu),
    ]
    gradients = tf.gradients([tf.square(outs[index]) for index in (0, 7)], [flat, row])
    assert len(tf.get_collection("kept")) == 4
    rng = np.random.RandomState(1)
    feed = {flat: rng.randn(5, 3), image: rng.randn(2, 2, 2, 3), row: rng.randn(2, 4, 3)}
    feed[first] = rng.randn(2, 3, 2, 2)
    test, train = dict(feed), dict(feed)
    test[is_training], train[is_training] = False, True
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS) + tf.get_collection("mine")
    return [
        (tf.global_variables_initializer(), {}),
        (outs, test),
        (updates, train),
        (tf.model_variables(), {}),
        ([outs, gradients], test),
        (gradients, train),
    ]

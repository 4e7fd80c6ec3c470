"""Networks of tf.contrib.layers: shared arguments, normalizers, repeated layers, collections."""


def program(tf, np):
    layers = tf.contrib.layers
    framework = tf.contrib.framework
    x = tf.placeholder(tf.float32, [None, 8, 8, 2], name="x")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    half = tf.constant_initializer(0.1)
    shared = {
        "weights_initializer": half,
        "normalizer_fn": layers.batch_norm,
        "normalizer_params": {"is_training": is_training, "decay": 0.9, "scale": True},
    }
    with framework.arg_scope([layers.conv2d, layers.separable_conv2d], **shared):
        with framework.arg_scope([layers.conv2d], outputs_collections="ends") as scope:
            h = layers.conv2d(x, 3, [3, 3], stride=2, scope="first")
        with framework.arg_scope(scope):
            h = layers.repeat(h, 2, layers.conv2d, 3, 3, scope="more")
        h = layers.separable_conv2d(h, 4, 3, depth_multiplier=2, rate=2, scope="separable")
    h = layers.separable_conv2d(h, None, 3, 1, activation_fn=None, weights_initializer=half)
    h = layers.conv2d_transpose(h, 2, 3, 2, weights_initializer=half, padding="VALID")
    h = layers.conv2d_in_plane(h, 2, weights_initializer=half, activation_fn=tf.nn.elu)
    h = layers.avg_pool2d(h, 2, padding="SAME", scope="means")
    h = layers.dropout(h, 0.5, is_training=is_training, seed=3)
    h = layers.max_pool2d(h, [2, 2], 1)
    h = layers.flatten(h, scope="flat")
    flat = layers.dropout(h, 0.7, is_training=False)
    h = layers.stack(flat, layers.fully_connected, [4, 3], weights_initializer=half, scope="fc")
    regularizer = layers.l1_l2_regularizer(0.1, 0.2)
    y = layers.linear(h, 2, weights_initializer=half, weights_regularizer=regularizer, scope="logits")
    loss = tf.reduce_mean(tf.square(y)) + tf.losses.get_regularization_loss()
    gradients = tf.gradients(loss, tf.trainable_variables()[-4:])
    utils = layers.utils if hasattr(layers, "utils") else None
    assert utils is None or list(utils.convert_collection_to_dict("ends"))[0] == "first"
    names = [v.op.name for v in framework.get_variables_by_name("weights")]
    assert names == [v.op.name for v in framework.get_variables(suffix="/weights")], names
    assert len(framework.get_model_variables("more")) == 10
    assert framework.get_unique_variable("first/weights").op.name == "first/weights"
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 8, 8, 2), is_training: False}
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    moved = framework.get_variables_to_restore(include=["first/BatchNorm"])
    trained = dict(feed)
    trained[is_training] = True
    init, values = framework.assign_from_values({"logits/biases": np.ones(2), "fc/fc_1/biases": np.zeros(4)})
    return [
        (tf.global_variables_initializer(), {}),
        (init, values),
        ([y, loss, gradients], feed),
        (updates, trained),
        (moved, {}),
        ([y, loss], feed),
    ]

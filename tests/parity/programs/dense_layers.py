"""tf.layers: dense, dropout and flatten, with names, scopes, sharing and regularizers."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 2, 3], name="x")
    training = tf.placeholder(tf.bool, [], name="training")
    half = tf.constant_initializer(0.2)
    flat = tf.layers.flatten(x)
    h = tf.layers.dense(flat, 4, tf.nn.relu, kernel_initializer=half, bias_initializer=tf.ones_initializer())
    h = tf.layers.dropout(h, 0.4)
    h = tf.layers.dropout(h, 0.0, training=training, name="drop")

    def penalty(w):
        return 0.1 * tf.reduce_sum(tf.square(w))

    with tf.variable_scope("net", initializer=half):
        a = tf.layers.dense(h, 4, name="shared", kernel_regularizer=penalty)
        b = tf.layers.dense(a, 4, tf.sigmoid, name="shared", reuse=True, kernel_regularizer=penalty)
        c = tf.layers.dense(b, 2, use_bias=False, trainable=False)
    layer = tf.layers.Dense(3, kernel_initializer=half, activity_regularizer=tf.reduce_sum, dtype=tf.float32)
    d = layer(c) + layer(c)
    wide = tf.layers.Dense(2, kernel_initializer=half, name="wide")(x)
    images = tf.layers.Flatten(data_format="channels_first")(tf.reshape(x, [-1, 2, 3, 1]))
    tf.layers.dense(flat, 2)
    names = [v.name for v in tf.trainable_variables()]
    assert names == [
        "dense/kernel:0", "dense/bias:0", "net/shared/kernel:0", "net/shared/bias:0", "dense_1/kernel:0",
        "dense_1/bias:0", "wide/kernel:0", "wide/bias:0", "dense_2/kernel:0", "dense_2/bias:0",
    ], names
    assert (layer.scope_name, layer.count_params(), layer.name) == ("dense_1", 9, "dense_3"), layer.name
    assert layer.trainable_weights == [layer.kernel, layer.bias]
    total = tf.losses.get_regularization_loss()
    grads = tf.gradients(tf.reduce_sum(d) + total, tf.trainable_variables()[:4])
    feed = {x: np.arange(12).reshape(2, 2, 3) / 10.0, training: False}
    return [(tf.global_variables_initializer(), {}), ([d, wide, images, total, grads, a, b], feed)]

"""tf.layers: convolutions and pooling."""


def program(tf, np):
    tf.get_variable_scope().set_initializer(tf.constant_initializer(0.1))
    x = tf.placeholder(tf.float32, [None, 6, 6, 2], name="x")
    s = tf.placeholder(tf.float32, [2, 8, 3], name="s")
    ys = [
        tf.layers.conv2d(x, 3, 3, activation=tf.nn.relu),
        tf.layers.conv2d(x, 3, (2, 3), strides=(2, 1), padding="same", use_bias=False, name="strided"),
        tf.layers.conv2d(x, 2, [3, 3], dilation_rate=2, name="dilated"),
        tf.layers.max_pooling2d(x, 2, 2),
        tf.layers.average_pooling2d(x, [3, 2], [2, 1], padding="same"),
        tf.layers.conv2d_transpose(x, 3, 3, strides=2, padding="same"),
        tf.layers.conv2d_transpose(x, 1, 2, name="valid"),
        tf.layers.separable_conv2d(x, 4, 3, depth_multiplier=2),
        tf.layers.conv1d(s, 4, 3),
        tf.layers.conv1d(s, 2, 2, strides=2, padding="same", name="one"),
        tf.layers.max_pooling1d(s, 2, 2),
        tf.layers.average_pooling1d(s, 3, 1, "same"),
    ]
    layer = tf.layers.Conv2D(2, 3, padding="SAME", kernel_regularizer=tf.nn.l2_loss)
    ys.append(layer(layer(x)))
    assert layer.kernel.name == "conv2d_1/kernel:0", layer.kernel.name
    grads = tf.gradients(ys[0], [x, tf.trainable_variables()[0]])
    random = np.random.RandomState(1)
    feed = {x: random.randn(2, 6, 6, 2), s: random.randn(2, 8, 3)}
    return [(tf.global_variables_initializer(), {}), ([ys, grads], feed)]

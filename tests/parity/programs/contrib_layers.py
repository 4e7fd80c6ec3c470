"""What tutorials use of tf.contrib.layers."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 4, 4, 1], name="x")
    layers = tf.contrib.layers
    half = tf.constant_initializer(0.5)
    h = layers.conv2d(x, 2, 3, weights_initializer=half, weights_regularizer=layers.l2_regularizer(0.1))
    h = layers.max_pool2d(h, 2)
    h = layers.flatten(h)
    y = layers.fully_connected(h, 3, weights_initializer=half, scope="fc")
    tf.get_variable("w", [4, 2], initializer=layers.xavier_initializer())
    tf.get_variable("v", [4, 2], initializer=layers.xavier_initializer(uniform=False, seed=1))
    layers.fully_connected(h, 2, activation_fn=tf.nn.softmax)
    penalties = [layers.l1_regularizer(0.5)(y), tf.losses.get_regularization_loss()]
    assert [v.name for v in tf.model_variables()][:2] == ["Conv/weights:0", "Conv/biases:0"]
    feed = {x: np.arange(16.0).reshape(1, 4, 4, 1) / 10}
    return [(tf.global_variables_initializer(), {}), ([y, penalties], feed)]

"""Layers of transposed convolutions of volumes, and of separable convolutions of sequences."""


def program(tf, np):
    rng = np.random.RandomState(2)
    volume = tf.placeholder(tf.float32, [None, 2, 3, 2, 2], name="volume")
    free = tf.placeholder(tf.float32, [1, None, None, 2, 2], name="free")
    sequence = tf.placeholder(tf.float32, [2, 6, 3], name="sequence")
    ragged = tf.placeholder(tf.float32, [None, None, 3], name="ragged")
    ones = tf.ones_initializer()
    outs = [
        tf.layers.conv3d_transpose(volume, 3, 2, (2, 1, 2), kernel_initializer=ones, name="up"),
        tf.layers.Conv3DTranspose(2, (1, 2, 3), padding="same", activation=tf.nn.relu)(free),
        tf.layers.separable_conv1d(sequence, 2, 2, depthwise_initializer=ones, pointwise_initializer=ones),
        tf.layers.separable_conv1d(
            sequence, 4, 3, 2, "same", depth_multiplier=2, use_bias=False, activation=tf.nn.relu, name="two"
        ),
        tf.layers.SeparableConv1D(2, 2, padding="causal", dilation_rate=2)(sequence),
        tf.layers.separable_conv1d(ragged, 2, 3, name="ragged_layer"),
    ]
    variables = tf.trainable_variables()
    grads = tf.gradients(outs[2:3], variables[4:7])
    values = [rng.uniform(-1, 1, variable.shape.as_list()) for variable in variables]
    feed = {
        volume: rng.randn(2, 2, 3, 2, 2),
        free: rng.randn(1, 2, 2, 2, 2),
        sequence: rng.randn(2, 6, 3),
        ragged: rng.randn(1, 5, 3),
    }
    feed.update({variable.op.outputs[0]: values[number] for number, variable in enumerate(variables)})
    return [(tf.global_variables_initializer(), None), ([outs, grads], feed)]

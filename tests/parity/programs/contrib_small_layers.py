"""Normalization of single examples, small layers, regularizers and initializers of tf.contrib.layers."""


def program(tf, np):
    layers = tf.contrib.layers
    flat = tf.placeholder(tf.float32, [None, 6], name="flat")
    image = tf.placeholder(tf.float32, [None, 2, 3, 4], name="image")
    row = tf.placeholder(tf.float32, [2, 5, 4], name="row")
    volume = tf.placeholder(tf.float32, [1, 2, 4, 4, 2], name="volume")
    labels = tf.placeholder(tf.int32, [None], name="labels")
    half = tf.constant_initializer(0.2)
    outs = [
        layers.layer_norm(flat),
        layers.layer_norm(image, begin_norm_axis=2, activation_fn=tf.nn.relu, scope="ln"),
        layers.layer_norm(row, center=False, begin_params_axis=1),
        layers.instance_norm(image),
        layers.instance_norm(image, data_format="NCHW", epsilon=1e-3),
        layers.group_norm(image, groups=2),
        layers.group_norm(row, groups=2, reduction_axes=[-2], mean_close_to_zero=True, scale=False),
        layers.unit_norm(row, 1),
        layers.maxout(image, 2, axis=3),
        layers.softmax(image),
        layers.spatial_softmax(image, temperature=2.0, name="cool", trainable=False),
        layers.conv1d(row, 2, 3, weights_initializer=half),
        layers.conv3d(volume, 2, 2, weights_initializer=half, biases_initializer=None),
        layers.convolution(row, 2, 2, padding="VALID", weights_initializer=half, scope="any"),
        layers.max_pool3d(volume, 2),
        layers.avg_pool3d(volume, 2, scope="averages"),
        layers.images_to_sequence(image),
        layers.sequence_to_images(layers.images_to_sequence(row[:, :, :, None]), 5),
        layers.legacy_fully_connected(image, 2, tf.nn.relu, weight_init=half),
        layers.relu(flat, 2, weights_initializer=half),
    ]
    gradients = tf.gradients([tf.square(outs[index]) for index in (1, 5)], [image])
    embedded = layers.embed_sequence(labels, 5, 2, initializer=half)
    others = [
        layers.one_hot_encoding(labels, 4),
        embedded,
        layers.embed_sequence(labels, 5, 2, scope="once", initializer=half, unique=True),
        layers.embed_sequence(labels, scope="EmbedSequence", reuse=True),
        tf.gradients(tf.square(embedded), tf.model_variables("EmbedSequence/")),
        layers.bow_encoder(labels[None], 5, 2, sparse_lookup=False, initializer=half),
        layers.apply_regularization(layers.l2_regularizer(0.1)),
        layers.apply_regularization(layers.sum_regularizer([layers.l1_regularizer(0.3)]), [flat, row]),
        layers.l1_l2_regularizer(0.0, 0.5)(flat),
    ]
    with tf.variable_scope("initial", initializer=layers.variance_scaling_initializer(seed=4)):
        tf.get_variable("a", [3, 3, 2, 4])
        tf.get_variable("b", [4], initializer=layers.xavier_initializer(seed=2))
    layers.summarize_activation(tf.nn.relu6(flat, name="activated"))
    layers.summarize_activations()
    layers.summarize_tensors([flat, tf.reduce_sum(flat)])
    layers.summarize_collection(tf.GraphKeys.WEIGHTS)
    rng = np.random.RandomState(2)
    feed = {flat: rng.randn(3, 6), image: rng.randn(2, 2, 3, 4), row: rng.randn(2, 5, 4)}
    feed.update({volume: rng.randn(1, 2, 4, 4, 2), labels: [1, 0, 3, 1]})
    return [
        (tf.global_variables_initializer(), {}),
        (tf.global_variables("initial"), {}),
        ([outs, others, gradients], feed),
    ]

"""Layers, activations and losses of tf.keras, called as plain functions in a graph."""


def program(tf, np):
    keras = tf.keras
    layers = keras.layers
    x = tf.placeholder(tf.float32, [None, 6, 6, 2], name="x")
    ids = tf.placeholder(tf.int32, [None, 3], name="ids")
    labels = tf.placeholder(tf.float32, [None, 3], name="labels")
    half = keras.initializers.Constant(0.1)
    convolution = layers.Conv2D(
        3, 3, activation="relu", kernel_initializer=half, kernel_regularizer=keras.regularizers.l2(0.1)
    )
    h = convolution(x)
    h = layers.MaxPooling2D()(h)
    normalized = layers.BatchNormalization(momentum=0.9)
    h = normalized(h, training=True)
    updates = normalized.updates
    h = layers.Conv2D(2, (1, 1), padding="same", kernel_initializer="ones", name="second")(h)
    pooled = layers.GlobalAveragePooling2D()(h)
    h = layers.Flatten()(h)
    h = layers.Dropout(0.5)(h)
    h = layers.Dense(4, activation=keras.activations.relu, kernel_initializer=half)(h)
    h = layers.Dense(3, kernel_initializer=keras.initializers.RandomNormal(seed=2), name="logits")(h)
    probabilities = layers.Activation("softmax")(h)
    embedded = layers.Embedding(5, 2, embeddings_initializer=half)(ids)
    shaped = layers.Reshape((2, 3))(embedded)
    losses = [
        keras.losses.categorical_crossentropy(labels, probabilities),
        keras.losses.categorical_crossentropy(labels, tf.sigmoid(h), label_smoothing=0.1),
        keras.losses.binary_crossentropy(labels, tf.nn.sigmoid(h)),
        keras.losses.binary_crossentropy(labels, probabilities),
        keras.losses.mean_squared_error(labels, h),
        keras.losses.mae(labels, h),
    ]
    penalties = convolution.losses
    functions = [
        keras.activations.hard_sigmoid(h),
        keras.activations.relu(h, max_value=1.0),
        keras.activations.softmax(shaped),
        keras.activations.elu(h, 0.5),
        keras.constraints.max_norm(1.0)(h),
        keras.constraints.MinMaxNorm(0.5, 1.0, axis=1)(h),
        keras.constraints.UnitNorm()(h),
        keras.constraints.NonNeg()(h),
    ]
    shared = layers.Dense(2, use_bias=False, kernel_initializer="ones", name="shared")
    twice = shared(shared(pooled))
    loss = tf.reduce_mean(losses[0]) + tf.add_n(penalties)
    gradients = tf.gradients(loss, tf.trainable_variables()[:2])
    assert len(shared.trainable_weights) == 1
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 0
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 6, 6, 2), ids: [[1, 2, 0], [4, 3, 1]], labels: [[1, 0, 0], [0, 0, 1]]}
    fetches = [pooled, probabilities, embedded, shaped, losses, penalties, functions, twice, gradients]
    return [(tf.global_variables_initializer(), {}), (fetches, feed), (updates, feed)]

"""tf.layers.batch_normalization in training, outside of it, and where only the run says which."""


def program(tf, np):
    images = tf.placeholder(tf.float32, [4, 3, 3, 2], name="images")
    rows = tf.placeholder(tf.float32, [None, 3], name="rows")
    training = tf.placeholder_with_default(False, [], name="training")
    ys = [
        tf.layers.batch_normalization(images, training=True),
        tf.layers.batch_normalization(images, name="still", scale=False),
        tf.layers.batch_normalization(images, training=training, momentum=0.9, name="maybe"),
        tf.layers.batch_normalization(rows, training=True, center=False),
        tf.layers.batch_normalization(rows),
        tf.layers.batch_normalization(rows, training=training, epsilon=0.1),
    ]
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    assert len(updates) == 8, updates
    grads = tf.gradients(tf.reduce_sum(tf.square(ys[3])), [rows])
    with tf.control_dependencies(updates):
        train = tf.no_op(name="train")
    random = np.random.RandomState(1)
    feed = {images: random.randn(4, 3, 3, 2), rows: random.randn(5, 3)}
    averages = [v for v in tf.global_variables() if "moving" in v.name]
    return [
        (tf.global_variables_initializer(), {}),
        ([ys, grads], feed),
        (train, {**feed, training: True}),
        (averages, {}),
        (ys, feed),
        (ys[2], {**feed, training: True}),
    ]

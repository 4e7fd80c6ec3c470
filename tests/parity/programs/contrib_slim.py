"""A convolutional network in slim's style: shared arguments, older losses, metrics, one training operation."""


def network(slim, tf, x, is_training):
    tenth = tf.constant_initializer(0.1)
    with slim.arg_scope([slim.conv2d], padding="SAME", weights_initializer=tenth) as scope:
        pass
    with slim.arg_scope(scope), slim.arg_scope([slim.conv2d, slim.max_pool2d], outputs_collections=["ends"]):
        h = slim.conv2d(x, 2, [3, 3], weights_regularizer=slim.l2_regularizer(0.01), scope="conv1")
        h = slim.max_pool2d(h, [2, 2], scope="pool1")
    h = slim.flatten(h)
    h = slim.dropout(h, 0.8, is_training=is_training)
    return slim.fully_connected(
        h,
        3,
        activation_fn=None,
        normalizer_fn=slim.layer_norm,
        weights_initializer=slim.xavier_initializer(seed=3),
        scope="logits",
    )


def program(tf, np):
    slim = tf.contrib.slim
    losses = slim.losses
    x = tf.placeholder(tf.float32, [4, 4, 4, 1], name="x")
    labels = tf.placeholder(tf.int32, [4], name="labels")
    with tf.variable_scope("net"):
        logits = network(slim, tf, x, False)
    with tf.variable_scope("net", reuse=True):
        again = network(slim, tf, x, False)
    assert list(slim.utils.convert_collection_to_dict("ends"))[:2] == ["net/conv1", "net/pool1"]
    onehot = slim.one_hot_encoding(labels, 3)
    probabilities = tf.nn.softmax(logits)
    single = [
        losses.softmax_cross_entropy(logits, onehot, label_smoothing=0.1),
        losses.sparse_softmax_cross_entropy(again, labels, weights=[1.0, 0.0, 2.0, 1.0]),
        losses.sigmoid_cross_entropy(logits, onehot, label_smoothing=0.2, scope="sigmoid"),
        losses.log_loss(probabilities, onehot),
        losses.absolute_difference(probabilities, onehot, weights=0.5),
        losses.mean_squared_error(probabilities, onehot),
        losses.mean_pairwise_squared_error(probabilities, onehot),
        losses.cosine_distance(probabilities, onehot, axis=1),
        tf.reduce_sum(losses.hinge_loss(logits, onehot)),
    ]
    total = losses.get_total_loss()
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    train_op = slim.learning.create_train_op(
        single[0],
        optimizer,
        clip_gradient_norm=1.0,
        summarize_gradients=True,
        gradient_multipliers={"net/conv1/biases": 2.0},
    )
    predictions = tf.argmax(logits, 1, output_type=tf.int32)
    values, updates = slim.metrics.aggregate_metric_map(
        {"accuracy": slim.metrics.streaming_accuracy(predictions, labels)}
    )
    share = tf.contrib.metrics.accuracy(predictions, labels, weights=[1.0, 2.0, 1.0, 1.0])
    assert slim.model_analyzer.analyze_vars(slim.get_model_variables())[0] == 50
    step = tf.contrib.framework.get_or_create_global_step()
    rng = np.random.RandomState(3)
    feed = {x: rng.randn(4, 4, 4, 1), labels: [0, 2, 1, 1]}
    return [
        ([tf.global_variables_initializer(), tf.local_variables_initializer()], {}),
        ([single, total, share], feed),
        (train_op, feed),
        (train_op, feed),
        ([updates, step], feed),
        (values, {}),
        (slim.get_variables(scope="net"), {}),
    ]

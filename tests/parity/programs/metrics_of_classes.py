"""tf.metrics of classes, at thresholds, and of vectors, over two batches."""


def program(tf, np):
    labels = tf.placeholder(tf.int32, [None, 2], name="labels")
    guesses = tf.placeholder(tf.int64, [None, 2], name="guesses")
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    present = tf.equal(labels, 1)
    metrics = [
        tf.metrics.mean_iou(labels, guesses, 3, weights=tf.abs(x), name="weighted"),
        tf.metrics.mean_per_class_accuracy(labels, guesses, 3),
        tf.metrics.mean_relative_error(y, x, tf.abs(x), name="relative"),
        tf.metrics.mean_cosine_distance(tf.nn.l2_normalize(y, 1), tf.nn.l2_normalize(x, 1), 1),
        tf.metrics.mean_tensor(x, weights=[[1.0], [2.0], [0.0]]),
        tf.metrics.false_negatives_at_thresholds(present, tf.sigmoid(x), [0.25, 0.5], weights=tf.abs(y)),
        tf.metrics.precision_at_thresholds(present, tf.sigmoid(y), [0.25, 0.75]),
        tf.metrics.sensitivity_at_specificity(present, tf.sigmoid(x), 0.6, num_thresholds=5),
        tf.metrics.specificity_at_sensitivity(present, tf.sigmoid(x), 0.6, num_thresholds=5),
    ]
    runs = [(tf.local_variables_initializer(), {})]
    random = np.random.RandomState(5)
    for _ in range(2):
        feed = {
            labels: random.randint(0, 3, (3, 2)),
            guesses: random.randint(0, 3, (3, 2)),
            x: random.randn(3, 2),
            y: random.randn(3, 2),
        }
        runs += [([update for _, update in metrics], feed), ([value for value, _ in metrics], {})]
    return runs

"""tf.metrics: means and counts over two batches, with and without weights."""


def program(tf, np):
    labels = tf.placeholder(tf.int32, [None], name="labels")
    classes = tf.placeholder(tf.int64, [None], name="classes")
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    metrics = [
        tf.metrics.accuracy(
            labels, classes, metrics_collections="kept", updates_collections=["kept", "moved"]
        ),
        tf.metrics.mean(x),
        tf.metrics.mean(x, weights=2.0, name="weighted"),
        tf.metrics.mean_absolute_error(x, y),
        tf.metrics.mean_squared_error(x, y, name="mse"),
        tf.metrics.root_mean_squared_error(x, y),
        tf.metrics.percentage_below(x, 0.0),
        tf.metrics.precision(labels, classes),
        tf.metrics.recall(labels, classes, name="recall"),
        tf.metrics.true_negatives(labels, classes),
        tf.metrics.false_negatives(labels, classes),
    ]
    assert tf.get_collection("kept") == list(metrics[0])
    assert tf.get_collection("moved") == [metrics[0][1]]
    assert len(tf.local_variables()) == len(tf.get_collection(tf.GraphKeys.METRIC_VARIABLES)) == 20
    assert not tf.global_variables()
    runs = [(tf.local_variables_initializer(), {})]
    random = np.random.RandomState(1)
    for _ in range(2):
        feed = {
            labels: random.randint(0, 2, 3),
            classes: random.randint(0, 2, 3),
            x: random.randn(3, 2),
            y: random.randn(3, 2),
        }
        runs += [([update for _, update in metrics], feed), ([value for value, _ in metrics], {})]
    return runs

"""Streaming metrics of tf.contrib.metrics, gathered in a map."""


def program(tf, np):
    metrics = tf.contrib.metrics
    scores = tf.placeholder(tf.float32, [None, 3], name="scores")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    best = tf.argmax(scores, 1)
    values, updates = metrics.aggregate_metric_map(
        {
            "recall": metrics.streaming_recall_at_k(scores, labels, 2),
            "iou": metrics.streaming_mean_iou(best, labels, 3),
            "relative": metrics.streaming_mean_relative_error(
                scores[:, 0], tf.to_float(labels), scores[:, 1]
            ),
        }
    )
    random = np.random.RandomState(0)
    feed = {scores: random.rand(6, 3) + 0.1, labels: random.randint(0, 3, 6)}
    return [(tf.local_variables_initializer(), {}), (updates, feed), (values, {})]

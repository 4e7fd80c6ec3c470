"""tf.metrics.auc of the ROC curve."""


def program(tf, np):
    labels = tf.placeholder(tf.bool, [None], name="labels")
    predictions = tf.placeholder(tf.float32, [None], name="predictions")
    metrics = [tf.metrics.auc(labels, predictions, num_thresholds=7)]
    random = np.random.RandomState(1)
    runs = [(tf.local_variables_initializer(), {})]
    for _ in range(2):
        feed = {labels: random.randint(0, 2, 6) > 0, predictions: random.rand(6)}
        runs += [([update for _, update in metrics], feed), ([value for value, _ in metrics], {})]
    return runs

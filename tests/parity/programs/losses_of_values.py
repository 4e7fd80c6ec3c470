"""tf.losses of values, with each reduction."""


def program(tf, np):
    labels = tf.placeholder(tf.float32, [4, 3], name="labels")
    predictions = tf.placeholder(tf.float32, [4, 3], name="predictions")
    rows = tf.constant([[1.0], [0.0], [2.0], [0.5]])
    losses = tf.losses
    found = [
        losses.absolute_difference(labels, predictions),
        losses.cosine_distance(labels, predictions, axis=1, weights=rows),
        losses.hinge_loss(labels, predictions, weights=0.5, reduction=losses.Reduction.SUM),
        losses.huber_loss(labels, predictions, delta=0.5, reduction=losses.Reduction.MEAN, weights=rows),
        losses.log_loss(labels, tf.sigmoid(predictions), reduction=losses.Reduction.SUM_OVER_BATCH_SIZE),
        losses.mean_squared_error(labels, predictions, weights=rows, reduction=losses.Reduction.NONE),
    ]
    assert losses.get_losses() == found
    grads = tf.gradients(found[:5], [predictions])
    random = np.random.RandomState(1)
    feed = {labels: random.randint(0, 2, (4, 3)), predictions: random.randn(4, 3)}
    return [([found, grads], feed)]

"""tf.losses.sigmoid_cross_entropy."""


def program(tf, np):
    logits = tf.placeholder(tf.float32, [None, 3], name="logits")
    onehot = tf.placeholder(tf.float32, [None, 3], name="onehot")
    losses = tf.losses
    found = [
        losses.sigmoid_cross_entropy(onehot, logits),
        losses.sigmoid_cross_entropy(tf.cast(onehot, tf.int32), logits, label_smoothing=0.2, scope="smooth"),
    ]
    total = losses.get_total_loss()
    grads = tf.gradients(total, [logits])
    classes = np.array([0, 2, 1, 1])
    random = np.random.RandomState(1)
    feed = {logits: random.randn(4, 3), onehot: np.eye(3)[classes]}
    return [([found, total, grads], feed)]

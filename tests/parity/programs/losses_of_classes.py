"""tf.losses of classes of which one is true."""


def program(tf, np):
    logits = tf.placeholder(tf.float32, [None, 3], name="logits")
    onehot = tf.placeholder(tf.float32, [None, 3], name="onehot")
    column = tf.placeholder(tf.int64, [None, 1], name="column")
    losses = tf.losses
    found = [
        losses.softmax_cross_entropy(onehot, logits, label_smoothing=0.1, reduction=losses.Reduction.SUM),
        losses.sparse_softmax_cross_entropy(column, logits, weights=2.0),
    ]
    total = losses.get_total_loss()
    grads = tf.gradients(total, [logits])
    classes = np.array([0, 2, 1, 1])
    random = np.random.RandomState(1)
    feed = {logits: random.randn(4, 3), onehot: np.eye(3)[classes], column: classes[:, None]}
    return [([found, total, grads], feed)]

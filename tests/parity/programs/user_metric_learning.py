"""Losses that pull embeddings of one class together: tf.contrib.losses.metric_learning."""


def program(tf, np):
    learning = tf.contrib.losses.metric_learning
    first = tf.placeholder(tf.float32, [None, 3], name="first")
    second = tf.placeholder(tf.float32, [4, 3], name="second")
    classes = tf.placeholder(tf.int32, [None], name="classes")
    losses = [
        learning.triplet_semihard_loss(classes, tf.nn.l2_normalize(first, 1)),
        learning.npairs_loss(classes, first, second, 0.01),
        learning.contrastive_loss([1, 0, 1, 0], first, second),
    ]
    random = np.random.RandomState(0)
    return [(losses, {first: random.rand(4, 3), second: random.rand(4, 3), classes: [0, 0, 1, 1]})]

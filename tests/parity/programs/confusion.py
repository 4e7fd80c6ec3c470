"""Confusion matrices, with a number of classes that is given and that is not."""


def program(tf, np):
    labels = tf.placeholder(tf.int32, [None], name="labels")
    predictions = tf.placeholder(tf.int64, [5], name="predictions")
    weights = tf.placeholder(tf.float32, [5], name="weights")
    results = [
        tf.confusion_matrix(labels, predictions),
        tf.math.confusion_matrix(labels, [[0], [1], [1], [0], [3]], num_classes=4, name="of_four"),
    ]
    weighted = tf.confusion_matrix(labels, predictions, 3, dtype=tf.float32, weights=tf.square(weights))
    grad = tf.gradients(tf.square(weighted), weights)
    feed = {labels: [0, 2, 1, 1, 2], predictions: [0, 1, 1, 1, 2], weights: [1.0, 0.5, 2.0, 1.0, 3.0]}
    return [([results, weighted, grad], feed)]

"""Dropout. What is dropped is drawn by other generators than TensorFlow's, so the graph alone is compared."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    loose = tf.placeholder(tf.float32, name="loose")
    p = tf.placeholder(tf.float32, (), name="p")
    kept = tf.nn.dropout(x, keep_prob=1.0, name="kept")
    tf.gradients(tf.nn.dropout(x, 0.5, seed=3), x)
    tf.nn.dropout(free, rate=0.25, noise_shape=[1, None], name="some")
    tf.nn.dropout(loose, rate=p, noise_shape=tf.shape(loose))
    tf.nn.dropout(free, keep_prob=p)
    tf.nn.dropout(x, rate=0.25, noise_shape=[None, 1])
    tf.nn.dropout(tf.cast(x, tf.float64), rate=0.75)
    return [(kept, {x: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]})]

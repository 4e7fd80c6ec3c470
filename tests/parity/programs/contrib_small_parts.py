"""Small parts of contrib: constant values, frames of signals, and what a gradient makes of a known axis."""


def program(tf, np):
    signal = tf.placeholder(tf.float32, [16], name="signal")
    table = tf.placeholder(tf.float32, [2, 2], name="table")
    frames = [tf.contrib.signal.frame(signal, 8, 4, pad_end=True, pad_value=1, axis=-1, name="fr")]
    rows = [
        tf.gather(table, [1], axis=tf.constant(1)),
        tf.contrib.rnn.transpose_batch_time(table),
    ]
    assert tf.contrib.util.constant_value(tf.range(2)[0]) is None
    known = tf.contrib.util.constant_value(tf.stack([tf.constant(1), 2]))
    results = [*frames, *rows, tf.constant(known), tf.constant(0, shape=[2, 0])]
    gradients = tf.gradients(frames + rows, [signal, table])
    feeds = {
        signal: np.sin(np.arange(16.0)),
        table: np.array([[1.0, 2.0], [3.0, 4.0]]),
    }
    return [(results + gradients, feeds)]

"""A language model of characters in the older style: tf.contrib.legacy_seq2seq."""


def program(tf, np):
    legacy = tf.contrib.legacy_seq2seq
    ids = tf.placeholder(tf.int32, [2, 3], name="ids")
    targets = tf.placeholder(tf.int32, [2, 3], name="targets")
    with tf.variable_scope("model", initializer=tf.constant_initializer(np.linspace(-1.0, 1.0, 8))):
        rows = tf.get_variable("rows", [4, 2], initializer=tf.constant_initializer(0.3))
        cell = tf.contrib.rnn.BasicRNNCell(2)
        weights = tf.get_variable("w", [2, 4], initializer=tf.constant_initializer([1.0, -1.0, 0.5, 0.2]))
        inputs = [tf.squeeze(step, [1]) for step in tf.split(tf.nn.embedding_lookup(rows, ids), 3, 1)]

        def loop(previous, step):
            return tf.nn.embedding_lookup(rows, tf.argmax(tf.matmul(previous, weights), 1))

        state = cell.zero_state(2, tf.float32)
        outputs, last = legacy.rnn_decoder(inputs, state, cell, scope="lm", loop_function=loop)
    logits = tf.matmul(tf.reshape(tf.concat(outputs, 1), [-1, 2]), weights)
    by_example = legacy.sequence_loss_by_example([logits], [tf.reshape(targets, [-1])], [tf.ones([6])])
    steps = [tf.matmul(output, weights) for output in outputs]
    loss = legacy.sequence_loss(steps, tf.unstack(targets, axis=1), [tf.ones([2])] * 3)
    gradient = tf.gradients(loss, weights)
    feed = {ids: [[1, 2, 0], [3, 1, 1]], targets: [[2, 0, 1], [1, 1, 3]]}
    return [(tf.global_variables_initializer(), {}), ([by_example, loss, last, gradient], feed)]

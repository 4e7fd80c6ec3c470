"""Speech recognition: labels without times, their loss, and both decoders."""


def program(tf, np):
    steps, batch, classes = 12, 3, 5
    rng = np.random.RandomState(4)
    logits = tf.placeholder(tf.float32, [steps, batch, classes], name="logits")
    free = tf.placeholder(tf.float32, [None, None, classes], name="free")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    targets = tf.sparse_placeholder(tf.int32, name="targets")
    loss = tf.nn.ctc_loss(targets, logits, lengths)
    cost = tf.reduce_mean(loss)
    options = [
        tf.nn.ctc_loss(
            targets,
            sequence_length=lengths,
            logits=free,
            time_major=False,
            preprocess_collapse_repeated=True,
            ctc_merge_repeated=False,
        ),
        tf.nn.ctc_loss(targets, free, lengths - 8, ignore_longer_outputs_than_inputs=True, time_major=False),
    ]
    grads = [tf.gradients(cost, logits), tf.gradients(options, free)]
    decoded = [
        tf.nn.ctc_greedy_decoder(logits, lengths),
        tf.nn.ctc_greedy_decoder(logits, lengths, merge_repeated=False),
        tf.nn.ctc_beam_search_decoder(logits, lengths),
        tf.nn.ctc_beam_search_decoder(logits, lengths, beam_width=6, top_paths=3, merge_repeated=False),
        tf.nn.ctc_beam_search_decoder_v2(logits, lengths, 20, 2),
    ]
    paths = [
        ([[part.indices, part.values, part.dense_shape] for part in parts], score) for parts, score in decoded
    ]
    labels = tf.SparseTensorValue(
        np.array([[0, 0], [0, 1], [0, 2], [1, 0], [2, 0], [2, 1], [2, 2], [2, 3]], np.int64),
        np.array([1, 1, 3, 2, 0, 2, 2, 0], np.int32),
        np.array([3, 4], np.int64),
    )
    values = rng.randn(steps, batch, classes)
    parts = (targets.indices, targets.values, targets.dense_shape)
    targets_feed = {part: labels[number] for number, part in enumerate(parts)}
    feed = {logits: values, free: values.transpose(1, 0, 2), lengths: [12, 9, 10], **targets_feed}
    return [([loss, cost, options, grads, paths], feed)]

"""Labels of sequences with another blank, without repeats, and with their kinds."""


def program(tf, np):
    rng = np.random.RandomState(4)
    logits = tf.placeholder(tf.float32, [6, 2, 4], name="logits")
    targets = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 2, 2], tf.int32), [2, 2])
    labels = tf.placeholder(tf.int32, [2, 5], name="labels")
    free = tf.placeholder(tf.int64, [None, None], name="free")
    lengths = tf.placeholder(tf.int64, [None], name="lengths")
    outs = [
        tf.nn.ctc_loss_v2(targets, logits, None, [6, 5], blank_index=0),
        tf.nn.ctc_loss_v2(targets, logits, None, [6, 5], blank_index=-1),
        list(tf.nn.collapse_repeated(labels, tf.constant([4, 5]))),
        list(tf.nn.collapse_repeated(free, lengths, name="free_labels")),
        list(tf.nn.ctc_unique_labels(labels)),
    ]
    values = [[1, 1, 2, 2, 2], [3, 0, 0, 3, 1]]
    return [(outs, {logits: rng.randn(6, 2, 4), labels: values, free: values, lengths: [5, 2]})]

"""A conditional random field: likelihood, its gradient's values, and decoding."""


def program(tf, np):
    crf = tf.contrib.crf
    x = tf.placeholder(tf.float32, [2, 3, 4], name="x")
    free = tf.placeholder(tf.float32, [None, None, 4], name="free")
    single = tf.placeholder(tf.float32, [2, 1, 4], name="single")
    tags = tf.placeholder(tf.int32, [2, 3], name="tags")
    lengths = tf.constant([3, 2], name="lengths")
    with tf.variable_scope("crf", initializer=tf.constant_initializer(np.arange(16) / 10.0)):
        likelihood, transitions = crf.crf_log_likelihood(x, tags, lengths)
    decoded, best = crf.crf_decode(x, transitions, lengths)
    one = [
        crf.crf_sequence_score(single, tags[:, :1], lengths, transitions),
        crf.crf_log_norm(single, lengths, transitions),
        crf.crf_decode(single, transitions, lengths),
    ]
    norm = crf.crf_log_norm(free, lengths, transitions)
    score = np.arange(12.0).reshape(3, 4) % 5
    path, path_score = crf.viterbi_decode(score, np.arange(16.0).reshape(4, 4) % 3)
    found = tf.constant(np.append(path, path_score), tf.float32)
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 3, 4), tags: [[1, 0, 3], [2, 1, 0]], single: rng.randn(2, 1, 4)}
    feed[free] = rng.randn(2, 4, 4)
    return [
        (tf.global_variables_initializer(), {}),
        ([likelihood, decoded, best, one, norm, found], feed),
    ]

"""Decoders that feed on their own outputs, with attention and without."""


def program(tf, np):
    seq2seq = tf.contrib.seq2seq
    memory = tf.placeholder(tf.float32, [2, 3, 2], name="memory")
    rows = tf.constant(np.linspace(-1.0, 1.0, 10).reshape(5, 2).astype(np.float32), name="rows")
    state = tf.placeholder(tf.float32, [2, 2], name="state")
    layer = tf.layers.Dense(5, name="projection")
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-1.0, 1.0, seed=3)):
        attention = seq2seq.BahdanauAttention(2, memory, normalize=True)
        cell = seq2seq.AttentionWrapper(
            tf.nn.rnn_cell.BasicRNNCell(2), attention, alignment_history=True, initial_cell_state=state
        )
        helper = seq2seq.GreedyEmbeddingHelper(rows, [0, 3], 1)
        decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32), layer)
        outputs, final, lengths = seq2seq.dynamic_decode(decoder, maximum_iterations=4)
    sampled = seq2seq.SampleEmbeddingHelper(rows, tf.constant([1, 2]), 0, softmax_temperature=0.5, seed=5)
    with tf.variable_scope("sampled", initializer=tf.constant_initializer(0.5)):
        plain = seq2seq.BasicDecoder(tf.nn.rnn_cell.BasicRNNCell(5), sampled, tf.zeros([2, 5]))
        drawn, _, drawn_lengths = seq2seq.dynamic_decode(
            plain, output_time_major=True, impute_finished=True, maximum_iterations=3
        )
    rng = np.random.RandomState(0)
    feed = {memory: rng.randn(2, 3, 2), state: rng.randn(2, 2)}
    init = tf.global_variables_initializer()
    return [
        (init, {}),
        ([outputs.rnn_output, outputs.sample_id, lengths, final.alignment_history.stack()], feed),
        ([drawn.rnn_output, drawn.sample_id, drawn_lengths], feed),
    ]

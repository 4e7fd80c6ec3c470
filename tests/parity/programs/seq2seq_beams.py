"""Beam search with attention, penalties and a layer above the cell."""


def program(tf, np):
    seq2seq = tf.contrib.seq2seq
    memory = tf.placeholder(tf.float32, [None, 3, 2], name="memory")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    rows = tf.constant(np.random.RandomState(5).randn(6, 2).astype(np.float32), name="rows")
    batch = tf.shape(memory)[0]
    tiled = seq2seq.tile_batch(memory, 3)
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-1.5, 1.5, seed=3)):
        attention = seq2seq.LuongAttention(2, tiled, seq2seq.tile_batch(lengths, 3))
        cell = seq2seq.AttentionWrapper(tf.nn.rnn_cell.BasicRNNCell(2), attention, 2, alignment_history=True)
        decoder = seq2seq.BeamSearchDecoder(
            cell,
            rows,
            tf.fill([batch], 1),
            0,
            cell.zero_state(batch * 3, tf.float32),
            beam_width=3,
            output_layer=tf.layers.Dense(6, use_bias=False),
            length_penalty_weight=0.6,
            coverage_penalty_weight=0.2,
        )
        outputs, final, steps = seq2seq.dynamic_decode(decoder, maximum_iterations=4)
    scores = outputs.beam_search_decoder_output.scores
    feed = {memory: np.random.RandomState(0).randn(2, 3, 2), lengths: [3, 2]}
    fetches = [outputs.predicted_ids, scores, final.lengths, final.log_probs, steps]
    return [(tf.global_variables_initializer(), {}), (fetches, feed)]

"""An encoder and a decoder with attention, in training: tf.contrib.seq2seq."""


def program(tf, np):
    seq2seq = tf.contrib.seq2seq
    x = tf.placeholder(tf.float32, [None, None, 3], name="x")
    y = tf.placeholder(tf.float32, [None, None, 2], name="y")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    targets = tf.placeholder(tf.int32, [None, None], name="targets")
    with tf.variable_scope("model", initializer=tf.constant_initializer(0.3)):
        cell = tf.nn.rnn_cell.BasicRNNCell(2)
        memory, state = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32, scope="encoder")
        attention = seq2seq.LuongAttention(2, memory, memory_sequence_length=lengths, scale=True)
        wrapped = seq2seq.AttentionWrapper(tf.nn.rnn_cell.BasicRNNCell(2), attention, 2)
        initial = wrapped.zero_state(tf.shape(x)[0], tf.float32).clone(cell_state=state)
        helper = seq2seq.TrainingHelper(y, lengths)
        decoder = seq2seq.BasicDecoder(wrapped, helper, initial, tf.layers.Dense(4, use_bias=False))
        outputs, final, steps = seq2seq.dynamic_decode(decoder, impute_finished=True)
    mask = tf.sequence_mask(lengths, dtype=tf.float32)
    logits = outputs.rnn_output
    loss = seq2seq.sequence_loss(logits, targets, mask)
    losses = [
        seq2seq.sequence_loss(logits, targets, mask, average_across_batch=False),
        seq2seq.sequence_loss(logits, targets, mask, False, False, True, True),
        seq2seq.sequence_loss(logits, targets, mask, False, False, False, True),
        seq2seq.sequence_loss(logits, targets, mask, False, False),
    ]
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 3, 3), y: rng.randn(2, 3, 2), lengths: [3, 2]}
    feed[targets] = [[1, 2, 0], [3, 1, 0]]
    return [
        (tf.global_variables_initializer(), {}),
        ([outputs.rnn_output, outputs.sample_id, final.cell_state, final.attention, steps], feed),
        ([loss, losses, seq2seq.hardmax(logits)], feed),
    ]

"""A recurrent network whose inputs, outputs and ends a function gives, and one that feeds itself."""


def program(tf, np):
    rng = np.random.RandomState(5)
    steps, depth, units = 3, 2, 2
    inputs = tf.placeholder(tf.float32, [steps, None, depth], name="inputs")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    inputs_ta = tf.TensorArray(tf.float32, size=steps)
    inputs_ta = inputs_ta.unstack(inputs)
    batch = tf.shape(inputs)[1]
    init = tf.constant_initializer(rng.uniform(-1, 1, [depth + units, units]))
    cell = tf.nn.rnn_cell.BasicRNNCell(units)

    def loop_fn(time, cell_output, cell_state, loop_state):
        emit_output = cell_output
        next_state = cell.zero_state(batch, tf.float32) if cell_output is None else cell_state
        finished = time >= lengths
        next_input = tf.cond(
            tf.reduce_all(finished),
            lambda: tf.zeros([batch, depth], dtype=tf.float32),
            lambda: inputs_ta.read(time),
        )
        next_input.set_shape([None, depth])
        return finished, next_input, next_state, emit_output, None

    with tf.variable_scope("encoder", initializer=init):
        outputs_ta, state, loop_state = tf.nn.raw_rnn(cell, loop_fn)
    assert loop_state is None
    outputs = outputs_ta.stack()

    # A decoder that gets its own output, of a size of its own, and counts.
    own = tf.nn.rnn_cell.BasicRNNCell(units, name="own")
    start = tf.placeholder(tf.float32, [4, units], name="start")

    def decode(time, cell_output, cell_state, loop_state):
        if cell_output is None:
            emitted = (tf.zeros([3]), tf.constant(0, tf.int32))
            return tf.constant([False] * 4), start, start * 0.5, emitted, tf.constant(0.0)
        emitted = (
            tf.concat([cell_output, cell_output[:, :1]], 1),
            tf.argmax(cell_output, 1, output_type=tf.int32),
        )
        finished = tf.logical_or(cell_output[:, 0] > 0.5, time >= 4)
        return finished, cell_output, cell_state, emitted, loop_state + tf.reduce_sum(cell_output)

    with tf.variable_scope("decoder", initializer=tf.constant_initializer(rng.uniform(-1, 1, [4, 2]))):
        results, final, total = tf.nn.raw_rnn(own, decode, parallel_iterations=8, scope="words")
    decoded = [array.stack() for array in results]
    feed = {
        inputs: rng.randn(steps, 2, depth),
        lengths: [3, 1],
        start: rng.randn(4, units),
    }
    return [(tf.global_variables_initializer(), None), ([outputs, state, decoded, final, total], feed)]

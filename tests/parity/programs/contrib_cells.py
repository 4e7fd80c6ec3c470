"""The cells of tf.contrib.rnn."""


def program(tf, np):
    rnn = tf.contrib.rnn
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    ids = tf.placeholder(tf.int32, [2], name="ids")
    image = tf.placeholder(tf.float32, [2, 3, 3, 2], name="image")
    half = tf.constant_initializer(0.2)
    outs = []

    def step(name, cell, inputs=x, steps=1):
        with tf.variable_scope(name, initializer=half):
            state = cell.zero_state(2, tf.float32)
            for _ in range(steps):
                output, state = cell(inputs, state)
        outs.extend([output, state])
        return output

    norm = step("norm", rnn.LayerNormBasicLSTMCell(3, forget_bias=0.5))
    step("ugrnn", rnn.UGRNNCell(3, initializer=half))
    step("intersection", rnn.IntersectionRNNCell(4, num_in_proj=4))
    step("nas", rnn.NASCell(2, num_proj=3, use_bias=True))
    step("sru", rnn.SRUCell(3))
    step("ind", rnn.IndRNNCell(3))
    step("input", rnn.InputProjectionWrapper(rnn.BasicRNNCell(2), 4, activation=tf.nn.relu))
    step("output", rnn.OutputProjectionWrapper(rnn.BasicRNNCell(2), 4))
    step("embedding", rnn.EmbeddingWrapper(rnn.BasicRNNCell(2), 5, 3), ids)
    with tf.variable_scope("highway", initializer=half):
        outs.append(rnn.HighwayWrapper(rnn.BasicRNNCell(3), couple_carry_transform_gates=False)(x, x))
    step("attention", rnn.AttentionCellWrapper(rnn.BasicRNNCell(3), 2))
    conv = rnn.ConvLSTMCell(2, [3, 3, 2], 2, [2, 2], skip_connection=True)
    step("conv", conv, image)
    gradients = tf.gradients(norm, x)
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 3), ids: [3, 1], image: rng.randn(2, 3, 3, 2)}
    init = tf.global_variables_initializer()
    fixed = [tf.assign(v, tf.fill(v.shape, 0.3)) for v in tf.global_variables("ind/")]
    return [(init, {}), (fixed, {}), ([outs, gradients], feed)]

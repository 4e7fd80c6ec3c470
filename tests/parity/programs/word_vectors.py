"""Word vectors trained with noise-contrastive estimation, and a sampled softmax."""


def program(tf, np):
    tf.set_random_seed(1)
    vocabulary, width, batch = 20, 4, 3
    rng = np.random.RandomState(3)
    words = tf.placeholder(tf.int32, [batch], name="words")
    contexts = tf.placeholder(tf.int32, [batch, 1], name="contexts")
    with tf.name_scope("embeddings"):
        table = tf.Variable(rng.uniform(-1, 1, [vocabulary, width]), dtype=tf.float32)
        embed = tf.nn.embedding_lookup(table, words)
    with tf.name_scope("weights"):
        nce_weights = tf.Variable(rng.normal(0, 0.5, [vocabulary, width]), dtype=tf.float32)
    with tf.name_scope("biases"):
        nce_biases = tf.Variable(tf.zeros([vocabulary]))
    with tf.name_scope("loss"):
        loss = tf.reduce_mean(
            tf.nn.nce_loss(
                weights=nce_weights,
                biases=nce_biases,
                labels=contexts,
                inputs=embed,
                num_sampled=5,
                num_classes=vocabulary,
            )
        )
    step = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    softmax = tf.nn.sampled_softmax_loss(
        nce_weights, nce_biases, contexts, embed, num_sampled=6, num_classes=vocabulary, seed=4, name=None
    )
    feed = {words: [1, 4, 1], contexts: [[3], [0], [7]]}
    runs = [(tf.global_variables_initializer(), None)]
    runs += [([loss, step], feed), ([loss, step], feed)]
    return runs + [(softmax, feed)]

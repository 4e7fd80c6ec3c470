"""All samplers of candidates, and a loss of several true classes over candidates drawn beforehand."""


def program(tf, np):
    tf.set_random_seed(1)
    vocabulary, width = 20, 4
    rng = np.random.RandomState(3)
    inputs = tf.placeholder(tf.float32, [None, width], name="inputs")
    labels = tf.placeholder(tf.int64, [None, 2], name="labels")
    table = tf.placeholder(tf.float32, [vocabulary, width], name="table")
    biases = tf.placeholder(tf.float32, [vocabulary], name="biases")
    values = tf.random.uniform_candidate_sampler(labels, 2, 5, True, vocabulary, seed=8, name="even")
    loss = tf.nn.nce_loss(
        table,
        biases,
        labels,
        inputs,
        5,
        vocabulary,
        num_true=2,
        sampled_values=values,
        remove_accidental_hits=True,
        partition_strategy="div",
    )
    true = tf.constant([[0, 1], [5, 3]], tf.int64)
    weights = [3.0, 4.0, 1.0, 7.0, 9.0, 2.0, 8.0, 1.0, 2.0]
    sampled = [
        tf.random.uniform_candidate_sampler(true, 2, 5, False, 13, seed=3),
        tf.nn.uniform_candidate_sampler(true, 2, 5, False, 3000000000),
        tf.random.log_uniform_candidate_sampler(true, 2, 8, True, 9, seed=3),
        tf.nn.log_uniform_candidate_sampler(true, 2, 6, False, 900, name="zipf"),
        tf.random.learned_unigram_candidate_sampler(true, 2, 6, True, 9, seed=3),
        tf.random.learned_unigram_candidate_sampler(true, 2, 6, False, 9),
        tf.nn.fixed_unigram_candidate_sampler(true, 2, 6, True, 9, distortion=0.75, unigrams=weights, seed=3),
        tf.nn.fixed_unigram_candidate_sampler(
            true, 2, 6, False, 6, num_shards=2, shard=1, num_reserved_ids=2, unigrams=weights + [7.0]
        ),
        tf.nn.all_candidate_sampler(true, 2, 6, True),
    ]
    sampled.append(tf.nn.compute_accidental_hits(true, tf.constant([3, 1, 1, 7, 3], tf.int64), 2))
    sampled.append(tf.nn.compute_accidental_hits(labels, values[0], 2, name="hits"))

    feed = {
        inputs: rng.randn(2, width),
        labels: [[1, 2], [19, 0]],
        table: rng.randn(vocabulary, width),
        biases: rng.randn(vocabulary),
    }
    runs = [([loss, tf.gradients(loss, inputs)], feed)]
    return runs + [([list(outputs) for outputs in sampled], feed)] * 2

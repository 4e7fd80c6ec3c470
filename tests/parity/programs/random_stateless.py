"""Random numbers whose seeds are tensors."""


def program(tf, np):
    seed = tf.placeholder(tf.int64, [2], name="seed")
    short = tf.placeholder(tf.int32, [None], name="short")
    sizes = tf.placeholder(tf.int32, [2], name="sizes")
    logits = tf.placeholder(tf.float32, [None, 3], name="logits")
    random = tf.random
    outs = [
        random.stateless_uniform([2, 3], seed=seed),
        random.stateless_uniform(sizes, short, minval=-1.0, maxval=3.0, dtype=tf.float64, name="uniform"),
        random.stateless_uniform([5], [1, 2], minval=-5, maxval=100, dtype=tf.int32),
        random.stateless_uniform([5], seed, 0, 2**40, tf.int64),
        random.stateless_normal(sizes, seed, mean=1.0, stddev=0.5, dtype=tf.float64),
        random.stateless_truncated_normal([3, 2], short, stddev=2.0, dtype=tf.float64, name="cut"),
        random.stateless_multinomial(logits, 4, seed),
        random.stateless_categorical(logits, 4, [7, 8], dtype=tf.int32),
    ]
    feed = {
        seed: [12345678901, -5],
        short: [3, 4],
        sizes: [2, 2],
        logits: [[0.5, -1.0, 1.0], [0.0, 2.0, 0.0]],
    }
    return [(outs, feed)]

"""Random numbers, which with seeds are TensorFlow's own, from run to run."""


def program(tf, np):
    seeded = tf.random_uniform([5], seed=3)
    tf.set_random_seed(42)
    sizes = tf.placeholder(tf.int32, [None], name="sizes")
    values = [
        seeded,
        tf.random_uniform([2, 3], -1.0, tf.constant(3.0)),
        tf.random_uniform([], 1, 7, dtype=tf.int32, seed=1),
        tf.random_uniform((3,), maxval=2**40, dtype=tf.int64, name="wide"),
        tf.random_normal([3, 2], 1.0, 0.5),
        tf.random_normal([3], dtype=tf.float64, seed=7, name="doubles"),
        tf.random_normal(sizes, stddev=[[0.1], [10.0]]),
        tf.truncated_normal([9], seed=2),
        tf.truncated_normal([4], dtype=tf.float16),
        tf.random_shuffle(tf.range(7)),
        tf.random_shuffle([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], seed=5, name="rows"),
        tf.multinomial([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]], 4),
        tf.random.categorical(tf.log([[0.5, 0.5]]), 3, dtype=tf.int32, seed=1),
        tf.random_poisson([0.5, 20.0], [3], seed=11),
        tf.random_crop(tf.reshape(tf.range(24), [4, 3, 2]), [2, 2, 1]),
    ]
    alpha = tf.constant([0.5, 1.0, 3.0])
    beta = tf.constant([[1.0], [2.0]])
    gammas = tf.random_gamma([4], alpha, beta, seed=3)
    slopes = tf.gradients(tf.reduce_sum(gammas), [alpha, beta])
    scale = tf.constant(2.0)
    spread = tf.gradients(tf.random_normal([3], stddev=scale), scale)
    assert tf.get_seed(5) == (42, 5)
    runs = [(values, {sizes: [2, 2]}), (values, {sizes: [2, 1]}), ([gammas, spread], {})]
    return [*runs, (tf.random_uniform([0, 3]), {}), (slopes, {})]

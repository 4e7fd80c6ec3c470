"""reverse, reverse_sequence, roll, and blocks moved between space, batch and depth."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (2, 4, 4, 4), name="x")
    part = tf.placeholder(tf.float64, (None, 4, None, 4), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    axis = tf.placeholder(tf.int32, (1,), name="axis")
    shift = tf.placeholder(tf.int32, (), name="shift")
    lengths = tf.placeholder(tf.int64, (2,), name="lengths")
    block = tf.placeholder(tf.int32, (2,), name="block")
    batches = tf.placeholder(tf.float64, (8, 2, 2, 4), name="batches")
    ys = [
        tf.reverse(x, [1, -1]),
        tf.reverse(part, axis, name="fed"),
        tf.reverse_v2(any_rank, [0]),
        tf.reverse_sequence(x, lengths, seq_axis=1),
        tf.reverse_sequence(part, [2, 3], seq_dim=2, batch_dim=0),
        tf.reverse_sequence(any_rank, lengths, 2, 0, name="any"),
        tf.roll(x, 1, 0),
        tf.roll(part, shift=[shift, -3], axis=[1, 2]),
        tf.roll(any_rank, shift, axis=-1, name="rolled"),
        tf.space_to_batch_nd(x, [2, 2], [[0, 0], [2, 0]]),
        tf.space_to_batch_nd(part, block, [[0, 0], [0, 0]]),
        tf.space_to_batch_nd(any_rank, [2], [[1, 1]], name="line"),
        tf.space_to_batch(x, [[0, 0], [0, 0]], 2),
        tf.space_to_batch(x, [[0, 0], [0, 0]], block_size=4, name="four"),
        tf.batch_to_space_nd(batches, [2, 2], [[0, 1], [1, 0]]),
        tf.batch_to_space_nd(any_rank, [2], [[0, 1]]),
        tf.batch_to_space(batches, [[0, 0], [0, 0]], 2),
        tf.space_to_depth(x, 2),
        tf.space_to_depth(part, 2, name="deep"),
        tf.depth_to_space(x, 2),
        tf.depth_to_space(part, block_size=2),
        tf.nn.space_to_depth(x, 4),
        tf.nn.depth_to_space(x, 2),
        tf.manip.roll(x, [1], [2]),
        tf.manip.reverse(x, [0]),
    ]
    xs = [x, part, any_rank, batches]
    grads = tf.gradients(ys, xs, [tf.square(y) for y in ys])
    sums = [tf.reduce_sum(y) for y in ys]
    paddings, crops = tf.required_space_to_batch_paddings([5, 7], [2, 3])
    fed = tf.required_space_to_batch_paddings(tf.shape(part)[1:3], block, [[0, 1], [1, 0]], name="needed")
    value = np.random.RandomState(6).randn(2, 4, 4, 4)
    feeds = {
        x: value,
        part: value + 1,
        any_rank: value - 1,
        axis: [2],
        shift: 1,
        lengths: [3, 1],
        block: [2, 2],
        batches: np.random.RandomState(7).randn(8, 2, 2, 4),
    }
    return [([sums, grads, paddings, crops, fed], feeds)]

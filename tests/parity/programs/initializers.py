"""Initializers, with and without get_variable."""


def program(tf, np):
    tf.set_random_seed(7)
    made = [
        tf.zeros_initializer()([2], tf.int32),
        tf.ones_initializer(tf.float64)([2]),
        tf.constant_initializer(0.5)([2, 2]),
        tf.constant_initializer([1, 2, 3])([2, 2], dtype=tf.int32),
        tf.constant_initializer(np.eye(2), verify_shape=True)([2, 2]),
        tf.random_uniform_initializer(-0.5, 0.5)([3]),
        tf.random_uniform_initializer(0, 9, seed=1, dtype=tf.int32)([3]),
        tf.random_normal_initializer(1.0, 2.0, seed=4)([3, 2]),
        tf.truncated_normal_initializer(stddev=0.1)([5]),
        tf.uniform_unit_scaling_initializer(1.5)([3, 3, 2]),
        tf.variance_scaling_initializer(2.0, "fan_out", "uniform")([4, 3]),
        tf.variance_scaling_initializer(mode="fan_avg", distribution="untruncated_normal")([2, 2, 3]),
        tf.glorot_uniform_initializer()([3]),
        tf.glorot_normal_initializer(seed=2)([3, 2]),
        tf.initializers.he_normal()([4, 2]),
        tf.initializers.he_uniform(seed=3)([4, 2]),
        tf.initializers.lecun_normal()([4, 2]),
        tf.initializers.lecun_uniform()([4, 2]),
        tf.initializers.identity(2.0)([2, 3]),
    ]
    orthogonal = [tf.orthogonal_initializer(seed=1)([2, 2, 3]), tf.initializers.orthogonal(2.0)([2, 3])]
    variables = [
        tf.get_variable("default", [3, 4]),
        tf.get_variable("half", [3], dtype=tf.float16),
        tf.get_variable("by_class", [2], initializer=tf.ones_initializer),
        tf.get_variable("normal", [3, 3], initializer=tf.random_normal_initializer(seed=9)),
        tf.get_variable("own", [2], initializer=lambda shape, dtype, partition_info: tf.fill(shape, 3.0)),
    ]
    config = tf.variance_scaling_initializer(2.0, seed=3).get_config()
    expected = {"scale": 2.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": 3}
    assert config == {"dtype": "float32", **expected}, config
    copy = tf.constant_initializer.from_config({"value": 2, "dtype": "float64"})
    assert copy.get_config()["value"] == 2
    products = [tf.matmul(q, q, transpose_b=True) for q in [tf.reshape(orthogonal[0], [4, 3]), orthogonal[1]]]
    return [
        (tf.global_variables_initializer(), {}),
        (variables, {}),
        (made, {}),
        (products[1], {}),
    ]

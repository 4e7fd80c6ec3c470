"""The learning rate with noise, of which only the mean is known."""


def program(tf, np):
    step = tf.placeholder(tf.int32, [], name="step")
    rate = tf.train.noisy_linear_cosine_decay(0.1, step, 20, initial_variance=0.0)
    return [(rate, {step: 7})]

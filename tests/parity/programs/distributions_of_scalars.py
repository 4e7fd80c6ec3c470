"""Distributions of scalars: densities, statistics, samples, divergences."""


def program(tf, np):
    d = tf.distributions
    x = tf.placeholder(tf.float32, [3], name="x")
    loc = tf.placeholder(tf.float32, [None], name="loc")
    normal = d.Normal(loc, [1.0, 2.0, 0.5])
    other = d.Normal(loc=0.0, scale=1.5, validate_args=True, name="other")
    laplace = d.Laplace(0.5, [1.0, 2.0, 3.0])
    uniform = d.Uniform(-1.0, [1.0, 2.0, 3.0])
    student = d.StudentT([3.0, 0.5, 1.5], 0.1, 2.0)
    gamma = d.Gamma([2.0, 0.5, 3.0], [1.0, 2.0, 0.5])
    exponential = d.Exponential([1.0, 2.0, 3.0])
    beta = d.Beta([2.0, 0.5, 3.0], 1.5)
    positive = tf.nn.softplus(x)
    inside = tf.sigmoid(x)
    outs = []
    for each in (normal, laplace, uniform, student):
        outs += [each.prob(x), each.cdf(x), each.mean(), each.variance(), each.entropy()]
    for each in (normal, laplace):
        outs += [each.log_prob(x), each.log_cdf(x), each.survival_function(x), each.stddev(), each.mode()]
    outs += [student.log_prob(x), uniform.stddev(), uniform.survival_function(x), other.log_prob(2.0)]
    for each, value in ((gamma, positive), (exponential, positive), (beta, inside)):
        outs += [each.log_prob(value), each.cdf(value), each.mode(), each.entropy(), each.variance()]
    outs += [exponential.log_survival_function(positive), gamma.stddev(), gamma.mean(), beta.mean()]
    outs += [
        d.kl_divergence(normal, other),
        other.kl_divergence(normal),
        normal.cross_entropy(other),
        d.kl_divergence(gamma, exponential, allow_nan_stats=False),
        d.kl_divergence(beta, d.Beta(1.0, 2.0, name="flat")),
        normal.is_scalar_event(),
        normal.batch_shape_tensor(),
        other.copy(scale=3.0).stddev(),
    ]
    # Only what a known generator makes is compared by its values.
    samples = [
        normal.sample(seed=1),
        other.sample(2, seed=2),
        laplace.sample([2], seed=3),
        uniform.sample(seed=4),
        exponential.sample([2], seed=6),
    ]
    others = [gamma.sample(seed=5), beta.sample(seed=7), student.sample([1, 2], seed=8)]
    gradients = tf.gradients([normal.log_prob(x), laplace.log_prob(x)], [x, loc])
    shapes = [tf.shape(sample) for sample in others]
    feed = {x: [0.3, -1.2, 2.0], loc: [0.1, 0.2, -0.5]}
    return [(outs, feed), (samples, feed), (shapes, feed), (gradients, feed)]

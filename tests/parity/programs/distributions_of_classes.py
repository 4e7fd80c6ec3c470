"""Distributions of classes and counts."""


def program(tf, np):
    d = tf.distributions
    logits = tf.placeholder(tf.float32, [2, 3], name="logits")
    free = tf.placeholder(tf.float32, [None, None], name="free")
    labels = tf.placeholder(tf.int32, [2], name="labels")
    bernoulli = d.Bernoulli(logits=logits)
    coin = d.Bernoulli(probs=[0.2, 0.7, 0.5], validate_args=True, name="coin")
    categorical = d.Categorical(logits=logits)
    loose = d.Categorical(logits=free, name="loose")
    given = d.Categorical(probs=[[0.2, 0.3, 0.5]], validate_args=True, name="given")
    dirichlet = d.Dirichlet([[1.5, 2.0, 3.0], [2.0, 2.5, 4.0]])
    multinomial = d.Multinomial([4.0, 3.0], logits=logits)
    mixed = d.DirichletMultinomial(5.0, [1.0, 2.0, 3.0])
    counts = tf.constant([[1.0, 2.0, 1.0], [0.0, 0.0, 3.0]])
    point = tf.constant([[0.2, 0.3, 0.5]])
    outs = [
        bernoulli.log_prob(tf.ones([2, 3])),
        bernoulli.prob(1),
        bernoulli.mean(),
        bernoulli.variance(),
        bernoulli.entropy(),
        bernoulli.mode(),
        coin.log_prob([1, 0, 1]),
        d.kl_divergence(coin, d.Bernoulli(probs=0.5, name="fair")),
        categorical.log_prob(labels),
        categorical.prob(1),
        categorical.entropy(),
        categorical.mode(),
        categorical.cdf(labels),
        loose.log_prob(labels),
        given.log_prob([2]),
        categorical.kl_divergence(given),
        dirichlet.log_prob(point),
        dirichlet.mean(),
        dirichlet.variance(),
        dirichlet.covariance(),
        dirichlet.entropy(),
        d.Dirichlet([1.5, 2.0, 3.0], name="single").mode(),
        d.kl_divergence(dirichlet, d.Dirichlet([1.0, 1.0, 1.0], name="flat")),
        multinomial.log_prob(counts),
        multinomial.mean(),
        multinomial.covariance(),
        mixed.log_prob([1.0, 1.0, 3.0]),
        mixed.mean(),
        mixed.covariance(),
    ]
    samples = [
        bernoulli.sample(seed=1),
        coin.sample([2], seed=2),
        categorical.sample(seed=3),
        loose.sample(4, seed=4),
    ]
    others = [dirichlet.sample(2, seed=5), multinomial.sample(seed=6), mixed.sample([2], seed=7)]
    totals = [tf.reduce_sum(others[0], -1), tf.reduce_sum(others[1], -1), tf.reduce_sum(others[2], -1)]
    gradients = tf.gradients([bernoulli.log_prob(1.0), categorical.log_prob(labels)], logits)
    rows = np.random.RandomState(0).randn(2, 3)
    feed = {logits: rows, free: rows, labels: [2, 0]}
    return [(outs, feed), (samples, feed), (totals, feed), (gradients, feed)]

"""Scalar summaries in scopes, with families and cleaned names, merged."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (), name="x")
    with tf.name_scope("stats"):
        tf.summary.scalar("loss", x)
        tf.summary.scalar("loss", tf.square(x))
        tf.summary.scalar("a b+c", x, family="fam")
    one = tf.summary.scalar("alone", x, collections=[])
    both = tf.summary.merge([one, tf.summary.scalar("int", tf.constant(3))])
    return [({"one": one, "both": both, "all": tf.summary.merge_all()}, {x: 1.5})]

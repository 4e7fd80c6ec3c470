"""The blog's graph, and how each of its four derivatives comes about, as one derives it by hand."""

import graphlog as tf

a, b, c, d = (tf.placeholder(tf.float32, shape=(1,), name=name) for name in "abcd")
u = tf.multiply(a, b, name="u")
t = tf.log(d, name="t")
v = tf.multiply(t, c, name="v")
e = tf.add(u, v, name="e")

explanation = tf.explain(e, [a, b, c, d], {a: [2.0], b: [3.0], c: [5.0], d: [10.0]})
print(explanation)

with tf.summary.FileWriter("./logs/explain_backprop", tf.get_default_graph()) as writer:
    writer.add_explanation("de", explanation)

"""The blog's graph with what the blog lacks: its gradients as curves, over twenty steps of descent.

Only d moves, by d <- d - learning_rate * de/dd. The derivatives by a and b stay where they are, the one
by c, which is log(d), falls, and the one by d, which is c / d, grows: the closer d comes to zero the
faster it runs there.
"""

import graphlog as tf

LEARNING_RATE = 0.4
STEPS = 20

a, b, c, d = (tf.placeholder(tf.float32, shape=(), name=name) for name in "abcd")
u = tf.multiply(a, b, name="u")
t = tf.log(d, name="t")
v = tf.multiply(t, c, name="v")
e = tf.add(u, v, name="e")
gradients = tf.gradients(e, [a, b, c, d])

with tf.name_scope("descent"):
    curves = [tf.summary.scalar("e", e)]
    curves += [
        tf.summary.scalar(f"de_d{name}", gradient) for name, gradient in zip("abcd", gradients, strict=True)
    ]
    summary = tf.summary.merge(curves)

values = {a: 2.0, b: 3.0, c: 5.0, d: 10.0}
with tf.Session() as sess, tf.summary.FileWriter("./logs/backprop_gradients", sess.graph) as writer:
    for step in range(STEPS):
        record, height, slope = sess.run([summary, e, gradients[3]], values)
        writer.add_summary(record, step)
        print(f"step {step:2d}   d {values[d]:7.4f}   e {height:7.4f}   de/dd {slope:.4f}")
        values[d] -= LEARNING_RATE * slope

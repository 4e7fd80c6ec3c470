"""The blog's program: e = a * b + c * log(d) and its four derivatives.

It is the blog's word for word but for two things: the import line, and the folder, which was './graphs'
and is './logs/backprop' here, so that all examples write under one folder. The writer is never closed:
graphlog writes the event file all the same when the program ends.
"""

import graphlog as tf

a = tf.placeholder(tf.float32, shape=(1,), name='a')
b = tf.placeholder(tf.float32, shape=(1,), name='b')
c = tf.placeholder(tf.float32, shape=(1,), name='c')
d = tf.placeholder(tf.float32, shape=(1,), name='d')

u = tf.multiply(a, b, name='u')
t = tf.log(d, name='t')
v = tf.multiply(t, c, name='v')
e = tf.add(u, v, name='e')

with tf.Session() as sess:
    print('de/da: ', sess.run(tf.gradients(e, a), {a: [2.0], b: [3.0], c: [5.0], d: [10.0]})[0][0])
    print('de/db: ', sess.run(tf.gradients(e, b), {a: [2.0], b: [3.0], c: [5.0], d: [10.0]})[0][0])
    print('de/dc: ', sess.run(tf.gradients(e, c), {a: [2.0], b: [3.0], c: [5.0], d: [10.0]})[0][0])
    print('de/dd: ', sess.run(tf.gradients(e, d), {a: [2.0], b: [3.0], c: [5.0], d: [10.0]})[0][0])
    writer = tf.summary.FileWriter('./logs/backprop', sess.graph)

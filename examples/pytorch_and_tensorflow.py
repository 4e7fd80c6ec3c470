"""How TensorFlow represents the blog's graph.

The blog ends by comparing how PyTorch and TensorFlow represent e = a * b + c * log(d). This program
logs the TensorFlow side: every operation is a node under the name it was given, every edge a tensor with
its shape, and the gradients are operations of the same graph, in a scope of their own. The PyTorch side
is not here yet: graphlog cannot take a graph from PyTorch so far.
"""

import graphlog as tf

a, b, c, d = (tf.placeholder(tf.float32, shape=(1,), name=name) for name in "abcd")
u = tf.multiply(a, b, name="u")
t = tf.log(d, name="t")
v = tf.multiply(t, c, name="v")
e = tf.add(u, v, name="e")
tf.gradients(e, [a, b, c, d])

graph = tf.get_default_graph()
with tf.summary.FileWriter("./logs/pytorch_and_tensorflow/tensorflow", graph):
    pass

for operation in graph.get_operations():
    inputs = ", ".join(tensor.name for tensor in operation.inputs)
    print(f"{operation.name:32} {operation.type}({inputs})")

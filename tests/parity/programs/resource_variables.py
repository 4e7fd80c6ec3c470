"""Resource variables: reads, assignments, gathering, scattering, control flow, checkpoints."""

import os
import tempfile


def program(tf, np):
    a = tf.Variable([1.0, 2.0], name="a", use_resource=True)
    with tf.variable_scope("s", use_resource=True, initializer=tf.ones_initializer()):
        b = tf.get_variable("b", [3, 2])
        i = tf.get_variable("i", [], tf.int32, trainable=False)
        out = {"read": [b, a, b * 2.0 + a, a[0], -a, tf.add(a, 1.0), b.value(), a.read_value()]}
        out["gathered"] = [tf.gather(b, [0, 2]), tf.nn.embedding_lookup(b, [[0], [1]]), tf.gather_nd(b, [[1, 0]])]
        out["gathered"] += [b.sparse_read([1], name="rows"), tf.gather(b, [1], axis=1)]
        out["initialized"] = [b.is_initialized(), tf.is_variable_initialized(a), b.initialized_value()]
        tf.report_uninitialized_variables()
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("b") is b
    c = tf.Variable(b.initialized_value() * 2.0, name="c", use_resource=True)
    tf.Variable(lambda: tf.zeros([2]), name="d", use_resource=True, trainable=False, caching_device="/cpu:0")
    ref = tf.Variable([1.0, 1.0], name="ref")
    loss = tf.reduce_sum(tf.nn.embedding_lookup(b, [0, 1, 1]) * a) + tf.reduce_sum(tf.square(a)) + ref[0]
    out["gradients"] = tf.gradients(loss, [a, b, ref])
    out["slices"] = tf.gradients(tf.reduce_sum(tf.gather(b, [[0, 1]]) ** 2.0), b)[0].values
    out["cond"] = tf.cond(a[0] > 0.0, lambda: a + 1.0, lambda: a * 2.0)
    init = tf.global_variables_initializer()
    changes = [b.assign(tf.fill([3, 2], 5.0)), b.assign_add(tf.ones([3, 2]), name="more")]
    changes += [a.assign_sub([0.5, 0.5], read_value=False), tf.assign(a, [7.0, 8.0]), tf.assign_add(a, [1.0, 1.0])]
    changes += [b.scatter_add(tf.IndexedSlices([[1.0, 2.0]], [0])), tf.scatter_update(b, [2], [[9.0, 9.0]])]
    changes += [tf.scatter_nd_add(a, [[0]], [0.25]), tf.scatter_sub(b, [0, 0], [[1.0, 1.0], [2.0, 2.0]])]
    changes += [i.count_up_to(9), tf.assign_sub(a, [1.0, 1.0]) * 2.0]
    with tf.control_dependencies([b.assign_add(tf.ones([3, 2]))]):
        changes.append(b.read_value())
    saver = tf.train.Saver([a, b, ref])
    names = saver.saver_def
    path = os.path.join(tempfile.mkdtemp(), "model")
    save = (names.save_tensor_name, {names.filename_tensor_name: path})
    restore = (names.restore_op_name, {names.filename_tensor_name: path})
    runs = [(init, {}), (out, {}), save]
    for change in changes:
        runs += [(change, {}), ([a, b, i], {})]
    return [*runs, (c, {}), restore, ([a, b, ref], {})]

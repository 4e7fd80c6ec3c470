"""The operations of Savers: of all variables, of some under other names, reshaped, sharded; and runs of them."""

import os
import tempfile


def program(tf, np):
    w = tf.get_variable("w", initializer=[1.0, 2.0, 3.0])
    with tf.variable_scope("layer"):
        b = tf.get_variable("b", [2, 3], initializer=tf.zeros_initializer())
    step = tf.train.get_or_create_global_step()
    free = tf.Variable(tf.placeholder_with_default([1.0], [None]), validate_shape=False, name="free")
    saver = tf.train.Saver([w, b, step], max_to_keep=3)
    tf.train.Saver({"renamed": w, "a/b": b}, name="again")
    tf.train.Saver([w, free], reshape=True, filename="elsewhere")
    with tf.device("/cpu:0"):
        c = tf.get_variable("c", initializer=4.0)
    tf.train.Saver([w, c])
    tf.train.Saver(restore_sequentially=True)
    change = tf.group(w.assign_add([1.0, 1.0, 1.0]), b.assign(b + 2.0), step.assign(7))
    path = os.path.join(tempfile.mkdtemp(), "model")
    definition = saver.saver_def
    names = [definition.filename_tensor_name, definition.save_tensor_name, definition.restore_op_name]
    assert names == ["save/Const:0", "save/control_dependency:0", "save/restore_all"], names
    values = [w, b, step]
    return [
        (tf.variables_initializer([w, b, step]), {}),
        (change, {}),
        (values, {}),
        (definition.save_tensor_name, {definition.filename_tensor_name: path}),
        (change, {}),
        (values, {}),
        (definition.restore_op_name, {definition.filename_tensor_name: path}),
        (values, {}),
    ]

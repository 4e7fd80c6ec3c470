"""Variables on parameter servers, and first values from a checkpoint's operations."""


def program(tf, np):
    cluster = tf.train.ClusterSpec({"ps": ["a:1", "b:1"], "worker": {0: "c:1", 2: "d:1"}})
    assert cluster.num_tasks("ps") == 2
    assert cluster.task_indices("worker") == [0, 2]
    assert cluster.as_dict()["worker"] == {0: "c:1", 2: "d:1"}
    assert bool(cluster)
    assert tf.train.replica_device_setter(cluster={"worker": ["a:1"]}) is None
    with tf.device(tf.train.replica_device_setter(cluster=cluster, worker_device="/job:worker/task:2")):
        w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        b = tf.Variable(1.0, name="b")
        r = tf.get_variable("r", [], use_resource=True, initializer=tf.zeros_initializer())
        with tf.device("/gpu:0"):
            y = w * b + r
        step = tf.train.get_or_create_global_step()
        tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(y), step)
    with tf.device(tf.train.replica_device_setter(ps_tasks=3, ps_device="/job:ps/cpu:0", ps_ops=["Add", "AddV2"])):
        tf.constant(1.0) + 2.0
        tf.Variable(3.0, name="c")
    with tf.device(tf.DeviceSpec(job="worker", task=1, device_type="CPU", device_index=0)):
        tf.constant([1.0], name="z")
    assert tf.DeviceSpec.from_string("/job:ps/replica:0/task:3/device:GPU:1").task == 3
    with tf.device(None), tf.Graph().as_default():
        tf.constant(1.0)
    return [({}, {})]

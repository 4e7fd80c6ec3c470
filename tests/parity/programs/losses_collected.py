"""The losses that a graph collects, some of them of values whose shapes are not all known."""


def program(tf, np):
    predictions = tf.placeholder(tf.float32, [4, 3], name="predictions")
    batch = tf.placeholder(tf.float32, [None, 3], name="batch")
    losses = tf.losses
    found = [
        losses.mean_squared_error(batch, predictions, scope="mse", loss_collection=None),
        losses.mean_squared_error(tf.cast(predictions, tf.int32), batch),
        losses.mean_pairwise_squared_error(batch, predictions),
        tf.cast(losses.compute_weighted_loss(tf.square(tf.cast(batch, tf.float64))), tf.float32),
    ]
    assert losses.get_losses()[:2] == found[1:3]
    assert len(losses.get_losses()) == 3
    assert losses.get_losses("mse") == []
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(0.25, name="penalty"))
    penalty = losses.get_regularization_loss()
    losses.add_loss(found[0], "mine")
    mine = tf.add_n(losses.get_losses(loss_collection="mine") + losses.get_regularization_losses())
    random = np.random.RandomState(1)
    feed = {predictions: random.randn(4, 3), batch: random.randn(4, 3)}
    return [([found, penalty, mine], feed)]

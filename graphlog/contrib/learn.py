"""``tf.contrib.learn``: the names of what a model is built for."""


class ModeKeys:
    """What a model is built for (``tf.contrib.learn.ModeKeys``)."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"


__all__ = ["ModeKeys"]

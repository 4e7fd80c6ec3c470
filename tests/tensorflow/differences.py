"""Where TensorFlow 2 gives other values than TensorFlow 1.15.5 does, and why.

Each was seen in both. A difference that is not found any more fails too.
"""

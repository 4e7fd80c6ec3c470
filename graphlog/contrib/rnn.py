"""What tutorials use of ``tf.contrib.rnn``: the cells of ``tf.nn.rnn_cell``, and networks of them."""

from __future__ import annotations

from graphlog.layers.lstm_cells import BasicLSTMCell, LSTMCell, LSTMStateTuple
from graphlog.layers.rnn_cell_wrappers import DeviceWrapper, DropoutWrapper, MultiRNNCell, ResidualWrapper
from graphlog.layers.rnn_cells import BasicRNNCell, GRUCell, RNNCell
from graphlog.layers.static_rnn import static_bidirectional_rnn, static_rnn

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
    "static_bidirectional_rnn",
    "static_rnn",
]

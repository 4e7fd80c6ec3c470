"""``tf.nn.rnn_cell``: the cells of recurrent networks."""

from __future__ import annotations

from graphlog.layers.lstm_cells import BasicLSTMCell, LSTMCell, LSTMStateTuple
from graphlog.layers.rnn_cell_wrappers import DeviceWrapper, DropoutWrapper, MultiRNNCell, ResidualWrapper
from graphlog.layers.rnn_cells import BasicRNNCell, GRUCell, RNNCell

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
]

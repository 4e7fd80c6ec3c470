"""What tutorials use of ``tf.contrib.rnn``: the cells of ``tf.nn.rnn_cell``, and networks of them."""

from __future__ import annotations

from graphlog.contrib.rnn.cells import (
    IndRNNCell,
    IntersectionRNNCell,
    LayerNormBasicLSTMCell,
    NASCell,
    SRUCell,
    UGRNNCell,
)
from graphlog.contrib.rnn.convolutional_cells import (
    Conv1DLSTMCell,
    Conv2DLSTMCell,
    Conv3DLSTMCell,
    ConvLSTMCell,
)
from graphlog.contrib.rnn.stacked import stack_bidirectional_dynamic_rnn, stack_bidirectional_rnn
from graphlog.contrib.rnn.wrappers import (
    AttentionCellWrapper,
    EmbeddingWrapper,
    HighwayWrapper,
    InputProjectionWrapper,
    OutputProjectionWrapper,
)
from graphlog.layers.lstm_cells import BasicLSTMCell, LSTMCell, LSTMStateTuple
from graphlog.layers.rnn import transpose_batch_time
from graphlog.layers.rnn_cell_wrappers import DeviceWrapper, DropoutWrapper, MultiRNNCell, ResidualWrapper
from graphlog.layers.rnn_cells import BasicRNNCell, GRUCell, LayerRNNCell, RNNCell
from graphlog.layers.static_rnn import static_bidirectional_rnn, static_rnn

__all__ = [
    "AttentionCellWrapper",
    "BasicLSTMCell",
    "BasicRNNCell",
    "Conv1DLSTMCell",
    "Conv2DLSTMCell",
    "Conv3DLSTMCell",
    "ConvLSTMCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "EmbeddingWrapper",
    "GRUCell",
    "HighwayWrapper",
    "IndRNNCell",
    "InputProjectionWrapper",
    "IntersectionRNNCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerNormBasicLSTMCell",
    "LayerRNNCell",
    "MultiRNNCell",
    "NASCell",
    "OutputProjectionWrapper",
    "RNNCell",
    "ResidualWrapper",
    "SRUCell",
    "UGRNNCell",
    "stack_bidirectional_dynamic_rnn",
    "stack_bidirectional_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "transpose_batch_time",
]

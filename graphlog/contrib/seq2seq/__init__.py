"""What tutorials use of ``tf.contrib.seq2seq``: decoders, attention, beam search."""

from graphlog.contrib.seq2seq.attention import (
    AttentionMechanism,
    BahdanauAttention,
    LuongAttention,
    hardmax,
)
from graphlog.contrib.seq2seq.attention_wrapper import AttentionWrapper, AttentionWrapperState
from graphlog.contrib.seq2seq.beam_search import (
    BeamSearchDecoder,
    FinalBeamSearchDecoderOutput,
    gather_tree_from_array,
    tile_batch,
)
from graphlog.contrib.seq2seq.beam_steps import BeamSearchDecoderOutput, BeamSearchDecoderState
from graphlog.contrib.seq2seq.decoders import BasicDecoder, BasicDecoderOutput, Decoder, dynamic_decode
from graphlog.contrib.seq2seq.helpers import (
    CustomHelper,
    GreedyEmbeddingHelper,
    Helper,
    InferenceHelper,
    SampleEmbeddingHelper,
    ScheduledEmbeddingTrainingHelper,
    TrainingHelper,
)
from graphlog.contrib.seq2seq.losses import sequence_loss
from graphlog.ops.sequences.gather_tree import gather_tree

__all__ = [
    "AttentionMechanism",
    "AttentionWrapper",
    "AttentionWrapperState",
    "BahdanauAttention",
    "BasicDecoder",
    "BasicDecoderOutput",
    "BeamSearchDecoder",
    "BeamSearchDecoderOutput",
    "BeamSearchDecoderState",
    "CustomHelper",
    "Decoder",
    "FinalBeamSearchDecoderOutput",
    "GreedyEmbeddingHelper",
    "Helper",
    "InferenceHelper",
    "LuongAttention",
    "SampleEmbeddingHelper",
    "ScheduledEmbeddingTrainingHelper",
    "TrainingHelper",
    "dynamic_decode",
    "gather_tree",
    "gather_tree_from_array",
    "hardmax",
    "sequence_loss",
    "tile_batch",
]

"""``tf.nn``: what neural networks are made of."""

from __future__ import annotations

from graphlog import rnn_cell
from graphlog.autodiff.swish import swish
from graphlog.layers.raw_rnn import raw_rnn
from graphlog.layers.rnn import bidirectional_dynamic_rnn, dynamic_rnn
from graphlog.layers.static_rnn import static_bidirectional_rnn, static_rnn
from graphlog.losses.of_batches import compute_average_loss, scale_regularization_loss
from graphlog.ops.array.sorting import in_top_k, top_k
from graphlog.ops.array.space_batches import space_to_batch
from graphlog.ops.array.space_depths import depth_to_space, space_to_depth
from graphlog.ops.math.elementwise import tanh
from graphlog.ops.math.moments import moments, normalize_moments, sufficient_statistics, weighted_moments
from graphlog.ops.nn.activations import crelu, elu, leaky_relu, relu, relu6, selu, sigmoid, softplus, softsign
from graphlog.ops.nn.atrous import with_space_to_batch
from graphlog.ops.nn.atrous_convolution import (
    atrous_conv2d,
    atrous_conv2d_transpose,
    convolution,
    depthwise_conv2d,
    depthwise_conv2d_native,
    depthwise_conv2d_native_backprop_filter,
    depthwise_conv2d_native_backprop_input,
    separable_conv2d,
)
from graphlog.ops.nn.atrous_convolution import (
    depthwise_conv2d_native_backprop_filter as depthwise_conv2d_backprop_filter,
)
from graphlog.ops.nn.atrous_convolution import (
    depthwise_conv2d_native_backprop_input as depthwise_conv2d_backprop_input,
)
from graphlog.ops.nn.batch_normalization import (
    batch_norm_with_global_normalization,
    batch_normalization,
    fused_batch_norm,
)
from graphlog.ops.nn.bias import bias_add, xw_plus_b
from graphlog.ops.nn.convolution_functions import (
    conv1d,
    conv1d_transpose,
    conv2d,
    conv2d_backprop_filter,
    conv2d_backprop_input,
    conv2d_transpose,
    conv3d,
    conv3d_backprop_filter,
    conv3d_transpose,
    conv_transpose,
)
from graphlog.ops.nn.convolution_functions import (
    conv3d_backprop_filter as conv3d_backprop_filter_v2,
)
from graphlog.ops.nn.cross_entropy import (
    softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from graphlog.ops.nn.dilation import dilation2d, erosion2d
from graphlog.ops.nn.dropout import dropout, relu_layer, zero_fraction
from graphlog.ops.nn.embedding import embedding_lookup
from graphlog.ops.nn.fractional_pooling import fractional_avg_pool, fractional_max_pool
from graphlog.ops.nn.logistic_losses import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from graphlog.ops.nn.losses import l2_loss
from graphlog.ops.nn.max_pool_argmax import max_pool_with_argmax
from graphlog.ops.nn.normalization import (
    l2_normalize,
    local_response_normalization,
)
from graphlog.ops.nn.normalization import (
    local_response_normalization as lrn,
)
from graphlog.ops.nn.pooling_functions import (
    avg_pool,
    avg_pool1d,
    avg_pool3d,
    avg_pool_v2,
    max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    max_pool_v2,
    pool,
)
from graphlog.ops.nn.pooling_functions import (
    avg_pool as avg_pool2d,
)
from graphlog.ops.nn.softmax import log_softmax, softmax
from graphlog.ops.random.candidate_functions import (
    all_candidate_sampler,
    compute_accidental_hits,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from graphlog.ops.random.sampled_losses import nce_loss, sampled_softmax_loss
from graphlog.ops.sequences.ctc_functions import (
    ctc_beam_search_decoder,
    ctc_beam_search_decoder_v2,
    ctc_greedy_decoder,
    ctc_loss,
)
from graphlog.ops.sequences.labels import collapse_repeated, ctc_loss_v2, ctc_unique_labels
from graphlog.ops.sparse.embedding_lookups import embedding_lookup_sparse, safe_embedding_lookup_sparse

__all__ = [
    "all_candidate_sampler",
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "avg_pool_v2",
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "bias_add",
    "bidirectional_dynamic_rnn",
    "collapse_repeated",
    "compute_accidental_hits",
    "compute_average_loss",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "conv3d",
    "conv3d_backprop_filter",
    "conv3d_backprop_filter_v2",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "crelu",
    "ctc_beam_search_decoder",
    "ctc_beam_search_decoder_v2",
    "ctc_greedy_decoder",
    "ctc_loss",
    "ctc_loss_v2",
    "ctc_unique_labels",
    "depth_to_space",
    "depthwise_conv2d",
    "depthwise_conv2d_backprop_filter",
    "depthwise_conv2d_backprop_input",
    "depthwise_conv2d_native",
    "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input",
    "dilation2d",
    "dropout",
    "dynamic_rnn",
    "elu",
    "embedding_lookup",
    "embedding_lookup_sparse",
    "erosion2d",
    "fixed_unigram_candidate_sampler",
    "fractional_avg_pool",
    "fractional_max_pool",
    "fused_batch_norm",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "learned_unigram_candidate_sampler",
    "local_response_normalization",
    "log_poisson_loss",
    "log_softmax",
    "log_uniform_candidate_sampler",
    "lrn",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_v2",
    "max_pool_with_argmax",
    "moments",
    "nce_loss",
    "normalize_moments",
    "pool",
    "raw_rnn",
    "relu",
    "relu6",
    "relu_layer",
    "rnn_cell",
    "safe_embedding_lookup_sparse",
    "sampled_softmax_loss",
    "scale_regularization_loss",
    "selu",
    "separable_conv2d",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "softplus",
    "softsign",
    "space_to_batch",
    "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits",
    "static_bidirectional_rnn",
    "static_rnn",
    "sufficient_statistics",
    "swish",
    "tanh",
    "top_k",
    "uniform_candidate_sampler",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
    "with_space_to_batch",
    "xw_plus_b",
    "zero_fraction",
]

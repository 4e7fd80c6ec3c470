"""Where the inputs of a decoder come from (``tf.contrib.seq2seq``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.contrib.seq2seq.tensors import (
    bernoulli_sample,
    categorical_sample,
    embedding_function,
    unstacked,
)
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn import transpose_batch_time
from graphlog.ops.array import arguments_of_extrema, arrays, filling, nd_indices, shape_queries
from graphlog.ops.control_flow.conditionals import cond
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.name_scopes import name_scope


class Helper:
    """What chooses the outputs of a decoder and gives its next inputs; for helpers of a user's own.

    Source: ``tf.contrib.seq2seq.Helper``, and so for the others.
    """

    @property
    def batch_size(self) -> Any:
        """The batch size, as a tensor."""
        raise NotImplementedError("batch_size has not been implemented")

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of what is chosen, without the batch."""
        return TensorShape([])

    @property
    def sample_ids_dtype(self) -> Any:
        """The dtype of what is chosen."""
        return dtypes.int32

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """``(finished, inputs)`` of the first step."""
        raise NotImplementedError

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """What is chosen at a step."""
        raise NotImplementedError

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """``(finished, inputs, state)`` of the next step."""
        raise NotImplementedError


class CustomHelper(Helper):
    """A helper made of functions.

    Args:
        initialize_fn: a function that returns ``(finished, inputs)``.
        sample_fn: a function of ``time``, ``outputs`` and ``state``.
        next_inputs_fn: a function of these and ``sample_ids`` that returns ``(finished, inputs, state)``.
        sample_ids_shape: the shape of what is chosen, without the batch; that of a scalar if None.
        sample_ids_dtype: its dtype; int32 if None.
    """

    def __init__(
        self,
        initialize_fn: Callable[[], Any],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., Any],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or dtypes.int32

    @property
    def batch_size(self) -> Any:
        """The batch size; ValueError before ``initialize`` is called."""
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of what is chosen, without the batch."""
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """The dtype of what is chosen."""
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """See ``Helper``."""
        with name_scope(name, f"{type(self).__name__}Initialize"):
            finished, next_inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = shape_queries.size(finished)
        return finished, next_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """See ``Helper``."""
        with name_scope(name, f"{type(self).__name__}Sample", (time, outputs, state)):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """See ``Helper``."""
        with name_scope(name, f"{type(self).__name__}NextInputs", (time, outputs, state)):
            result: tuple[Any, Any, Any] = self._next_inputs_fn(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )
            return result


class TrainingHelper(Helper):
    """Gives the inputs of training, whatever is chosen: the largest output.

    Args:
        inputs: a tensor of shape ``(batch, time, …)``.
        sequence_length: the length of each sequence.
        time_major: whether the inputs have the axis of time first.
        name: the name scope.

    Raises:
        ValueError: ``sequence_length`` is no vector.
    """

    def __init__(
        self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None
    ) -> None:
        with name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = convert_to_tensor(inputs, name="inputs")
            self.inputs = inputs
            if not time_major:
                inputs = transpose_batch_time(inputs)
            self._array = unstacked(inputs)
            self.sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if self.sequence_length.get_shape().ndims != 1:
                raise ValueError(
                    "Expected sequence_length to be a vector, but received shape: "
                    f"{self.sequence_length.get_shape()}"
                )
            self._zeros = filling.zeros_like(inputs[0, :])
            self._batch_size = shape_queries.size(sequence_length)

    @property
    def batch_size(self) -> Any:
        """The batch size, as a tensor."""
        return self._batch_size

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """See ``Helper``."""
        with name_scope(name, "TrainingHelperInitialize"):
            finished = comparisons.equal(0, self.sequence_length)
            all_finished = reductions.reduce_all(finished)
            next_inputs = cond(all_finished, lambda: self._zeros, lambda: self._array.read(0))
            return finished, next_inputs

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None) -> Any:
        """See ``Helper``."""
        with name_scope(name, "TrainingHelperSample", [time, outputs]):
            return casts.cast(arguments_of_extrema.argmax(outputs, axis=-1), dtypes.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """See ``Helper``."""
        with name_scope(name, "TrainingHelperNextInputs", [time, outputs, state]):
            next_time = time + 1
            finished = next_time >= self.sequence_length
            all_finished = reductions.reduce_all(finished)
            next_inputs = cond(all_finished, lambda: self._zeros, lambda: self._array.read(next_time))
            return finished, next_inputs, state


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """Gives the inputs of training, or at random those for what was chosen at random.

    Args:
        inputs: as for ``TrainingHelper``.
        sequence_length: likewise.
        embedding: rows of a tensor, or a function from numbers to inputs.
        sampling_probability: how often the inputs are those for what was chosen.
        time_major: likewise.
        seed: the seed of the choice of outputs.
        scheduling_seed: the seed of the choice of inputs.
        name: likewise.

    Raises:
        ValueError: the probability has another rank than 0 or 1.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "ScheduledEmbeddingSamplingWrapper", [embedding, sampling_probability]):
            self._embedding_fn = embedding_function(embedding)
            self._probability = convert_to_tensor(sampling_probability, name="sampling_probability")
            if self._probability.get_shape().ndims not in (0, 1):
                raise ValueError(
                    "sampling_probability must be either a scalar or a vector. saw shape: "
                    f"{self._probability.get_shape()}"
                )
            self._seed = seed
            self._scheduling_seed = scheduling_seed
            super().__init__(inputs, sequence_length, time_major, name)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None) -> Any:
        """See ``Helper``; -1 where the next input is that of training."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs, state]):
            is_chosen = bernoulli_sample(
                self._probability,
                dtype=dtypes.bool_,
                sample_shape=self.batch_size,
                seed=self._scheduling_seed,
            )
            return comparisons.where(
                is_chosen,
                categorical_sample(outputs, seed=self._seed),
                filling.fill([self.batch_size], -1),
            )

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """See ``Helper``."""
        with name_scope(
            name, "ScheduledEmbeddingTrainingHelperNextInputs", [time, outputs, state, sample_ids]
        ):
            finished, inputs, state = super().next_inputs(time, outputs, state, sample_ids, name)

            def mixed() -> Any:
                chosen = casts.cast(comparisons.where(sample_ids > -1), dtypes.int32)
                others = casts.cast(comparisons.where(sample_ids <= -1), dtypes.int32)
                chosen_ids = nd_indices.gather_nd(sample_ids, chosen)
                other_inputs = nd_indices.gather_nd(inputs, others)
                chosen_inputs = self._embedding_fn(chosen_ids)
                shape = shape_queries.shape(inputs)
                return nd_indices.scatter_nd(
                    indices=chosen, updates=chosen_inputs, shape=shape
                ) + nd_indices.scatter_nd(indices=others, updates=other_inputs, shape=shape)

            all_finished = reductions.reduce_all(finished)
            return finished, cond(all_finished, lambda: inputs, mixed), state


class GreedyEmbeddingHelper(Helper):
    """Chooses the largest output, and gives its embedding as the next input.

    Args:
        embedding: rows of a tensor, or a function from numbers to inputs.
        start_tokens: the first numbers, one for each element of the batch.
        end_token: the number that ends a sequence.

    Raises:
        ValueError: ``start_tokens`` is no vector, or ``end_token`` no scalar.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens = convert_to_tensor(start_tokens, dtype=dtypes.int32, name="start_tokens")
        self._end_token = convert_to_tensor(end_token, dtype=dtypes.int32, name="end_token")
        if self._start_tokens.get_shape().ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._batch_size = shape_queries.size(start_tokens)
        if self._end_token.get_shape().ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._start_inputs = self._embedding_fn(self._start_tokens)

    @property
    def batch_size(self) -> Any:
        """The batch size, as a tensor."""
        return self._batch_size

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """See ``Helper``."""
        return arrays.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """See ``Helper``."""
        _check_is_tensor(outputs)
        return arguments_of_extrema.argmax(outputs, axis=-1, output_type=dtypes.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """See ``Helper``."""
        finished = comparisons.equal(sample_ids, self._end_token)
        all_finished = reductions.reduce_all(finished)
        next_inputs = cond(all_finished, lambda: self._start_inputs, lambda: self._embedding_fn(sample_ids))
        return finished, next_inputs, state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """``GreedyEmbeddingHelper`` that chooses at random, by the softmax of the outputs.

    Args:
        embedding: as for ``GreedyEmbeddingHelper``.
        start_tokens: likewise.
        end_token: likewise.
        softmax_temperature: what the outputs are divided by; 1 if None.
        seed: the seed of the random choice.
    """

    def __init__(
        self,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        softmax_temperature: Any = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """See ``Helper``."""
        _check_is_tensor(outputs)
        logits = outputs if self._temperature is None else outputs / self._temperature
        return categorical_sample(logits=logits, seed=self._seed)


class InferenceHelper(Helper):
    """Gives as next inputs what a function makes of the outputs.

    Args:
        sample_fn: a function of the outputs that chooses.
        sample_shape: the shape of what it returns, without the batch.
        sample_dtype: its dtype.
        start_inputs: the first inputs.
        end_fn: a function of what was chosen: which sequences end.
        next_inputs_fn: a function from what was chosen to the next inputs; these are the same if None.
    """

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = shape_queries.shape(start_inputs)[0]
        self._start_inputs = convert_to_tensor(start_inputs, name="start_inputs")

    @property
    def batch_size(self) -> Any:
        """The batch size, as a tensor."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of what is chosen, without the batch."""
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """The dtype of what is chosen."""
        return self._sample_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """See ``Helper``."""
        return arrays.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """See ``Helper``."""
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """See ``Helper``."""
        next_inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), next_inputs, state


def _check_is_tensor(outputs: Any) -> None:
    if not isinstance(outputs, Tensor):
        raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")

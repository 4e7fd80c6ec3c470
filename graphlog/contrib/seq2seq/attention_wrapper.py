"""A cell with attention (``tf.contrib.seq2seq.AttentionWrapper``)."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

from graphlog.contrib.framework.same_shapes import with_same_shape
from graphlog.contrib.seq2seq.attention import AttentionMechanism
from graphlog.contrib.seq2seq.tensors import zero_tensors
from graphlog.core import dtypes, nest
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.core import Dense
from graphlog.layers.rnn_cells import RNNCell, check_is_cell
from graphlog.ops.array import arrays, axes, filling, joining, shape_queries
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.debugging import asserts
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.name_scopes import control_dependencies, name_scope

_TILING = (
    "You may need to tile your {what} via the tf.contrib.seq2seq.tile_batch function with argument "
    "multiple=beam_width."
)


class AttentionWrapperState(
    namedtuple(
        "AttentionWrapperState",
        ("cell_state", "attention", "time", "alignments", "alignment_history", "attention_state"),
    )
):
    """The state of an ``AttentionWrapper``.

    ``cell_state`` is the cell's, ``attention`` what was taken from the memory, ``time`` the number of the
    step, ``alignments`` from where, ``alignment_history`` a TensorArray of them (or ``()``), and
    ``attention_state`` the state of the mechanism.
    """

    __slots__ = ()

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The state with other parts, such as ``cell_state``, whose shapes are checked."""

        def same(old: Any, new: Any) -> Any:
            is_checked = isinstance(old, Tensor) and isinstance(new, Tensor)
            return with_same_shape(old, new) if is_checked else new

        changed: AttentionWrapperState = nest.map_structure(same, self, self._replace(**kwargs))
        return changed


def _attend(mechanism: Any, cell_output: Any, state: Any, layer: Any) -> tuple[Any, Any, Any]:
    """``(attention, alignments, next_state)`` of one mechanism."""
    alignments, next_state = mechanism(cell_output, state=state)
    rows = axes.expand_dims(alignments, 1)
    context = axes.squeeze(matmul.matmul(rows, mechanism.values), [1])
    if layer is None:
        return context, alignments, next_state
    return layer(joining.concat([cell_output, context], 1)), alignments, next_state


class AttentionWrapper(RNNCell):
    """A cell that looks into a memory: its output is the query, and what it finds goes into the next step.

    Args:
        cell: the cell.
        attention_mechanism: the mechanism, or several.
        attention_layer_size: the size of a dense layer of the cell's output and what was found, whose
            output is the attention; one for each mechanism. If None, the attention is what was found.
        alignment_history: whether the alignments of all steps are kept.
        cell_input_fn: a function of input and attention that gives the cell's input; both side by side if
            None.
        output_attention: whether the output is the attention, or that of the cell.
        initial_cell_state: the cell's state in ``zero_state``.
        name: the cell's name.
        attention_layer: a layer in place of the dense one, or several.
        attention_fn: a function of ``(mechanism, cell_output, attention_state, attention_layer)`` that
            returns ``(attention, alignments, next_state)``.
        dtype: the dtype of its variables.

    Raises:
        TypeError: an argument is no mechanism or no function.
        ValueError: the number of layers differs from that of mechanisms.

    Source: ``tf.contrib.seq2seq.AttentionWrapper``.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        check_is_cell("cell", cell)
        self._cell = cell
        self._is_multi = isinstance(attention_mechanism, list | tuple)
        self._mechanisms = tuple(attention_mechanism) if self._is_multi else (attention_mechanism,)
        for mechanism in self._mechanisms:
            if not isinstance(mechanism, AttentionMechanism):
                raise TypeError(
                    "attention_mechanism must be an AttentionMechanism or list of multiple "
                    f"AttentionMechanism instances, saw type: {type(mechanism).__name__}"
                )
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable, saw type: {type(cell_input_fn).__name__}")
        self._cell_input_fn = cell_input_fn or _side_by_side
        self._attention_fn = attention_fn or _attend
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        self._layers, self._attention_size = self._attention_layers(attention_layer_size, attention_layer)
        with name_scope(name, "AttentionWrapperInit"):
            self._initial_cell_state = self._checked_state(initial_cell_state)

    def _attention_layers(self, sizes: Any, layers: Any) -> tuple[Any, int]:
        """The layers of the attention, or Nones, and the size of all their outputs."""
        if sizes is not None and layers is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        count = len(self._mechanisms)
        depths = [mechanism.values.shape[-1].value for mechanism in self._mechanisms]
        if sizes is None and layers is None:
            return (None,) * count, sum(depths)
        given = layers if sizes is None else sizes
        given = tuple(given) if isinstance(given, list | tuple) else (given,)
        if len(given) != count:
            what = "attention_layer must contain exactly one layer"
            if sizes is not None:
                what = "attention_layer_size must contain exactly one integer"
            raise ValueError(f"If provided, {what} per attention_mechanism, saw: {len(given)} vs {count}")
        if sizes is not None:
            made = tuple(
                Dense(size, name="attention_layer", use_bias=False, dtype=mechanism.dtype)
                for size, mechanism in zip(given, self._mechanisms, strict=True)
            )
            return made, sum(given)
        shapes = [[None, self._cell.output_size + depth] for depth in depths]
        outputs = [layer.compute_output_shape(shape) for layer, shape in zip(given, shapes, strict=True)]
        return given, sum(shape[-1].value for shape in outputs)

    def _checked_state(self, state: Any) -> Any:
        if state is None:
            return None
        last = nest.flatten(state)[-1]
        message = (
            f"When constructing AttentionWrapper {self._base_name}: Non-matching batch sizes between the "
            "memory (encoder output) and initial_cell_state.  Are you using the BeamSearchDecoder?  "
            + _TILING.format(what="initial state")
        )
        with control_dependencies(self._batch_size_checks(_batch_size(last), message)):
            return nest.map_structure(
                lambda part: arrays.identity(part, name="check_initial_cell_state"), state
            )

    def _batch_size_checks(self, batch_size: Any, message: str) -> list[Any]:
        return [
            asserts.assert_equal(batch_size, mechanism.batch_size, message=message)
            for mechanism in self._mechanisms
        ]

    def _item_or_tuple(self, items: Iterable[Any]) -> Any:
        result = tuple(items)
        return result if self._is_multi else result[0]

    @property
    def output_size(self) -> Any:
        """The size of the attention, or of the cell's output."""
        return self._attention_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> Any:
        """The sizes of all parts of the state."""
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=TensorShape([]),
            attention=self._attention_size,
            alignments=self._item_or_tuple(each.alignments_size for each in self._mechanisms),
            attention_state=self._item_or_tuple(each.state_size for each in self._mechanisms),
            alignment_history=self._item_or_tuple(
                each.alignments_size if self._alignment_history else () for each in self._mechanisms
            ),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state at first: zeros, and ``initial_cell_state`` where there is one."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = self._cell.get_initial_state(batch_size=batch_size, dtype=dtype)
            message = (
                f"When calling zero_state of AttentionWrapper {self._base_name}: Non-matching batch sizes "
                "between the memory (encoder output) and the requested batch size.  Are you using the "
                "BeamSearchDecoder?  If so, make sure your encoder output has been tiled to beam_width via "
                "tf.contrib.seq2seq.tile_batch, and the batch_size= argument passed to zero_state is "
                "batch_size * beam_width."
            )
            with control_dependencies(self._batch_size_checks(batch_size, message)):
                cell_state = nest.map_structure(
                    lambda part: arrays.identity(part, name="checked_cell_state"), cell_state
                )
            alignments = [each.initial_alignments(batch_size, dtype) for each in self._mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=filling.zeros([], dtype=dtypes.int32),
                attention=zero_tensors(self._attention_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    each.initial_state(batch_size, dtype) for each in self._mechanisms
                ),
                alignment_history=self._item_or_tuple(self._history(dtype, each) for each in alignments),
            )

    def _history(self, dtype: Any, alignment: Any) -> Any:
        if not self._alignment_history:
            return ()
        return TensorArray(dtype, size=0, dynamic_size=True, element_shape=alignment.shape)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                "Expected state to be instance of AttentionWrapperState. Received type "
                f"{type(state)} instead."
            )
        cell_inputs = self._cell_input_fn(inputs, state.attention)
        cell_output, next_cell_state = self._cell(cell_inputs, state.cell_state)
        message = (
            f"When applying AttentionWrapper {self.name}: Non-matching batch sizes between the memory "
            "(encoder output) and the query (decoder output).  Are you using the BeamSearchDecoder?  "
            + _TILING.format(what="memory input")
        )
        with control_dependencies(self._batch_size_checks(_batch_size(cell_output), message)):
            cell_output = arrays.identity(cell_output, name="checked_cell_output")
        states = state.attention_state if self._is_multi else [state.attention_state]
        histories = state.alignment_history if self._is_multi else [state.alignment_history]
        attentions, alignments, next_states, next_histories = [], [], [], []
        for mechanism, layer, previous, history in zip(
            self._mechanisms, self._layers, states, histories, strict=True
        ):
            attention, alignment, next_state = self._attention_fn(mechanism, cell_output, previous, layer)
            next_histories.append(history.write(state.time, alignment) if self._alignment_history else ())
            attentions.append(attention)
            alignments.append(alignment)
            next_states.append(next_state)
        attention = joining.concat(attentions, 1)
        result = AttentionWrapperState(
            time=state.time + 1,
            cell_state=next_cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(next_states),
            alignments=self._item_or_tuple(alignments),
            alignment_history=self._item_or_tuple(next_histories),
        )
        return (attention if self._output_attention else cell_output), result


def _side_by_side(inputs: Any, attention: Any) -> Tensor:
    return joining.concat([inputs, attention], -1)


def _batch_size(tensor: Any) -> Any:
    return tensor.shape[0].value or shape_queries.shape(tensor)[0]

"""GradientTape: ``gradients`` as programs of TensorFlow 2 ask for them."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Literal

from graphlog.autodiff.gradients import UnconnectedGradients, gradients
from graphlog.core import nest


class GradientTape:
    """Gives gradients of what is computed in a ``with`` block.

    A graph knows how everything in it was computed, so this is another way to call ``tf.gradients``.

    Args:
        persistent: whether ``gradient`` may be called more than once.
        watch_accessed_variables: accepted for TensorFlow's sake.

    Source: ``tf.GradientTape`` of TensorFlow 1.15 in graph mode, whose operations have other names.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._is_used = False
        self._watched: list[Any] = []

    def __enter__(self) -> GradientTape:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        return False

    def watch(self, tensor: Any) -> None:
        """Takes note of a tensor, or of a nest of them; there is no need to."""
        self._watched += nest.flatten(tensor)

    def watched_variables(self) -> tuple[Any, ...]:
        """What was given to ``watch``."""
        return tuple(self._watched)

    def reset(self) -> None:
        """Forgets what was watched."""
        self._watched.clear()
        self._is_used = False

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = UnconnectedGradients.NONE,
    ) -> Any:
        """The derivatives of ``target`` by each of ``sources``.

        Args:
            target: a tensor, or a nest of them.
            sources: tensors or variables, nested as the result is.
            output_gradients: the gradient of each tensor of ``target``; ones if None.
            unconnected_gradients: ``"none"`` or ``"zero"``, for a source on which ``target`` does not depend.

        Returns:
            A nest of Tensors, IndexedSlices and Nones.

        Raises:
            RuntimeError: it is called a second time, and the tape is not persistent.
        """
        if self._is_used and not self._persistent:
            raise RuntimeError("GradientTape.gradient can only be called once on non-persistent tapes.")
        self._is_used = True
        found = gradients(
            nest.flatten(target),
            nest.flatten(sources),
            None if output_gradients is None else nest.flatten(output_gradients),
            unconnected_gradients=unconnected_gradients,
        )
        return nest.pack_sequence_as(sources, found)

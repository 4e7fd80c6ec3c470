"""Distributions, tensors and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsInt

from graphlog.encoders.foreign_arrays import is_from, to_numpy
from graphlog.encoders.histogram_bins import binned_histogram, raw_histogram
from graphlog.encoders.plain_text import plain_text
from graphlog.encoders.plugin_values import metadata
from graphlog.encoders.tags import as_tag
from graphlog.graphdef.tensor_values import tensor_proto
from graphlog.proto import summary_pb2
from graphlog.writers.messages import HasMarkdown
from graphlog.writers.summary_methods.base import RunWriter

_MOST_BYTES = 1 << 31


class TensorMethods(RunWriter):
    """What adds distributions, tensors and text."""

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: SupportsInt | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Adds how numbers are distributed, which TensorBoard shows under HISTOGRAMS and DISTRIBUTIONS.

        Args:
            tag: the name of the series.
            values: an array of real numbers of any shape and library. NaN and infinities are left out.
            global_step: the step of the training.
            bins: ``"tensorflow"`` for bins that grow by a tenth; or what ``numpy.histogram`` takes: how many,
                a rule such as ``"auto"``, ``"fd"``, ``"doane"``, ``"sqrt"``, or the edges.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            max_bins: where there are more bins, some neighbours become one.

        Raises:
            TypeError: the values are no numbers.
            ValueError: there is no finite number, or none in a bin.
        """
        if not isinstance(bins, str | int):
            bins = to_numpy(bins)
        self._add([binned_histogram(tag, to_numpy(values), bins, max_bins)], global_step, walltime)

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: float,
        sum: float,
        sum_squares: float,
        bucket_limits: Sequence[float],
        bucket_counts: Sequence[float],
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
    ) -> None:
        """Adds a distribution that is counted already.

        Args:
            tag: the name of the series.
            min: the smallest number.
            max: the largest number.
            num: how many numbers there are.
            sum: their sum.
            sum_squares: the sum of their squares.
            bucket_limits: the upper limit of each bucket.
            bucket_counts: how many numbers each bucket holds.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            ValueError: there are more limits than counts, or fewer.
        """
        limits, counts = to_numpy(bucket_limits).tolist(), to_numpy(bucket_counts).tolist()
        if len(limits) != len(counts):
            raise ValueError(f"there are {len(limits)} bucket_limits, but {len(counts)} bucket_counts")
        sums = (float(min), float(max), float(num), float(sum), float(sum_squares))
        self._add([raw_histogram(tag, *sums, limits, counts)], global_step, walltime)

    def add_tensor(
        self, tag: str, tensor: Any, global_step: SupportsInt | None = None, walltime: float | None = None
    ) -> None:
        """Adds a tensor as it is. No dashboard shows it; ``EventAccumulator.Tensors`` reads it.

        Args:
            tag: the name of the series.
            tensor: an array of any library; bfloat16 stays bfloat16.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: it is no array of numbers.
            ValueError: it has 2 GiB or more, which no event holds.
        """
        array = to_numpy(tensor)
        if array.nbytes >= _MOST_BYTES:
            raise ValueError(f"tensor {tag!r} has {array.nbytes} bytes; an event holds less than 2 GiB")
        if _is_bfloat16(tensor):
            array = (array.view("u4") >> 16).astype("u2").view([("bfloat16", "u2")])
        value = summary_pb2.Summary.Value(
            tag=as_tag(tag), tensor=tensor_proto(array), metadata=metadata("tensor")
        )
        self._add([value], global_step, walltime)

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
    ) -> None:
        """Adds text, which TensorBoard shows as Markdown.

        Args:
            tag: the name of the series, to which ``/text_summary`` is added, as PyTorch does.
            text_string: the text.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
        """
        self._add([plain_text(tag, str(text_string))], global_step, walltime)

    def add_explanation(
        self,
        tag: str,
        explanation: HasMarkdown,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
    ) -> None:
        """Adds what ``explain`` gives, which TensorBoard shows under TEXT.

        Args:
            tag: the name of the series, to which ``/text_summary`` is added, as PyTorch does.
            explanation: an Explanation, or whatever else has a method ``markdown``.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
        """
        self._add([plain_text(tag, explanation.markdown())], global_step, walltime)


def _is_bfloat16(tensor: Any) -> bool:
    name = str(getattr(tensor, "dtype", ""))
    return name == ("torch.bfloat16" if is_from("torch", tensor) else "bfloat16")

"""Curves."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, SupportsInt

from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.plugin_values import metadata
from graphlog.encoders.scalar import scalar
from graphlog.events.writing.queueing_writer import ClosedWriterError
from graphlog.proto import summary_pb2, tensor_pb2
from graphlog.writers.summary_methods.base import RunWriter


class ScalarMethods(RunWriter):
    """What adds numbers, which TensorBoard draws as curves.

    Attributes:
        scalar_dict: what ``export_scalars_to_json`` writes: for each run and tag a list of the wall time, the
            step and the value.
    """

    scalar_dict: dict[str, list[list[Any]]]
    _last_steps: dict[str, SupportsInt]

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        new_style: bool | str = False,
        double_precision: bool | str = False,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Adds one point of a curve.

        Args:
            tag: the name of the curve; what stands before its first slash is the group it is shown in.
            scalar_value: a number, or an array of one element, of any library.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            new_style: whether it is written as a tensor, as TensorFlow 2 does, and not as a plain number. A
                string, as tensorboardX has it in this place, is the display_name.
            double_precision: whether that tensor is of float64, which TensorBoard's fast reader does not
                show.
            display_name: the name that TensorBoard shows in place of the tag.
            summary_description: what TensorBoard shows beside the curve, as Markdown.

        Raises:
            ValueError: the value is not one real number.
        """
        if new_style or display_name or summary_description:
            if isinstance(new_style, str):
                display_name, summary_description = new_style, str(double_precision or "")
                new_style = double_precision = False
            value = scalar(tag, scalar_value)
            if new_style:
                _make_new_style(value, float(scalar_value), bool(double_precision))
            if display_name or summary_description:
                value.metadata.display_name = display_name
                value.metadata.summary_description = summary_description
            self._add([value], global_step, walltime)
            return
        if global_step is None:
            global_step = self._default_step or 0
        if walltime is None:
            walltime = self._default_wall_time
        event_writer = self._event_writer
        if event_writer is None or type(scalar_value) is not float:
            self._get_file_writer().add_scalar(tag, scalar_value, global_step, walltime)
        else:
            try:
                event_writer.add_scalar(tag, scalar_value, global_step, walltime)  # spares one call
            except ClosedWriterError:
                self._get_file_writer().add_scalar(tag, scalar_value, global_step, walltime)
        self._last_steps[tag] = global_step

    def add_scalar_series(self, tag: str, steps: Any, values: Any, wall_times: Any = None) -> None:
        """Adds a whole curve at once, such as another tool's history: a column of a CSV file, say.

        ``graphlog convert history.csv logs/`` does so with all columns of a file.

        Args:
            tag: the name of the curve.
            steps: integers of shape ``(n,)``.
            values: numbers of shape ``(n,)``.
            wall_times: seconds since 1970, of shape ``(n,)`` or one for all; that of the call by default.

        Raises:
            TypeError: these are no arrays of numbers.
            ValueError: the shapes differ, a step is no integer, or a wall time is not finite.
        """
        all_steps = to_numpy(steps)
        times = None if wall_times is None else to_numpy(wall_times)
        self._get_file_writer().add_scalar_series(tag, all_steps, to_numpy(values), times)
        if all_steps.size:
            self._last_steps[tag] = int(all_steps.max())

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
    ) -> None:
        """Adds a point to each of several curves of one chart.

        Each curve is a run of its own, in a folder below the writer's: that is how TensorBoard puts curves of
        one tag into one chart. ``add_custom_scalars_multilinechart`` does so without folders.

        Args:
            main_tag: the name of the chart.
            tag_scalar_dict: for the name of each curve its number.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: ``tag_scalar_dict`` is no dictionary.
            ValueError: a value is not one real number.
        """
        if not isinstance(tag_scalar_dict, Mapping):
            raise TypeError(
                "add_scalars takes a dictionary from the names of curves to numbers, not an object of type "
                f"{type(tag_scalar_dict).__name__}"
            )
        wall_time, step = self._wall_time(walltime), self._step(global_step)
        values = {name: scalar(main_tag, number) for name, number in tag_scalar_dict.items()}
        for name, value in values.items():
            folder = f"{self._get_file_writer().get_logdir()}/{main_tag.replace('/', '_')}_{name}"
            self._add([value], step, wall_time, self._sub_run(folder))
            key = os.path.join(self.log_dir, main_tag, name)
            self.scalar_dict.setdefault(key, []).append([wall_time, step, value.simple_value])

    def export_scalars_to_json(self, path: str | os.PathLike[str]) -> None:
        """Writes what ``add_scalars`` has added so far to a JSON file, and forgets it.

        Args:
            path: the file.

        Raises:
            OSError: it cannot be written.
        """
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.scalar_dict, file)
        self.scalar_dict = {}


def _make_new_style(value: summary_pb2.Summary.Value, number: float, is_double: bool) -> None:
    if is_double:
        tensor = tensor_pb2.TensorProto(dtype=tensor_pb2.DT_DOUBLE, double_val=[number])
    else:
        tensor = tensor_pb2.TensorProto(dtype=tensor_pb2.DT_FLOAT, float_val=[number])
    value.tensor.CopyFrom(tensor)
    value.metadata.CopyFrom(metadata("scalars"))

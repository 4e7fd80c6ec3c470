"""Hyperparameters, curves of precision and recall, meshes and charts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, SupportsInt

from graphlog.encoders.chart_layouts import chart_layout
from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.hyperparameters import hyperparameters
from graphlog.encoders.meshes import mesh
from graphlog.encoders.pr_curves import pr_curve, raw_pr_curve
from graphlog.encoders.scalar import scalar
from graphlog.writers.summary_methods.base import RunWriter


class PluginMethods(RunWriter):
    """What adds the values of TensorBoard's further dashboards."""

    _layout: dict[str, dict[str, Sequence[Any]]]
    _hparams: Mapping[str, Any] | None
    _hparams_runs: int
    _last_steps: dict[str, SupportsInt]

    def add_hparams(
        self,
        hparam_dict: dict[str, Any],
        metric_dict: dict[str, Any],
        hparam_domain_discrete: dict[str, list[Any]] | str | None = None,
        run_name: str | None = None,
        global_step: SupportsInt | None = None,
        name: str | None = None,
    ) -> None:
        """Adds the hyperparameters of a run and the numbers that judge it, which HPARAMS compares.

        They go into the writer's own run, beside its curves, so that HPARAMS shows one run and no folder
        appears. TensorBoard knows one set of hyperparameters a run: a later call with others goes into a
        run below, in the folder ``hparams_2``, ``hparams_3`` and so on. With ``run_name``, it goes into the
        folder of that name. (PyTorch always makes a folder, named by the time.)

        Args:
            hparam_dict: name and value: numbers, strings, booleans; of a function its name is written, of
                anything else its text. One that is None is left out.
            metric_dict: tag and number. Each is a point of the curve of its tag, too.
            hparam_domain_discrete: for some names all values that they may have. A string, as tensorboardX
                has it in this place, is the run_name.
            run_name: the folder, within the writer's, that the run gets.
            global_step: the step of the metrics' points; by default the last one that ``add_scalar`` got for
                the tag.
            name: what tensorboardX calls the run_name.

        Raises:
            TypeError: an argument is no dictionary, or a domain has values of another type.
            ValueError: a metric is not one real number.
        """
        if isinstance(hparam_domain_discrete, str):
            hparam_domain_discrete, run_name = None, hparam_domain_discrete
        for given in (hparam_dict, metric_dict, hparam_domain_discrete or {}):
            if not isinstance(given, dict):
                raise TypeError(
                    "hyperparameters, metrics and domains are dictionaries, not of type "
                    f"{type(given).__name__}"
                )
        values = hyperparameters(hparam_dict, metric_dict, hparam_domain_discrete)
        metrics = [scalar(tag, number) for tag, number in metric_dict.items()]
        folder = self._hparams_folder(hparam_dict, run_name or name)
        writer = self._sub_run(os.path.join(self.log_dir, folder)) if folder else self._get_file_writer()
        for value in values:
            self._add([value], global_step, writer=writer)
        for value in metrics:
            step = global_step
            if step is None and not folder:
                # A step before those of the curve would make TensorBoard's fast reader drop the curve.
                step = self._last_steps.get(value.tag)
            self._add([value], step, writer=writer)

    def _hparams_folder(self, values: Mapping[str, Any], run_name: str | None) -> str:
        """The folder of a run with these hyperparameters; none for the writer's own."""
        if run_name:
            return run_name
        with self._lock:
            described = {name: repr(value) for name, value in values.items()}
            if self._hparams is None:
                self._hparams = described
            if described == self._hparams:
                return ""
            self._hparams_runs += 1
            return f"hparams_{self._hparams_runs}"

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: SupportsInt | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Adds the precision and the recall of a classifier for many thresholds.

        Args:
            tag: the name of the series.
            labels: for each example 1 or True if it is of the class, else 0.
            predictions: for each example how sure the classifier is that it is, from 0 up to 1.
            global_step: the step of the training.
            num_thresholds: how many thresholds; 127 at most.
            weights: how much each example counts; 1 if None.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: these are no arrays of numbers.
            ValueError: they have different shapes.
        """
        shares = None if weights is None else to_numpy(weights)
        value = pr_curve(tag, to_numpy(labels), to_numpy(predictions), num_thresholds, shares)
        self._add([value], global_step, walltime)

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: SupportsInt | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Adds precision and recall that are computed already.

        Args:
            tag: the name of the series.
            true_positive_counts: for each threshold how many examples were rightly found.
            false_positive_counts: how many were wrongly found.
            true_negative_counts: how many were rightly left out.
            false_negative_counts: how many were wrongly left out.
            precision: which part of what was found was right.
            recall: which part of what is right was found.
            global_step: the step of the training.
            num_thresholds: how many thresholds; 127 at most.
            weights: without effect, as in PyTorch.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: these are no arrays of numbers.
            ValueError: they have different lengths.
        """
        counts = (true_positive_counts, false_positive_counts, true_negative_counts, false_negative_counts)
        arrays = [to_numpy(array) for array in (*counts, precision, recall)]
        self._add([raw_pr_curve(tag, arrays, num_thresholds)], global_step, walltime)

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: Mapping[str, Any] | None = None,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
    ) -> None:
        """Adds points in space, or a surface, which TensorBoard turns and zooms.

        Args:
            tag: the name of the series.
            vertices: ``(batch, points, 3)``.
            colors: ``(batch, points, 3)``: red, green and blue of each point, from 0 up to 255.
            faces: ``(batch, triangles, 3)``: the numbers of each triangle's points.
            config_dict: what TensorBoard hands to three.js: ``camera``, ``lights``, ``material``.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: these are no arrays of numbers.
            ValueError: an array has another shape.
        """
        color_array = None if colors is None else to_numpy(colors)
        face_array = None if faces is None else to_numpy(faces)
        values = mesh(tag, to_numpy(vertices), color_array, face_array, config_dict)
        self._add(values, global_step, walltime)

    def add_custom_scalars(self, layout: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        """Adds charts, each of several curves, to CUSTOM SCALARS.

        They stand beside the charts that were added before; one with the title of another in its category
        takes its place.

        Args:
            layout: category, then title of a chart, then ``["Multiline", tags]`` or ``["Margin", tags]``. The
                tags of a Multiline chart are regular expressions; those of a Margin chart are of the curve,
                its lower and its upper limit.

        Raises:
            ValueError: a chart is of another kind, or a Margin chart has not three tags.
        """
        with self._lock:
            merged = {category: dict(charts) for category, charts in self._layout.items()}
            for category, charts in layout.items():
                merged.setdefault(category, {}).update(charts)
            self._add([chart_layout(merged)])
            self._layout = merged

    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of several curves to CUSTOM SCALARS.

        Args:
            tags: the tags of the curves, as regular expressions.
            category: the group that the chart is shown in.
            title: its title.
        """
        self.add_custom_scalars({category: {title: ["Multiline", list(tags)]}})

    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of a curve and the margin around it to CUSTOM SCALARS.

        Args:
            tags: the tags of the curve, of its lower and of its upper limit.
            category: the group that the chart is shown in.
            title: its title.

        Raises:
            ValueError: there are not three tags.
        """
        self.add_custom_scalars({category: {title: ["Margin", list(tags)]}})

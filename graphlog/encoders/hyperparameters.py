"""Hyperparameters of a run, for TensorBoard's HPARAMS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.plugin_values import metadata
from graphlog.proto import summary_pb2


def plain_value(value: Any) -> bool | float | str:
    """A hyperparameter as TensorBoard knows it.

    A number, also a NumPy number or an array of one element, is a float; a string or a boolean stays what it
    is; of a function it is the name; of anything else, such as a list, what ``str`` gives.
    """
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if callable(value):
        return str(getattr(value, "__name__", value))
    try:
        array = to_numpy(value)
    except TypeError:
        return str(value)
    if array.size != 1 or array.dtype.kind == "c" or isinstance(value, list | tuple):
        return str(value)
    return bool(array.item()) if array.dtype.kind == "b" else float(array.item())


def hyperparameters(
    values: Mapping[str, Any],
    metrics: Iterable[str],
    domains: Mapping[str, list[Any]] | None = None,
) -> list[summary_pb2.Summary.Value]:
    """Encodes the hyperparameters of one run.

    Args:
        values: name and value; see ``plain_value``. One that is None is left out.
        metrics: the tags of the scalars that judge the run.
        domains: for some names, all values that the hyperparameter may have.

    Returns:
        Three values: what the experiment is about, how the run starts, and that it has ended.

    Raises:
        TypeError: a domain is not a list of values like the one in ``values``.
    """
    from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2

    domains = dict(domains or {})
    for name, domain in domains.items():
        value = values.get(name)
        if not isinstance(domain, list) or not all(isinstance(item, type(value)) for item in domain):
            raise TypeError(
                f"hparam_domain_discrete[{name!r}] must be a list of values of the type that "
                f"hparam_dict[{name!r}] has"
            )
    plain = {name: plain_value(value) for name, value in values.items() if value is not None}
    start = plugin_data_pb2.SessionStartInfo()
    infos = []
    for name, plain_hparam in plain.items():
        field, kind = _field_and_type(plain_hparam)
        setattr(start.hparams[name], field, plain_hparam)
        info = api_pb2.HParamInfo(name=name, type=kind)
        if name in domains:
            info.domain_discrete.extend([plain_value(item) for item in domains[name]])
        infos.append(info)
    experiment = api_pb2.Experiment(
        hparam_infos=infos,
        metric_infos=[api_pb2.MetricInfo(name=api_pb2.MetricName(tag=tag)) for tag in metrics],
    )
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_SUCCESS)
    data = plugin_data_pb2.HParamsPluginData
    return [
        _value("_hparams_/experiment", data(version=0, experiment=experiment)),
        _value("_hparams_/session_start_info", data(version=0, session_start_info=start)),
        _value("_hparams_/session_end_info", data(version=0, session_end_info=end)),
    ]


def _field_and_type(value: bool | float | str) -> tuple[str, str]:
    if isinstance(value, bool):
        return "bool_value", "DATA_TYPE_BOOL"
    if isinstance(value, str):
        return "string_value", "DATA_TYPE_STRING"
    return "number_value", "DATA_TYPE_FLOAT64"


def _value(tag: str, data: Any) -> summary_pb2.Summary.Value:
    return summary_pb2.Summary.Value(tag=tag, metadata=metadata("hparams", data.SerializeToString()))

"""The hyperparameters of a run, from the metadata of TensorBoard's plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import DecodeError

from graphlog.proto.summary_pb2 import SummaryMetadata
from graphlog.readers.values import HyperParameters

_PLUGIN = "hparams"
_STATUS = {1: "success", 2: "failure", 3: "running"}


def hyperparameters_of(metadata: Mapping[str, SummaryMetadata]) -> tuple[HyperParameters, dict[str, str]]:
    """The hyperparameters that the metadata of a run's tags hold.

    Args:
        metadata: tag and metadata.

    Returns:
        The hyperparameters, none if there are none; and for each tag that is damaged, what is wrong.
    """
    contents = {
        tag: item.plugin_data.content
        for tag, item in metadata.items()
        if item.plugin_data.plugin_name == _PLUGIN
    }
    if not contents:
        return HyperParameters({}, (), "", "unknown"), {}
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    values: dict[str, bool | float | str] = {}
    metrics: list[str] = []
    group, status = "", "unknown"
    damage: dict[str, str] = {}
    for tag, content in contents.items():
        try:
            data = HParamsPluginData.FromString(content)
        except DecodeError as error:
            damage[tag] = f"hyperparameters that cannot be parsed: {error}"
            continue
        metrics += [info.name.tag for info in data.experiment.metric_infos]
        values |= {name: _plain(value) for name, value in data.session_start_info.hparams.items()}
        group = data.session_start_info.group_name or group
        if data.HasField("session_end_info"):
            status = _STATUS.get(data.session_end_info.status, status)
        elif data.HasField("session_start_info") and status == "unknown":
            status = "running"
    return HyperParameters(values, tuple(dict.fromkeys(metrics)), group, status), damage


def _plain(value: Any) -> bool | float | str:
    match value.WhichOneof("kind"):
        case "bool_value" | "number_value" | "string_value" as field:
            plain: bool | float | str = getattr(value, field)
            return plain
    return str(value)

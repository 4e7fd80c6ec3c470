"""DeviceSpec: the parts of a device's name."""

from __future__ import annotations

from typing import Any

from graphlog.core.devices import parse_device


class DeviceSpec:
    """The parts of a device's name, each of which may be left open.

    Args:
        job: the job, such as ``"worker"``.
        replica: the replica.
        task: the task of the job.
        device_type: the kind, such as ``"CPU"``.
        device_index: which one of that kind.

    Source: ``tf.DeviceSpec`` of TensorFlow 1.
    """

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self.job = None if job is None else str(job)
        self.replica = None if replica is None else int(replica)
        self.task = None if task is None else int(task)
        self.device_type = device_type.upper() if device_type in ("cpu", "gpu") else device_type
        self.device_index = None if device_index is None else int(device_index)

    @classmethod
    def from_string(cls, spec: str) -> DeviceSpec:
        """The parts of a name such as ``"/job:worker/task:1/device:GPU:0"``; ValueError where it is none."""
        return cls().parse_from_string(spec)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """Takes its parts from a name, and returns itself."""
        parts = parse_device(spec)
        kind, _, index = parts.get("device", "").partition(":")
        replica, task = (parts.get(key, "*") for key in ("replica", "task"))
        DeviceSpec.__init__(
            self,
            parts.get("job"),
            None if replica == "*" else int(replica),
            None if task == "*" else int(task),
            kind or None,
            int(index) if index not in ("", "*") else None,
        )
        return self

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes the parts over that another one has."""
        for part, value in vars(dev).items():
            if value is not None:
                setattr(self, part, value)

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """A new one with the parts of ``dev``, and this one's where it has none."""
        merged = DeviceSpec(**vars(self))
        merged.merge_from(dev)
        return merged

    def replace(self, **parts: Any) -> DeviceSpec:
        """A new one with other parts."""
        return DeviceSpec(**(vars(self) | parts))

    def to_string(self) -> str:
        """The name."""
        text = "".join(
            f"/{key}:{value}"
            for key, value in (("job", self.job), ("replica", self.replica), ("task", self.task))
            if value is not None
        )
        if self.device_type is None:
            return text
        index = "*" if self.device_index is None else self.device_index
        return f"{text}/device:{self.device_type}:{index}"

    def __str__(self) -> str:
        return self.to_string()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSpec) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.to_string())

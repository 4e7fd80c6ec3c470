"""Clusters, as far as one process is one: their description, a server, and devices for variables."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from graphlog.core.device_specs import DeviceSpec

_log = logging.getLogger("graphlog")

# The operations that a replica_device_setter puts on parameter servers.
_PARAMETER_OPS = (
    *("Variable", "VariableV2", "AutoReloadVariable", "MutableHashTable", "MutableHashTableV2"),
    *("MutableHashTableOfTensors", "MutableHashTableOfTensorsV2", "MutableDenseHashTable"),
    *("MutableDenseHashTableV2", "VarHandleOp", "BoostedTreesEnsembleResourceHandleOp"),
    *("BoostedTreesQuantileStreamResourceHandleOp", "ResourceConditionalAccumulator"),
)


class ClusterSpec:
    """The tasks of a cluster, by job.

    Args:
        cluster: a dict from jobs to lists of addresses, or to dicts from task numbers to addresses; or
            another ClusterSpec.

    Raises:
        TypeError: it is something else.

    Source: ``tf.train.ClusterSpec``.
    """

    def __init__(self, cluster: Any) -> None:
        if isinstance(cluster, ClusterSpec):
            cluster = cluster._jobs
        if not isinstance(cluster, Mapping):
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, "
                "or a `ClusterDef` protocol buffer"
            )
        self._jobs: dict[str, dict[int, str]] = {}
        for job, tasks in cluster.items():
            if isinstance(tasks, Mapping):
                self._jobs[job] = {int(task): str(address) for task, address in tasks.items()}
            elif isinstance(tasks, list | tuple):
                self._jobs[job] = {task: str(address) for task, address in enumerate(tasks)}
            else:
                raise TypeError(
                    f"The tasks for job {job!r} must be a list or a dictionary from integers to strings."
                )

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    def __hash__(self) -> int:
        return hash(str(self.as_dict()))

    def __repr__(self) -> str:
        return f"ClusterSpec({self.as_dict()!r})"

    def as_dict(self) -> dict[str, Any]:
        """The addresses by job: lists, or dicts where numbers of tasks are left out."""
        return {
            job: list(tasks.values()) if sorted(tasks) == list(range(len(tasks))) else dict(tasks)
            for job, tasks in self._jobs.items()
        }

    @property
    def jobs(self) -> list[str]:
        """The jobs."""
        return list(self._jobs)

    def _tasks(self, job_name: str) -> dict[int, str]:
        if job_name not in self._jobs:
            raise ValueError(f"No such job in cluster: {job_name!r}")
        return self._jobs[job_name]

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has; ValueError where there is no such job."""
        return len(self._tasks(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks; ValueError where there is no such job."""
        return sorted(self._tasks(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """The address of a task; ValueError where there is none."""
        tasks = self._tasks(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks, None for numbers that are left out."""
        tasks = self._tasks(job_name)
        return [tasks.get(index) for index in range(max(tasks, default=-1) + 1)]


class Server:
    """The one task of a cluster: this process.

    Args:
        server_or_cluster_def: the cluster, a ClusterSpec or what it takes.
        job_name: the job of this process.
        task_index: its number in the job.
        protocol: accepted for TensorFlow's sake.
        config: accepted for TensorFlow's sake.
        start: accepted for TensorFlow's sake.

    Raises:
        NotImplementedError: the cluster has more than one task: graphlog runs in one process.

    Source: ``tf.train.Server``.
    """

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: Any = None,
        start: bool = True,
    ) -> None:
        self._cluster = ClusterSpec(server_or_cluster_def)
        count = sum(self._cluster.num_tasks(job) for job in self._cluster.jobs)
        if count != 1:
            raise NotImplementedError(
                f"graphlog runs in one process, and cannot join a cluster of {count} tasks. Its graph can be "
                "built all the same, with tf.train.replica_device_setter, and looked at."
            )

    @staticmethod
    def create_local_server(config: Any = None, start: bool = True) -> Server:
        """The server of a cluster of one."""
        return Server({"localhost": ["localhost:0"]})

    @property
    def target(self) -> str:
        """What a Session is given to run on it; a Session of graphlog runs in this process."""
        return ""

    @property
    def server_def(self) -> ClusterSpec:
        """The cluster."""
        return self._cluster

    def start(self) -> None:
        """Does nothing: there is nothing to start."""

    def join(self) -> NoReturn:
        """Raises NotImplementedError: nobody would ever ask this process for anything."""
        raise NotImplementedError("graphlog runs in one process, and serves no others.")


class _InTurn:
    """The number of the next task, for each operation."""

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks
        self._next = 0

    def __call__(self, _: Any) -> int:
        task = self._next
        self._next = (task + 1) % self._tasks
        return task


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Sequence[str] | None = None,
    ps_strategy: Callable[[Any], int] | None = None,
) -> Callable[[Any], str] | None:
    """A function for ``tf.device`` that puts variables on parameter servers, and the rest on workers.

    Args:
        ps_tasks: how many parameter servers there are.
        ps_device: their device.
        worker_device: the device of workers.
        merge_devices: whether devices that are asked for otherwise are kept where they say more.
        cluster: a ClusterSpec, or what it takes, from which ``ps_tasks`` follows.
        ps_ops: the types of operations for parameter servers; those of variables if None.
        ps_strategy: a function from an operation to the number of its server; one after the other if None.

    Returns:
        The function; None where there is no parameter server.

    Raises:
        TypeError: ``ps_strategy`` cannot be called.

    Source: ``tf.train.replica_device_setter``.
    """
    if cluster is not None:
        jobs = ClusterSpec(cluster).as_dict()
        job = DeviceSpec.from_string(ps_device).job
        ps_tasks = len(jobs[job]) if job in jobs else 0
    if ps_tasks == 0:
        return None
    if ps_strategy is not None and not callable(ps_strategy):
        raise TypeError("ps_strategy must be callable")
    if not merge_devices:
        _log.warning("DEPRECATION: It is recommended to set merge_devices=true in replica_device_setter")
    strategy = ps_strategy or _InTurn(ps_tasks)
    types = _PARAMETER_OPS if ps_ops is None else tuple(ps_ops)

    def chosen(op: Any) -> str:
        if not merge_devices and op.device:
            return str(op.device)
        current = DeviceSpec.from_string(op.device or "")
        if ps_device and op.type in types:
            server = DeviceSpec.from_string(ps_device)
            if server.job and current.job in (None, server.job):
                server = server.replace(task=strategy(op))
            return server.make_merged_spec(current).to_string()
        return DeviceSpec.from_string(worker_device or "").make_merged_spec(current).to_string()

    return chosen

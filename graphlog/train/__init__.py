"""Training (``tf.train``): optimizers, learning rates, moving averages, checkpoints, input pipelines."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphlog.train import queue_runners as queue_runner
from graphlog.train.adadelta import AdadeltaOptimizer
from graphlog.train.adagrad import AdagradDAOptimizer, AdagradOptimizer, ProximalAdagradOptimizer
from graphlog.train.adam import AdamOptimizer
from graphlog.train.checkpoint_files import (
    CheckpointReader,
    checkpoint_exists,
    get_checkpoint_mtimes,
    list_variables,
    load_checkpoint,
    load_variable,
    remove_checkpoint,
)
from graphlog.train.checkpoint_files import CheckpointReader as NewCheckpointReader
from graphlog.train.checkpoint_hooks import CheckpointSaverHook, CheckpointSaverListener
from graphlog.train.checkpoint_initializers import init_from_checkpoint
from graphlog.train.checkpoint_state import (
    CheckpointState,
    get_checkpoint_state,
    latest_checkpoint,
    update_checkpoint_state,
)
from graphlog.train.clusters import ClusterSpec, Server, replica_device_setter
from graphlog.train.coordinator import Coordinator, LooperThread
from graphlog.train.feeding_hooks import FeedFnHook, FinalOpsHook, GlobalStepWaiterHook
from graphlog.train.ftrl import FtrlOptimizer
from graphlog.train.global_steps import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)
from graphlog.train.gradient_descent import (
    GradientDescentOptimizer,
    MomentumOptimizer,
    ProximalGradientDescentOptimizer,
)
from graphlog.train.graph_files import write_graph
from graphlog.train.meta_graphs import export_meta_graph, import_meta_graph
from graphlog.train.monitored_session import (
    MonitoredSession,
    MonitoredTrainingSession,
    SingularMonitoredSession,
)
from graphlog.train.moving_averages import ExponentialMovingAverage
from graphlog.train.optimizer import Optimizer
from graphlog.train.queue_runners import QueueRunner, add_queue_runner, start_queue_runners
from graphlog.train.rms_prop import RMSPropOptimizer
from graphlog.train.saver import Saver
from graphlog.train.scaffolds import Scaffold
from graphlog.train.schedules import (
    cosine_decay,
    cosine_decay_restarts,
    exponential_decay,
    inverse_time_decay,
    linear_cosine_decay,
    natural_exp_decay,
    noisy_linear_cosine_decay,
    piecewise_constant,
    polynomial_decay,
)
from graphlog.train.schedules import piecewise_constant as piecewise_constant_decay
from graphlog.train.session_hooks import (
    LoggingTensorHook,
    NanLossDuringTrainingError,
    NanTensorHook,
    SecondOrStepTimer,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    StopAtStepHook,
)
from graphlog.train.session_managers import (
    ChiefSessionCreator,
    SessionCreator,
    SessionManager,
    WorkerSessionCreator,
)
from graphlog.train.summary_hooks import ProfilerHook, StepCounterHook, SummarySaverHook
from graphlog.train.supervisors import Supervisor, basic_train_loop

if TYPE_CHECKING:
    from graphlog.files.summary_files import summary_iterator
    from graphlog.proto.example_pb2 import (
        BytesList,
        Example,
        Feature,
        FeatureList,
        FeatureLists,
        Features,
        FloatList,
        Int64List,
        SequenceExample,
    )
    from graphlog.proto.meta_graph_pb2 import SaverDef
    from graphlog.train.input_pipelines import (
        batch,
        batch_join,
        input_producer,
        limit_epochs,
        match_filenames_once,
        maybe_batch,
        maybe_batch_join,
        maybe_shuffle_batch,
        maybe_shuffle_batch_join,
        range_input_producer,
        shuffle_batch,
        shuffle_batch_join,
        slice_input_producer,
        string_input_producer,
    )

# What needs protobuf, which most programs do not need to load.
_LATE = {
    **dict.fromkeys(
        (
            *("BytesList", "Example", "Feature", "FeatureList", "FeatureLists", "Features", "FloatList"),
            *("Int64List", "SequenceExample"),
        ),
        "graphlog.proto.example_pb2",
    ),
    **dict.fromkeys(
        (
            *("batch", "batch_join", "input_producer", "limit_epochs", "match_filenames_once"),
            *("maybe_batch", "maybe_batch_join", "maybe_shuffle_batch", "maybe_shuffle_batch_join"),
            *("range_input_producer", "shuffle_batch", "shuffle_batch_join", "slice_input_producer"),
            "string_input_producer",
        ),
        "graphlog.train.input_pipelines",
    ),
    "summary_iterator": "graphlog.files.summary_files",
    "SaverDef": "graphlog.proto.meta_graph_pb2",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_LATE[name]), name)
    return value


__all__ = [
    "AdadeltaOptimizer",
    "AdagradDAOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "BytesList",
    "CheckpointReader",
    "CheckpointSaverHook",
    "CheckpointSaverListener",
    "CheckpointState",
    "ChiefSessionCreator",
    "ClusterSpec",
    "Coordinator",
    "Example",
    "ExponentialMovingAverage",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FeedFnHook",
    "FinalOpsHook",
    "FloatList",
    "FtrlOptimizer",
    "GlobalStepWaiterHook",
    "GradientDescentOptimizer",
    "Int64List",
    "LoggingTensorHook",
    "LooperThread",
    "MomentumOptimizer",
    "MonitoredSession",
    "MonitoredTrainingSession",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "NewCheckpointReader",
    "Optimizer",
    "ProfilerHook",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "QueueRunner",
    "RMSPropOptimizer",
    "Saver",
    "SaverDef",
    "Scaffold",
    "SecondOrStepTimer",
    "SequenceExample",
    "Server",
    "SessionCreator",
    "SessionManager",
    "SessionRunArgs",
    "SessionRunContext",
    "SessionRunHook",
    "SessionRunValues",
    "SingularMonitoredSession",
    "StepCounterHook",
    "StopAtStepHook",
    "SummarySaverHook",
    "Supervisor",
    "WorkerSessionCreator",
    "add_queue_runner",
    "assert_global_step",
    "basic_train_loop",
    "batch",
    "batch_join",
    "checkpoint_exists",
    "cosine_decay",
    "cosine_decay_restarts",
    "create_global_step",
    "exponential_decay",
    "export_meta_graph",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "import_meta_graph",
    "init_from_checkpoint",
    "input_producer",
    "inverse_time_decay",
    "latest_checkpoint",
    "limit_epochs",
    "linear_cosine_decay",
    "list_variables",
    "load_checkpoint",
    "load_variable",
    "match_filenames_once",
    "maybe_batch",
    "maybe_batch_join",
    "maybe_shuffle_batch",
    "maybe_shuffle_batch_join",
    "natural_exp_decay",
    "noisy_linear_cosine_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
    "queue_runner",
    "range_input_producer",
    "remove_checkpoint",
    "replica_device_setter",
    "shuffle_batch",
    "shuffle_batch_join",
    "slice_input_producer",
    "start_queue_runners",
    "string_input_producer",
    "summary_iterator",
    "update_checkpoint_state",
    "write_graph",
]


def __dir__() -> list[str]:
    return sorted(__all__)

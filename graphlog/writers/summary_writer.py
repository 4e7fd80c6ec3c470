"""A SummaryWriter as ``torch.utils.tensorboard`` and ``tensorboardX`` have it."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any

from graphlog.encoders.bucket_counts import limits
from graphlog.writers.summary_methods.embeddings import EmbeddingMethods
from graphlog.writers.summary_methods.gradients import GradientMethods
from graphlog.writers.summary_methods.graphs import GraphMethods
from graphlog.writers.summary_methods.media import MediaMethods
from graphlog.writers.summary_methods.plugins import PluginMethods
from graphlog.writers.summary_methods.scalars import ScalarMethods
from graphlog.writers.summary_methods.tensors import TensorMethods
from graphlog.writers.user_warnings import warn_user


class SummaryWriter(
    ScalarMethods,
    TensorMethods,
    MediaMethods,
    PluginMethods,
    EmbeddingMethods,
    GraphMethods,
    GradientMethods,
):
    """Writes what a training shows to an event file, for TensorBoard.

    It takes the place of ``torch.utils.tensorboard.SummaryWriter`` and of ``tensorboardX.SummaryWriter``, and
    has the methods and arguments of both. Arrays may be NumPy's, PyTorch's, JAX's, or of any library with
    ``__array__`` or DLPack. Tags are written as they are.

    Threads may share a writer, and a forked child may go on with it: its events go to a file of its own. So
    do those of a copy by pickle. After ``close``, the next thing that is added starts a new file.

    Args:
        log_dir: the folder of the run; ``runs/DATE_HOST`` and the comment by default.
        comment: what the default folder's name ends with.
        purge_step: TensorBoard drops what the folder already has from this step on.
        max_queue: see ``FileWriter``.
        flush_secs: see ``FileWriter``.
        filename_suffix: what the name of each event file ends with.
        write_to_disk: whether anything is written at all.
        logdir: what tensorboardX calls the log_dir.
        comet_config: taken for tensorboardX's sake; nothing is sent to Comet.
        **options: what else ``FileWriter`` takes.

    Raises:
        OSError: the folder or the file cannot be created; it names the path.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        logdir: str | os.PathLike[str] | None = None,
        comet_config: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        if comet_config is not None and not comet_config.get("disabled"):
            warn_user("comet_config has no effect: graphlog sends nothing to Comet.")
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.scalar_dict = {}
        self._last_steps = {}
        self._layout = {}
        self._hparams = None
        self._hparams_runs = 1
        self._gradient_calls = 0
        super().__init__(
            logdir if log_dir is None else log_dir,
            comment,
            purge_step,
            filename_suffix,
            write_to_disk,
            {"max_queue": max_queue, "flush_secs": flush_secs, **options},
        )

    @property
    def default_bins(self) -> list[float]:
        """The edges of the bins of ``add_histogram``."""
        edges: list[float] = limits().tolist()
        return edges

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

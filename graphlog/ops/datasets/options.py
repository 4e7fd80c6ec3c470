"""The options of datasets."""

from __future__ import annotations

from typing import Any, ClassVar


class OptionsBase:
    """Options by name, each None until it is set.

    Attributes:
        names: the names of the options, with the class of those that are options themselves.
    """

    names: ClassVar[dict[str, type[OptionsBase] | None]] = {}

    def __init__(self) -> None:
        made = {name: None if kind is None else kind() for name, kind in self.names.items()}
        self.__dict__["_values"] = made
        self.__dict__["_set"] = set()

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._values:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        self._values[name] = value
        self._set.add(name)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == getattr(other, "_values", None)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = object.__hash__

    def merge(self, options: OptionsBase) -> Any:
        """Options that are set where these or the others are; the others win."""
        merged = type(self)()
        for name, value in self._values.items():
            other = options._values[name]
            if isinstance(value, OptionsBase) and isinstance(other, OptionsBase):
                merged._values[name] = value.merge(other)
            else:
                merged._values[name] = value if other is None else other
        return merged


class MapVectorizationOptions(OptionsBase):
    """Whether maps are made to work on batches; graphlog runs them as they are.

    Source: ``tf.data.experimental.MapVectorizationOptions``.
    """

    names = {"enabled": None, "use_choose_fastest": None}  # noqa: RUF012


class OptimizationOptions(OptionsBase):
    """Which rewrites of datasets are asked for.

    The graph lists them; of these only ``shuffle_and_repeat_fusion`` changes something: the order.

    Source: ``tf.data.experimental.OptimizationOptions``.
    """

    names = {  # noqa: RUF012
        **dict.fromkeys(
            [
                *("apply_default_optimizations", "autotune", "autotune_algorithm", "autotune_buffers"),
                *("autotune_cpu_budget", "filter_fusion", "filter_with_random_uniform_fusion"),
                *("hoist_random_uniform", "map_and_batch_fusion", "map_and_filter_fusion", "map_fusion"),
                *("map_parallelization", "noop_elimination", "parallel_batch", "shuffle_and_repeat_fusion"),
            ]
        ),
        "map_vectorization": MapVectorizationOptions,
    }


_DEFAULTS = ("map_and_batch_fusion", "noop_elimination", "shuffle_and_repeat_fusion")
_OPTIMIZATIONS = (
    *("filter_fusion", "filter_with_random_uniform_fusion", "hoist_random_uniform", *_DEFAULTS),
    *("map_and_filter_fusion", "map_parallelization", "map_fusion", "parallel_batch"),
)


class ThreadingOptions(OptionsBase):
    """How many threads are asked for; graphlog uses one.

    Source: ``tf.data.experimental.ThreadingOptions``.
    """

    names = dict.fromkeys(["max_intra_op_parallelism", "private_threadpool_size"])


class DistributeOptions(OptionsBase):
    """How datasets are distributed; graphlog keeps them in one place.

    Source: ``tf.data.experimental.DistributeOptions``.
    """

    names = dict.fromkeys(["auto_shard", "num_devices"])


class Options(OptionsBase):
    """The options of a dataset, for ``Dataset.with_options``.

    Source: ``tf.data.Options``.
    """

    names = {  # noqa: RUF012
        **dict.fromkeys(
            ["experimental_deterministic", "experimental_slack", "experimental_stateful_whitelist"]
        ),
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_stats": None,
        "experimental_threading": ThreadingOptions,
    }

    def rewrites(self) -> list[str]:
        """The rewrites that an iterator asks for."""
        wanted = self.experimental_optimization
        names = {name for name in _OPTIMIZATIONS if getattr(wanted, name)}
        if wanted.apply_default_optimizations is not False:
            names |= {name for name in _DEFAULTS if getattr(wanted, name) is not False}
        if wanted.map_vectorization.enabled:
            names.add("map_vectorization")
        if wanted.autotune is not False and wanted.autotune_buffers:
            names.add("inject_prefetch")
        more = ["make_sloppy"] if self.experimental_deterministic is False else []
        return sorted(names) + more + (["slack"] if self.experimental_slack else [])

    def rewrite_settings(self) -> list[str]:
        """How the rewrites are to be done."""
        choice = bool(self.experimental_optimization.map_vectorization.use_choose_fastest)
        settings = [f"map_vectorization:use_choose_fastest:{str(choice).lower()}"]
        if self.experimental_slack:
            settings.append(f"slack:slack_period:{self.experimental_distribute.num_devices or 1}")
        return settings

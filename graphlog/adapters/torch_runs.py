"""What a PyTorch module calls while it runs, as a graph: for modules that no exporter takes."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphlog.adapters.foreign_graphs import CONSTANT, ForeignGraph
from graphlog.adapters.torch_exports import shared_names
from graphlog.adapters.torch_internals import storage_of, version_of
from graphlog.adapters.torch_memory import SharedMemory
from graphlog.adapters.torch_profiles import TorchProfile
from graphlog.adapters.torch_programs import add_operation, add_plain_output
from graphlog.adapters.torch_scopes import ModuleScopes
from graphlog.adapters.torch_values import (
    described,
    is_tensor,
    is_users_file,
    leaves,
    output_names,
    plain,
    text,
)
from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

# Calls that show where Python looks at the numbers of a tensor.
_READS = frozenset({"item", "bool", "int", "float", "numpy", "tolist", "index"})
_SPECIAL = re.compile(r"__(\w+)__")


def add_run(
    foreign: ForeignGraph,
    scopes: ModuleScopes,
    module: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    named_inputs: Mapping[str, Any],
    profile: TorchProfile | None = None,
) -> None:
    """Runs a module, and adds what it calls to a graph.

    Args:
        foreign: the graph.
        scopes: the scopes of the modules.
        module: the module; its buffers and the state of the random generators are put back.
        args: its inputs.
        kwargs: those that are given by name.
        named_inputs: all of them by the names of the parameters of ``forward``.
        profile: what measures the calls, or None.

    Raises:
        Exception: whatever the module raises.
    """
    run = _Run(foreign, scopes, module, profile)
    for name, value in leaves(dict(named_inputs)):
        run.add_input(name.replace("/", "_"), value)
    with as_before(module), run.inside_modules(module), run.watched():
        returned = module(*args, **kwargs)
    run.add_outputs(returned)


class _Run:
    """The calls so far. Tensors are kept, so that each has its own identity."""

    def __init__(
        self, foreign: ForeignGraph, scopes: ModuleScopes, module: Any, profile: TorchProfile | None
    ) -> None:
        self._foreign = foreign
        self._profile = profile
        self._scopes = scopes
        self._scope: list[str] = [""]
        self._known: dict[int, tuple[Any, Tensor]] = {}
        self._memory = SharedMemory()
        self._holders: dict[int, int] = {}  # for each piece of memory a tensor that lies in it
        first = shared_names(module)
        buffers = {name for name, _ in module.named_buffers(remove_duplicate=False)}
        for name, tensor in (*module.named_parameters(), *module.named_buffers()):
            found = described(tensor) or (dtypes.unknown, None)
            add = foreign.add_buffer if name in buffers else foreign.add_parameter
            self._know(tensor, add(scopes.name(first[name]), *found))

    def add_input(self, name: str, value: Any) -> None:
        if is_tensor(value) and id(value) not in self._known:
            found = described(value) or (dtypes.unknown, None)
            self._know(value, self._foreign.add_input(name, *found))

    def add_outputs(self, returned: Any) -> None:
        for name, value in output_names(returned):
            if is_tensor(value):
                operation = self._foreign.add_output(name, self._tensor(value))
                self._follow_changes(operation, [value])
            elif value is not None:
                add_plain_output(self._foreign, name, value)

    @contextlib.contextmanager
    def inside_modules(self, module: Any) -> Iterator[None]:
        """Follows which module is running."""

        def enter(scope: str) -> Callable[..., None]:
            return lambda *_: self._scope.append(scope)

        def leave(*_: Any) -> None:
            self._scope.pop()

        hooks = []
        for path, part in module.named_modules():
            if path:
                hooks.append(part.register_forward_pre_hook(enter(self._scopes.of(path))))
                hooks.append(part.register_forward_hook(leave, always_call=True))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def watched(self) -> Any:
        """A mode of PyTorch in which this run hears of each call."""
        from torch.overrides import TorchFunctionMode

        note = self._note

        class Watching(TorchFunctionMode):  # type: ignore[misc]
            def __torch_function__(
                self, function: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                return note(function, args, kwargs or {})

        return Watching()

    def _note(self, function: Any, args: Any, kwargs: Any) -> Any:
        taken = [item for _, item in leaves([*args, *kwargs.values()]) if is_tensor(item)]
        versions = [version_of(tensor) for tensor in taken]
        if self._profile is None:
            result = function(*args, **kwargs)
        else:
            result = self._profile.call(lambda: function(*args, **kwargs), taken)
        changed = [
            tensor for tensor, version in zip(taken, versions, strict=True) if version_of(tensor) != version
        ]
        results = [item for _, item in leaves(result) if is_tensor(item)]
        name = _name(function)
        is_news = changed or any(id(item) not in self._known for item in results)
        if is_news or (name in _READS and taken):
            self._add(name, function, args, kwargs, taken, results, changed)
        return result

    def _add(
        self,
        name: str,
        function: Any,
        args: Any,
        kwargs: Any,
        taken: list[Any],
        results: list[Any],
        changed: list[Any],
    ) -> None:
        attributes = {}
        for key, value in (
            *((f"argument_{number}", item) for number, item in enumerate(args)),
            *kwargs.items(),
        ):
            if not any(is_tensor(item) for _, item in leaves(value)) and (shown := plain(value)) is not None:
                attributes[key.lstrip("_")] = shown
        attributes["overload"] = text(f"{getattr(function, '__module__', None) or 'torch.Tensor'}.{name}")
        if source := _source():
            attributes["source"] = source
        inputs = [self._tensor(tensor) for tensor in taken]
        given = results or changed[:1]
        operation = add_operation(
            self._foreign, name, f"{self._scope[-1]}{name}", inputs, list(given), attributes
        )
        if self._profile is not None:
            self._profile.belongs_to(operation)
        self._follow_changes(operation, taken)
        for tensor in changed:
            self._memory.change(id(tensor), operation)
        for tensor, output in zip(given, operation.outputs, strict=True):
            self._know(tensor, output)

    def _know(self, tensor: Any, output: Tensor) -> None:
        is_new = id(tensor) not in self._known
        self._known[id(tensor)] = tensor, output
        storage = storage_of(tensor)
        if is_new and storage:
            self._memory.share(id(tensor), [self._holders.setdefault(storage, id(tensor))])

    def _tensor(self, tensor: Any) -> Tensor:
        """The graph's tensor for one of PyTorch's; a constant for one that comes from nowhere."""
        if id(tensor) not in self._known:
            found = described(tensor) or (dtypes.unknown, None)
            name = f"{self._scope[-1]}constant"
            self._know(tensor, self._foreign.add(CONSTANT, name, outputs=[found]).outputs[0])
        return self._known[id(tensor)][1]

    def _follow_changes(self, operation: Operation, taken: list[Any]) -> None:
        before = [self._memory.changed_since(id(tensor)) for tensor in taken]
        operation.add_control_inputs([change for change in before if change is not None])


def _name(function: Any) -> str:
    name = getattr(function, "__name__", None) or type(function).__name__
    if name == "__get__":  # of a property, such as Tensor.T
        name = getattr(getattr(function, "__self__", None), "__name__", name)
    special = _SPECIAL.fullmatch(name)
    return special[1] if special else name


def _source() -> bytes | None:
    """The line of the user's code that is running."""
    frame = sys._getframe(1)
    while frame is not None:
        if is_users_file(frame.f_code.co_filename):
            return text(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        frame = frame.f_back  # type: ignore[assignment]
    return None


@contextlib.contextmanager
def as_before(module: Any) -> Iterator[None]:
    """Puts back what a run changes: buffers, such as running means, and the random generators."""
    import torch

    kept = [(buffer, buffer.detach().clone()) for buffer in module.buffers()]
    devices = {tensor.device.index for tensor in module.parameters() if tensor.device.type == "cuda"}
    try:
        with torch.random.fork_rng(devices=sorted(devices)):
            yield
    finally:
        with torch.no_grad():
            for buffer, values in kept:
                if not torch.equal(buffer, values):
                    buffer.copy_(values)

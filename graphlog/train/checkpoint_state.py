"""The file ``checkpoint`` of a folder: which checkpoints it holds, and which is the latest.

It is TensorFlow's text file, a CheckpointState in protobuf's text format.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from graphlog.ops.checkpoints.atomic_files import replaced

_LINE = re.compile(r'\s*(\w+)\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([-+.\deE]+|inf))\s*')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)")
_ESCAPED = {"n": b"\n", "r": b"\r", "t": b"\t"}


@dataclass
class CheckpointState:
    """What the file says (``tf.train.CheckpointState``).

    Attributes:
        model_checkpoint_path: the prefix of the latest checkpoint.
        all_model_checkpoint_paths: the prefixes of all that are kept, the oldest first.
        all_model_checkpoint_timestamps: when they were written, in seconds since 1970.
        last_preserved_timestamp: from when on the next one is kept for good.
    """

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0

    def to_text(self) -> str:
        """The text of the file."""
        lines = [f'model_checkpoint_path: "{_escaped(self.model_checkpoint_path)}"']
        for path in self.all_model_checkpoint_paths:
            lines.append(f'all_model_checkpoint_paths: "{_escaped(path)}"')
        for time in self.all_model_checkpoint_timestamps:
            lines.append(f"all_model_checkpoint_timestamps: {time!r}")
        if self.last_preserved_timestamp:
            lines.append(f"last_preserved_timestamp: {self.last_preserved_timestamp!r}")
        return "\n".join(lines) + "\n"

    @classmethod
    def from_text(cls, text: str) -> CheckpointState:
        """What a text says; ValueError where it is not of that format."""
        state = cls()
        for line in filter(str.strip, text.splitlines()):
            match = _LINE.fullmatch(line)
            if match is None:
                raise ValueError(f"This is no line of a checkpoint state: {line!r}")
            name, quoted, number = match.groups()
            if name == "model_checkpoint_path" and quoted is not None:
                state.model_checkpoint_path = _unescaped(quoted)
            elif name == "all_model_checkpoint_paths" and quoted is not None:
                state.all_model_checkpoint_paths.append(_unescaped(quoted))
            elif name == "all_model_checkpoint_timestamps" and number is not None:
                state.all_model_checkpoint_timestamps.append(float(number))
            elif name == "last_preserved_timestamp" and number is not None:
                state.last_preserved_timestamp = float(number)
        return state


def _escaped(text: str) -> str:
    pieces = []
    for byte in os.fsencode(text):
        character = chr(byte)
        if character in '"\\':
            pieces.append("\\" + character)
        else:
            pieces.append(character if 32 <= byte < 127 else f"\\{byte:03o}")
    return "".join(pieces)


def _unescaped(text: str) -> str:
    def value(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "01234567":
            byte = bytes([int(code, 8) & 255])
        elif code[0] == "x" and len(code) > 1:
            byte = bytes([int(code[1:], 16)])
        else:
            byte = _ESCAPED.get(code, code.encode())
        return byte.decode("latin-1")

    # Bytes of several escapes make one character, so that they are put together before decoding.
    decoded = _ESCAPE.sub(value, text.encode().decode("latin-1"))
    return os.fsdecode(decoded.encode("latin-1"))


def state_path(save_dir: str, latest_filename: str | None) -> str:
    """The path of that file, which is called ``checkpoint`` where no other name is given."""
    return os.path.join(save_dir, latest_filename or "checkpoint")


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Writes the file ``checkpoint``.

    Args:
        save_dir: the folder.
        model_checkpoint_path: the prefix of the latest checkpoint.
        all_model_checkpoint_paths: those of all, the oldest first.
        latest_filename: the file's name.
        all_model_checkpoint_timestamps: when they were written.
        last_preserved_timestamp: from when on the next one is kept for good.
        save_relative_paths: whether paths are written relative to the folder.

    Raises:
        ValueError: there are not as many times as paths.
        RuntimeError: the path of the checkpoint is that of the file.

    Source: ``tf.train.update_checkpoint_state``.
    """
    paths = list(all_model_checkpoint_paths or ())
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    times = list(all_model_checkpoint_timestamps or ())
    if times and len(times) != len(paths):
        raise ValueError(
            "Checkpoint timestamps, if provided, must match checkpoint paths (got paths "
            f"{paths} and timestamps {times})"
        )

    def written(path: str) -> str:
        is_relative = not os.path.isabs(path)
        if save_relative_paths and not is_relative:
            return os.path.relpath(path, save_dir)
        return os.path.relpath(path, save_dir) if is_relative and not os.path.isabs(save_dir) else path

    state = CheckpointState(
        written(model_checkpoint_path),
        [written(path) for path in paths],
        times,
        last_preserved_timestamp or 0.0,
    )
    file_path = state_path(save_dir, latest_filename)
    if file_path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state.  Please use "
            "a different save path."
        )
    with replaced(file_path) as file:
        file.write(state.to_text().encode())


def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> CheckpointState | None:
    """What the file ``checkpoint`` of a folder says, with paths that begin with the folder.

    Args:
        checkpoint_dir: the folder.
        latest_filename: the file's name.

    Returns:
        A CheckpointState; None where there is no such file, or it cannot be understood.

    Source: ``tf.train.get_checkpoint_state``.
    """
    try:
        with open(state_path(os.fspath(checkpoint_dir), latest_filename), encoding="utf-8") as file:
            state = CheckpointState.from_text(file.read())
    except (OSError, ValueError):
        return None
    if not state.model_checkpoint_path:
        return None
    # A path that is absolute stays as it is.
    state.model_checkpoint_path = os.path.join(checkpoint_dir, state.model_checkpoint_path)
    state.all_model_checkpoint_paths = [
        os.path.join(checkpoint_dir, path) for path in state.all_model_checkpoint_paths
    ]
    return state


def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint in a folder.

    Args:
        checkpoint_dir: the folder.
        latest_filename: the name of the file that says so.

    Returns:
        The prefix; None where there is no checkpoint.

    Source: ``tf.train.latest_checkpoint``.
    """
    from graphlog.train.checkpoint_files import checkpoint_exists

    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is not None and checkpoint_exists(state.model_checkpoint_path):
        return state.model_checkpoint_path
    return None

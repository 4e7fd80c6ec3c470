"""The command ``graphlog``: how it starts, and what becomes of errors."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

# All else is imported where Ctrl-C is looked after: it takes half a second.
from graphlog.cli.output import FAILED, FINE, INTERRUPTED, error_text, one_line, print_to_stderr


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process.

    Args:
        arguments: the arguments; those of the process if None.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before: the exit status tells what is to be told
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # it stays open to the end
        elif hasattr(stream, "reconfigure"):
            # A terminal that knows few letters shows others for those that it lacks.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_status(arguments))


def _status(arguments: list[str] | None) -> int:
    """Runs the command line and returns its exit status."""
    try:
        from graphlog.cli.commands import commands

        status = commands(args=arguments, prog_name="graphlog", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else FINE
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit as end:
        # typer makes one of a pipe that is closed.
        if isinstance(end.__context__, BrokenPipeError):
            return _nobody_reads()
        raise
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        return _failed("there is not enough memory")
    except Exception as error:
        # typer makes an Abort of Ctrl-C.
        if isinstance(error.__cause__, KeyboardInterrupt):
            return INTERRUPTED
        return _failed(_message(error))


def _nobody_reads() -> int:
    """Whoever reads has enough, as ``head`` does: nothing more can be told, also not at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return FINE


def _message(error: Any) -> str:
    if hasattr(error, "format_message"):  # a wrong option or argument
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "graphlog"
        said = one_line(error.format_message()).rstrip(".")
        return f"{said}{'' if said.endswith('?') else '.'} See {command} --help."
    return error_text(error)


def _failed(message: str) -> int:
    with contextlib.suppress(OSError):  # where that cannot be told either, the exit status tells it
        print_to_stderr(f"graphlog: {message}")
    return FAILED

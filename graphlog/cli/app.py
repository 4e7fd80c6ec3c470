"""The command ``graphlog``: its subcommands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from graphlog.cli import check, convert, diff, export, gradients, graph, inspect, repair, scalars, view
from graphlog.cli.output import FAILED, FINE, INTERRUPTED, error_text, one_line

app = typer.Typer(
    name="graphlog",
    help="Looks into computation graphs and TensorBoard event files, and makes them.",
    epilog="graphlog COMMAND --help tells more. Exit status: 0 if all is fine, 1 if something was found "
    "(damage, a difference, an unhealthy gradient), 2 if the command failed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("inspect")(inspect.inspect)
app.command("graph")(graph.graph)
app.command("scalars")(scalars.scalars)
app.command("gradients")(gradients.gradients)
app.command("diff")(diff.diff)
app.command("check")(check.check)
app.command("repair")(repair.repair)
app.command("export")(export.export)
app.command("convert")(convert.convert)
app.command("view")(view.view)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        print(f"graphlog {metadata.version('graphlog')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process.

    Args:
        arguments: the arguments; those of the process if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that knows few letters shows others for those that it lacks.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_status(arguments))


def _status(arguments: list[str] | None) -> int:
    """Runs the command line and returns its exit status."""
    try:
        status = app(args=arguments, prog_name="graphlog", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else FINE
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit as end:
        # typer makes one of a pipe that is closed.
        if isinstance(end.__context__, BrokenPipeError):
            return _nobody_reads()
        raise
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except MemoryError:
        return _failed("there is not enough memory")
    except Exception as error:
        return _failed(_message(error))


def _nobody_reads() -> int:
    """Whoever reads has enough, as ``head`` does: nothing more can be told, also not at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return FINE


def _message(error: Any) -> str:
    if hasattr(error, "format_message"):  # a wrong option or argument
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "graphlog"
        return f"{one_line(error.format_message()).rstrip('.')}. See {command} --help."
    return error_text(error)


def _failed(message: str) -> int:
    print(f"graphlog: {message}", file=sys.stderr)
    return FAILED

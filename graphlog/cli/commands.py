"""The commands of ``graphlog``."""

from __future__ import annotations

from typing import Annotated

import typer

from graphlog.cli import check, convert, diff, export, gradients, graph, inspect, repair, scalars, view

commands = typer.Typer(
    name="graphlog",
    help="Looks into computation graphs and TensorBoard event files, and makes them.",
    epilog="graphlog COMMAND --help tells more. Exit status: 0 if all is fine, 1 if something was found "
    "(damage, a difference, an unhealthy gradient), 2 if the command failed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands.command("inspect")(inspect.inspect)
commands.command("graph")(graph.graph)
commands.command("scalars")(scalars.scalars)
commands.command("gradients")(gradients.gradients)
commands.command("diff")(diff.diff)
commands.command("check")(check.check)
commands.command("repair")(repair.repair)
commands.command("export")(export.export)
commands.command("convert")(convert.convert)
commands.command("view")(view.view)


def _version(wanted: bool) -> None:
    if wanted:
        from graphlog._version import __version__

        print(f"graphlog {__version__}")
        raise typer.Exit


@commands.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())

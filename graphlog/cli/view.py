"""``graphlog view``: TensorBoard on a log."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, print_json, shown
from graphlog.cli.waiting import waiting


def view(
    logdir: Annotated[
        str, typer.Argument(metavar="LOGDIR", help="The folder that the event files are below.")
    ],
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="The port; 6006, or the next that is free, by default.", min=0, max=65535
        ),
    ] = None,
    json: AsJson = False,
) -> int:
    """Start TensorBoard on a log, and print its address.

    It can be reached from this computer alone. Ctrl-C ends it.
    """
    if "://" not in logdir and not Path(logdir).is_dir():
        raise NotADirectoryError(f"{logdir} is no folder.")
    from tensorboard import program

    server = program.TensorBoard()
    arguments = ["tensorboard", "--logdir", logdir, "--host", "127.0.0.1"]
    if port is not None:
        arguments += ["--port", str(port)]
    server.configure(argv=arguments)
    with waiting("starting TensorBoard"):
        address = server.launch()
    if json:
        print_json({"address": address, "logdir": logdir})
    else:
        print(f"TensorBoard shows {shown(logdir)} at {shown(address)} (Ctrl-C ends it)", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return FINE
    return FINE

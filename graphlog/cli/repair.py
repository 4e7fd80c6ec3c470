"""``graphlog repair``: mends an event file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphlog.cli.number_texts import bytes_text, plural
from graphlog.cli.options import AsJson, check_local
from graphlog.cli.output import FINE, FOUND, print_json, print_table, shown
from graphlog.cli.waiting import waiting


def repair(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The damaged event file; it is only read.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="The file for all readable records.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it is there.")] = False,
    json: AsJson = False,
) -> int:
    """Write all readable records of a damaged file to another.

    Exit status 1 says that something was lost.
    """
    from graphlog.inspect import repair as library

    check_local(source, output)
    if source.is_dir():
        raise ValueError(f"{source} is a folder: name a file of it; graphlog check tells which are damaged.")
    with waiting(f"reading {source}"):
        report = library.repair(source, output, overwrite)
    if json:
        print_json(report)
        return FOUND if report.damage else FINE
    kept = f"{plural(report.kept_records, 'record')} ({bytes_text(report.kept_bytes)})"
    print(f"Kept {kept} of {shown(source)} in {shown(output)}")
    if report.damage:
        print(f"Lost about {plural(report.lost_records, 'record')} ({bytes_text(report.lost_bytes)}):")
        print_table(
            ["byte", "length", "records", "damage", "what is wrong"],
            [[item.offset, item.length, item.lost_records, item.kind, item.detail] for item in report.damage],
            right=["byte", "length", "records"],
            breaks=["what is wrong"],
        )
        if not report.kept_records:
            print("No record is readable: perhaps this is no event file.")
    else:
        print("Nothing was lost: the file was not damaged.")
    return FOUND if report.damage else FINE

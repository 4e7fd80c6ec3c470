"""``graphlog check``: what is damaged, and what TensorBoard would show wrongly."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.number_texts import plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, shown, waiting

if TYPE_CHECKING:
    from graphlog.inspect.check_findings import Finding


def check(
    path: Annotated[str, typer.Argument(help="A graph, an event file, a folder, a pattern or a URL.")],
    notes: Annotated[bool, typer.Option("--notes", help="Show also what is only worth knowing.")] = False,
    most: Annotated[int, typer.Option(help="How many findings of one kind to print.", min=1)] = 10,
    json: AsJson = False,
) -> int:
    """Check every record of a log, or a graph, for damage and for what TensorBoard shows wrongly.

    Exit status 1 says that an error or a warning was found.
    """
    from graphlog.inspect.check_findings import Severity
    from graphlog.inspect.check_paths import check_path

    with waiting(f"checking {path}"):
        findings = check_path(path)
    bad = [item for item in findings if item.severity != Severity.NOTE]
    listed = findings if notes else bad
    if json:
        print_json(listed)
        return FOUND if bad else FINE
    counts = Counter(item.code for item in listed)
    printed: Counter[str] = Counter()
    for item in listed:
        printed[item.code] += 1
        if printed[item.code] <= most:
            _print_finding(item)
        if printed[item.code] == max(most, counts[item.code]) > most:
            print(f"… and {counts[item.code] - most:,} more of [{item.code}]; --most shows more")
    errors = sum(item.severity == Severity.ERROR for item in findings)
    numbers = [(errors, "error"), (len(bad) - errors, "warning"), (len(findings) - len(bad), "note")]
    print(", ".join(plural(count, name) for count, name in numbers) if findings else "Nothing was found.")
    if len(findings) > len(bad) and not notes:
        print("--notes shows the notes, too.")
    return FOUND if bad else FINE


def _print_finding(item: Finding) -> None:
    place = item.file + ("" if item.offset is None else f", byte {item.offset}")
    print(f"{item.severity}: {shown(item.what)} [{item.code}]")
    for text in (place, item.advice):
        if text:
            print(f"    {shown(text)}")

"""``graphlog check``: what is damaged, and what TensorBoard would show wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.number_texts import plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_paragraph, print_styled, shown
from graphlog.cli.waiting import bytes_progress

if TYPE_CHECKING:
    from graphlog.inspect.checks.findings import Finding

_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


def check(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A graph, an event file, a folder, a pattern or a URL.")
    ],
    notes: Annotated[bool, typer.Option("--notes", help="Show also what is only worth knowing.")] = False,
    most: Annotated[
        int, typer.Option(metavar="N", help="How many findings of one kind to print.", min=1)
    ] = 10,
    json: AsJson = False,
) -> int:
    """Find damage, and what TensorBoard would show wrongly.

    Every record of a log is checked, or a graph.

    Exit status 1 says that an error or a warning was found.
    """
    from graphlog.inspect.checks.findings import Severity
    from graphlog.inspect.checks.path import check_path

    with bytes_progress(f"checking {path}", path) as told:
        findings = check_path(path, told)
    bad = [item for item in findings if item.severity != Severity.NOTE]
    listed = findings if notes else bad
    if json:
        print_json(listed)
        return FOUND if bad else FINE
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for item in listed:
        groups.setdefault((item.severity, item.code, item.advice), []).append(item)
    for (severity, code, advice), items in groups.items():
        _print_group(severity, code, advice, items, most)
    counts = [sum(item.count for item in findings if item.severity == kind) for kind in Severity]
    numbers = [*zip(counts, Severity, strict=True)]
    if findings:
        print(", ".join(plural(count, name) for count, name in numbers if count))
    else:
        print("Nothing was found: every record is whole, and TensorBoard shows all of it.")
    if len(findings) > len(bad) and not notes:
        print(f"{'There is no damage. ' if not bad else ''}--notes shows what is only worth knowing.")
    return FOUND if bad else FINE


def _print_group(severity: str, code: str, advice: str, items: Sequence[Finding], most: int) -> None:
    """Prints findings of one kind: what to do once, and each with its place."""
    count = sum(item.count for item in items)
    print_styled(f"{severity}: {code}{f', {count:,} times' if count > 1 else ''}", _STYLES[severity])
    places: dict[str, dict[str, list[str]]] = {}
    for item in items[:most]:
        place = item.file + ("" if item.offset is None else f", byte {item.offset:,}")
        often = f" ({item.count:,} times; this is the first)" if item.count > 1 and item.subject else ""
        places.setdefault(place, {}).setdefault(item.what + often, []).append(item.subject)
    for place, texts in places.items():
        margin = 2
        if place:
            print(f"  {shown(place)}")
            margin = 4
        for text, subjects in texts.items():
            print_paragraph(text + _subjects_text(text, subjects), "-", margin)
    if len(items) > most:
        rest = sum(item.count for item in items[most:])
        print(f"  … and {rest:,} more; --most shows more")
    if advice:
        print_paragraph(advice, "What to do:")


def _subjects_text(text: str, subjects: Sequence[str]) -> str:
    """What a finding is about, where that does not stand in its text."""
    named = [name for name in dict.fromkeys(subjects) if name and name not in text]
    return f" ({', '.join(named)})" if named else ""

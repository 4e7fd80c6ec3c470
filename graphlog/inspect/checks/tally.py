"""Findings that come again and again, told once with their number."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from graphlog.inspect.checks.findings import Finding, Severity

_SEVERITIES = list(Severity)


class Tally:
    """The first finding of each kind about each subject, and how many there were.

    So what is kept grows with the number of tags, not with that of records.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str], Finding] = {}
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(self, findings: Iterable[Finding], file: str = "", offset: int | None = None) -> None:
        """Counts findings that were made at a record of a file."""
        for finding in findings:
            key = (finding.code, finding.subject, file)
            if key not in self._first:
                self._first[key] = dataclasses.replace(finding, file=file, offset=offset)
            self._counts[key] = self._counts.get(key, 0) + 1

    def add_each(self, finding: Finding, file: str, offset: int) -> None:
        """Adds a finding that is told by itself, whatever others are like it."""
        key = (finding.code, f"byte {offset}", file)
        self._first[key] = dataclasses.replace(finding, file=file, offset=offset)
        self._counts[key] = 1

    def findings(self) -> list[Finding]:
        """What was found, the worst first."""
        told = [
            finding
            if self._counts[key] == 1
            else dataclasses.replace(
                finding, what=f"{finding.what} ({self._counts[key]} times; this is the first.)"
            )
            for key, finding in self._first.items()
        ]
        return sorted(told, key=lambda finding: _SEVERITIES.index(finding.severity))

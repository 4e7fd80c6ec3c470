"""Findings that come again and again, told once with their number."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from graphlog.inspect.checks.findings import Finding, Severity

_SEVERITIES = list(Severity)
_Key = tuple[str, str, str]
# So many findings of one kind about one thing, and so many things, are told; the rest is counted.
_MOST_TEXTS = 10
_MOST_SUBJECTS = 1000


class _Counted:
    """A finding, and how often it was made."""

    __slots__ = ("count", "first")

    def __init__(self, first: Finding) -> None:
        self.first = first
        self.count = first.count


class Tally:
    """What was found, as much of it as anyone can read, and how often.

    Of findings of one kind about one node or tag, those are told that were made at the first record; what is
    found later is counted with the first of them. So what is kept grows neither with the number of records
    nor with that of a stranger's nodes.
    """

    def __init__(self) -> None:
        # By kind, subject and file, and then by text.
        self._told: dict[_Key, dict[str, _Counted]] = {}
        self._subjects: dict[str, int] = {}
        self._untold: dict[str, _Counted] = {}

    def add(self, findings: Iterable[Finding], file: str = "", offset: int | None = None) -> None:
        """Counts findings that were made at a record of a file, or at a graph."""
        for finding in findings:
            self._add(finding, finding.subject, file, offset)

    def add_each(self, finding: Finding, file: str, offset: int) -> None:
        """Adds a finding that is told by itself, whatever others are like it."""
        self._add(finding, f"byte {offset}", file, offset)

    def _add(self, finding: Finding, subject: str, file: str, offset: int | None) -> None:
        key = finding.code, subject, file
        same = self._same(key, finding.what, offset)
        if same is not None:
            same.count += finding.count
            return
        if key not in self._told:
            seen = self._subjects[finding.code] = self._subjects.get(finding.code, 0) + 1
            if seen > _MOST_SUBJECTS:
                self._untold[finding.code] = _Counted(dataclasses.replace(finding, file=file))
                return
        first = dataclasses.replace(finding, file=file, offset=offset)
        self._told.setdefault(key, {})[finding.what] = _Counted(first)

    def _same(self, key: _Key, what: str, offset: int | None) -> _Counted | None:
        """That with which a finding is counted; None for one that is told."""
        texts = self._told.get(key)
        if texts is None:
            return self._untold.get(key[0])
        if what in texts:
            return texts[what]
        first = next(iter(texts.values()))
        return first if first.first.offset != offset or len(texts) == _MOST_TEXTS else None

    def findings(self) -> list[Finding]:
        """What was found, the worst first."""
        found = [
            dataclasses.replace(item.first, count=item.count)
            for texts in self._told.values()
            for item in texts.values()
        ]
        found += [
            dataclasses.replace(
                item.first,
                subject="",
                what=f"{item.count:,} more of this kind are not told one by one.",
                offset=None,
                count=item.count,
            )
            for item in self._untold.values()
        ]
        return sorted(found, key=lambda finding: _SEVERITIES.index(finding.severity))

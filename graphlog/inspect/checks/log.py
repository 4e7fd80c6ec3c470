"""What TensorBoard would show wrongly or not at all of a log: its files, records, tags and graphs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from google.protobuf.message import DecodeError

from graphlog.events.reading.record_scanner import Damage, DamageKind, RecordScanner
from graphlog.inspect.checks.file_names import check_file_name, stray_files
from graphlog.inspect.checks.findings import Finding, Severity, error, note, warning
from graphlog.inspect.checks.run import RunCheck
from graphlog.inspect.checks.tally import Tally
from graphlog.proto.event_pb2 import Event
from graphlog.readers.damage import FileDamage
from graphlog.readers.reopened_file import ReopenedFile
from graphlog.readers.run_files import find_runs
from graphlog.readers.storage import Storage, storage_of

Progress = Callable[[str, int], None]

_VERSION = "brain.Event:2"


def check_log(path: str | os.PathLike[str], progress: Progress | None = None) -> list[Finding]:
    """Checks every record of a log, and what its records say.

    Memory is taken for one record, the last graph's names and a few numbers of each tag.

    Args:
        path: as for ``gl.open_log``: an event file, a folder, a pattern or a URL.
        progress: called now and then with the file that is read and the byte it is read up to.

    Returns:
        What was found, run by run, the worst first; of what comes again and again in one file the first. The
        subject of a finding is a tag, a node, a run or empty for a file.

    Raises:
        FileNotFoundError: there is nothing at the path.
        OSError: it cannot be read.
    """
    storage, place = storage_of(path)
    runs, unseen = find_runs(storage, place)
    found = [_unseen(item) for item in unseen]
    for path_of_stray in stray_files(storage, place):
        found += [replace(item, file=path_of_stray) for item in check_file_name(path_of_stray)]
    for run, files in runs.items():
        found += _check_run(storage, run, files, progress)
    return found


def _unseen(damage: FileDamage) -> Finding:
    code = "no-event-files" if damage.reason.startswith("no event file") else "unreadable-folder"
    return replace(error(code, "", f"{damage.reason}.", "Look at the path."), file=damage.file)


def _check_run(
    storage: Storage, run: str, files: Sequence[str], progress: Progress | None
) -> Iterator[Finding]:
    check = RunCheck(run)
    tally = Tally()
    if len(files) > 1:
        tally.add([_several_files(run, len(files))], files[-1])
    for path in files:
        tally.add(check_file_name(path), path)
        try:
            _check_file(storage, path, check, tally, progress)
        except OSError as problem:
            tally.add([_unreadable(problem)], path)
    tally.add(check.at_the_end(), files[-1])
    return iter(tally.findings())


def _unreadable(problem: OSError) -> Finding:
    reason = problem.strerror or str(problem)
    return error("unreadable-file", "", f"The file cannot be read: {reason}.", "Look at its permissions.")


def _several_files(run: str, count: int) -> Finding:
    return note(
        "several-files",
        run,
        f"The run has {count} event files. TensorBoard's Python reader (--load_fast=false) shows the last "
        "only, unless started with --reload_multifile=true.",
        "Write one file a run, or use the default reader.",
    )


def _check_file(
    storage: Storage, path: str, check: RunCheck, tally: Tally, progress: Progress | None
) -> None:
    file = ReopenedFile(storage, path)
    try:
        scanner = RecordScanner(file.as_file())
        is_first = True
        for offset, data in scanner:
            try:
                event = Event.FromString(data)
            except DecodeError:
                tally.add([_not_an_event()], path, offset)
                continue
            if is_first:
                tally.add(_check_version(event), path, offset)
                is_first = False
            tally.add(check.findings(event), path, offset)
            if progress is not None:
                progress(path, scanner.position)
        for damage in scanner.damage:
            tally.add_each(_damage(damage), path, damage.offset)
        if is_first and not scanner.damage:
            tally.add([warning("empty-file", "", "The file holds no record.", "Delete it.")], path)
    finally:
        file.close()


def _check_version(event: Event) -> Iterator[Finding]:
    if event.WhichOneof("what") != "file_version":
        yield warning(
            "missing-version",
            "",
            "The first record does not say which version the file has: the Python reader takes it for one of "
            "the time before versions, when a lower step meant a restart.",
            f"Begin each file with an Event whose file_version is {_VERSION!r}.",
        )
    elif event.file_version != _VERSION:
        yield warning(
            "unknown-version",
            "",
            f"The file's version is {event.file_version[:40]!r}.",
            f"Write {_VERSION!r}.",
        )


def _not_an_event() -> Finding:
    return error(
        "not-an-event",
        "",
        "The record's checksums fit, but it is no Event: TensorBoard's default reader stops here for good.",
        "Mend the file with `graphlog repair`.",
    )


def _damage(damage: Damage) -> Finding:
    plural = "" if damage.lost_records == 1 else "s"
    what = (
        f"{damage.detail}: {damage.length} bytes, about {damage.lost_records} record{plural}, cannot be read"
    )
    if damage.kind is DamageKind.TORN_TAIL:
        return Finding(
            Severity.WARNING,
            "torn-tail",
            "",
            f"{what}. Its writer was interrupted, or is not done yet.",
            "Nothing while it is being written; after that, cut it off with `graphlog repair`.",
        )
    return error(
        damage.kind.value.replace(" ", "-"),
        "",
        f"{what}; TensorBoard shows nothing that comes after.",
        "Mend the file with `graphlog repair`.",
    )

"""Mending event files: every readable record is kept, and what was lost is told."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graphlog.events.reading.record_scanner import Damage, RecordScanner
from graphlog.events.records import encode_record


@dataclass(frozen=True)
class RepairReport:
    """What a repair kept and what was lost.

    Attributes:
        source: the damaged file.
        output: the mended file.
        kept_records: how many records are in the mended file.
        kept_bytes: how large it is.
        lost_records: about how many records were lost.
        lost_bytes: how many bytes of the damaged file were left out.
        damage: where, and why.
    """

    source: Path
    output: Path
    kept_records: int
    kept_bytes: int
    lost_records: int
    lost_bytes: int
    damage: tuple[Damage, ...]


def repair(
    source: str | os.PathLike[str], output: str | os.PathLike[str], overwrite: bool = False
) -> RepairReport:
    """Writes a file with every readable record of another, byte for byte and in order.

    The output is there as a whole or not at all, and the source is only read.

    Args:
        source: an event file, or any file of records.
        output: the file to be written.
        overwrite: replaces an output that is there already.

    Returns:
        What was kept, and what was lost where.

    Raises:
        FileExistsError: there is a file at ``output``, and ``overwrite`` is false.
        ValueError: ``output`` is ``source``, by whatever name.
        OSError: the source cannot be read, or the output cannot be written.
    """
    source, output = Path(source), Path(output)
    for path in (source, output):
        # A pipe may never end, and a device such as /dev/null must not give its place to a file.
        if path.exists() and not path.is_file() and (path is output or not path.is_dir()):
            raise OSError(errno.EINVAL, "no regular file", str(path))
    with source.open("rb") as file:
        if output.exists() and source.samefile(output):
            raise ValueError(f"{output} is the file to be repaired ({source}): name another for the output")
        if not overwrite and os.path.lexists(output):
            raise FileExistsError(f"{output} is there already: name another file for the output")
        scanner = RecordScanner(file)
        kept_bytes = 0
        with _whole_or_not_at_all(output) as mended:
            for _, data in scanner:
                # Both checksums fit, so this is what the source has, to the byte.
                kept_bytes += mended.write(encode_record(data))
    damage = tuple(scanner.damage)
    return RepairReport(
        source=source,
        output=output,
        kept_records=scanner.record_count,
        kept_bytes=kept_bytes,
        lost_records=sum(part.lost_records for part in damage),
        lost_bytes=sum(part.length for part in damage),
        damage=damage,
    )


@contextlib.contextmanager
def _whole_or_not_at_all(output: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when it is done, and vanishes on any error."""
    unfinished = output.with_name(f".{output.name[:100]}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(output)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise

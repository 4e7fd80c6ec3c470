"""What could not be read, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from graphlog.core.printable import printable
from graphlog.events.reading.record_scanner import Damage


@dataclass(frozen=True)
class FileDamage:
    """Something that could not be read. Everything else was.

    Attributes:
        file: the event file, or the folder that could not be looked into.
        offset: the byte of the file at which it starts: that of a record; None for a folder or a whole file.
        length: how many bytes it takes; None where it is not known.
        reason: what is wrong.
        records: where bytes are damaged, what is known of them: the kind of damage, and about how many
            records were lost. None where a good record holds what cannot be used, and for a folder or a
            whole file.
    """

    file: str
    offset: int | None
    length: int | None
    reason: str
    records: Damage | None = None

    @classmethod
    def of_records(cls, file: str, damage: Damage) -> FileDamage:
        """Damaged bytes of a file."""
        return cls(file, damage.offset, damage.length, f"{damage.kind}: {damage.detail}", damage)

    def __str__(self) -> str:
        place = "" if self.offset is None else f", byte {self.offset}"
        size = "" if self.length is None else f" ({self.length} bytes)"
        return f"{printable(self.file)}{place}{size}: {printable(self.reason)}"

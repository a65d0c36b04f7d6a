"""The ledger of erasures in the data directory: written before an erasure commits, read when a backup comes
back."""

from __future__ import annotations

from network.kernel.ledger import append_line, lines_of
from network.privacy.rules.ledger import FILE, Entry, as_line, read_lines


def write_down(entry: Entry) -> None:
    """Add an entry; it stands on the disk when this returns. Written twice it counts once. Raises OSError
    where it does not fit there: then nobody is erased."""
    append_line(FILE, as_line(entry))


def written_down() -> list[Entry]:
    """Every entry, in order. Raises ValueError for a ledger that cannot be read."""
    return read_lines(lines_of(FILE))

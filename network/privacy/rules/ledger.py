"""What is remembered of an erasure outside of the database, so that no backup brings anybody back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

FILE = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure: a number that was somebody's, when, whether her texts went too, and keyed digests of her
    addresses, which nobody without the server's key can read back."""

    user_id: str
    at: datetime
    remove_texts: bool
    addresses: tuple[str, ...]


def as_line(entry: Entry) -> bytes:
    """The entry as a line of the ledger."""
    return orjson.dumps(asdict(entry), option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def read_lines(lines: Iterable[bytes]) -> list[Entry]:
    """The entries in their order, each once. A line that a power cut left half is no entry: its erasure was
    not committed, and was begun again. Raises ValueError for a line that is whole and cannot be read."""
    found: dict[tuple[str, datetime], Entry] = {}
    for line in lines:
        if not line.rstrip().endswith(b"}"):
            continue
        said = orjson.loads(line)
        entry = Entry(
            str(said["user_id"]), datetime.fromisoformat(said["at"]), bool(said["remove_texts"]),
            tuple(said["addresses"]),
        )  # fmt: skip
        found[entry.user_id, entry.at] = entry
    return list(found.values())

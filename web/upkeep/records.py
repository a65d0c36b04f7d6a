"""The record of processing (GDPR, Article 30) as an operator prints it: out of the register, in English."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent, wrap

from network.privacy import GROUNDS, PURPOSES, Entry, register

ERASURE = {
    "delete": "the rows are deleted",
    "blank": "what is personal in it is emptied",
    "talk": "the text is deleted in private and direct rooms, elsewhere when she wants that",
    "keep": "it is kept",
    "none": "it is about nobody",
}
"""What becomes of a table when somebody is erased, in words."""

_WIDE = 96


def records() -> list[str]:
    """The lines: every purpose with its ground, its period and who sees it; below it its tables, with what of
    them is personal and what becomes of it."""
    return [line for key in PURPOSES for line in _of_purpose(key)]


def _of_purpose(key: str) -> Iterator[str]:
    purpose = PURPOSES[key]
    yield f"{purpose.title} ({key})"
    for name, text in (
        ("What", purpose.what), ("Why", GROUNDS[purpose.ground]), ("How long", purpose.kept),
        ("Who sees it", purpose.seen_by),
    ):  # fmt: skip
        yield from _said(f"{name}: {text}")
    for entry in register().values():
        if entry.purpose == key:
            yield from _said(_of_table(entry))
    yield ""


def _of_table(entry: Entry) -> str:
    personal = ", ".join((*entry.personal, *entry.secret)) or "nothing"
    said = f"- {entry.table}: {personal}; on erasure {ERASURE[entry.erase]}"
    return f"{said}: {entry.why}" if entry.why else f"{said}."


def _said(text: str) -> list[str]:
    return indent("\n".join(wrap(text, _WIDE, subsequent_indent="  ")), "  ").splitlines()

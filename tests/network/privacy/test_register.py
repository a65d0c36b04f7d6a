"""The register of what is stored: every column of every table stands in it once, with rules that can be
followed."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table

from models import Base
from network.privacy import PURPOSES, register
from network.privacy.rules.register import FORBIDDEN, HOW, find_faults, read_register

WISHES = """
[wishes]
purpose = "talk"
whose = "user_id"
personal = "words"
other = "id user_id"
erase = "delete"
"""


def tables(*columns: str) -> MetaData:
    made = MetaData()
    Table("users", made, Column("id", String, primary_key=True))
    Table(
        "wishes",
        made,
        Column("id", String, primary_key=True),
        Column("user_id", String, ForeignKey("users.id")),
        *(Column(name, String) for name in columns),
    )
    return made


def faults(text: str, *columns: str) -> list[str]:
    found = find_faults(read_register(text), tables(*columns))
    return [fault for fault in found if not fault.startswith("users")]


def test_every_column_of_every_table_has_its_rules() -> None:
    found = find_faults(register(), Base.metadata)
    assert not found, HOW + "\n" + "\n".join(found)


def test_every_purpose_is_used() -> None:
    assert {entry.purpose for entry in register().values()} == set(PURPOSES)


def test_no_column_is_asked_for_that_we_do_not_ask_for() -> None:
    there = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    assert not there & FORBIDDEN


OF_WORDS = (
    "agreement_versions", "clauses", "signatures", "issued_documents", "amendments", "clause_comments",
)  # fmt: skip
"""Tables whose digests are of words that everybody in the network reads."""


def test_secrets_are_never_exported() -> None:
    for entry in register().values():
        wrong = [name for name in entry.exported if "hash" in name or "secret" in name or "digest" in name]
        assert entry.table in ("consents", *OF_WORDS) or not wrong, entry.table


def test_what_is_complete_has_no_fault() -> None:
    assert faults(WISHES, "words") == []


@pytest.mark.parametrize(
    ("text", "columns", "fault"),
    [
        ("", ("words",), "wishes: in no part of the register"),
        (WISHES, ("words", "more"), "wishes.more: has no rule"),
        (WISHES, (), "wishes.words: is gone"),
        (WISHES.replace('"id user_id"', '"id user_id words"'), ("words",), "wishes.words: stands twice"),
        (WISHES.replace('"words"', '"religion"'), ("religion",), "wishes.religion: we do not ask for that"),
        (WISHES.replace('"talk"', '"fun"'), ("words",), "wishes: the purpose fun is not known"),
        (
            WISHES.replace('"user_id"', '"owner"'),
            ("words",),
            "wishes: nobody can be found by `whose = owner`",
        ),
        (
            WISHES.replace('erase = "delete"', ""),
            ("words",),
            "wishes: `erase` is missing, not known, or there is nobody to erase",
        ),
        (
            WISHES.replace('"delete"', '"keep"'),
            ("words",),
            "wishes: `why` goes with `erase = keep` and with nothing else",
        ),
        (
            WISHES.replace('"delete"', '"blank"'),
            ("words",),
            "wishes: `becomes` goes with `erase = blank` and with nothing else",
        ),
        (
            WISHES.replace('whose = "user_id"', "").replace('erase = "delete"', ""),
            ("words",),
            "wishes: it has personal data or a user's key, but nobody's by `whose`",
        ),
        (
            WISHES.replace('"delete"', '"talk"'),
            ("words",),
            "wishes: `erase = talk` is for conversations alone",
        ),
        (
            WISHES.replace('"delete"', '"blank"\nbecomes = { user_id = "NULL", id = "NULL" }'),
            ("words",),
            "wishes.id: cannot become 'NULL'",
        ),
        (
            WISHES.replace('"delete"', '"blank"\nbecomes = { id = "" }'),
            ("words",),
            "wishes.words: `becomes` does not say what is left of it",
        ),
        (
            WISHES.replace('erase = "delete"', 'written = { words = "user_id" }\nerase = "delete"'),
            ("words",),
            "wishes.words: `written` names a column of `personal` and one of `by`",
        ),
    ],
)
def test_every_gap_is_found(text: str, columns: tuple[str, ...], fault: str) -> None:
    assert fault in faults(text, *columns)

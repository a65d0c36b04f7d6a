"""Which column of which table is about whom, and what becomes of it when she exports or erases herself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import Column, MetaData, String, Table, UniqueConstraint
from sqlalchemy.types import JSON, LargeBinary

from network.privacy.rules.purposes import PURPOSES

FILE = Path(__file__).resolve().parents[1] / "register.toml"

FORBIDDEN = frozenset({
    "nationality", "citizenship", "residence_status", "asylum", "asylum_status", "religion", "ethnicity",
    "ethnic_origin", "birth_date", "date_of_birth", "birthday", "passport", "passport_number", "real_name",
    "legal_name", "migration_status", "legal_status", "gender", "health", "political_opinion",
})  # fmt: skip
"""Names that no column may have: we do not ask for it (trust.md, D.1; GDPR, Articles 5(1)(c) and 9)."""

Erasure = Literal["delete", "blank", "talk", "keep", "none"]
LISTS = ("by", "personal", "secret", "other")
TALK = ("topics", "messages", "message_revisions")
"""The tables that the rule `talk` knows; the discussions carry it out."""
NOTHING, OWN_ID, AS_IT_IS = "NULL", "ID", "SELF"
HOW = (
    "Say it in network/privacy/register.toml (its head explains the words): the purpose, `whose` rows they "
    "are, each column once under by, personal, secret or other, and `erase`."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of one table. `whose` is empty where rows are about nobody; `erase` is `none`
    there."""

    table: str
    purpose: str
    whose: str = ""
    by: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    erase: Erasure = "none"
    becomes: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it names, as often as it does."""
        return (*self.by, *self.personal, *self.secret, *self.other)

    @property
    def exported(self) -> tuple[str, ...]:
        """The columns that the person gets; of `by` only where it is herself."""
        return (*self.other, *self.personal, *self.by)


def read_register(text: str) -> dict[str, Entry]:
    """The entries by table. Raises TypeError for a key that no entry has."""
    found = {}
    for table, said in tomllib.loads(text).items():
        lists: dict[str, Any] = {name: tuple(said.pop(name, "").split()) for name in LISTS}
        found[table] = Entry(table=table, **lists, **said)
    return found


@cache
def register() -> dict[str, Entry]:
    """The register of this version, by table."""
    return read_register(FILE.read_text("utf-8"))


def find_faults(entries: Mapping[str, Entry], tables: MetaData) -> list[str]:
    """What is wrong between register and tables, one sentence each: a table or column without a rule or with
    two, one that is gone, a rule that cannot be followed, a forbidden name."""
    faults = [f"{name}: in no part of the register" for name in tables.tables if name not in entries]
    for name, entry in entries.items():
        if name not in tables.tables:
            faults.append(f"{name}: there is no such table any more")
            continue
        there = [column.name for column in tables.tables[name].columns]
        faults += [f"{name}.{column}: has no rule" for column in there if column not in entry.columns]
        faults += [f"{name}.{column}: is gone" for column in entry.columns if column not in there]
        twice = {column for column in entry.columns if entry.columns.count(column) > 1}
        faults += [f"{name}.{column}: stands twice" for column in sorted(twice)]
        faults += [f"{name}.{column}: we do not ask for that" for column in there if column in FORBIDDEN]
        faults += _faults_of_rule(entry, entries, tables)
    return faults


def _faults_of_rule(entry: Entry, entries: Mapping[str, Entry], tables: MetaData) -> list[str]:
    table, faults = tables.tables[entry.table], []
    if entry.purpose not in PURPOSES:
        faults.append(f"{entry.table}: the purpose {entry.purpose} is not known")
    column, _, beyond = entry.whose.partition(" > ")
    if entry.whose and (column not in table.columns or (beyond and beyond not in entries)):
        faults.append(f"{entry.table}: nobody can be found by `whose = {entry.whose}`")
    keyed = any(key.column.table.name == "users" for key in table.foreign_keys)
    if not entry.whose and (keyed or entry.personal) and not entry.by:
        faults.append(f"{entry.table}: it has personal data or a user's key, but nobody's by `whose`")
    if entry.erase not in get_args(Erasure) or (entry.erase == "none") == bool(entry.whose):
        faults.append(f"{entry.table}: `erase` is missing, not known, or there is nobody to erase")
    if (entry.erase == "keep") != bool(entry.why):
        faults.append(f"{entry.table}: `why` goes with `erase = keep` and with nothing else")
    if (entry.erase == "blank") != bool(entry.becomes):
        faults.append(f"{entry.table}: `becomes` goes with `erase = blank` and with nothing else")
    if entry.erase == "talk" and entry.table not in TALK:
        faults.append(f"{entry.table}: `erase = talk` is for conversations alone")
    faults += [
        f"{entry.table}.{name}: `written` names a column of `personal` and one of `by`"
        for name, writer in entry.written.items()
        if name not in entry.personal or writer not in entry.by
    ]
    for name, value in entry.becomes.items():
        if name not in table.c:
            faults.append(f"{entry.table}.{name}: becomes something, but is gone")
        elif not _can_become(table, table.c[name], value):
            faults.append(f"{entry.table}.{name}: cannot become {value!r}")
    if entry.erase == "blank":
        left = [name for name in (*entry.personal, *entry.secret) if name not in entry.becomes]
        faults += [
            f"{entry.table}.{name}: `becomes` does not say what is left of it"
            for name in left
            if name in table.c and isinstance(table.c[name].type, String | JSON | LargeBinary)
        ]
    return faults


def _can_become(table: Table, column: Column[Any], value: str) -> bool:
    if value == NOTHING:
        return bool(column.nullable)
    if value == AS_IT_IS:
        return isinstance(column.type, LargeBinary)  # sealed under a key of its own
    fits = isinstance(column.type, String) and (column.type.length or len(value)) >= len(value)
    if value == OWN_ID:
        return fits and [key.name for key in table.primary_key] == ["id"]
    # Two people who are gone would be told apart by nothing.
    uniques = [index.columns for index in table.indexes if index.unique]
    uniques += [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    return fits and not any(column.name in columns for columns in uniques)

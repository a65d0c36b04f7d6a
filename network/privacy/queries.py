"""What is stored about one person, gathered table by table as the register says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select

from models.agreements import Signature
from models.base import Base
from models.courses import Completion
from models.membership import Invitation, Membership
from models.people import AddressChange, User
from network import agreements
from network.kernel.addresses import normal_address, sealed_address
from network.kernel.transaction import session
from network.privacy.rules.archive import TableExport
from network.privacy.rules.register import Entry, register

ADDRESS = "address"


def gather(user_id: str, *spellings: str | None) -> dict[str, TableExport]:
    """Everything about a person, by table; `spellings` are those of her address. For whoever may export
    her."""
    addresses = {address for address in spellings if address}
    found = {name: _table(entry, user_id, addresses) for name, entry in register().items()}
    _name_signatures(found["signatures"]["rows"], user_id)
    return found


def _name_signatures(rows: list[dict[str, Any]], user_id: str) -> None:
    """The name as at signing lies sealed, and is hers."""
    for row in rows:
        sealed = session().scalar(select(Signature.sealed_name).where(Signature.id == row["id"]))
        row["name"] = agreements.read_name(user_id, sealed or b"")


def about(entry: Entry, user_id: str, addresses: Collection[str]) -> ColumnElement[bool] | None:
    """The rows of a table that are about a person, by her id or an address of hers in any of its spellings;
    None where it is about nobody."""
    table = Base.metadata.tables[entry.table]
    column, _, beyond = entry.whose.partition(" > ")
    if not column:
        return None
    if beyond:
        there = Base.metadata.tables[beyond]
        within = about(register()[beyond], user_id, addresses)
        assert within is not None  # the register's own test holds it  # noqa: S101
        return table.c[column].in_(select(there.c.id).where(within))
    if column != ADDRESS:
        return table.c[column] == user_id
    # Without an address nothing is found by it: rows of others have none either.
    return table.c[column].in_(sorted(addresses))


def _table(entry: Entry, user_id: str, addresses: Collection[str]) -> TableExport:
    table = Base.metadata.tables[entry.table]
    mine = about(entry, user_id, addresses)
    rows: list[dict[str, Any]] = []
    if mine is not None:
        found = session().execute(select(*(table.c[name] for name in entry.exported)).where(mine))
        rows = [_without_others(entry, dict(row), user_id) for row in found.mappings()]
    return TableExport(purpose=entry.purpose, rows=rows, acts=_acts(entry, table, mine, user_id))


def _without_others(entry: Entry, row: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Whoever else the row names is left out."""
    naming = {*entry.by, *_naming(Base.metadata.tables[entry.table])}
    return {name: value for name, value in row.items() if name not in naming or value == user_id}


def _acts(entry: Entry, table: Table, mine: Any, user_id: str) -> list[dict[str, Any]]:
    """Rows about others in which the person did something: what she did, and nothing of whom to."""
    if not entry.by:
        return []
    others = {entry.whose, *_naming(table)}
    shown = (*(name for name in entry.other if name not in others), *entry.by, *entry.written)
    done = or_(*(table.c[name] == user_id for name in entry.by))
    wanted = done if mine is None else done & ~mine
    found = session().execute(select(*(table.c[name] for name in shown)).where(wanted))
    return [
        _without_others(entry, _own_words(entry, dict(row), user_id), user_id) for row in found.mappings()
    ]


def _own_words(entry: Entry, row: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Without what somebody else wrote than the person."""
    theirs = {name for name, writer in entry.written.items() if row[writer] != user_id}
    return {name: value for name, value in row.items() if name not in theirs}


def _naming(table: Table) -> set[str]:
    """The columns that point to an account."""
    return {
        column.name
        for column in table.columns
        if any(key.column.table.name == "users" for key in column.foreign_keys)
    }


def addresses_of(person: User) -> frozenset[str]:
    """Every spelling of the addresses that are or were a person's; not one that is somebody else's by now."""
    hers = {person.email, person.address}
    hers |= set(session().scalars(select(AddressChange.old_email).where(AddressChange.user_id == person.id)))
    # She was invited at one that she may have changed long ago, and stands on the course's list under the one
    # before, where she asked for her invitation at another.
    invited = (
        select(Invitation.address, Completion.address)
        .join(Membership, Membership.id == Invitation.membership_id)
        .outerjoin(Completion, Completion.id == Invitation.completion_id)
        .where(Membership.user_id == person.id)
    )
    hers |= {address for row in session().execute(invited) for address in row}
    known = {address for address in hers if address}
    known |= {normal for normal in map(normal_address, known) if normal}
    others = select(User.email, User.address).where(User.id != person.id, User.address.in_(sorted(known)))
    known -= {address for row in session().execute(others) for address in row}
    for table, columns in _with_addresses():
        if len(columns) > 1:
            found = session().execute(select(*columns).where(table.c[ADDRESS].in_(sorted(known))))
            known |= {address for row in found for address in row if address}
    return frozenset(known)


def tried_addresses(person: User) -> frozenset[str]:
    """Addresses, in every spelling, that a person wanted for hers and that are not: not confirmed, or taken
    back since. None at which somebody else has an account, is invited or stands on a list. Only letters about
    the wish lie under them."""
    wished = select(AddressChange.email).where(AddressChange.user_id == person.id)
    tried = {spelling for email in session().scalars(wished) for spelling in (email, normal_address(email))}
    known = {address for address in tried if address} - addresses_of(person)
    for table in (User, Invitation, Completion):
        found = select(table.address).where(
            table.address.in_(sorted(filter(None, map(normal_address, known))))
        )
        others = set(session().scalars(found))
        known = {address for address in known if normal_address(address) not in others}
    return frozenset(known)


def sealed_addresses() -> dict[str, frozenset[str]]:
    """Every address in any table that rows are found by, in every spelling, under its sealed form."""
    found: dict[str, set[str]] = {}
    for _named, columns in _with_addresses():
        for column in columns:
            for address in session().scalars(select(column).distinct()):
                if address:
                    sealed = sealed_address(normal_address(address) or address)
                    found.setdefault(sealed, set()).add(address)
    return {sealed: frozenset(spellings) for sealed, spellings in found.items()}


def _with_addresses() -> list[tuple[Table, list[Column[Any]]]]:
    """The tables whose rows are found by an address, with the columns that hold one."""
    tables = (Base.metadata.tables[name] for name, entry in register().items() if entry.whose == ADDRESS)
    return [(table, [table.c[name] for name in (ADDRESS, "email") if name in table.c]) for table in tables]

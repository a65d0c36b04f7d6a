"""Erasing somebody: one walk over all tables as the register says, and what each capability does besides."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Table, delete, select, update

from models.base import Base
from models.idempotency import IdempotencyKey
from models.outbox import OutboxMail
from models.people import User
from models.privacy import Erasure
from network import courses, discussions, membership, organisations, people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.addresses import normal_address, sealed_address
from network.kernel.audit import append
from network.kernel.consents import end_consents
from network.kernel.erasures import Leaver, all_after_erasure
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.restores import after_restore
from network.kernel.transaction import after_commit, before_commit, command, session, unit_of_work
from network.people.events import PersonErased
from network.privacy.commands.ledger import write_down, written_down
from network.privacy.policy import may_erase
from network.privacy.queries import ADDRESS, about, addresses_of, sealed_addresses, tried_addresses
from network.privacy.rules.ledger import Entry as LedgerEntry
from network.privacy.rules.register import AS_IT_IS, NOTHING, OWN_ID, Entry, register

log = structlog.get_logger("privacy")

DONE_ELSEWHERE = ("talk", "keep", "none")
"""Rules that the walk has nothing to do with: the discussions carry out the first, the others ask for
nothing."""


@job("privacy.erase", every_minutes=60)
def erase_due() -> int:
    """Erase everybody whose week is over; how many. One who cannot be erased does not stop the others, and
    fails the job."""
    due = select(Erasure.user_id).where(Erasure.erases_at <= runtime.current().clock.now())
    with unit_of_work():
        waiting = list(session().scalars(due.order_by(Erasure.erases_at)))
    failures: list[Exception] = []
    for user_id in waiting:
        try:
            erase_and_tidy(user_id)
        except Exception as error:
            log.exception("not_erased", user=user_id)
            failures.append(error)
    if failures:
        raise failures[0]
    return len(waiting)


def erase_and_tidy(user_id: str) -> None:
    """Erase somebody whose time has come; what stood in the database's journal is gone after it as well,
    unless somebody reads just now: then by the next night (`kernel.tidy`)."""
    erase_who_waits(system_actor("privacy.erase"), user_id)
    runtime.current().database.empty_journal()


@command
def erase_who_waits(actor: Actor, user_id: str) -> bool:
    """Erase somebody who asked for it and whose time has come; False where that is not so. Twice is once.
    Facts: MessageDeleted, TopicChanged, MembershipChanged, PersonErased in her rooms and networks,
    AccountClosed. In the audit trail. Refused to everybody but the system."""
    require(may_erase(actor))
    person = people.lock_user(user_id, alone=True)
    asked = people.erasure_of(user_id)
    if person is None or asked is None or asked.erases_at > runtime.current().clock.now():
        return False
    _erase(actor, person, remove_texts=asked.remove_texts, addresses=addresses_of(person))
    return True


@command
def erase_account(actor: Actor, user_id: str, *, remove_texts: bool = False) -> None:
    """Erase somebody now, whoever else could not act or lead without her: for who wrote to the operator.
    Facts as above. In the audit trail. Refused to everybody but the system. Raises NotFound for who is not
    there or was erased."""
    require(may_erase(actor))
    person = people.lock_user(user_id, alone=True)
    if person is None or person.state == people.ERASED:
        raise NotFound()
    people.switch_off(person)
    _erase(actor, person, remove_texts=remove_texts, addresses=addresses_of(person))


@after_restore("privacy.erase_again")
def erase_again() -> None:
    """Erase everybody who was erased since the backup was made (trust.md, B12)."""
    with unit_of_work():
        sealed = sealed_addresses()  # once: on a large database this takes its time
    for entry in written_down():
        erase_by_ledger(system_actor("restore"), entry, sealed)
    runtime.current().database.empty_journal()


@command
def erase_by_ledger(actor: Actor, entry: LedgerEntry, sealed: Mapping[str, frozenset[str]]) -> None:
    """Do an erasure again that the database may know nothing of: the account when it is there, and whatever
    stands under her addresses from before; `sealed` as of `sealed_addresses`. In the audit trail. Refused to
    everybody but the system."""
    require(may_erase(actor))
    addresses = frozenset(address for digest in entry.addresses for address in sealed.get(digest, ()))
    person = people.lock_user(entry.user_id, alone=True)
    if person is not None and person.state != people.ERASED:
        hers = addresses | addresses_of(person)
        _erase(actor, person, remove_texts=entry.remove_texts, addresses=hers, again=True)
    elif addresses:
        # Whoever has such an address today may have come back since, or be somebody else.
        _let_go_of_addresses(addresses, entry.at)
        _walk("", addresses, until=entry.at)


def _erase(
    actor: Actor, person: User, *, remove_texts: bool, addresses: frozenset[str], again: bool = False
) -> None:
    user_id, now = person.id, runtime.current().clock.now()
    networks = membership.lock_networks_of(user_id)
    discussions.erase_words(user_id, everywhere=remove_texts)
    people.forget_photo(actor, user_id)
    end_consents(user_id, person.language)
    people.forget_failures(user_id, addresses)
    courses.remove_lists_of(user_id)
    _let_go_of_addresses(addresses, now)
    organisations.end_all_stewardships(actor, user_id)
    membership.end_all_memberships(actor, user_id)
    session().flush()
    tried = tried_addresses(person)
    _forget_letters_about_wishes(tried)
    _take_words_to_others(user_id)
    _walk(user_id, addresses)
    _empty_answers(user_id, addresses)
    people.note_erased(person)
    for network_id in networks:
        record(PersonErased(scope=f"network:{network_id}", entity_id=user_id))
    append(actor, "user.erased", "user", user_id, after={"remove_texts": remove_texts})
    if not again:
        sealed = {sealed_address(normal_address(address) or address) for address in addresses}
        before_commit(partial(write_down, LedgerEntry(user_id, now, remove_texts, tuple(sorted(sealed)))))
    for goer in all_after_erasure():
        after_commit(partial(goer, Leaver(user_id, addresses | tried)))


def _let_go_of_addresses(addresses: Collection[str], until: datetime) -> None:
    courses.let_go_of_graduate(addresses, until)
    membership.end_invitations_to(addresses, until)


def _walk(user_id: str, addresses: Collection[str], until: datetime | None = None) -> None:
    """Every table by its rule, those that point to others first; with `until` only what stands under an
    address since then or before."""
    for table in reversed(Base.metadata.sorted_tables):
        entry = register()[table.name]
        if entry.erase in DONE_ELSEWHERE or (until is not None and entry.whose != ADDRESS):
            continue
        hers = about(entry, user_id, addresses)
        assert hers is not None  # the register's own test holds it  # noqa: S101
        if until is not None:
            hers = hers & (table.c.created_at <= until)
        if entry.erase == "delete":
            session().execute(delete(table).where(hers))
        else:
            session().execute(update(table).where(hers).values(_left(entry, table)))


def _forget_letters_about_wishes(tried: Collection[str]) -> None:
    """Letters that asked an address whether it is hers, or told it that it is no longer."""
    told = OutboxMail.kind.in_(("address_change", "account_notice"))
    session().execute(delete(OutboxMail).where(OutboxMail.address.in_(sorted(tried)), told))


def _take_words_to_others(user_id: str) -> None:
    """What she wrote into rows that are about somebody else."""
    for entry in register().values():
        columns = Base.metadata.tables[entry.table].c
        for name, writer in entry.written.items():
            nothing = None if columns[name].nullable else ""
            hers = update(Base.metadata.tables[entry.table]).where(columns[writer] == user_id)
            session().execute(hers.values({name: nothing}))


def _left(entry: Entry, table: Table) -> dict[str, Any]:
    """What the columns of a row turn into."""
    meaning: dict[str, Any] = {NOTHING: None, OWN_ID: table.c.get("id")}
    changed = {name: value for name, value in entry.becomes.items() if value != AS_IT_IS}
    return {name: meaning.get(value, value) for name, value in changed.items()}


def _empty_answers(user_id: str, addresses: Collection[str]) -> None:
    """Kept answers to others that name her or an address of hers are given to nobody again; that they were
    given stays."""
    keys = IdempotencyKey.__table__.c
    spelled = "|".join(sorted(re.escape(address.lower()) for address in addresses))
    hers = re.compile(rf"(?<![\w.+-])(?:{spelled})(?![\w-])" if spelled else r"(?!)")
    kept = session().execute(select(keys.user_id, keys.key, keys.body).execution_options(yield_per=200))
    found = [
        (row.user_id, row.key)
        for row in kept
        if user_id.encode() in bytes(row.body)
        or hers.search(bytes(row.body).decode(errors="replace").lower())
    ]
    for owner, key in found:
        this = update(IdempotencyKey).where(keys.user_id == owner, keys.key == key)
        session().execute(this.values(body=b"{}"))

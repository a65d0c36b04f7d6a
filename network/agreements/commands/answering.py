"""How an amendment is accepted, in its own or in other words, or rejected, and what that means for others."""

from __future__ import annotations

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Amendment, Clause
from network.agreements.commands.amending import locked, note, step
from network.agreements.commands.telling import tell
from network.agreements.commands.wording import put_wording
from network.agreements.events import AmendmentAnswered, AmendmentOutdated, VersionChanged
from network.agreements.policy.deliberation import may_answer_amendment
from network.agreements.queries.deliberation import OwnAmendmentView, show_amendments, shown_amendment
from network.agreements.rules.amendments import (
    ANSWERABLE,
    WAITING,
    ClauseChanged,
    NotInDeliberation,
    check_hash,
    clean_short,
    clean_text,
    clean_words,
)
from network.agreements.rules.versions import DELIBERATION, MAX_REASON
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version


@command
def accept_amendment(
    actor: Actor, amendment_id: str, expected_version: int, text: str | None = None, short: str | None = None
) -> OwnAmendmentView:
    """Make an amendment the clause's text, or `text` in its place; with it go the hashes of clause and
    version, in one transaction, and `short` as what a report will call it: None leaves it, empty takes it
    away. Others on the same clause become outdated and their authors are told; who
    said that the text may be fixed has not said it of the new one. By who leads the network, never by its
    author alone (PartyToMatter). Raises NotFound, Forbidden, NotInDeliberation, VersionConflict,
    InvalidTransition, ClauseChanged, Invalid for a text that is empty or too long."""
    amendment, version, document = locked(actor, amendment_id)
    require(may_answer_amendment(actor, document.network_id))
    _check_answerable(amendment, version, expected_version)
    said = amendment.text
    if text is not None:
        said = clean_text(text, amendment.before)
    in_short = None if short is None else clean_short(short)
    action = "acceptance" if said == amendment.text else "modified_acceptance"
    step(actor, amendment, document, action, expected_version)
    amendment.answered_by, amendment.answered_at = actor.id, runtime.current().clock.now()
    put_in(amendment, version, document, said)
    if in_short is not None:
        session().get_one(Clause, (version.id, amendment.clause_id)).short = in_short or None
    return show_amendments(actor, [amendment])[0]


@command
def reject_amendment(actor: Actor, amendment_id: str, expected_version: int, reason: str) -> OwnAmendmentView:
    """Leave the clause as it is, and say why. By who leads the network, never by its author (PartyToMatter).
    Raises NotFound, Forbidden, NotInDeliberation, VersionConflict, InvalidTransition, ClauseChanged, Invalid
    without a reason."""
    amendment, version, document = locked(actor, amendment_id)
    require(may_answer_amendment(actor, document.network_id))
    _check_answerable(amendment, version, expected_version)
    reason = clean_words("reason", reason, MAX_REASON)
    step(actor, amendment, document, "rejection", expected_version, reason)
    amendment.answer = reason
    amendment.answered_by, amendment.answered_at = actor.id, runtime.current().clock.now()
    note(AmendmentAnswered, amendment, document)
    return show_amendments(actor, [amendment])[0]


def put_in(amendment: Amendment, version: AgreementVersion, document: Agreement, text: str) -> None:
    """Within a command that holds the version's lock and has taken the amendment's step: write its words into
    the clause and tell of both."""
    amendment.accepted_text = text
    put_wording(version, amendment.clause_id, text)
    note(AmendmentAnswered, amendment, document)
    outdate_amendments(version, document)
    tell(VersionChanged, version, document)


def outdate_amendments(version: AgreementVersion, document: Agreement) -> None:
    """Within a command that holds the version's lock and changed its words: what waits for an answer and was
    made on other words, or on a clause that is gone, is outdated, and its author hears of it."""
    session().flush()
    stale = (
        select(Amendment)
        .outerjoin(
            Clause,
            (Clause.version_id == Amendment.version_id)
            & (Clause.clause_id == Amendment.clause_id)
            & (Clause.hash == Amendment.clause_hash),
        )
        .where(Amendment.version_id == version.id, Amendment.state.in_(WAITING), Clause.clause_id.is_(None))
        .order_by(Amendment.id)
    )
    for amendment in session().scalars(stale).all():
        step(system_actor("agreements"), amendment, document, "outdating")
        amendment.decision_id = None  # on other words there may be another vote
        note(AmendmentOutdated, amendment, document)


def hash_now(amendment: Amendment) -> str | None:
    """The hash of the amendment's clause as it stands now; None when it is gone."""
    wanted = select(Clause.hash).where(
        Clause.version_id == amendment.version_id, Clause.clause_id == amendment.clause_id
    )
    return session().scalar(wanted)


def _check_answerable(amendment: Amendment, version: AgreementVersion, expected_version: int) -> None:
    if version.state != DELIBERATION:
        raise NotInDeliberation(state=version.state)
    now = hash_now(amendment)
    if amendment.state == "outdated" and amendment.clause_hash != now:
        # Whoever still sees the old page learns what happened, not only that something did.
        raise ClauseChanged(clause_id=amendment.clause_id, clause_hash=now)
    check_version(amendment, expected_version, shown_amendment)
    if amendment.state not in ANSWERABLE:
        raise InvalidTransition(state=amendment.state)
    check_hash(amendment, now)

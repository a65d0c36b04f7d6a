"""Whether something about a decision or a document is still worth a letter: it is not over, and she who would
get it has not done yet what it asks of her."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from models.agreements import AgreementVersion, Signature, SignatureRequest
from models.decisions import Decision, Elector, Stance
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.notifications.rules.affairs import (
    ACCEDE,
    AGREEMENT_END,
    AGREEMENT_REVIEW,
    CANCELLED,
    CLOSED,
    CONCERNED,
    DELIBERATION,
    ENDING,
    FROZEN,
    INTEGRATED,
    NOT_ASKED,
    OBJECTED,
    OF_DECISIONS,
    OPENED,
    REVIEW,
    SIGN,
    SIGN_SOON,
    TO_ANSWER,
    TO_SIGN,
)

_DECISIONS_IN = {
    CLOSED: ("closed", "outcome_published", "no_result"), CANCELLED: ("cancelled",),
    REVIEW: ("outcome_published",), CONCERNED: ("draft", "scheduled", "open"), OBJECTED: ("open",),
    INTEGRATED: ("open",),
}  # fmt: skip
_VERSIONS_IN = {
    DELIBERATION: ("deliberation",), FROZEN: ("frozen",), SIGN: ("signing", "in_force"),
    SIGN_SOON: ("signing", "in_force"), ACCEDE: ("in_force",), AGREEMENT_REVIEW: ("in_force",),
    AGREEMENT_END: ("in_force", "expired"), ENDING: ("in_force",), NOT_ASKED: ("frozen",),
}  # fmt: skip


def still_stands(reader: Actor, kind: str, entity_id: str) -> bool:
    """True while a notice of this kind about this thing says something that holds for the reader."""
    if kind in TO_ANSWER:
        return _waits_for_answer(reader, entity_id, kind)
    if kind in OF_DECISIONS:
        state = session().scalar(select(Decision.state).where(Decision.id == entity_id))
        return state in _DECISIONS_IN[kind]
    if kind in _VERSIONS_IN:
        state = session().scalar(select(AgreementVersion.state).where(AgreementVersion.id == entity_id))
        return state in _VERSIONS_IN[kind] and (kind not in TO_SIGN or _waits_to_sign(reader, entity_id))
    return True


def _waits_for_answer(reader: Actor, decision_id: str, kind: str) -> bool:
    decision, now = session().get(Decision, decision_id), runtime.current().clock.now()
    if decision is None or decision.state != "open" or decision.closes_at <= now:
        return False
    elector = session().get(Elector, (decision_id, reader.user_id))
    if elector is None or elector.voided_at is not None:
        return False
    if decision.meeting_id is not None and decision.round == 1 and kind == OPENED:
        return True  # what was written down for her is not yet her own word
    if decision.anonymous:
        return True  # who answered is asked nowhere and written nowhere
    said = select(Stance.id).where(
        Stance.decision_id == decision_id, Stance.voter == reader.user_id, Stance.replaced_at.is_(None)
    )
    return session().scalar(said) is None


def _waits_to_sign(reader: Actor, version_id: str) -> bool:
    parties = [reader.user_id or "", *reader.stewardships]
    hers = or_(
        and_(SignatureRequest.capacity == "member", Signature.user_id == SignatureRequest.party),
        Signature.organisation_id == SignatureRequest.party,
    )
    answered = select(Signature.id).where(
        Signature.version_id == version_id, Signature.capacity == SignatureRequest.capacity, hers
    )
    waits = select(SignatureRequest.party).where(
        SignatureRequest.version_id == version_id, SignatureRequest.party.in_(parties), ~answered.exists()
    )
    return session().scalar(waits.limit(1)) is not None

"""How a rejected amendment comes before everybody, and what the vote makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Amendment, AmendmentSponsor, Clause
from models.decisions import Decision
from network import decisions, networks
from network.agreements.commands.amending import locked, locked_row, note, standing_sponsors, step
from network.agreements.commands.answering import hash_now, put_in
from network.agreements.events import AmendmentAnswered, AmendmentChanged
from network.agreements.policy.deliberation import may_amend, may_answer_amendment, may_settle_amendments
from network.agreements.queries.deliberation import (
    OwnAmendmentView,
    show_amendments,
    shown_amendment,
    visible_amendment,
)
from network.agreements.rules.amendments import (
    PUT_TO_VOTE,
    SPONSORS_FOR_A_VOTE,
    VOTE_LASTS,
    AlreadyVoted,
    NotInDeliberation,
    TooFewSponsors,
    check_hash,
)
from network.agreements.rules.versions import DELIBERATION
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.kernel.translation import translate

ACCEPT_AMENDMENT = "accept_amendment"
"""The effect of the decision by which an amendment is voted on."""

_QUESTION = _("Shall “%(heading)s” say something else?")
_ANSWERS = (_("The new words"), _("As it is"))
_WORDS = _("Now:\n%(before)s\n\nNew:\n%(after)s\n\nWhy:\n%(reason)s")
_LONGEST_EXPLANATION = 10_000


@command
def put_amendment_to_vote(
    actor: Actor, amendment_id: str, expected_version: int, closes_at: datetime | None = None
) -> OwnAmendmentView:
    """Bring a rejected amendment before everybody: a decision that is open until `closes_at` (a week from
    now), in which the new words win if more choose them than the old ones. By its author, by who stands
    behind it or who leads. Raises NotFound, Forbidden, NotInDeliberation, VersionConflict, InvalidTransition
    for one that was not rejected, AlreadyVoted, TooFewSponsors under three, ClauseChanged, Invalid for an end
    that has passed."""
    seen = visible_amendment(actor, amendment_id)
    # Before everything else the network, as every decision does (docs/architecture.md, Locks).
    networks.lock_network(_network_of(seen))
    amendment, version, document = locked(actor, amendment_id)
    require(may_amend(actor, document.network_id))
    stands_behind = amendment.submitted_by == actor.user_id or (
        session().get(AmendmentSponsor, (amendment.id, actor.id)) is not None
    )
    if not stands_behind:
        require(may_answer_amendment(actor, document.network_id))
    if version.state != DELIBERATION:
        raise NotInDeliberation(state=version.state)
    check_version(amendment, expected_version, shown_amendment)
    if amendment.decision_id is not None:
        raise AlreadyVoted(decision_id=amendment.decision_id)
    behind = len(standing_sponsors(amendment, document))
    step(actor, amendment, document, "vote", expected_version)
    if behind < SPONSORS_FOR_A_VOTE:
        raise TooFewSponsors(need=SPONSORS_FOR_A_VOTE, have=behind)
    check_hash(amendment, hash_now(amendment))
    session().flush()
    decision = decisions.draft_decision(
        actor, document.network_id, kind="choice", language=document.language,
        closes_at=closes_at or runtime.current().clock.now() + VOTE_LASTS,
        effect={"type": ACCEPT_AMENDMENT, "id": amendment.id, "value": None},
        **_wording(amendment, document),
    )  # fmt: skip
    decisions.open_decision(actor, decision["id"], decision["version"])
    amendment.decision_id = decision["id"]
    note(AmendmentChanged, amendment, document)
    return show_amendments(actor, [amendment])[0]


def check_vote(_actor: Actor, network_id: str, effect_id: str | None, _value: Any) -> None:
    """What `put_amendment_to_vote` asks for, and nobody else gets: an amendment that was just put to the vote
    and has no decision yet. Raises Invalid, AlreadyVoted."""
    amendment = session().get(Amendment, effect_id) if effect_id is not None else None
    if amendment is None or _network_of(amendment) != network_id:
        raise Invalid({"effect": FieldFault.of(_("There is no such proposal here."))})
    if amendment.decision_id is not None:
        raise AlreadyVoted(decision_id=amendment.decision_id)
    if amendment.state != PUT_TO_VOTE:
        raise Invalid({"effect": FieldFault.of(_("A proposal is put to a vote where it stands."))})


def bring_in(actor: Actor, _network_id: str, effect_id: str | None, _value: Any, decision_id: str) -> None:
    """Make an amendment that won its vote the clause's text. Within the system's command that closed the
    decision. Raises InvalidTransition, NotInDeliberation, ClauseChanged where the text has moved on."""
    require(may_settle_amendments(actor))
    amendment, version, document = locked_row(session().get_one(Amendment, effect_id))
    if amendment.decision_id != decision_id or amendment.state != PUT_TO_VOTE:
        raise InvalidTransition(state=amendment.state)
    if version.state != DELIBERATION:
        raise NotInDeliberation(state=version.state)
    check_hash(amendment, hash_now(amendment))
    step(actor, amendment, document, "approval")
    amendment.answered_at = runtime.current().clock.now()
    put_in(amendment, version, document, amendment.text)


@command
def end_vote(actor: Actor, decision_id: str, *, cancelled: bool = False) -> str | None:
    """An amendment whose vote did not carry it stays rejected; after a vote that was cancelled it may be put
    to another. Returns its id, None where there is nothing to do. Refused to everybody but the system."""
    require(may_settle_amendments(actor))
    wanted = select(Amendment).where(Amendment.decision_id == decision_id, Amendment.state == PUT_TO_VOTE)
    found = session().scalars(wanted).one_or_none()
    if found is None:
        return None
    amendment, _version, document = locked_row(found)
    if amendment.state != PUT_TO_VOTE:
        return None
    step(actor, amendment, document, "defeat")
    amendment.answered_at = runtime.current().clock.now()
    if cancelled:
        amendment.decision_id = None
    note(AmendmentAnswered, amendment, document)
    return amendment.id


@command
def drop_votes(actor: Actor, version_id: str) -> int:
    """Cancel what is open about amendments of a version that wait for no vote any more: outdated, or given up
    with their version. How many. Refused to everybody but the system."""
    require(may_settle_amendments(actor))
    wanted = (
        select(Decision.id)
        .join(Amendment, Amendment.id == Decision.effect_id)
        .where(Decision.effect_type == ACCEPT_AMENDMENT, Decision.state.in_(("scheduled", "open")))
        .where(Amendment.version_id == version_id)
    )
    if session().get_one(AgreementVersion, version_id).state == DELIBERATION:
        wanted = wanted.where(Amendment.state != PUT_TO_VOTE)
    # All of them before the first fact takes the network's counter (docs/architecture.md, Locks).
    running = session().scalars(wanted.order_by(Decision.id).with_for_update(of=Decision)).all()
    return sum(decisions.drop_decision(actor, one, "outdated") for one in running)


def _network_of(amendment: Amendment) -> str:
    wanted = (
        select(Agreement.network_id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .where(AgreementVersion.id == amendment.version_id)
    )
    return session().scalars(wanted).one()


def _wording(amendment: Amendment, document: Agreement) -> dict[str, Any]:
    language = document.language
    clause = session().get_one(Clause, (amendment.version_id, amendment.clause_id))
    words = {"before": amendment.before, "after": amendment.text, "reason": amendment.reason}
    whole = translate(language, _WORDS, words)
    return {
        "question": translate(language, _QUESTION, {"heading": clause.heading}),
        # Very long words stand at the clause; here is why.
        "explanation": whole if len(whole) <= _LONGEST_EXPLANATION else amendment.reason,
        "options": [translate(language, answer) for answer in _ANSWERS],
    }

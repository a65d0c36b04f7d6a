"""A decision that was taken on a call: written down afterwards, open to objection, and then it stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from models.decisions import Attendee, Decision, Elector
from models.membership import Membership
from network.decisions.commands.drafting import draft_decision
from network.decisions.commands.opening import fresh, open_decision
from network.decisions.commands.taking_stances import set_stance
from network.decisions.policy import may_open_decision
from network.decisions.queries.decisions import shown_to
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.counting import CONSENT
from network.decisions.rules.drafting import ANNOUNCED, CONSENT_KIND, MAX_QUESTION
from network.decisions.rules.states import SILENCE_LASTS
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _

MOST_PRESENT = 500


@command
def write_down_call(
    actor: Actor,
    network_id: str,
    *,
    meeting_id: str,
    wording: str,
    present: Collection[str],
    consents: Collection[str],
    language: str | None = None,
) -> OwnDecisionView:
    """Open a decision for what was agreed on a call: consent, announced as such that silence counts, for
    seven days (state-machines, "Decided for this project"). The words of those who consented there count as
    said, by user id; each can say something else until the end, and who was not there can object. Without an
    objection that stays it stands by then; with one it has not passed. Who knows the meeting has looked
    whether it is open to the actor. Raises what `draft_decision` and `open_decision` raise, Invalid under
    `wording`, `present` and `consents`. Records DecisionOpened and StanceTaken for each."""
    there, agreed = list(dict.fromkeys(present)), list(dict.fromkeys(consents))
    _check(network_id, wording, there, agreed)
    made = draft_decision(
        actor, network_id, kind=CONSENT_KIND, question=wording, closes_at=_end(runtime.current().clock.now()),
        language=language, quorum="0/1", silence=ANNOUNCED, meeting_id=meeting_id,
    )  # fmt: skip
    open_decision(actor, made["id"], made["version"])
    decision = fresh(made["id"])
    require(may_open_decision(actor, decision))
    for user_id in there:
        session().add(Attendee(decision_id=decision.id, user_id=user_id, consented=user_id in agreed))
    session().flush()
    _say_for(decision, agreed)
    append(
        actor, "decision.call", "decision", decision.id, network_id=network_id,
        after={"meeting_id": meeting_id, "present": len(there), "consents": len(agreed)},
    )  # fmt: skip
    return shown_to(actor, [decision])[0]


def _end(now: datetime) -> datetime:
    """The full minute after seven days: never less, however long the writing down takes."""
    return (now + SILENCE_LASTS).replace(second=0, microsecond=0) + timedelta(minutes=1)


def _check(network_id: str, wording: str, there: list[str], agreed: list[str]) -> None:
    faults: dict[str, FieldFault] = {}
    if not wording.strip():
        faults["wording"] = FieldFault.of(_("This is needed."))
    elif len(wording.strip()) > MAX_QUESTION:
        faults["wording"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_QUESTION)
    if not there:
        faults["present"] = FieldFault.of(_("Please say who was there."))
    elif len(there) > MOST_PRESENT or not _are_members(network_id, there):
        faults["present"] = FieldFault.of(_("Only members of this network can be named."))
    if not agreed:
        faults["consents"] = FieldFault.of(_("Please say who agreed."))
    elif not set(agreed) <= set(there):
        faults["consents"] = FieldFault.of(_("Only who was there can have agreed."))
    if faults:
        raise Invalid(faults)


def _are_members(network_id: str, user_ids: list[str]) -> bool:
    known = select(Membership.user_id).where(
        Membership.network_id == network_id, Membership.user_id.in_(user_ids),
        Membership.state.in_(("active", "paused")), Membership.ended_at.is_(None),
    )  # fmt: skip
    return set(session().scalars(known)) == set(user_ids)


def _say_for(decision: Decision, agreed: list[str]) -> None:
    """What they said on the call, for those who take part: who pauses was there and agreed, and counts
    neither way."""
    wanted = select(Elector.user_id).where(Elector.decision_id == decision.id, Elector.user_id.in_(agreed))
    for user_id in session().scalars(wanted.order_by(Elector.user_id)).all():
        set_stance(decision, user_id, CONSENT, (), "")

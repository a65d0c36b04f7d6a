"""Writing down what shall be decided, before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.decisions import Decision, DecisionOption
from models.membership import Membership
from models.networks import Network
from network import membership, networks
from network.decisions.events import PersonMatterRaised
from network.decisions.policy import may_draft_decision
from network.decisions.queries.decisions import shown_to
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.drafting import (
    ANNOUNCED,
    ELECTION,
    PERSON,
    PERSON_ANSWERS,
    QUORUM,
    THRESHOLDS,
    EffectWish,
    check_wish,
    least_time,
)
from network.decisions.rules.effects import effect_of
from network.decisions.rules.states import DRAFT
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.kernel.translation import translate


@command
def draft_decision(
    actor: Actor,
    network_id: str,
    *,
    kind: str,
    question: str,
    closes_at: datetime,
    explanation: str = "",
    language: str | None = None,
    options: Sequence[str] = (),
    opens_at: datetime | None = None,
    quorum: str | None = None,
    threshold: str | None = None,
    anonymous: bool = False,
    hidden_until_closed: bool = False,
    silence: str = "never",
    effect: EffectWish | None = None,
    concerned_user_id: str | None = None,
    topic_id: str | None = None,
    meeting_id: str | None = None,
) -> OwnDecisionView:
    """Write down a decision to be opened later. `kind` is `temperature` (no effect, with answers or without),
    `choice`, `consent`, `election` (options are membership ids) or `person` (about `concerned_user_id`;
    without options: yes, no, talk more). Quorum and threshold are fractions of the electorate as text;
    without them a half, and what is usual for the kind. Whom a matter concerns is told at once, before
    anybody else: PersonMatterRaised. Whoever names a topic or a meeting has looked whether it is open to the
    actor. Raises NotFound, Forbidden to who is neither active member nor steward, RulesNotAccepted,
    FeatureOff for an election where the network has none, Invalid by field, and what the effect's own check
    raises."""
    network = networks.visible_network_row(actor, network_id)
    require(may_draft_decision(actor, network.id))
    if kind == ELECTION:
        networks.check_feature(network, "elections")
    now, language = runtime.current().clock.now(), language or actor.language
    if kind == PERSON and not options:
        options = [translate(language, answer) for answer in PERSON_ANSWERS]
    wish: dict[str, Any] = {
        "kind": kind, "question": question.strip(), "explanation": explanation.strip(),
        "options": [option.strip() for option in options], "opens_at": opens_at, "closes_at": closes_at,
        "quorum": quorum or QUORUM, "threshold": threshold or THRESHOLDS.get(kind, "0/1"),
        "silence": silence, "effect": effect, "concerned_user_id": concerned_user_id,
    }  # fmt: skip
    check_wish(wish, now, least_time_in(network, kind, silence))
    check_people(network.id, kind, wish["options"], concerned_user_id)
    check_effect(actor, network, wish)
    effect = effect or {}
    decision = Decision(
        id=new_id(), network_id=network.id, kind=kind, question=wish["question"],
        explanation=wish["explanation"], language=language, state=DRAFT,
        topic_id=topic_id, meeting_id=meeting_id, opens_at=opens_at, closes_at=closes_at,
        quorum=wish["quorum"], threshold=wish["threshold"], anonymous=anonymous,
        # While counts are shown, whoever watches them change sees who said what.
        hidden_until_closed=hidden_until_closed or anonymous, silence=silence,
        effect_type=effect.get("type"), effect_id=effect.get("id"), effect_value=effect.get("value"),
        round=1, proposed_by=actor.id, concerned_user_id=concerned_user_id,
        raised_at=now, created_at=now, version=1,
    )  # fmt: skip
    add_draft(actor, decision, wish["options"])
    return shown_to(actor, [decision])[0]


def least_time_in(network: Network, kind: str, silence: str) -> timedelta:
    """How long a decision of this kind is open at least in this network."""
    small, on_trial = network.size == "small", runtime.current().settings.demo
    return least_time(kind, silence, small=small, on_trial=on_trial)


def add_draft(actor: Actor, decision: Decision, options: Sequence[str]) -> None:
    """Within a command: keep a new draft with its answers, and tell whom it concerns."""
    session().add(decision)
    session().flush()
    add_options(decision, options)
    append(
        actor, "decision.draft", "decision", decision.id, network_id=decision.network_id,
        after={"kind": decision.kind, "effect": decision.effect_type, "round": decision.round},
    )  # fmt: skip
    if decision.concerned_user_id is not None:
        tell_concerned(decision)


def tell_concerned(decision: Decision) -> None:
    """Within a command: whom it concerns hears of it, or of what it says now, and has her day from then on to
    think and to answer. Records PersonMatterRaised."""
    decision.concerned_told_at = runtime.current().clock.now()
    session().flush()
    record(
        PersonMatterRaised(
            scope=f"user:{decision.concerned_user_id}", entity_id=decision.id,
            entity_version=decision.version, network_id=decision.network_id,
        )
    )  # fmt: skip


def add_options(decision: Decision, options: Sequence[str]) -> None:
    """Within a command: keep the answers of a decision in their order."""
    for position, option in enumerate(options, start=1):
        elected = option if decision.kind == ELECTION else None
        session().add(
            DecisionOption(
                id=new_id(), decision_id=decision.id, position=position,
                text="" if elected else option, membership_id=elected,
            )
        )  # fmt: skip
    session().flush()


def check_people(network_id: str, kind: str, options: Sequence[str], concerned: str | None) -> None:
    """Raise Invalid unless the candidates of an election, and the person whom a matter concerns, are active
    members."""
    if kind == ELECTION:
        wanted = select(Membership.id).where(
            Membership.network_id == network_id, Membership.id.in_(options),
            Membership.user_id.in_(membership.active_user_ids(network_id)), Membership.ended_at.is_(None),
        )  # fmt: skip
        if set(session().scalars(wanted)) != set(options):
            raise Invalid({"options": FieldFault.of(_("Only active members can be elected."))})
    if kind == PERSON:
        active = membership.active_user_ids(network_id).where(Membership.user_id == concerned)
        if session().scalar(active) is None:
            raise Invalid({"concerned_user_id": FieldFault.of(_("This person is no active member."))})


def check_effect(actor: Actor, network: Network, wish: Mapping[str, Any]) -> None:
    """Ask whoever would bring the effect about whether that is possible; of an election for each candidate.
    Silence may bring about the rules of a Small network and nothing else: never a signature, never what
    binds people who did not know (state-machines, B4 and B6). Raises Invalid, and what the check raises."""
    effect: EffectWish | None = wish["effect"]
    if effect is None:
        return
    if wish["silence"] == ANNOUNCED and (effect["type"] != "activate_agreement" or network.size != "small"):
        raise Invalid({"silence": FieldFault.of(_("Silence is not enough for this."))})
    check = effect_of(effect["type"]).check
    ids = wish["options"] if wish["kind"] == ELECTION else [effect.get("id")]
    for effect_id in ids:
        check(actor, network.id, effect_id, effect.get("value"))

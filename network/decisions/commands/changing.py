"""Changing a decision: a draft at will; once people take part only what takes nothing from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from models.decisions import Decision, DecisionChange, DecisionOption, Stance
from network import networks
from network.decisions.commands.closing import settle_due
from network.decisions.commands.drafting import (
    add_options,
    check_effect,
    check_people,
    least_time_in,
    tell_concerned,
)
from network.decisions.commands.opening import fresh
from network.decisions.commands.taking_stances import check_open
from network.decisions.commands.telling import tell
from network.decisions.events import DecisionChanged
from network.decisions.policy import may_change_decision
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.showing import shown
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.corrections import is_typing_error
from network.decisions.rules.drafting import PERSON, check_wish, time_faults
from network.decisions.rules.states import (
    DRAFT,
    FEWEST_ANONYMOUS,
    SCHEDULED,
    TOLD_AHEAD,
    NotTightened,
    TextFixed,
    TooFewElectors,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id, new_secret
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _

BEFORE = frozenset({
    "question", "explanation", "options", "opens_at", "closes_at", "quorum", "threshold", "anonymous",
    "hidden_until_closed", "silence", "effect",
})  # fmt: skip
_WORDS = frozenset({"question", "explanation", "options"})
AFTER = frozenset({"question", "explanation", "closes_at", "anonymous", "hidden_until_closed"})


def change_decision(
    actor: Actor, decision_id: str, expected_version: int, changes: Mapping[str, Any]
) -> OwnDecisionView:
    """Change a decision. Before the opening everything but its kind and whom it concerns. While it is open a
    later end and more secrecy (anonymous only before the first stance); the words freely until the first
    stance and from then on typing errors alone (`rules.corrections`), everything shown as before and after;
    all else is a next round. Records DecisionChanged, of a draft nothing. By who sees to it. Raises NotFound,
    Forbidden, PartyToMatter, VersionConflict, DecisionEnded, DecisionNotOpen, TextFixed, NotTightened,
    TooFewElectors, Invalid, TooLittleTime, and what an effect's check raises. Other words about a person are
    told to her like the first ones, and she has her day again: PersonMatterRaised; once that is open, only
    typing errors are mended."""
    settle_due(decision_id=decision_id)
    return _change(actor, decision_id, expected_version, dict(changes))


@command
def _change(
    actor: Actor, decision_id: str, expected_version: int, changes: dict[str, Any]
) -> OwnDecisionView:
    decision = visible_decision(actor, decision_id)
    require(may_change_decision(actor, decision))
    decision = fresh(decision.id)
    check_version(decision, expected_version, _view)
    unknown = set(changes) - BEFORE
    if unknown:
        raise ValueError(f"not to be changed: {sorted(unknown)}")
    for name in ("question", "explanation"):
        if name in changes:
            changes[name] = changes[name].strip()
    waits = decision.state in (DRAFT, SCHEDULED)
    if waits:
        changed = _rewrite(actor, decision, changes)
    else:
        check_open(decision)
        changed = _amend(actor, decision, changes)
    if not changed:
        return shown_to(actor, [decision])[0]
    decision.version += 1
    append(
        actor, "decision.change", "decision", decision.id, network_id=decision.network_id,
        after={"fields": sorted(changed), "version": decision.version},
    )  # fmt: skip
    session().flush()
    if waits and _tells_anew(decision, changed):
        # She has her day for what it says now, not for what it said, and her notice goes by the version.
        tell_concerned(decision)
    if decision.state != DRAFT:
        tell(DecisionChanged, decision)
    return shown_to(actor, [decision])[0]


def _tells_anew(decision: Decision, changed: set[str]) -> bool:
    """The words about a person are other ones."""
    return decision.kind == PERSON and bool(changed & _WORDS)


def _rewrite(actor: Actor, decision: Decision, changes: Mapping[str, Any]) -> set[str]:
    """Nobody has been asked yet: whatever makes a valid decision."""
    network, now = networks.network_row(decision.network_id), runtime.current().clock.now()
    by_position = select(DecisionOption).where(DecisionOption.decision_id == decision.id)
    rows = session().scalars(by_position.order_by(DecisionOption.position)).all()
    effect = None
    if decision.effect_type is not None:
        effect = {"type": decision.effect_type, "id": decision.effect_id, "value": decision.effect_value}
    wish: dict[str, Any] = {
        "kind": decision.kind, "question": decision.question, "explanation": decision.explanation,
        "options": [row.membership_id or row.text for row in rows], "opens_at": decision.opens_at,
        "closes_at": decision.closes_at, "quorum": decision.quorum, "threshold": decision.threshold,
        "silence": decision.silence, "effect": effect, "concerned_user_id": decision.concerned_user_id,
        "anonymous": decision.anonymous, "hidden_until_closed": decision.hidden_until_closed,
    }  # fmt: skip
    before, wish = wish, {**wish, **changes}
    wish["hidden_until_closed"] = wish["hidden_until_closed"] or wish["anonymous"]
    changed = {name for name in wish if wish[name] != before[name]}
    if not changed:
        return changed
    # From the day it was announced, what was promised is kept (state-machines, B6).
    if decision.state == SCHEDULED and any(
        name in changed and not wish[name] for name in ("anonymous", "hidden_until_closed")
    ):
        raise NotTightened()
    if decision.state == SCHEDULED:
        told_at = now if _tells_anew(decision, changed) else decision.concerned_told_at
        earliest = told_at + TOLD_AHEAD if told_at is not None else None
        wish["opens_at"] = max(filter(None, (wish["opens_at"], earliest)), default=now)
        changed |= {"opens_at"}
    check_wish(wish, now, least_time_in(network, decision.kind, wish["silence"]))
    check_people(network.id, decision.kind, wish["options"], decision.concerned_user_id)
    check_effect(actor, network, wish)
    for name in changed - {"options", "effect"}:
        setattr(decision, name, wish[name])
    if decision.state == SCHEDULED:
        decision.opened_at = decision.opens_at
    if "options" in changed:
        session().execute(delete(DecisionOption).where(DecisionOption.decision_id == decision.id))
        add_options(decision, wish["options"])
    wanted = wish["effect"] or {}
    decision.effect_type, decision.effect_id = wanted.get("type"), wanted.get("id")
    decision.effect_value = wanted.get("value")
    return changed


def _amend(actor: Actor, decision: Decision, changes: Mapping[str, Any]) -> set[str]:
    """People have read it."""
    changed = {name for name, value in changes.items() if name != "options" and _now(decision, name) != value}
    if changed - AFTER or "options" in changes:
        raise TextFixed(fields=sorted(changed - AFTER))
    taken = select(Stance.id).where(Stance.decision_id == decision.id).limit(1)
    somebody_took_part = session().scalar(taken) is not None
    # The person concerned had her day for these words; and of an anonymous one nobody finds out in this way
    # whether anybody has spoken.
    words_stand = somebody_took_part or decision.kind == PERSON or decision.anonymous
    for name in sorted(changed):
        value = changes[name]
        if name == "closes_at":
            _extend(decision, value)
        elif name in ("anonymous", "hidden_until_closed"):
            _tighten(decision, name, value, somebody_took_part)
        elif name == "question" and not value:
            raise Invalid({"question": FieldFault.of(_("This is needed."))})
        elif words_stand and not is_typing_error(_at_opening(decision, name), value):
            raise TextFixed(fields=[name])
        shown_before, shown_after = _written(_now(decision, name)), _written(value)
        session().add(
            DecisionChange(
                id=new_id(), decision_id=decision.id, field=_COLUMN.get(name, name), before=shown_before,
                after=shown_after, changed_by=actor.id, changed_at=runtime.current().clock.now(),
            )
        )  # fmt: skip
        setattr(decision, name, value)
    if decision.anonymous and not decision.hidden_until_closed:
        decision.hidden_until_closed = True
    return changed


_COLUMN = {"hidden_until_closed": "hidden"}


def _extend(decision: Decision, closes_at: datetime) -> None:
    faults = time_faults(decision.opened_at, closes_at, decision.opened_at or closes_at)
    if closes_at <= decision.closes_at:
        faults = {"closes_at": FieldFault.of(_("The end can only be later."))}
    if faults:
        raise Invalid(faults)


def _tighten(decision: Decision, name: str, value: bool, somebody_took_part: bool) -> None:
    if not value or (name == "anonymous" and somebody_took_part):
        raise NotTightened()
    if name == "anonymous":
        if (decision.electorate_count or 0) < FEWEST_ANONYMOUS:
            raise TooFewElectors(count=decision.electorate_count)
        decision.ballot_key = new_secret()


def _at_opening(decision: Decision, field: str) -> str:
    """The text that people read first: small steps do not add up to another one. What was changed before
    the first stance counts as read."""
    first = select(Stance.said_at).where(Stance.decision_id == decision.id, Stance.said_at.is_not(None))
    since = session().scalar(first.order_by(Stance.said_at).limit(1))
    changes = select(DecisionChange.before).where(
        DecisionChange.decision_id == decision.id, DecisionChange.field == field
    )
    if since is not None:
        changes = changes.where(DecisionChange.changed_at >= since)
    before = session().scalar(changes.order_by(DecisionChange.changed_at, DecisionChange.id).limit(1))
    return str(_now(decision, field)) if before is None else before


def _now(decision: Decision, name: str) -> Any:
    if name == "effect":
        if decision.effect_type is None:
            return None
        return {"type": decision.effect_type, "id": decision.effect_id, "value": decision.effect_value}
    return getattr(decision, name)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])

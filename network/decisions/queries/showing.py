"""How rows become what is shown: with answers, counts where they are open, changes, the next round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import String, and_, cast, func, select

from models.decisions import Decision, DecisionChange, DecisionObjection, DecisionOption, Elector, Stance
from models.membership import Membership
from network import people
from network.decisions.queries.views import (
    ChangeView,
    DecisionView,
    EffectView,
    OptionView,
    OutcomeView,
    ResultOut,
)
from network.decisions.rules.counting import Said, quorum_needed, tally
from network.decisions.rules.states import CANCELLED, OPEN, STANDING, state_now
from network.kernel import runtime
from network.kernel.fractions import parse_share
from network.kernel.transaction import session


def shown(rows: Sequence[Decision]) -> list[DecisionView]:
    """Rows as everybody in the network sees them; nothing of a counted decision is counted again."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    persons = people.people_by_id(number for row in rows for number in _named(row))
    options, changes, following = options_of(ids), _changes(ids), _following(ids)
    said, objections = _said([row.id for row in rows if _tells(row)]), _open_objections(ids)
    now = runtime.current().clock.now()
    views: list[DecisionView] = []
    for row in rows:
        result, own_options = _result(row), options.get(row.id, [])
        own_said = said.get(row.id, [])
        hidden = row.hidden_until_closed or row.anonymous
        views.append({
            "id": row.id, "network_id": row.network_id, "kind": row.kind, "question": row.question,
            "explanation": row.explanation, "language": row.language, "options": own_options,
            "state": state_now(row.state, row.opens_at, row.closes_at, now),
            "topic_id": row.topic_id, "meeting_id": row.meeting_id, "opens_at": row.opens_at,
            "opened_at": None if row.electorate_count is None else row.opened_at,
            "closes_at": row.closes_at, "quorum": row.quorum, "threshold": row.threshold,
            "anonymous": row.anonymous, "hidden_until_closed": row.hidden_until_closed,
            "silence": row.silence, "effect": _effect(row), "electorate_count": row.electorate_count,
            "taken_count": result["taken_count"] if result else _taken(row, own_said),
            "quorum_needed": _quorum(row), "open_objections": objections.get(row.id, 0),
            "counts": result["counts"] if result else _counts(row, own_options, own_said, hidden),
            "proposed_by": persons[row.proposed_by],
            "concerned": persons[row.concerned_user_id] if row.concerned_user_id else None,
            "statement": row.statement, "changes": changes.get(row.id, []), "round": row.round,
            "previous_id": row.previous_id, "next_id": following.get(row.id), "result": result,
            "outcome": _outcome(row, persons), "cancel_reason": row.cancel_reason, "version": row.version,
        })  # fmt: skip
    return views


def _tells(row: Decision) -> bool:
    """It is open, or it was taken back, which leaves standing how many had spoken by then."""
    return row.state == OPEN or (row.state == CANCELLED and not row.anonymous)


def _named(row: Decision) -> list[str]:
    named = (row.proposed_by, row.concerned_user_id, row.outcome_by, row.responsible_id)
    return [number for number in named if number]


def options_of(decision_ids: Sequence[str]) -> dict[str, list[OptionView]]:
    """The answers of some decisions in their order; candidates called as they are called now."""
    wanted = (
        select(DecisionOption, Membership.user_id)
        .outerjoin(Membership, Membership.id == DecisionOption.membership_id)
        .where(DecisionOption.decision_id.in_(decision_ids))
        .order_by(DecisionOption.decision_id, DecisionOption.position)
    )
    found = session().execute(wanted).all()
    candidates = people.people_by_id({row[1] for row in found if row[1]})
    options: dict[str, list[OptionView]] = {}
    for option, user_id in found:
        text = candidates[user_id]["display_name"] if user_id else option.text
        options.setdefault(option.decision_id, []).append(
            {"id": option.id, "text": text, "membership_id": option.membership_id}
        )
    return options


def _said(open_ids: Sequence[str]) -> dict[str, list[Said]]:
    """What is said in decisions without a result, without those who left; marks tell nothing in an anonymous
    one, where a leaver's stance is taken away at once."""
    if not open_ids:
        return {}
    alike = (Stance.decision_id, Stance.stance, cast(Stance.option_ids, String))
    wanted = (
        select(*alike, func.count())
        .outerjoin(Elector, and_(Elector.decision_id == Stance.decision_id, Elector.user_id == Stance.voter))
        .where(Stance.decision_id.in_(open_ids), Stance.replaced_at.is_(None), Elector.voided_at.is_(None))
        .group_by(*alike)
    )
    said: dict[str, list[Said]] = {}
    for decision_id, stance, option_ids, number in session().execute(wanted):
        each = Said(stance, tuple(orjson.loads(option_ids)))
        said.setdefault(decision_id, []).extend([each] * number)
    return said


def _counts(
    row: Decision, options: Sequence[OptionView], said: Sequence[Said], hidden: bool
) -> dict[str, int] | None:
    if row.state != OPEN or hidden:
        return None
    return tally([option["id"] for option in options], said)


def _taken(row: Decision, said: Sequence[Said]) -> int | None:
    # Whoever compared the number before and after somebody left would know whether she had spoken.
    return None if row.anonymous and row.state in (OPEN, CANCELLED) else len(said)


def _quorum(row: Decision) -> int | None:
    if row.electorate_count is None:
        return None
    return quorum_needed(parse_share(row.quorum), row.electorate_count)


def _open_objections(ids: Sequence[str]) -> dict[str, int]:
    """An objection is void with the stance of who left, as at the count."""
    hers = and_(
        Elector.decision_id == DecisionObjection.decision_id, Elector.user_id == DecisionObjection.voter
    )
    counted = (
        select(DecisionObjection.decision_id, func.count())
        .outerjoin(Elector, hers)
        .where(DecisionObjection.decision_id.in_(ids), DecisionObjection.state.in_(STANDING))
        .where(Elector.voided_at.is_(None))
        .group_by(DecisionObjection.decision_id)
    )
    return {row[0]: row[1] for row in session().execute(counted)}


def _changes(ids: Sequence[str]) -> dict[str, list[ChangeView]]:
    wanted = select(DecisionChange).where(DecisionChange.decision_id.in_(ids))
    changes: dict[str, list[ChangeView]] = {}
    for row in session().scalars(wanted.order_by(DecisionChange.changed_at, DecisionChange.id)):
        changes.setdefault(row.decision_id, []).append(
            {"field": row.field, "before": row.before, "after": row.after, "changed_at": row.changed_at}
        )
    return changes


def _following(ids: Sequence[str]) -> dict[str, str]:
    wanted = select(Decision.previous_id, Decision.id).where(
        Decision.previous_id.in_(ids), Decision.opened_at.is_not(None)
    )
    return {previous: following for previous, following in session().execute(wanted) if previous}


def _effect(row: Decision) -> EffectView | None:
    if row.effect_type is None:
        return None
    return {
        "type": row.effect_type, "id": row.effect_id, "value": row.effect_value, "state": row.effect_state,
        "code": row.effect_code,
    }  # fmt: skip


def _result(row: Decision) -> ResultOut | None:
    if row.result is None or row.closed_at is None:
        return None
    kept = row.result
    return {
        "outcome": kept["outcome"], "option_id": kept["option_id"], "counts": dict(kept["counts"]),
        "electorate_count": kept["electorate_count"], "closed_at": row.closed_at,
        "taken_count": kept["taken_count"], "quorum_needed": kept["quorum_needed"], "rule": kept["rule"],
    }  # fmt: skip


def _outcome(row: Decision, persons: Mapping[str, Any]) -> OutcomeView | None:
    if row.outcome is None or row.outcome_at is None:
        return None
    by = persons[row.outcome_by or row.proposed_by]
    return {
        "text": row.outcome, "by": by, "at": row.outcome_at,
        "responsible": persons[row.responsible_id] if row.responsible_id else by,
        "review_on": row.review_on,
    }  # fmt: skip

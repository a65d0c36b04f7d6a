"""Deciding a case: complete or not at all, told to nobody for some minutes, then sent (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from models.discussions import Room, Topic
from models.moderation import Case, CaseDecision, ReportSnapshot, Sanction
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id
from network.kernel.policy import has_proof, require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.kernel.translation import supported
from network.moderation.commands.cases import own_case, step
from network.moderation.commands.effects import hide
from network.moderation.commands.looking import without_content
from network.moderation.commands.sending import send_due_one
from network.moderation.commands.telling import tell_case, tell_queue
from network.moderation.policy.cases import acting_role
from network.moderation.queries.measures import running_measures, show_handled
from network.moderation.queries.ruling import RuleView, rules_for
from network.moderation.queries.seconders import seconders_of, vote_about
from network.moderation.queries.showing import last_snapshots
from network.moderation.queries.views import OwnCaseView
from network.moderation.rules.deciding import Draft, check_complete, measures_of
from network.moderation.rules.measures import (
    OF_CONTENT,
    POSTING_PAUSE,
    PROPOSED,
    TOPIC,
    UNDO_WITHIN,
    Ground,
    MeasureRunning,
    Wish,
    clashes,
    needs_second,
    second_until,
)
from network.moderation.rules.statements import NOTICE, OWN_INITIATIVE

SLACK = timedelta(hours=1)
"""So much longer than the last moment of sending what was hidden meanwhile stays so: a dead job shows nothing
between the two."""


@command
def decide_case(actor: Actor, case_id: str, expected_version: int, draft: Draft) -> OwnCaseView:
    """Decide a case that one has taken: what, by which rule, why, and with which measures. Nothing is saved
    incomplete. Long pauses, suspensions and removals wait for a second person; everything else is sent and
    begins at once, or, where the draft is undoable, after some minutes in which nobody is told and it can be
    taken back. It touches this case and no other. Of two who decide at once one wins; the other gets how.
    Records CaseChanged, QueueChanged. Raises NotFound, for parties above all; Forbidden, ProofRequired,
    SecondFactorNeeded, VersionConflict, NotYours, CaseClaimed, InvalidTransition, Invalid by field,
    MeasureRunning with the first one."""
    case, matter = own_case(actor, case_id, expected_version)
    require(has_proof(actor, None))
    check_complete(draft)
    now = runtime.current().clock.now()
    snapshot = last_snapshots([case.id]).get(case.id)
    rule = _rule(case, snapshot, draft)
    ground = Ground(case.network_id, case.target_type, case.target_id, case.about_id)
    begin = now + UNDO_WITHIN if draft.undoable else now
    wishes = measures_of(draft, ground, begin)
    _check_topics(case, wishes)
    replaced = [_beside(case, wish) for wish in wishes]
    role = acting_role(actor, matter)
    decision = CaseDecision(
        id=new_id(), case_id=case.id, snapshot_id=snapshot.id if snapshot else None, outcome=draft.outcome,
        rule_id=rule["id"] if rule else None, rules_version_id=rule["rules_version_id"] if rule else None,
        facts=draft.facts.strip(), reason=draft.reason.strip(),
        language=draft.language or _language_of(case, actor),
        basis=draft.basis or (OWN_INITIATIVE if case.own_initiative else NOTICE),
        decided_by=actor.user_id, acting_role=role, decided_at=now, send_from=begin,
    )  # fmt: skip
    session().add(decision)
    step(actor, case, "decision", matter, reason=draft.outcome)
    case.decided_at = now
    session().flush()
    by_vote = case.about_id is not None and vote_about(case.network_id, actor.user_id or "", case.about_id)
    made = [
        _propose(actor, case, decision, wish, role, old, now, by_vote=by_vote)
        for wish, old in zip(wishes, replaced, strict=True)
    ]
    session().flush()
    _keep_hidden(actor, case, made, decision)
    tell_case(case)
    for row in made:
        if row.second_until is not None:
            tell_queue(case, seconders_of(case, row))
    send_due_one(case)
    return without_content(actor, case)


def _rule(case: Case, snapshot: ReportSnapshot | None, draft: Draft) -> RuleView | None:
    """The rule by its words of then: of the version that held when it was posted, else of the one in force
    (C23, C39)."""
    if draft.rule_id is None:
        return None
    for rule in rules_for(case, snapshot):
        if rule["id"] == draft.rule_id:
            return rule
    raise Invalid({"rule_id": FieldFault.of(_("Please choose one of our rules."))})


def _check_topics(case: Case, wishes: Sequence[Wish]) -> None:
    topics = {
        wish.scope_id for wish in wishes if wish.kind == POSTING_PAUSE and wish.scope_type == TOPIC
    }  # fmt: skip
    if not topics:
        return
    here = (
        select(Topic.id)
        .join(Room, Room.id == Topic.room_id)
        .where(Topic.id.in_(topics), Room.network_id == case.network_id)
    )
    if topics - set(session().scalars(here)):
        raise Invalid({"sanctions": FieldFault.of(_("A measure of this kind does not fit to this case."))})


def _beside(case: Case, wish: Wish) -> Sanction | None:
    """The measure that this one replaces, None where it stands for itself. One that runs is never
    overlooked (no silent double)."""
    running = running_measures(case.network_id, case.about_id or "")
    replaced = next((row for row in running if row.id == wish.replaces), None)
    for row in running:
        if not clashes(wish, row.kind, (row.scope_type, row.scope_id)):
            continue
        stands = row.id == wish.beside and row.kind != wish.kind
        if not stands and row is not replaced:
            raise MeasureRunning(current=show_handled([row])[0])
    if wish.replaces is not None and (replaced is None or replaced.state == PROPOSED):
        raise Invalid({"sanctions": FieldFault.of(_("The measure that this one replaces does not run."))})
    return replaced


def _propose(
    actor: Actor,
    case: Case,
    decision: CaseDecision,
    wish: Wish,
    role: str,
    replaced: Sanction | None,
    now: datetime,
    *,
    by_vote: bool,
) -> Sanction:
    waits = by_vote or needs_second(wish.kind, wish.until, now)
    sanction = Sanction(
        id=new_id(), case_id=case.id, decision_id=decision.id, network_id=case.network_id,
        user_id=case.about_id, kind=wish.kind, scope_type=wish.scope_type, scope_id=wish.scope_id,
        state=PROPOSED, counts=wish.kind != "guidance", imposed_by=actor.user_id,
        second_until=second_until(wish.until, now) if waits else None, ends_at=wish.until,
        previous_id=replaced.id if replaced is not None else None, created_at=now, version=1,
    )  # fmt: skip
    session().add(sanction)
    session().flush()
    append(
        actor, "sanction.proposal", "sanction", sanction.id, network_id=case.network_id, acting_role=role,
        after={
            "state": PROPOSED, "kind": wish.kind, "version": 1, "scope": f"{wish.scope_type}:{wish.scope_id}",
            "ends_at": wish.until.isoformat() if wish.until else None, "needs_second": waits,
        },
        rules_version_id=decision.rules_version_id,
    )  # fmt: skip
    return sanction


def _keep_hidden(actor: Actor, case: Case, made: Sequence[Sanction], decision: CaseDecision) -> None:
    """What an interim veil hides and a measure will hide stays hidden in between."""
    now = runtime.current().clock.now()
    veiled = case.veil_until is not None and case.veil_until > now
    if not veiled or not any(row.kind in OF_CONTENT for row in made):
        return
    until = max([decision.send_from, *(row.second_until for row in made if row.second_until)]) + SLACK
    if case.veil_until is not None and until > case.veil_until:
        case.veil_until = until
        hide(actor, case.target_type, case.target_id, until)


def _language_of(case: Case, actor: Actor) -> str:
    person = people.user_row(case.about_id) if case.about_id else None
    return supported(person.language if person is not None else actor.language)

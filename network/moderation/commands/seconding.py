"""The second person of a weighty measure: she agrees or not; and ending a measure early."""

from __future__ import annotations

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.moderation.commands.effects import undo_effect
from network.moderation.commands.measuring import locked_sanction, relocked, step_of
from network.moderation.commands.sending import send_due_one
from network.moderation.commands.telling import tell_case
from network.moderation.policy.cases import acting_role
from network.moderation.policy.measures import may_lift, may_reject, may_second
from network.moderation.queries.case_measures import state_of
from network.moderation.queries.measures import HandledSanctionView, show_handled
from network.moderation.queries.route import matter_of
from network.moderation.queries.seconders import second_matter
from network.moderation.rules.measures import ACTIVE, PROPOSED

MOST_REASON = 4000


@command
def second_sanction(actor: Actor, sanction_id: str, expected_version: int) -> HandledSanctionView:
    """Agree to a weighty measure as the second person: it begins, once the minutes in which its decision can
    be taken back are over. By another
    meta-mentor or the founding organisation, no party and not who proposed it. Records CaseChanged. Raises
    NotFound, Forbidden, ImposedByHer, StewardSeconds, ProofRequired, SecondFactorNeeded, VersionConflict,
    InvalidTransition where it does not wait any more."""
    row, case = locked_sanction(actor, sanction_id)
    require(may_second(actor, second_matter(case, row)))
    check_version(row, expected_version, lambda one: dict(show_handled([one])[0]))
    if state_of(row) != PROPOSED or row.second_until is None or row.seconded_by is not None:
        raise InvalidTransition(state=state_of(row))
    role = acting_role(actor, matter_of(case))
    step_of(actor, row, "second", role=role)
    row.seconded_by = actor.user_id
    session().flush()
    tell_case(case)
    send_due_one(case)
    return show_handled([relocked(row.id)])[0]


@command
def reject_sanction(
    actor: Actor, sanction_id: str, *, reason: str, expected_version: int
) -> HandledSanctionView:
    """Say no to a weighty measure as the second person, with a reason: it never begins. Who may and what it
    raises: as `second_sanction`; Invalid without a reason."""
    row, case = locked_sanction(actor, sanction_id)
    require(may_reject(actor, second_matter(case, row)))
    words = _words(reason)
    check_version(row, expected_version, lambda one: dict(show_handled([one])[0]))
    if state_of(row) != PROPOSED or row.second_until is None or row.seconded_by is not None:
        raise InvalidTransition(state=state_of(row))
    step_of(actor, row, "rejection", role=acting_role(actor, matter_of(case)))
    row.ended_at, row.ended_by, row.end_reason = runtime.current().clock.now(), actor.user_id, words
    session().flush()
    tell_case(case)
    send_due_one(case)
    return show_handled([relocked(row.id)])[0]


@command
def lift_sanction(
    actor: Actor, sanction_id: str, *, reason: str, expected_version: int
) -> HandledSanctionView:
    """End a measure early, out of mercy: its effect ends at once, the record stays (only an appeal clears
    it). By who handles the case, with a reason that the person reads. Records MeasureChanged, CaseChanged,
    what the effect records. Raises NotFound, Forbidden, ProofRequired, SecondFactorNeeded, VersionConflict,
    InvalidTransition, Invalid."""
    row, case = locked_sanction(actor, sanction_id)
    require(may_lift(actor, matter_of(case)))
    require_second_factor(actor)
    words = _words(reason)
    check_version(row, expected_version, lambda one: dict(show_handled([one])[0]))
    if state_of(row) != ACTIVE:
        raise InvalidTransition(state=state_of(row))
    row.ended_at, row.ended_by, row.end_reason = runtime.current().clock.now(), actor.user_id, words
    step_of(actor, row, "lift", role=acting_role(actor, matter_of(case)))
    undo_effect(actor, row)
    tell_case(case)
    return show_handled([row])[0]


def _words(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Invalid({"reason": FieldFault.of(_("Please say why."))})
    if len(words) > MOST_REASON:
        raise Invalid({"reason": FieldFault.of(_("At most %(most)s characters, please."), most=MOST_REASON)})
    return words

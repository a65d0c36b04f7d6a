"""Opening a decision: who takes part is fixed, and everybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, null, select

from models.decisions import Decision, DecisionOption, Elector
from models.networks import Network
from network import networks
from network.decisions.commands.drafting import check_effect, check_people, draft_decision, least_time_in
from network.decisions.commands.telling import tell
from network.decisions.events import DecisionOpened
from network.decisions.policy import may_open_decision
from network.decisions.queries.decisions import shown_to, visible_decision
from network.decisions.queries.electorate import electors_then, electors_to_be
from network.decisions.queries.showing import shown
from network.decisions.queries.views import OwnDecisionView
from network.decisions.rules.drafting import ANNOUNCED, ELECTION, PERSON, time_faults
from network.decisions.rules.states import (
    DECISION,
    ENDING_OVERLAYS,
    FEWEST_ANONYMOUS,
    TOLD_AHEAD,
    NetworkArchived,
    NetworkDormant,
    TooFewElectors,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.ids import new_secret
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import transition

There = Sequence[tuple[str, datetime | None]]
"""Who took part at a moment that is past, and when she left since."""


@command
def open_decision(actor: Actor, decision_id: str, expected_version: int) -> OwnDecisionView:
    """Open a draft: now, or by the clock at its `opens_at`, and until then it is scheduled. Who takes part is
    fixed at that moment. A matter about a person opens a day at the earliest after she was told; an end that
    lies ahead moves so that people have the least time in full (`rules.drafting.least_time`). Records
    DecisionOpened. By who proposed it, meta-mentor or deputy, never the person concerned (PartyToMatter).
    Raises NotFound, Forbidden, VersionConflict, InvalidTransition, Invalid where the time does not suffice
    any more, NetworkDormant, NetworkArchived, TooFewElectors, FeatureOff, and what the effect's check
    raises."""
    decision = visible_decision(actor, decision_id)
    require(may_open_decision(actor, decision))
    decision, network = locked(decision.id)
    start(actor, decision, network, expected_version)
    return shown_to(actor, [decision])[0]


@command
def draft_and_open(actor: Actor, network_id: str, **wish: Any) -> OwnDecisionView:
    """Write a decision down and open it, both or neither: what is refused leaves no draft behind. `wish`, by
    whom and what it raises: as `draft_decision` and `open_decision`."""
    made = draft_decision(actor, network_id, **wish)
    return open_decision(actor, made["id"], made["version"])


def start(actor: Actor, decision: Decision, network: Network, expected_version: int | None = None) -> None:
    """Within a command that locked both: open a draft or a next round, or let it wait for its moment; never
    before the person concerned had her day. Raises as `open_decision`."""
    now = runtime.current().clock.now()
    opens_at = max(filter(None, (decision.opens_at, earliest(decision))), default=now)
    later = opens_at > now
    _give_time(decision, network, max(opens_at, now))
    check_opening(actor, decision, network, opens_at if later else now)
    transition(
        DECISION, decision, "scheduling" if later else "opening", actor, expected_version=expected_version,
        show=_view, network_id=decision.network_id,
    )  # fmt: skip
    if later:
        # It is told from now on, though nobody takes part before.
        decision.opens_at = decision.opened_at = opens_at
    else:
        fix_electorate(decision, now)
    _tell(decision)


def begin(actor: Actor, decision: Decision, network: Network, opens_at: datetime) -> None:
    """Within a command that locked both: open what was scheduled as of the moment that was set. Raises what
    stands in the way by now."""
    _give_time(decision, network, opens_at)
    late = opens_at < runtime.current().clock.now()
    there = electors_then(decision, opens_at) if late else None
    check_opening(actor, decision, network, opens_at, there)
    transition(
        DECISION, decision, "opening", actor, expected_version=None, show=_view,
        network_id=decision.network_id,
    )  # fmt: skip
    fix_electorate(decision, opens_at, there)
    _tell(decision)


def _give_time(decision: Decision, network: Network, opens_at: datetime) -> None:
    """A draft waits some time for its opening; people have the least time in full all the same."""
    least = least_time_in(network, decision.kind, decision.silence)
    if decision.closes_at > opens_at or decision.silence == ANNOUNCED:
        decision.closes_at = max(decision.closes_at, opens_at + least)


def locked(decision_id: str) -> tuple[Decision, Network]:
    """Within a command: the row as it is now, behind its network's lock (docs/architecture.md, Locks)."""
    network = networks.lock_network(session().get_one(Decision, decision_id).network_id)
    return fresh(decision_id), network


def fresh(decision_id: str) -> Decision:
    """Within a command: the row as it is now, kept from others until the end."""
    return session().get_one(Decision, decision_id, with_for_update=True, populate_existing=True)


def earliest(decision: Decision) -> datetime | None:
    """When a matter about a person may begin: she was told a day ago."""
    if decision.kind != PERSON or decision.concerned_told_at is None:
        return None
    return decision.concerned_told_at + TOLD_AHEAD


def check_opening(
    actor: Actor, decision: Decision, network: Network, opens_at: datetime, there: There | None = None
) -> None:
    """Raise what stands in the way of opening at this moment; asked again when the moment has come, for the
    world has gone on since the draft. `there` as for `fix_electorate`."""
    if network.overlay in ENDING_OVERLAYS:
        raise NetworkArchived() if network.overlay == "archived" else NetworkDormant()
    if decision.kind == ELECTION:
        networks.check_feature(network, "elections")
    faults = time_faults(opens_at, decision.closes_at, opens_at)
    if faults:
        raise Invalid(faults)
    by_position = select(DecisionOption).where(DecisionOption.decision_id == decision.id)
    rows = session().scalars(by_position.order_by(DecisionOption.position)).all()
    options = [row.membership_id or row.text for row in rows]
    check_people(network.id, decision.kind, options, decision.concerned_user_id)
    effect = None
    if decision.effect_type is not None:
        effect = {"type": decision.effect_type, "id": decision.effect_id, "value": decision.effect_value}
    wish = {"kind": decision.kind, "silence": decision.silence, "options": options, "effect": effect}
    check_effect(actor, network, wish)
    if there is None:
        wanted = electors_to_be(decision, opens_at)
        number = session().scalar(select(func.count()).select_from(wanted.subquery())) or 0
    else:
        number = len(there)
    if number < (FEWEST_ANONYMOUS if decision.anonymous else 1):
        raise TooFewElectors(count=number)


def fix_electorate(decision: Decision, opens_at: datetime, there: There | None = None) -> None:
    """Write down who takes part, once and for all: who belongs at `opens_at`, or where somebody looks only
    later, who was `there` then (`electors_then`). Who joins later waits for the next decision; who left since
    is void from then on."""
    if there is not None:
        rows = [
            {"decision_id": decision.id, "user_id": user_id, "voided_at": gone_at, "reminded_at": None}
            for user_id, gone_at in there
        ]
        if rows:
            session().execute(insert(Elector), rows)
    else:
        wanted = electors_to_be(decision, opens_at).add_columns(literal(decision.id), null(), null())
        columns = ["user_id", "decision_id", "voided_at", "reminded_at"]
        session().execute(insert(Elector).from_select(columns, wanted))
    standing = (Elector.decision_id == decision.id, Elector.voided_at.is_(None))
    number = select(func.count()).select_from(Elector).where(*standing)
    decision.electorate_count = session().scalar(number) or 0
    decision.opened_at = opens_at
    if decision.anonymous:
        decision.ballot_key = new_secret()
    session().flush()


def _tell(decision: Decision) -> None:
    session().flush()
    tell(DecisionOpened, decision, state=decision.state)


def _view(decision: Decision) -> dict[str, Any]:
    return dict(shown([decision])[0])

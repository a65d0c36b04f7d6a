"""How somebody comes in: what every way in ends with, whoever opened the door."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, update

from models.membership import RUNNING_STATES, Application, Membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.transaction import session
from network.kernel.transitions import transition
from network.membership.events import AccessGained, ApplicationChanged, MembershipChanged
from network.membership.queries.applications import application_of
from network.membership.queries.memberships import (
    running_membership,
    show_memberships,
    suspended_until,
)
from network.membership.queries.standing import with_standings
from network.membership.rules import MEMBERSHIP, settle


def join_founder(actor: Actor, network_id: str) -> Actor:
    """Make the founder the first member, within the command that founds the network; returns the actor as she
    stands now, for the steps that follow."""
    add_member(network_id, actor.user_id or "", "active", "founder", None)
    return with_standings(actor)


def record_rules_acceptance(user_id: str, network_id: str, version_id: str) -> bool:
    """Note on the running membership which rules its person accepted, within the command of a higher
    capability; False where no membership runs."""
    membership = running_membership(network_id, user_id)
    if membership is None:
        return False
    membership.rules_version_id = version_id
    membership.rules_accepted_at = runtime.current().clock.now()
    session().flush()
    return True


def carry_rules_acceptance(
    network_id: str, version_id: str, accepted_by: Select[str], accepted_before: Sequence[str]
) -> None:
    """Note on all running memberships at once, within the command of a higher capability, that their people
    accepted a version of the rules: those whom `accepted_by` names, and those who accepted one of the
    versions `accepted_before`. One statement."""
    session().execute(
        update(Membership)
        .where(Membership.network_id == network_id, Membership.state.in_(RUNNING_STATES))
        .where(
            or_(Membership.user_id.in_(accepted_by), Membership.rules_version_id.in_(list(accepted_before)))
        )
        .values(rules_version_id=version_id, rules_accepted_at=runtime.current().clock.now())
        .execution_options(synchronize_session=False)
    )


def add_member(network_id: str, user_id: str, state: str, origin: str, invited_by: str | None) -> Membership:
    """A new membership, active or applied (then `add_application` follows). A suspension goes with the
    person: leaving and coming back does not end it (B2). The caller holds the network's lock and knows that
    no membership of the person runs."""
    now = runtime.current().clock.now()
    membership = Membership(
        id=new_id(), network_id=network_id, user_id=user_id, state=state, origin=origin,
        invited_by=invited_by, since=now, paused_until=None,
        suspended_until=suspended_until(network_id, user_id), rules_version_id=None,
        rules_accepted_at=None, ended_at=None, version=1,
    )  # fmt: skip
    session().add(membership)
    session().flush()
    if state == "active":
        _tell_joined(membership)
    return membership


def add_application(
    membership: Membership, experience: str, statement: str, references: str | None
) -> Application:
    """The application that belongs to a membership in the state `applied`."""
    application = Application(
        id=new_id(), network_id=membership.network_id, membership_id=membership.id,
        user_id=membership.user_id, experience=experience, statement=statement, referees=references,
        state="open", decided_by=None, decided_at=None, reason=None,
        created_at=runtime.current().clock.now(), version=1,
    )  # fmt: skip
    session().add(application)
    session().flush()
    tell_application(application)
    return application


def let_in(actor: Actor, membership: Membership, acting_role: str | None, reason: str | None = None) -> None:
    """Take an applicant in: accepted, and active at once (B8)."""
    for action in ("accept", "activate"):
        transition(
            MEMBERSHIP, membership, action, actor, expected_version=None, show=shown,
            network_id=membership.network_id, acting_role=acting_role, reason=reason,
        )  # fmt: skip
    membership.since = runtime.current().clock.now()
    session().flush()
    _tell_joined(membership)


def let_in_by_invitation(actor: Actor, membership: Membership, inviter_id: str) -> None:
    """Take an applicant in who was meanwhile invited by somebody whose word is enough: her application is
    settled by it."""
    let_in(actor, membership, "invited")
    application = application_of(membership.id)
    if application is not None and application.state == "open":
        application.state, application.decided_by = "accepted", inviter_id
        application.decided_at = runtime.current().clock.now()
        application.version += 1
        session().flush()
        tell_application(application)


def settled(membership: Membership) -> Membership:
    """The membership with a pause that ended by itself written down."""
    settle(membership, runtime.current().clock.today())
    return membership


def shown(membership: Membership) -> dict[str, object]:
    """The membership as its own person sees it, for answers to a step that came too late."""
    return dict(show_memberships(Actor(kind="person", user_id=membership.user_id), [membership])[0])


def tell_changed(membership: Membership) -> None:
    """Record that the network sees the membership differently from now on."""
    record(
        MembershipChanged(
            scope=f"network:{membership.network_id}", entity_id=membership.id,
            entity_version=membership.version, user_id=membership.user_id, state=membership.state,
        )
    )  # fmt: skip


def tell_application(application: Application) -> None:
    """Record for the applicant alone where her application stands."""
    record(
        ApplicationChanged(
            scope=f"user:{application.user_id}", entity_id=application.id,
            entity_version=application.version, network_id=application.network_id, state=application.state,
        )
    )  # fmt: skip


def _tell_joined(membership: Membership) -> None:
    tell_changed(membership)
    record(
        AccessGained(
            scope=f"user:{membership.user_id}", entity_id=membership.network_id,
            network_id=membership.network_id,
        )
    )  # fmt: skip

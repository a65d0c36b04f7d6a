"""Applications: made, decided, withdrawn."""

from __future__ import annotations

from models.membership import Application, Membership
from models.networks import Network
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.membership.commands.inviting import acting_as
from network.membership.commands.joining import (
    add_application,
    add_member,
    let_in,
    shown,
    tell_application,
)
from network.membership.commands.posters import network_of_poster
from network.membership.policy import may_apply, may_decide_application, may_withdraw_application
from network.membership.queries.applications import (
    ApplicationView,
    application_row,
    show_applications,
)
from network.membership.queries.memberships import running_membership
from network.membership.rules import (
    MAX_REASON,
    MAX_STATEMENT,
    MEMBERSHIP,
    AlreadyApplied,
    AlreadyMember,
    application_machine,
    check_text,
)


@command
def apply_to_network(
    actor: Actor, network_id: str, experience: str, statement: str, references: str | None = None
) -> ApplicationView:
    """Ask to join a network that shows itself to the actor. Records ApplicationChanged for her alone. Raises
    NotFound, AlreadyMember, AlreadyApplied, Invalid."""
    network = networks.visible_network_row(actor, network_id)
    require(may_apply(actor, network))
    return _apply(actor, network, experience, statement, references)


@command
def apply_by_poster(
    actor: Actor, code: str, experience: str, statement: str, references: str | None = None
) -> ApplicationView:
    """The same for who holds the open link of a poster, also where the network shows itself to nobody. Raises
    NotFound for a link that does not count."""
    network = network_of_poster(code)
    require(may_apply(actor, network))
    return _apply(actor, network, experience, statement, references)


def _apply(
    actor: Actor, network: Network, experience: str, statement: str, references: str | None
) -> ApplicationView:
    told = check_text("experience", experience, MAX_STATEMENT, needed=True)
    said = check_text("statement", statement, MAX_STATEMENT, needed=True)
    named = check_text("references", references, MAX_STATEMENT)
    networks.lock_network(network.id)
    running = running_membership(network.id, actor.user_id or "")
    if running is not None:
        raise AlreadyApplied() if running.state == "applied" else AlreadyMember()
    membership = add_member(network.id, actor.user_id or "", "applied", "application", None)
    return _shown(add_application(membership, told or "", said or "", named))


@command
def decide_application(
    actor: Actor, application_id: str, decision: str, reason: str | None, expected_version: int
) -> ApplicationView:
    """Accept or decline somebody's application, with a reason; accepted means active at once. Records
    ApplicationChanged, and MembershipChanged and AccessGained when accepted; the applicant gets a letter; in
    the audit trail. Refused to who does not decide; PartyToMatter for the applicant and who invited her;
    VersionConflict, InvalidTransition, Invalid."""
    application = application_row(actor, application_id)
    require(may_decide_application(actor, application))
    written = check_text("reason", reason, MAX_REASON, needed=True)
    application, membership = _locked(application)
    role = acting_as(actor, application.network_id)
    transition(
        application_machine(membership), application, decision, actor, expected_version=expected_version,
        show=_shown, network_id=application.network_id, acting_role=role, reason=written,
    )  # fmt: skip
    application.decided_by, application.reason = actor.id, written
    application.decided_at = runtime.current().clock.now()
    if decision == "accept":
        let_in(actor, membership, role, written)
    else:
        _close(actor, membership, "decline", role, written)
    session().flush()
    tell_application(application)
    reached = people.address_of(application.user_id)
    if reached is not None:
        post("application_decided", *reached, application_id=application.id)
    return _shown(application)


@command
def withdraw_application(actor: Actor, application_id: str, expected_version: int) -> ApplicationView:
    """Take one's own application back. Refused to everybody else; VersionConflict, InvalidTransition."""
    application = application_row(actor, application_id)
    require(may_withdraw_application(actor, application))
    application, membership = _locked(application)
    check_version(application, expected_version, _shown)
    withdraw(actor, application, membership)
    return _shown(application)


def withdraw(actor: Actor, application: Application, membership: Membership) -> None:
    """Close an application on the applicant's wish, within a command that checked the right."""
    transition(
        application_machine(membership), application, "withdraw", actor, expected_version=None, show=_shown,
        network_id=application.network_id, acting_role="applicant",
    )  # fmt: skip
    _close(actor, membership, "leave", "applicant", None)
    session().flush()
    tell_application(application)


def _close(actor: Actor, membership: Membership, action: str, role: str, reason: str | None) -> None:
    transition(
        MEMBERSHIP, membership, action, actor, expected_version=None, show=shown,
        network_id=membership.network_id, acting_role=role, reason=reason,
    )  # fmt: skip
    membership.ended_at = runtime.current().clock.now()


def _locked(application: Application) -> tuple[Application, Membership]:
    networks.lock_network(application.network_id)
    fresh = session().get_one(Application, application.id, with_for_update=True, populate_existing=True)
    return fresh, session().get_one(
        Membership, application.membership_id, with_for_update=True, populate_existing=True
    )


def _shown(application: Application) -> ApplicationView:
    return show_applications([application])[0]

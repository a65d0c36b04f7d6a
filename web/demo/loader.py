"""Fills an empty database with the demo through the real commands, with the clock moved to when it happened.

All of it is one transaction: a start that is interrupted leaves an empty database, and the next one fills it.
"""

from __future__ import annotations

import dataclasses

from network import people
from network.kernel import outbox, runtime
from network.kernel.actor import Actor
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, unit_of_work
from web.demo.agreements import plan_agreement
from web.demo.communities import plan_network
from web.demo.content import read_content
from web.demo.decisions import plan_decision
from web.demo.filling import ACCOUNTS, SYSTEM, Filling
from web.demo.founders import plan_organisation, plan_people
from web.demo.meetings import plan_meeting
from web.demo.members import plan_applicant, plan_member
from web.demo.profiles import plan_profile
from web.demo.talking import plan_direct, plan_topic

PASSWORD = "mentornet-demo"  # noqa: S105  (public on purpose; the demo runs on loopback only)
GREETING = (
    f"Sign in with the password {PASSWORD} as <name>@demo.example:",
    "  " + ", ".join(ACCOUNTS),
    "Letters that would be sent are shown at /demo/outbox.",
)


def fill_when_empty() -> bool:
    """Fill the demo when nobody has an account yet; True when it was filled."""
    with unit_of_work():
        if not people.is_empty():
            return False
    password_hash = people.hash_password(PASSWORD)
    installed = runtime.current()
    unhurried = dataclasses.replace(installed.settings, rate_limits="off")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(installed, settings=unhurried))
    try:
        _fill(SYSTEM, password_hash)
    finally:
        runtime.install(installed)
    return True


@command
def _fill(actor: Actor, password_hash: str) -> None:
    require(is_system(actor, None))
    content = read_content()
    filling = Filling(content, runtime.current().clock.now(), password_hash)
    plan_people(filling)
    for organisation in content.organisations:
        plan_organisation(filling, organisation)
    for network in content.networks:
        plan_network(filling, network)
    for person in content.people:
        if person.get("network"):
            plan_member(filling, person)
        elif person.get("applied_to"):
            plan_applicant(filling, person)
    for person in content.people:
        plan_profile(filling, person)
    for topic in content.topics:
        plan_topic(filling, topic)
    for conversation in content.direct:
        plan_direct(filling, conversation)
    for meeting in content.meetings:
        plan_meeting(filling, meeting)
    for decision in content.decisions:
        plan_decision(filling, decision)
    for agreement in content.agreements:
        plan_agreement(filling, agreement)
    filling.live_through()
    outbox.forget_waiting(actor)

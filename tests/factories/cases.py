"""Makes a network in which something is reported, and those who handle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.agreements import AgreementVersion, Clause
from models.discussions import Room
from models.event_log import Event
from models.moderation import Case
from models.networks import Network
from network import discussions, moderation
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from network.moderation import CaseDetailView, OwnCaseView, ReportView
from tests.factories.agreements import make_version
from tests.factories.discussions import Community, make_community, make_room
from tests.factories.membership import again
from tests.factories.people import make_user, save


@dataclass
class Court:
    """A network with a room, rules and people; `meta`, `other` lead it, `steward` acts for its organisation,
    `operator` runs the platform, `ann`, `bob`, `cem` and `dua` are members."""

    community: Community
    rules: AgreementVersion
    room: Room
    meta: Actor
    other: Actor
    steward: Actor
    operator: Actor
    ann: Actor
    bob: Actor
    cem: Actor
    dua: Actor

    @property
    def network(self) -> Network:
        """The network."""
        return self.community.network

    @property
    def rule_ids(self) -> list[str]:
        """The rules that hold."""
        with unit_of_work():
            wanted = select(Clause.clause_id).where(Clause.version_id == self.rules.id)
            return list(session().scalars(wanted.order_by(Clause.position)))

    def says(self, who: Actor, body: str = "You are all fools.", room: Room | None = None) -> str:
        """Somebody says something; the message's id."""
        sent = discussions.open_topic(who, (room or self.room).id, "A topic", body, new_untimed_id())
        return sent.topic["first_message"]["id"]

    def reports(self, who: Actor, target_id: str, kind: str = "message", **over: Any) -> ReportView:
        """Somebody reports it."""
        return moderation.report(who, kind, target_id, **{"reason": "That hurts.", **over}).report

    def case(self, target_id: str) -> Case:
        """The newest case about a thing, as it is written down."""
        with unit_of_work():
            wanted = select(Case).where(Case.target_id == target_id).order_by(Case.opened_at.desc())
            row = session().scalars(wanted.limit(1)).one()
            session().expunge(row)
            return row

    def queue(self, who: Actor, **over: Any) -> list[OwnCaseView]:
        """The cases that somebody sees."""
        with unit_of_work():
            return moderation.list_cases(again(who), self.network.id, PageRequest(), **over).items

    def look(self, who: Actor, target_id: str) -> CaseDetailView:
        """Somebody looks at the newest case about a thing."""
        return moderation.get_case(who, self.case(target_id).id)

    def claims(self, who: Actor, target_id: str) -> CaseDetailView:
        """Somebody takes it."""
        case = self.case(target_id)
        return moderation.claim_case(who, case.id, case.version)


def make_court(*, metas: int = 2, parent: bool = False) -> Court:
    """A network that talks, with rules in force."""
    community = make_community()
    if parent:
        above = make_community()
        with unit_of_work():
            pass
        community.network.parent_id = above.network.id
        save(community.network)
    rules = make_version(community.network)
    community.network.rules_version_id = rules.id
    members = [community.member() for _ in range(4)]
    leads = [community.member("meta_mentor") for _ in range(metas)]
    operator = Actor(kind="person", user_id=make_user(is_operator=True).id, is_operator=True)
    return Court(
        community, rules, make_room(community.network), leads[0], leads[-1], community.steward(), operator,
        *members,
    )  # fmt: skip


def facts(scope: str) -> list[str]:
    """What was told in a scope."""
    with unit_of_work():
        return list(session().scalars(select(Event.type).where(Event.scope == scope).order_by(Event.seq)))

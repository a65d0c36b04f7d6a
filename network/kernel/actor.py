"""Who is acting: a person, nobody yet, or the system itself, with what is known about them right now."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in one network. `roles` are those running now: `mentor`, `meta_mentor`, `deputy`,
    `safeguarding_lead`, `safeguarding_deputy`; `steward` where she acts for the founding organisation."""

    network_id: str
    membership_id: str | None
    state: str | None
    roles: frozenset[str]
    suspended_until: datetime | None = None
    rules_accepted: bool = False

    def is_suspended(self, now: datetime) -> bool:
        """True while a suspension lies over the membership."""
        return self.suspended_until is not None and self.suspended_until > now


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. Looked up in the database for every request and every socket event, never cached, and
    looked at again in the transaction of each command (`transaction.command`). `face` is how others see
    her, as `photo_url` takes it. `has_second_factor` is true for accounts of the demo as well, which need
    none; until `second_factor_due` nobody has to have one."""

    kind: Literal["person", "anonymous", "system"]
    user_id: str | None = None
    name: str = ""
    email: str | None = None
    language: str = "en"
    time_zone: str = "UTC"
    face: str = ""
    session_id: str | None = None
    session_ends_at: datetime | None = None
    proof_at: datetime | None = None
    token_id: str | None = None
    token_scopes: frozenset[str] | None = None
    is_operator: bool = False
    has_second_factor: bool = False
    second_factor_due: datetime | None = None
    stewardships: Set[str] = frozenset()
    standings: Mapping[str, Standing] = field(default_factory=dict)

    @property
    def is_person(self) -> bool:
        """True for somebody signed in."""
        return self.kind == "person"

    @property
    def id(self) -> str:
        """The user's id, or the system's name: what stands in logs and in the audit trail."""
        return self.user_id or self.name or self.kind

    def standing(self, network_id: str) -> Standing | None:
        """How the actor stands in a network, or None for a stranger."""
        return self.standings.get(network_id)

    def has_role(self, network_id: str, *roles: str) -> bool:
        """True when one of the roles runs for the actor in that network."""
        standing = self.standings.get(network_id)
        return standing is not None and not standing.roles.isdisjoint(roles)


ANONYMOUS = Actor(kind="anonymous")


def system_actor(name: str) -> Actor:
    """The named system actor under which a job or the command line acts."""
    return Actor(kind="system", name=name)

"""What can become true of belonging. An applicant's way is told to her alone, not to the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(Fact):
    """Somebody became a member, paused, came back, left, or took or gave up a role. Scope `network:<id>`."""

    kind: ClassVar[str] = "membership.changed"
    entity_type: ClassVar[str] = "membership"

    user_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class MemberLooksDifferent(Fact):
    """Somebody who is or was in a network is called differently, or has another picture: told wherever what
    she said stands. Scope `network:<id>`; the entity is the person."""

    kind: ClassVar[str] = "user.changed"
    entity_type: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class MemberMissed(Fact):
    """Somebody who has not been here for long was asked whether she stays (`asked`), or offered a pause
    (`pause_offered`). Scope `user:<id>`; the entity is her membership."""

    kind: ClassVar[str] = "membership.missed"
    # Of a type of its own, so that nothing of the network is shown with it later.
    entity_type: ClassVar[str] = "access"

    network_id: str
    step: str


@dataclass(frozen=True, kw_only=True)
class AccessGained(Fact):
    """A network is open to the person from now on. Scope `user:<id>`; the entity is the network."""

    kind: ClassVar[str] = "access.gained"
    # Of a type of its own, so that nothing of the network is shown with it later.
    entity_type: ClassVar[str] = "access"

    network_id: str


@dataclass(frozen=True, kw_only=True)
class AccessEnded(Fact):
    """A network is closed to the person from now on: her open connections leave its scopes. `reason` is
    `left`, `lapsed`, `removed` or `suspended`. Scope `user:<id>`; the entity is the network."""

    kind: ClassVar[str] = "access.ended"
    entity_type: ClassVar[str] = "access"

    network_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppointmentChanged(Fact):
    """A role was given to somebody or ended. Scope `network:<id>`: who has which role is open to members."""

    kind: ClassVar[str] = "appointment.changed"
    entity_type: ClassVar[str] = "appointment"

    user_id: str
    role: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Fact):
    """A role of the person is over: her open connections leave what she saw by it. `reason` is that of the
    appointment. Scope `user:<id>`; the entity is the appointment."""

    kind: ClassVar[str] = "role.ended"
    entity_type: ClassVar[str] = "access"

    network_id: str
    role: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApplicationChanged(Fact):
    """An application was made, decided or withdrawn. Scope `user:<id>` of the applicant."""

    kind: ClassVar[str] = "application.changed"
    entity_type: ClassVar[str] = "application"

    network_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ApplicationTalked(Fact):
    """Something was said between an applicant and those who decide. Scope `user:<id>` of each of them."""

    kind: ClassVar[str] = "application.talked"
    entity_type: ClassVar[str] = "application"

    network_id: str


@dataclass(frozen=True, kw_only=True)
class GraduatesInvited(Fact):
    """A course's graduates were invited. Scope `network:<id>`; the entity is the network."""

    kind: ClassVar[str] = "graduates.invited"
    entity_type: ClassVar[str] = "network"

    count: int

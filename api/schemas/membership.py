"""Memberships, roles, people and applications on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, VersionedIn, choice, text
from network.membership import APPOINTED_ROLES, CAPACITIES

STATES = (
    "invited", "applied", "accepted", "active", "paused", "left", "removed", "lapsed", "withdrawn",
    "declined",
)  # fmt: skip
ROLES = ("steward", *APPOINTED_ROLES, "mentor")


class MembershipOut(Schema):
    """A person in a network. `suspended_until` and `paused_until` are told to the person herself and to who
    decides who joins. `withdrawn` and `declined` are applications that ended."""

    id = Id(required=True)
    network_id = Id(required=True)
    user = fields.Nested(PersonOut, required=True)
    state = choice(*STATES, required=True)
    suspended_until = Instant(required=True, allow_none=True)
    paused_until = fields.Date(required=True, allow_none=True)
    roles = fields.List(choice(*ROLES), required=True)
    since = Instant(required=True)
    version = fields.Integer(required=True)


class NetworkNameOut(Schema):
    """What a network is called."""

    id = Id(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)


class OwnMembershipOut(MembershipOut):
    """One's own membership, with its network, whether its rules are accepted, and where its page is: null
    once it has ended."""

    network = fields.Nested(NetworkNameOut, required=True)
    rules_accepted = fields.Boolean(required=True)
    url = fields.String(required=True, allow_none=True)


class MembershipQuery(PageQuery):
    """`state=applied` is for those who decide who joins."""

    state = choice("active", "paused", "applied", load_default=None)


class PauseIn(VersionedIn):
    """`until`: the last day of the pause; without it one comes back by hand."""

    until = fields.Date(load_default=None, allow_none=True)


class MemberOut(PersonOut):
    """A person of a network."""

    membership_id = Id(required=True)
    roles = fields.List(choice(*ROLES), required=True)
    language = fields.String(required=True)
    since = Instant(required=True)


class SharedNetworkOut(NetworkNameOut):
    """A network that one shares with the person, and her roles there."""

    roles = fields.List(choice(*ROLES), required=True)


class SharedPersonOut(PersonOut):
    """A person with whom one shares a network."""

    roles = fields.List(choice(*ROLES), required=True)
    language = fields.String(required=True)
    networks = fields.List(fields.Nested(SharedNetworkOut), required=True)


class AppointmentIn(Schema):
    """Who gets which role, as staff of the organisation or as a volunteer; `until` is its last day."""

    membership_id = Id(required=True)
    role = choice(*APPOINTED_ROLES, required=True)
    capacity = choice(*CAPACITIES, required=True)
    until = fields.Date(load_default=None, allow_none=True)


class HandoverIn(VersionedIn):
    """To whom the role goes; `expected_version` is the appointment's."""

    membership_id = Id(required=True)
    capacity = choice(*CAPACITIES, load_default="volunteer")
    until = fields.Date(load_default=None, allow_none=True)


class AppointmentOut(Schema):
    """A role that somebody has or had."""

    id = Id(required=True)
    network_id = Id(required=True)
    membership_id = Id(required=True)
    user = fields.Nested(PersonOut, required=True)
    role = choice(*APPOINTED_ROLES, required=True)
    capacity = choice(*CAPACITIES, required=True)
    appointed_by = fields.String(required=True)
    starts_at = Instant(required=True)
    until = fields.Date(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)
    state = choice("running", "ended", required=True)
    version = fields.Integer(required=True)


class AppointmentQuery(PageQuery):
    """`state` picks the running or the ended ones."""

    state = choice("running", "ended", load_default=None)


class ApplicationIn(Schema):
    """What one has done so far, and why one would like to join; people who can say more are not needed."""

    experience = text(4000, minimum=1, required=True)
    statement = text(4000, minimum=1, required=True)
    references = text(4000, load_default=None, allow_none=True)


class ApplicationOut(Schema):
    """A wish to join, and what became of it."""

    id = Id(required=True)
    network_id = Id(required=True)
    membership_id = Id(required=True)
    user = fields.Nested(PersonOut, required=True)
    experience = fields.String(required=True)
    statement = fields.String(required=True)
    references = fields.String(required=True, allow_none=True)
    state = choice("open", "accepted", "declined", "withdrawn", required=True)
    decided_at = Instant(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    answer_by = Instant(required=True, metadata={"description": "By when those who decide answer."})
    version = fields.Integer(required=True)


class ApplicationMessageIn(Schema):
    """What one says."""

    body = text(4000, minimum=1, required=True)


class ApplicationMessageOut(Schema):
    """One thing said between the applicant and those who decide."""

    id = Id(required=True)
    application_id = Id(required=True)
    author = fields.Nested(PersonOut, required=True)
    body = fields.String(required=True)
    created_at = Instant(required=True)


class GreetingOut(Schema):
    """The topic that the hello opened; she reads it once she is let in."""

    topic_id = Id(required=True)


class ApplicationQuery(PageQuery):
    """`state` picks the open or the settled ones."""

    state = choice("open", "accepted", "declined", "withdrawn", load_default=None)


class DecisionIn(VersionedIn):
    """Accept or decline, and why: the applicant reads the reason."""

    decision = choice("accept", "decline", required=True)
    reason = text(2000, minimum=1, required=True)

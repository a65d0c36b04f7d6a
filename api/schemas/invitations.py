"""Invitations on the wire: for those who send them, and for whom the link reached."""

from __future__ import annotations

from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, choice, text
from api.schemas.meetings import NextDateOut
from api.schemas.membership import MembershipOut
from api.schemas.people import SessionOut, password_text
from network.membership import INVITATION_STATES
from network.people import LONGEST_NAME


class GraduatesIn(Schema):
    """Into which network a course's graduates are invited, with a sentence of one's own."""

    network_id = Id(required=True)
    message = text(1000, load_default=None, allow_none=True)


class InvitedOut(Schema):
    """What became of the graduates."""

    invited = fields.Integer(required=True)
    already_invited = fields.Integer(required=True)
    already_member = fields.Integer(required=True)


class InvitationIn(Schema):
    """One person to be invited by hand, with a sentence of one's own."""

    email = names.email(required=True)
    message = text(1000, load_default=None, allow_none=True)


class InvitationOut(Schema):
    """An invitation as those see it who manage it: all of them who decides who joins, her own a member. The
    link is in the letter alone."""

    id = Id(required=True)
    network_id = Id(required=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    state = choice(*INVITATION_STATES, required=True)
    origin = choice("course", "hand", required=True)
    message = fields.String(required=True, allow_none=True)
    invited_by = fields.Nested(PersonOut, required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    version = fields.Integer(required=True)


class InvitationQuery(PageQuery):
    """`state` picks the open, expired, accepted, declined or revoked ones."""

    state = choice(*INVITATION_STATES, load_default=None)


class InvitingNetworkOut(Schema):
    """Into which network the invitation leads."""

    name = fields.String(required=True)
    purpose = fields.String(required=True)


class InviterOut(Schema):
    """Who invites."""

    display_name = fields.String(required=True)
    photo_url = fields.String(required=True, allow_none=True)


class OpenInvitationOut(Schema):
    """What the link opens. `account_exists`: sign in first, then accept with an empty body."""

    network = fields.Nested(InvitingNetworkOut, required=True)
    inviter = fields.Nested(InviterOut, required=True)
    message = fields.String(required=True, allow_none=True)
    email_hint = fields.String(required=True)
    account_exists = fields.Boolean(required=True)
    first_meeting = fields.Nested(NextDateOut, required=True, allow_none=True)
    expires_at = Instant(required=True)


class AcceptanceIn(Schema):
    """Name, language and time zone of a new account, and a password if one wants it; empty for somebody who
    has an account and is signed in."""

    display_name = names.name(LONGEST_NAME, load_default=None)
    password = password_text(load_default=None)
    language = names.language(load_default=None)
    time_zone = names.time_zone(load_default=None)


class AcceptanceOut(SessionOut):
    """Signed in, and a member or an applicant."""

    membership = fields.Nested(MembershipOut, required=True)

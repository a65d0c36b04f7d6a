"""Invitations on the wire: for those who send them, and for whom the link reached."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from api.schemas import names
from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, choice, text
from api.schemas.meetings import NextDateOut
from api.schemas.membership import MembershipOut
from api.schemas.people import SessionOut, password_text
from network.membership import INVITATION_STATES, TROUBLES
from network.people import LONGEST_NAME


class GraduatesIn(Schema):
    """Into which network a course's graduates are invited, with a sentence of one's own. `when_verified`: an
    organisation that waits for verification prepares them, and they leave as soon as it is verified."""

    network_id = Id(required=True)
    message = text(1000, load_default=None, allow_none=True)
    when_verified = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class InvitedOut(Schema):
    """What became of the graduates."""

    invited = fields.Integer(required=True)
    already_invited = fields.Integer(required=True)
    already_member = fields.Integer(required=True)


class InvitationIn(Schema):
    """One person to be invited by hand, with a sentence of one's own; `when_verified` as for graduates."""

    email = names.email(required=True)
    message = text(1000, load_default=None, allow_none=True)
    when_verified = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class InvitationOut(Schema):
    """An invitation as those see it who manage it: all of them who decides who joins, her own a member. The
    link is in the letter alone. While it is `waiting` for verification there is none. `trouble`: somebody
    should look at it, for its holder wishes it at another address (`wished_email`), its letter was given up,
    or nobody answered for two weeks."""

    id = Id(required=True)
    network_id = Id(required=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    state = choice(*INVITATION_STATES, required=True)
    origin = choice("course", "hand", required=True)
    message = fields.String(required=True, allow_none=True)
    invited_by = fields.Nested(PersonOut, required=True)
    created_at = Instant(required=True)
    sent_at = Instant(required=True, allow_none=True)
    expires_at = Instant(required=True)
    trouble = fields.String(required=True, allow_none=True, validate=OneOf([*TROUBLES, None]))
    wished_email = fields.String(required=True, allow_none=True)
    wished_name = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class InvitationQuery(PageQuery):
    """`state` picks the waiting, open, expired, accepted, declined or revoked ones; `trouble` those that
    somebody should look at, for one reason or for `any`."""

    state = choice(*INVITATION_STATES, load_default=None)
    trouble = choice("any", *TROUBLES, load_default=None)


class ReaddressingIn(Schema):
    """Where the invitation shall go, and to whom. The holder's wish stands in `wished_email`: say it again,
    so that it goes to the address that was seen, also where she names another one meanwhile."""

    email = names.email(required=True)
    name = names.name(LONGEST_NAME, load_default=None, allow_none=True)


class OtherAddressIn(Schema):
    """At which address one would like to be invited, and by which name."""

    email = names.email(required=True)
    name = names.name(LONGEST_NAME, load_default=None, allow_none=True)


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

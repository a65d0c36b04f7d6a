"""What goes in and out about notices, and how one wants to be told."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Id, Instant, PersonOut, Schema, WholeNumber, choice
from network.discussions import LEVELS
from network.notifications import AFFAIRS, KINDS
from network.people import WAYS


class MailsIn(Schema):
    """Groups of letters: reminders of meetings, what concerns one at once, the digest."""

    reminders = choice(*WAYS)
    notices = choice(*WAYS)
    digest = choice(*WAYS)


class MailsOut(Schema):
    """Groups of letters."""

    reminders = choice(*WAYS, required=True)
    notices = choice(*WAYS, required=True)
    digest = choice(*WAYS, required=True)


class QuietHoursIn(Schema):
    """When no mail comes that could come at once: full hours where one is."""

    on = fields.Boolean()
    from_hour = WholeNumber(data_key="from", maximum=23)
    until_hour = WholeNumber(data_key="until", maximum=23)


class QuietHoursOut(Schema):
    """When no mail comes that could come at once: full hours where one is."""

    on = fields.Boolean(required=True)
    from_hour = fields.Integer(data_key="from", attribute="from", required=True)
    until_hour = fields.Integer(data_key="until", attribute="until", required=True)


class DigestTimeIn(Schema):
    """When the digest comes: a weekday from 0 for Monday, a full hour where one is. In the first fortnight in
    a network it comes every day."""

    weekday = WholeNumber(maximum=6)
    hour = WholeNumber(maximum=23)


class DigestTimeOut(Schema):
    """When the digest comes."""

    weekday = fields.Integer(required=True)
    hour = fields.Integer(required=True)


class NetworkLevelIn(Schema):
    """How much one hears of a network, where one said nothing else of a room or topic."""

    network_id = Id(required=True)
    level = choice(*LEVELS, required=True)


class NetworkLevelOut(Schema):
    """How much one hears of a network."""

    network_id = fields.String(required=True)
    name = fields.String(required=True)
    level = choice(*LEVELS, required=True)


class NotificationSettingsIn(Schema):
    """How one wants to be told, and when; what is left out stays."""

    mails = fields.Nested(MailsIn)
    quiet_hours = fields.Nested(QuietHoursIn)
    digest = fields.Nested(DigestTimeIn)
    networks = fields.List(fields.Nested(NetworkLevelIn), validate=validate.Length(max=100))


class NotificationSettingsOut(Schema):
    """How one wants to be told, and when: hours of the day in `time_zone`."""

    mails = fields.Nested(MailsOut, required=True)
    quiet_hours = fields.Nested(QuietHoursOut, required=True)
    digest = fields.Nested(DigestTimeOut, required=True)
    time_zone = fields.String(required=True)
    networks = fields.List(fields.Nested(NetworkLevelOut), required=True)


class NotificationOut(Schema):
    """Something that concerns one. About a message: `title` is empty in a direct room, `excerpt` how the
    message begins. About what the network decides or signs: `title` is the question or the document's name,
    `entity_id` the decision, version or amendment, `path` its page; the fields of a message are null."""

    id = fields.String(required=True)
    kind = choice(*KINDS, *AFFAIRS, required=True)
    network_id = fields.String(required=True)
    room_id = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    room_kind = fields.String(required=True, allow_none=True)
    topic_id = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    message_id = fields.String(required=True, allow_none=True)
    seq = fields.Integer(required=True, allow_none=True)
    author = fields.Nested(PersonOut, required=True, allow_none=True)
    excerpt = fields.String(required=True, allow_none=True)
    entity_id = fields.String(required=True, allow_none=True)
    path = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    read = fields.Boolean(required=True)


class NotificationsReadIn(Schema):
    """Up to which notice one has seen them; without it, all."""

    until = Id(load_default=None, allow_none=True)


class NotificationsLeftOut(Schema):
    """How many notices are left; at most a hundred are counted."""

    unread = fields.Integer(required=True)

"""What somebody is told of: the bell, mails at once and after the quiet hours, the digest."""

from network.notifications.commands.deriving import derive_notices, derive_soon
from network.notifications.commands.digests import send_digest_to, send_digests
from network.notifications.commands.reading import mark_notices_read
from network.notifications.commands.sending import send_notices, send_to
from network.notifications.commands.settings import choose_settings
from network.notifications.commands.tidying import forget_notices
from network.notifications.queries.notices import (
    NoticeView,
    UnreadNotices,
    count_all,
    count_notices,
    list_notices,
)
from network.notifications.queries.settings import SettingsView, show_settings
from network.notifications.rules.kinds import DIRECT, KINDS, MENTION, REPLY

__all__ = [
    "DIRECT",
    "KINDS",
    "MENTION",
    "REPLY",
    "NoticeView",
    "SettingsView",
    "UnreadNotices",
    "choose_settings",
    "count_all",
    "count_notices",
    "derive_notices",
    "derive_soon",
    "forget_notices",
    "list_notices",
    "mark_notices_read",
    "send_digest_to",
    "send_digests",
    "send_notices",
    "send_to",
    "show_settings",
]

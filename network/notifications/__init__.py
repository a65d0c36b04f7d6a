"""What somebody is told of: the bell, mails at once and after the quiet hours, her devices, the digest."""

from network.notifications.commands.answering import MailedAnswer, answer_by_mail
from network.notifications.commands.deriving import derive_notices, derive_soon
from network.notifications.commands.digests import send_digest_to, send_digests
from network.notifications.commands.pushing import promise_pushes_to, send_pushes
from network.notifications.commands.reading import mark_notices_read
from network.notifications.commands.reminding import remind
from network.notifications.commands.sending import send_notices, send_to
from network.notifications.commands.settings import choose_settings
from network.notifications.commands.subscribing import (
    choose_push_words,
    end_push_of_session,
    subscribe_to_push,
    unsubscribe_from_push,
)
from network.notifications.commands.tidying import forget_notices, forget_push
from network.notifications.queries.affairs import AffairView
from network.notifications.queries.notices import (
    NoticeView,
    UnreadNotices,
    count_all,
    count_notices,
    list_inbox,
    list_notices,
    list_unread,
)
from network.notifications.queries.push import PushDeviceView, PushView, sessions_with_push, show_push
from network.notifications.queries.settings import SettingsView, show_settings
from network.notifications.rules.affairs import AFFAIRS
from network.notifications.rules.answers import IGNORED, LATER, POSTED, REFUSED
from network.notifications.rules.kinds import DIRECT, KINDS, MENTION, REPLY
from network.notifications.rules.push import PUSH_AFTER, services_of
from network.notifications.rules.reply_addresses import TOKEN

__all__ = [
    "AFFAIRS",
    "DIRECT",
    "IGNORED",
    "KINDS",
    "LATER",
    "MENTION",
    "POSTED",
    "PUSH_AFTER",
    "REFUSED",
    "REPLY",
    "TOKEN",
    "AffairView",
    "MailedAnswer",
    "NoticeView",
    "PushDeviceView",
    "PushView",
    "SettingsView",
    "UnreadNotices",
    "answer_by_mail",
    "choose_push_words",
    "choose_settings",
    "count_all",
    "count_notices",
    "derive_notices",
    "derive_soon",
    "end_push_of_session",
    "forget_notices",
    "forget_push",
    "list_inbox",
    "list_notices",
    "list_unread",
    "mark_notices_read",
    "promise_pushes_to",
    "remind",
    "send_digest_to",
    "send_digests",
    "send_notices",
    "send_pushes",
    "send_to",
    "services_of",
    "sessions_with_push",
    "show_push",
    "show_settings",
    "subscribe_to_push",
    "unsubscribe_from_push",
]

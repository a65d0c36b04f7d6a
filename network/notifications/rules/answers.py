"""What becomes of an answer that came by mail, and why it may not be posted."""

from __future__ import annotations

from datetime import timedelta

from network.kernel.translation import mark as _

POSTED, REFUSED, IGNORED, LATER = "posted", "refused", "ignored", "later"
REFUSAL = "answer_refused"
"""The kind of letter that says so."""

EXPIRED, OTHER_SENDER, NO_WORDS, CLOSED_PLACE = "expired", "other_sender", "no_words", "closed_place"

MOST_REFUSALS = 10
"""Letters about refused answers that a person gets in a day; what else comes is refused without a word."""

KEPT = timedelta(days=60)
"""So long is known which mails were handled: longer than an address counts."""

WORTH_WAITING = timedelta(minutes=15)
"""Who has to wait no longer than that to write again is posted then."""

REASONS = {
    EXPIRED: _("The mail that you answered is more than 30 days old."),
    OTHER_SENDER: _(
        "It came from a mail address that is not the one of your account. If that was you: please answer "
        "from the address at which you get these mails, or on the page. If it was not you: nothing happened."
    ),
    NO_WORDS: _("We found no words above the line in it."),
    CLOSED_PLACE: _("The conversation is now where only some read along, and is answered there."),
    "validation_failed": _("It is too long."),
    "room_locked": _("The room is locked."),
    "room_archived": _("The room is closed and can only be read."),
    "topic_locked": _("The conversation is locked."),
    "slow_mode": _("The room is in slow mode, and it was too soon for your next message."),
    "too_many_requests": _("It was too much at once."),
    "membership_paused": _("You have a break. Come back to write."),
    "rules_not_accepted": _("There are new rules. Please read and accept them first."),
    "announcements_only": _("In this room only the meta-mentors write."),
}
"""By the code of a refusal; whatever else refuses it is told as the last one."""

NOT_OPEN = _("The conversation is not open to you any more.")

"""Which letters somebody wants."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import select

from models.people import MailChoice
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import derived_secret, same_secret
from network.kernel.outbox import Wish, asks_before
from network.kernel.policy import require
from network.kernel.transaction import session
from network.people.policy import may_see_me
from network.people.queries.accounts import user_by_address
from network.people.rules.mail_choices import AT_ONCE, MAILS, PURPOSE, end_path


class NotificationSettingsView(TypedDict):
    """For each group of letters `at_once` or `none`."""

    mails: dict[str, str]


def choices_of(user_id: str) -> dict[str, str]:
    """What a person chose, for every group of letters."""
    wanted = select(MailChoice.mails, MailChoice.way).where(MailChoice.user_id == user_id)
    chosen = {row.mails: row.way for row in session().execute(wanted)}
    return {mails: chosen.get(mails, AT_ONCE) for mails in MAILS}


def show_notification_settings(actor: Actor) -> NotificationSettingsView:
    """One's own choice. Raises Unauthenticated."""
    require(may_see_me(actor))
    return NotificationSettingsView(mails=choices_of(actor.user_id or ""))


def check_end_of_mails(mails: str, user_id: str, secret: str) -> bool:
    """Whether the letters that a link ends have ended already. Raises NotFound for a link that is not
    ours."""
    if mails not in MAILS or not same_secret(secret, derived_secret(PURPOSE, f"{mails} {user_id}")):
        raise NotFound()
    return choices_of(user_id)[mails] != AT_ONCE


@asks_before
def wish_of(mails: str, address: str) -> Wish:
    """Whether the person at an address wants the letters of a group, and by which link she ends them. Who
    froze her data wants none."""
    person = user_by_address(address)
    if person is None:
        return Wish(wanted=True)
    if person.frozen_at is not None:
        return Wish(wanted=False)
    if mails not in MAILS:
        return Wish(wanted=True)
    secret = derived_secret(PURPOSE, f"{mails} {person.id}")
    link = runtime.current().settings.base_url + end_path(mails, person.id, secret)
    return Wish(wanted=choices_of(person.id).get(mails, AT_ONCE) == AT_ONCE, end_url=link)

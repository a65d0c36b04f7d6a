"""Which letters somebody wants: chosen while signed in, or ended by the link in a letter."""

from __future__ import annotations

from collections.abc import Mapping

from models.people import MailChoice
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound, Unauthenticated
from network.kernel.ledger import note_decision
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.people.commands.sessions import lock_user
from network.people.policy import may_change_me, may_end_mails
from network.people.queries.accounts import ACTIVE
from network.people.queries.mail_choices import NotificationSettingsView, check_end_of_mails, choices_of
from network.people.rules.mail_choices import AT_ONCE, MAILS, NONE, WAYS


@command
def choose_mails(actor: Actor, mails: Mapping[str, str]) -> NotificationSettingsView:
    """Choose for each group of letters whether it comes at once or not at all; what is not named stays.
    Raises Unauthenticated, Invalid."""
    require(may_change_me(actor))
    if not set(mails) <= set(MAILS) or not set(mails.values()) <= set(WAYS):
        raise Invalid({"mails": FieldFault.of(_("There are no such letters, or no such way."))})
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    for group, way in mails.items():
        choose(person.id, group, way)
        note_decision("mails", person.id, group, way)
    session().flush()
    return NotificationSettingsView(mails=choices_of(person.id))


@command
def end_mails(actor: Actor, mails: str, user_id: str, secret: str) -> bool:
    """The link in a letter was followed: no more letters of its group. Again and again does no harm; returns
    whether it was done already. Raises NotFound for a link that is not ours."""
    require(may_end_mails(actor))
    already = check_end_of_mails(mails, user_id, secret)
    person = lock_user(user_id)
    if person is None or person.state != ACTIVE:
        raise NotFound()
    choose(user_id, mails, NONE)
    note_decision("mails", user_id, mails, NONE)
    return already


def choose(user_id: str, mails: str, way: str) -> None:
    """Within a command: the way in which letters of a group come to somebody from now on."""
    row = session().get(MailChoice, (user_id, mails))
    if row is not None and way == AT_ONCE:
        session().delete(row)
    elif row is None and way != AT_ONCE:
        session().add(MailChoice(user_id=user_id, mails=mails, way=way))

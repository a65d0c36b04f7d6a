"""Saying how one wants to be told, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.notifications import DigestPlan, Notice, NoticeSending, NoticeSettings
from network import discussions, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.notifications.policy import may_keep_notices
from network.notifications.queries.settings import SettingsView, is_daily, show_settings, times_of
from network.notifications.rules.times import check_times, next_digest


@command
def choose_settings(
    actor: Actor,
    *,
    mails: Mapping[str, str] | None = None,
    times: Mapping[str, Any] | None = None,
    levels: Sequence[tuple[str, str]] = (),
) -> SettingsView:
    """Choose which letters come, when one is left in peace and when the digest comes (by the names of
    `Times`), and how much one hears of networks by their ids; what is left out stays. Raises Unauthenticated,
    Invalid, NotFound for a network that she does not see. Facts: LevelChosen for each network."""
    require(may_keep_notices(actor))
    me = actor.user_id or ""
    if mails:
        people.choose_mails(actor, mails)
    if times:
        _choose_times(actor, me, times)
    for network_id, level in levels:
        discussions.choose_network_level(actor, network_id, level)
    session().flush()
    return show_settings(actor)


def _choose_times(actor: Actor, me: str, said: Mapping[str, Any]) -> None:
    people.lock_user(me)
    times = check_times(replace(times_of([me])[me], **said))
    row = session().get(NoticeSettings, me)
    if row is None:
        session().add(NoticeSettings(user_id=me, **asdict(times)))
    else:
        for name, value in asdict(times).items():
            setattr(row, name, value)
    now = runtime.current().clock.now()
    delay = timedelta(minutes=runtime.current().settings.notice_mail_minutes)
    # What waits for the end of quiet hours looks at the new ones.
    mine = select(Notice.id).where(Notice.user_id == me)
    waiting = update(NoticeSending).where(
        NoticeSending.notice_id.in_(mine), NoticeSending.settled_at.is_(None), NoticeSending.due_at > now
    )
    session().execute(waiting.values(due_at=now + delay).execution_options(synchronize_session=False))
    plan = session().get(DigestPlan, me)
    if plan is not None:
        daily = me in is_daily([me], now)
        plan.next_at = next_digest(times, actor.time_zone, now, daily=daily)

"""Showing what concerns somebody in her browsers: a moment later, so that who is there reads it first; after
the quiet hours; what came meanwhile in one push.

A push leaves at most once: a worker that dies with one in its hands takes it along, for the bell has it too.
Only what a service said it did not take is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, or_, select

from models.notifications import PushSending, PushSubscription
from models.people import User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import new_id
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.runtime import PushAnswer
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.commands.sending import claim_unless_quiet, people_due
from network.notifications.commands.subscribing import drop_subscription
from network.notifications.policy import may_notify
from network.notifications.queries.affairs import waiting_affairs
from network.notifications.queries.notices import waiting_notices
from network.notifications.queries.push import is_live
from network.notifications.queries.readers import affair_networks, heard_networks, reader_of
from network.notifications.queries.settings import times_of
from network.notifications.rules.kinds import PUSH
from network.notifications.rules.push import ATTEMPTS, KEPT_BY_SERVICE, TOO_LATE, pause_after, sealing
from network.notifications.rules.push_words import push_words
from network.notifications.rules.times import end_of_quiet, next_quiet

log = structlog.get_logger("push")

LEASE = timedelta(minutes=5)
LONGEST_ROUND = 30.0
"""Seconds: what is left then leaves in the next minute, so that slow services keep no other job waiting."""
GONE, LATER = (404, 410), (429,)


class _Taken(NamedTuple):
    id: str
    subscription_id: str
    user_id: str
    endpoint: str
    public_key: str
    auth_secret: str
    brief: bool
    notice_ids: list[str]
    attempts: int


@job("notifications.push", every_minutes=1)
def send_pushes() -> int:
    """Promise the pushes that are due and send what may leave; how many services took one."""
    actor = system_actor("notifications.push")
    for user_id in people_due(PUSH):
        promise_pushes_to(actor, user_id)
    return _drain(actor)


@command
def promise_pushes_to(actor: Actor, user_id: str) -> int:
    """Promise one push about everything that is due to each browser in which somebody wants them, or put it
    off until her quiet hours are over; how many. Each notice is in one push to a browser at the most. Refused
    to everybody but the system."""
    require(may_notify(actor))
    ids, now = claim_unless_quiet(PUSH, user_id), runtime.current().clock.now()
    if not ids:
        return 0
    live = select(PushSubscription.id).join(UserSession, is_live())
    live = live.where(PushSubscription.user_id == user_id).order_by(PushSubscription.id)
    browsers = session().scalars(live.with_for_update(of=PushSubscription, read=True)).all()
    session().add_all(
        PushSending(
            id=new_id(), subscription_id=browser, notice_ids=ids, attempts=0, next_attempt_at=now,
            taken_at=None, created_at=now,
        )
        for browser in browsers
    )  # fmt: skip
    return len(browsers)


def _drain(actor: Actor) -> int:
    sent, away, until = 0, set[str](), time.monotonic() + LONGEST_ROUND
    while time.monotonic() < until and (taken := take_next_push(actor)) is not None:
        host = urlsplit(taken.endpoint).netloc
        answer = PushAnswer(503) if host in away else _send(taken)
        if answer.status >= 500:
            away.add(host)  # the others to it wait without another try that takes its time
        settle_push(actor, taken.id, taken.attempts, answer.status, answer.retry_after)
        sent += 200 <= answer.status < 300
    return sent


@command
def take_next_push(actor: Actor) -> _Taken | None:
    """The next push that is due, for this worker alone; None when nothing is. What nobody should see any more
    goes. Refused to everybody but the system."""
    require(may_notify(actor))
    now = runtime.current().clock.now()
    over = or_(PushSending.taken_at <= now - LEASE, PushSending.created_at <= now - TOO_LATE)
    session().execute(delete(PushSending).where(over).execution_options(synchronize_session=False))
    due = (
        select(PushSending, PushSubscription, User.time_zone)
        .join(PushSubscription, PushSubscription.id == PushSending.subscription_id)
        .join(User, User.id == PushSubscription.user_id)
        .where(PushSending.taken_at.is_(None), PushSending.next_attempt_at <= now)
        .order_by(PushSending.next_attempt_at, PushSending.id)
        .limit(1)
        .with_for_update(of=PushSending, skip_locked=True)
    )
    while (row := session().execute(due).one_or_none()) is not None:
        sending, browser, zone = row
        quiet = end_of_quiet(times_of([browser.user_id])[browser.user_id], zone, now)
        if quiet is None:
            sending.taken_at, sending.attempts = now, sending.attempts + 1
            return _Taken(
                sending.id, browser.id, browser.user_id, browser.endpoint, browser.public_key,
                browser.auth_secret, browser.brief, list(sending.notice_ids), sending.attempts,
            )  # fmt: skip
        sending.next_attempt_at = quiet  # a second try that would come in the night
        session().flush()
    return None


@command
def settle_push(actor: Actor, sending_id: str, attempts: int, status: int, retry_after: int = 0) -> None:
    """Write down what became of a push: who is gone is forgotten (404, 410), who is busy or away is asked
    again later (429, 5xx), everything else is over. Refused to everybody but the system."""
    require(may_notify(actor))
    mine = (PushSending.id == sending_id, PushSending.attempts == attempts, PushSending.taken_at.is_not(None))
    row = session().scalars(select(PushSending).where(*mine).with_for_update()).one_or_none()
    if row is None:
        return
    if status in GONE:
        drop_subscription(row.subscription_id)
    elif (status in LATER or status >= 500) and attempts < ATTEMPTS:
        later = runtime.current().clock.now() + pause_after(attempts, retry_after)
        row.taken_at, row.next_attempt_at = None, later
    else:
        session().delete(row)


def _send(taken: _Taken) -> PushAnswer:
    """What the service said; 0 where there is no reason to send any more or nothing may be sent there, 503
    for a service that cannot be reached."""
    running, host, keys = runtime.current(), urlsplit(taken.endpoint).hostname, sealing()
    now = running.clock.now()
    with unit_of_work():
        words, lasts = _words(taken, now)
    if words is None:
        return PushAnswer(0)
    headers = {
        "Authorization": keys.authorization(taken.endpoint, _contact(), now),
        "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
        "TTL": str(lasts), "Urgency": "normal",
    }  # fmt: skip
    try:
        sealed = keys.seal(words, keys.decoded(taken.public_key), keys.decoded(taken.auth_secret))
        answer = running.send_push(taken.endpoint, sealed, headers)
    except (OSError, ValueError) as error:
        log.warning("push_failed", service=host, error=type(error).__name__)
        return PushAnswer(503 if isinstance(error, OSError) else 0)
    if not 200 <= answer.status < 300:
        log.warning("push_refused", service=host, status=answer.status)
    return answer


def _words(taken: _Taken, now: datetime) -> tuple[bytes | None, int]:
    """What the push says, and how many seconds the service keeps it for a device that is off."""
    live = select(PushSubscription.id).join(UserSession, is_live())
    alive = session().scalar(live.where(PushSubscription.id == taken.subscription_id)) is not None
    reader = reader_of(taken.user_id) if alive else None
    notices = _waiting(reader, taken.notice_ids) if reader is not None else []
    if reader is None or not notices:
        return None, 0
    quiet = next_quiet(times_of([taken.user_id])[taken.user_id], reader.time_zone, now)
    lasts = min(KEPT_BY_SERVICE, quiet - now) if quiet is not None else KEPT_BY_SERVICE
    told = [(kind, network) for kind, network, _path in notices]
    paths = {path for _kind, _network, path in notices}
    way = paths.pop() if len(paths) == 1 else "/n"  # the bell's page, where several things wait
    words = push_words(reader.language, told, way, brief=taken.brief, tag=taken.id)
    return words, int(lasts.total_seconds())


def _waiting(reader: Actor, notice_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """Of what waits the kind, the network's name, and where it leads."""
    heard, affairs = heard_networks(reader), affair_networks(reader)
    first: dict[str, str] = {}  # of each conversation the message with which it goes on
    found = []
    for notice, _body in waiting_notices(reader, heard, notice_ids):
        begin = first.setdefault(notice["topic_id"], notice["message_id"])
        way = f"/talk/t/{notice['topic_id']}#message-{begin}"
        found.append((notice["kind"], heard[notice["network_id"]], way))
    waits = waiting_affairs(reader, affairs, notice_ids)
    return found + [(each["kind"], affairs[each["network_id"]], each["path"]) for each in waits]


def _contact() -> str:
    """Where a push service writes when something is wrong with ours (RFC 8292, 2.1)."""
    settings = runtime.current().settings
    return f"mailto:{settings.operator_contact or parseaddr(settings.mail_from)[1]}"

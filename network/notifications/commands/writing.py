"""How notices are written down: each once for a person and what happened, and by which ways it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.notifications import Notice, NoticeSending, PushSubscription
from network.discussions.events import user_scope
from network.kernel import runtime
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.transaction import session
from network.notifications.events import NoticeAdded
from network.notifications.queries.concerned import ToTell
from network.notifications.rules.kinds import MAIL, PUSH
from network.notifications.rules.push import PUSH_AFTER


def write_notices(told: Sequence[ToTell]) -> int:
    """Within a command: write notices down in this order, those that are there already aside, and put them on
    their ways; how many are new. Fact: NoticeAdded to each."""
    if not told:
        return 0
    now = runtime.current().clock.now()
    delay = timedelta(minutes=runtime.current().settings.notice_mail_minutes)
    # In the order of what was said, which ids of one moment have not by themselves.
    ids = sorted(new_id() for _ in told)
    rows = [
        {**each._asdict(), "id": notice_id, "created_at": now, "read_at": None}
        for notice_id, each in zip(ids, told, strict=True)
    ]
    rows.sort(key=lambda row: (row["user_id"], row["event"]))  # as another worker would who does the same
    added = insert_into(Notice).values(rows).on_conflict_do_nothing()
    new = session().execute(added.returning(Notice.id, Notice.user_id, Notice.network_id)).all()
    if not new:
        return 0
    wanted = select(PushSubscription.user_id).where(
        PushSubscription.user_id.in_({row.user_id for row in new})
    )
    pushed = set(session().scalars(wanted))
    session().execute(insert_into(NoticeSending).values([
        {"notice_id": row.id, "channel": channel, "due_at": now + after, "settled_at": None}
        for row in new for channel, after in ((MAIL, delay), (PUSH, PUSH_AFTER))
        if channel != PUSH or row.user_id in pushed
    ]))  # fmt: skip
    for row in sorted(new, key=lambda row: (row.user_id, row.id)):
        record(NoticeAdded(scope=user_scope(row.user_id), entity_id=row.id, network_id=row.network_id))
    return len(new)


def insert_into(table: Any) -> Any:
    """An insert that can leave out what is there already, on either database."""
    make: Any = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    return make(table)

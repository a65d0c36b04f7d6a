"""Who gets a letter about a meeting that was changed or cancelled: who said yes or maybe, not who did it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.meetings import Meeting
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import post_many
from network.kernel.transaction import session
from network.meetings.queries.replies import coming_people
from network.meetings.rules.occurrences import Occurrence

CHANGED, CANCELLED_LETTER, REMINDER = "meeting_changed", "meeting_cancelled", "meeting_reminder"


def tell_changed(actor: Actor, meeting: Meeting, date: Occurrence | None) -> None:
    """Promise a letter about the new time or place to everybody who comes."""
    people = coming_people(meeting, date, runtime.current().clock.now())
    post_to(people - {actor.id}, CHANGED, meeting_id=meeting.id, key=date.key if date else "")


def tell_cancelled(actor: Actor, meeting: Meeting, date: Occurrence | None, people: set[str]) -> None:
    """Promise a letter to everybody who wanted to come to what is cancelled now."""
    post_to(people - {actor.id}, CANCELLED_LETTER, meeting_id=meeting.id, key=date.key if date else "")


def post_to(user_ids: Iterable[str], kind: str, **params: Any) -> None:
    """Promise a letter to each of these people who has an account and an address, in her language: two
    statements."""
    wanted = select(User.id, User.email, User.language).where(
        User.id.in_(sorted(set(user_ids))), User.state == "active", User.email.is_not(None)
    )
    post_many(
        kind,
        [
            (row.email, row.language, {**params, "user_id": row.id})
            for row in session().execute(wanted.order_by(User.id))
        ],
    )


def as_param(moment: datetime) -> str:
    """A moment as a letter's parameters hold it."""
    return moment.isoformat()

"""An agenda of a year: a lively network's series with moved dates and everybody's answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from bench.measuring import Figure, cpu_of, wsgi_caller
from bench.messages import _environ
from bench.world import World, world
from models.meetings import Meeting, MeetingException, MeetingReply
from models.people import User
from network import meetings
from network.kernel.actor import Actor
from network.kernel.ids import new_id

GOAL_MS = 50.0
SERIES, SINGLE, PEOPLE = 4, 40, 40
PAGE = 200


def run() -> list[Figure]:
    """The agenda of a year as JSON, its page, the calendar feed, and home beside them."""
    with world(1_000) as place:
        secret = _fill(place)
        network = place.network_id
        paths = {
            f"agenda of a year as JSON, {PAGE} dates": f"/api/v1/networks/{network}/agenda?limit={PAGE}",
            "agenda, its page": "/meetings",
            "calendar feed": f"/api/v1/calendar/{secret}.ics",
        }
        calls = [
            wsgi_caller(place.app.wsgi_app, _environ(place, "GET", path), 200) for path in paths.values()
        ]
        spent = cpu_of(*calls, number=5, rounds=6)
    return [Figure(name, value, "ms", GOAL_MS, "the goal") for name, value in zip(paths, spent, strict=True)]


def _fill(place: World) -> str:
    """Four weekly series and forty single meetings; each member answered to all of a series and to ten dates
    besides; ten dates of each series are moved."""

    now = place.runtime.clock.now().replace(microsecond=0)
    with place.runtime.database.engine.begin() as connection:
        users = connection.scalars(select(User.id).order_by(User.id)).all()[:PEOPLE]
        for number in range(SERIES + SINGLE):
            weekly = number < SERIES
            starts_at = now + timedelta(days=1 + number * 8, hours=number % 5)
            row = _meeting(place, number, starts_at, weekly=weekly)
            connection.execute(insert(Meeting), row)
            dates = [f"{starts_at + timedelta(weeks=week):%Y%m%dT%H%M%SZ}" for week in range(0, 40, 4)]
            replies = [(user, "") for user in users]
            if weekly:
                replies += [(user, date) for user in users for date in dates]
                connection.execute(insert(MeetingException), [
                    {"meeting_id": row["id"], "occurrence": date, "state": "planned",
                     "starts_at": starts_at + timedelta(weeks=4 * n, hours=1)}
                    for n, date in enumerate(dates)
                ])  # fmt: skip
            connection.execute(insert(MeetingReply), [
                {"meeting_id": row["id"], "occurrence": date, "user_id": user, "reply": "yes",
                 "replied_at": now}
                for user, date in replies
            ])  # fmt: skip
    url = meetings.make_calendar_feed(Actor(kind="person", user_id=place.user_id))
    return url.rpartition("/")[2].removesuffix(".ics")


def _meeting(place: World, number: int, starts_at: object, *, weekly: bool) -> dict[str, object]:
    return {
        "id": new_id(), "network_id": place.network_id, "title": f"Treffen {number}",
        "about": "Wir erzählen uns, was gerade gut geht und was nicht.", "kind": "exchange",
        "starts_at": starts_at, "time_zone": "Europe/Berlin", "duration_minutes": 90,
        "recurrence": "FREQ=WEEKLY" if weekly else None, "ends_at": None, "place": "Stadtbücherei, Raum 2",
        "link": "https://video.example/abend", "state": "planned", "reason": None,
        "created_by": place.user_id, "created_at": place.runtime.clock.now(),
        "changed_at": place.runtime.clock.now(), "version": 1,
    }  # fmt: skip

"""The networks: founding, graduates, goals, rooms, the move to the next phase."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from network import courses, discussions, goals, membership, roadmap
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from web.demo.content import day, moment
from web.demo.filling import Filling


def plan_network(filling: Filling, row: dict[str, Any]) -> None:
    zone, key = row["time_zone"], row["key"]
    steward = filling.steward_of(row["organisation"])
    own_goals = [goal for goal in filling.content.goals if goal["network"] == key]

    def found() -> None:
        first = own_goals[0]
        made = roadmap.found_network(
            filling.actor(steward), name=row["name"], purpose=row["purpose"],
            organisation_id=filling.ids["organisation", row["organisation"]], languages=row["languages"],
            country=row["country"], visibility=row["visibility"],
            course_session_id=filling.ids["course", row["course_session"]], features=row["features"],
            first_goal={
                "title": first["title"], "why": first["why"],
                "review_on": day(first["review_on"], filling.now, zone),
            },
            rules_accepted=True,
        )  # fmt: skip
        filling.ids["network", key] = made["id"]
        for opening, room_id in discussions.first_rooms(made["id"]).items():
            filling.ids["room", f"{key}/{opening}"] = room_id

    filling.at(row["founded"], zone, found)
    _plan_graduates(filling, row, steward)
    for goal in own_goals[1:]:
        _plan_goal(filling, goal, zone)
    for room in filling.content.rooms:
        if room["network"] == key and not room.get("builtin"):
            half_an_hour = timedelta(minutes=30)  # who opens it has come and got her role by then
            filling.at(room["created"], zone, partial(_make_room, filling, room), later=half_an_hour)
    if row.get("moved_on"):
        filling.at(row["moved_on"], zone, lambda: _move_on(filling, row, steward))


def _plan_graduates(filling: Filling, network: dict[str, Any], steward: str) -> None:
    zone, session_key = network["time_zone"], network["course_session"]
    rows = [row for row in filling.content.completions if row["session"] == session_key]
    dates = sorted(
        {r["invited"] for r in rows if r.get("invited")}, key=lambda o: moment(o, filling.now, zone)
    )
    rest = [r for r in rows if not r.get("invited")]
    for number, invited in enumerate(dates):
        batch = [r for r in rows if r.get("invited") == invited]
        early = rest if number == 0 else []
        filling.at(
            invited, zone, partial(_load_and_invite, filling, network, steward, batch, early),
            later=timedelta(hours=8),
        )  # fmt: skip
    for row in rows:
        if row.get("resent"):
            filling.at(
                row["resent"],
                zone,
                partial(_resend, filling, network, steward, row),
                later=timedelta(hours=9),
            )


def _load_and_invite(
    filling: Filling,
    network: dict[str, Any],
    steward: str,
    batch: list[dict[str, Any]],
    rest: list[dict[str, Any]],
) -> None:
    actor, course = filling.actor(steward), filling.ids["course", network["course_session"]]
    unfinished = [row for row in rest if not row["completed"]]
    courses.import_completions(actor, course, _as_list(filling, [*batch, *unfinished], network["time_zone"]))
    membership.invite_graduates(
        actor, course, filling.ids["network", network["key"]],
        "Im Kurs hast du so gute Fragen gestellt. Komm zu uns an den Tisch!" if network["country"] == "DE"
        else "You asked such good questions in the course. Come and join us at the table!",
    )  # fmt: skip
    ready = [row for row in rest if row["completed"]]
    if ready:
        courses.import_completions(actor, course, _as_list(filling, ready, network["time_zone"]))


def _as_list(filling: Filling, rows: Iterable[dict[str, Any]], zone: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Name", "Email address", "Final reflection", "Course complete"])
    for row in rows:
        name, email = _name_and_email(filling, row)
        done = day(row["completed_on"], filling.now, zone).isoformat() if row["completed"] else ""
        writer.writerow([name, email, "Completed" if row["completed"] else "Not completed", done])
    return text.getvalue().encode()


def _name_and_email(filling: Filling, row: dict[str, Any]) -> tuple[str, str]:
    if "person" in row:
        person = filling.people[row["person"]]
        return person["name"], person["email"]
    return row["name"], row["email"]


def _resend(filling: Filling, network: dict[str, Any], steward: str, row: dict[str, Any]) -> None:
    actor = filling.actor(steward)
    email = _name_and_email(filling, row)[1]
    resend(filling, actor, invitation_to(filling, actor, network["key"], email)["id"])


def resend(filling: Filling, actor: Actor, invitation_id: str) -> None:
    """Send an invitation again; its link is then the next one."""
    membership.resend_invitation(actor, invitation_id)
    filling.renewals[invitation_id] += 1


def invitation_to(filling: Filling, actor: Actor, network: str, email: str) -> Any:
    cursor: str | None = None
    while True:
        found = membership.list_invitations(actor, filling.ids["network", network], PageRequest(200, cursor))
        for row in found.items:
            if row["email"] == email:
                return row
        if found.next is None:
            raise LookupError(email)
        cursor = found.next


def _plan_goal(filling: Filling, goal: dict[str, Any], zone: str) -> None:
    def propose() -> None:
        made = goals.propose_goal(
            filling.actor(goal["by"]), filling.ids["network", goal["network"]], goal["title"], goal["why"],
            day(goal["review_on"], filling.now, zone),
        )  # fmt: skip
        filling.ids["goal", goal["title"]] = made["id"]

    def adopt() -> None:
        goals.adopt_goal(filling.actor("meta"), filling.ids["goal", goal["title"]], 1)

    filling.at(goal["proposed"], zone, propose, later=timedelta(hours=10))
    if goal["state"] == "adopted":
        filling.at(goal["adopted"], zone, adopt, later=timedelta(hours=11))
    _plan_work(filling, goal, zone)


def _plan_work(filling: Filling, goal: dict[str, Any], zone: str) -> None:
    def support(slug: str) -> None:
        goals.support_goal(filling.actor(slug), filling.ids["goal", goal["title"]])

    def note() -> None:
        goals.note_progress(
            filling.actor(goal["by"]), filling.ids["goal", goal["title"]], goal["progress"], goal["percent"]
        )

    for number, slug in enumerate(goal.get("supporters", [])):
        filling.at(goal["supported"], zone, partial(support, slug), later=timedelta(hours=12 + number))
    if goal.get("progress"):
        filling.at(goal["progress_at"], zone, note, later=timedelta(hours=17))


def _make_room(filling: Filling, room: dict[str, Any]) -> None:
    made = discussions.open_room(
        filling.actor(room["by"]), filling.ids["network", room["network"]], room["name"], room["purpose"],
        room["kind"], room["posting"],
        [filling.ids["person", slug] for slug in room.get("members", []) if slug != room["by"]],
    )  # fmt: skip
    filling.ids["room", f"{room['network']}/{room['key']}"] = made["id"]


def _move_on(filling: Filling, network: dict[str, Any], steward: str) -> None:
    actor, network_id = filling.actor(steward), filling.ids["network", network["key"]]
    version = roadmap.get_roadmap(actor, network_id)["version"]
    roadmap.change_phase(
        actor,
        network_id,
        to=network["phase"],
        reason=network["moved_on_reason"],
        expected_version=version,
    )

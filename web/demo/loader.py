"""Fills an empty database with the demo through the real commands, with the clock moved to when it happened.

All of it is one transaction: a start that is interrupted leaves an empty database, and the next one fills it.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from network import agreements, courses, discussions, goals, membership, organisations, people, roadmap
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.ids import derived_secret
from network.kernel.paging import PageRequest
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, unit_of_work
from web.demo.content import Content, day, moment, read_content

PASSWORD = "mentornet-demo"  # noqa: S105  (public on purpose; the demo runs on loopback only)
ACCOUNTS = ("steward", "meta", "meta2", "mentor", "helper", "newcomer", "partner", "operator")
GREETING = (
    f"Sign in with the password {PASSWORD} as <name>@demo.example:",
    "  " + ", ".join(ACCOUNTS),
    "Letters that would be sent are shown at /demo/outbox.",
)
SYSTEM = system_actor("demo")
MINUTE = timedelta(minutes=1)


def fill_when_empty() -> bool:
    """Fill the demo when nobody has an account yet; True when it was filled."""
    with unit_of_work():
        if not people.is_empty():
            return False
    installed = runtime.current()
    unhurried = dataclasses.replace(installed.settings, rate_limits="off")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(installed, settings=unhurried))
    try:
        _fill(SYSTEM)
    finally:
        runtime.install(installed)
    return True


@command
def _fill(actor: Actor) -> None:
    require(is_system(actor, None))
    filling = Filling(read_content(), runtime.current().clock.now(), people.hash_password(PASSWORD))
    filling.plan()
    filling.live_through()
    outbox.forget_waiting(actor)


class Filling:
    """One demo in the making: what happens when, and what was made so far."""

    def __init__(self, content: Content, now: datetime, password_hash: str) -> None:
        self._content = content
        self._now = now
        self._password_hash = password_hash
        self._happenings: list[tuple[datetime, int, Callable[[], object]]] = []
        self._ids: dict[tuple[str, str], str] = {}
        self._networks = {row["key"]: row for row in content.networks}
        self._zones = {row["key"]: row["time_zone"] for row in content.networks}
        self._people = {row["slug"]: row for row in content.people}

    def plan(self) -> None:
        """Put everything that happens into the order of time."""
        self._plan_people()
        for organisation in self._content.organisations:
            self._plan_organisation(organisation)
        for network in self._content.networks:
            self._plan_network(network)
        for person in self._content.people:
            if person.get("network"):
                self._plan_member(person)
        for topic in self._content.topics:
            self._plan_topic(topic)

    def live_through(self) -> None:
        """Let it happen, each thing at its time."""
        clock = runtime.current().clock
        for at, _order, act in sorted(self._happenings, key=lambda entry: entry[:2]):
            with clock.at(at):
                act()

    def _at(
        self, offset: str, zone: str, act: Callable[[], object], *, later: timedelta = timedelta()
    ) -> None:
        self._happenings.append((moment(offset, self._now, zone) + later, len(self._happenings), act))

    def _actor(self, slug: str) -> Actor:
        row = self._people[slug]
        actor = Actor(
            kind="person", user_id=self._ids["person", slug], name=row["name"], language=row["language"],
            time_zone=row["time_zone"], proof_at=runtime.current().clock.now(), is_operator=slug == "operator",
        )  # fmt: skip
        return membership.with_standings(actor)

    # People and organisations

    def _plan_people(self) -> None:
        for row in self._content.people:
            first = "-161d" if row["slug"] in ("operator", "steward", "partner") else row["since"]
            zone = row["time_zone"]
            self._at(first, zone, lambda row=row: self._make_person(row), later=-3 * MINUTE)

    def _make_person(self, row: dict[str, Any]) -> None:
        is_account = row["slug"] in ACCOUNTS
        self._ids["person", row["slug"]] = people.create_person(
            SYSTEM, row["email"], row["name"], row["language"], row["time_zone"],
            self._password_hash if is_account else None, row["face"],
        )  # fmt: skip
        if row["slug"] == "operator":
            people.create_operator(SYSTEM, row["email"], row["language"])

    def _plan_organisation(self, row: dict[str, Any]) -> None:
        zone = self._people[row["steward"]]["time_zone"]

        def found() -> None:
            made = organisations.found_organisation(
                self._actor(row["steward"]), name=row["name"], country=row["country"]
            )
            self._ids["organisation", row["key"]] = made["id"]

        def verify() -> None:
            organisations.decide_verification(
                self._actor("operator"), self._ids["organisation", row["key"]], decision="verified",
                reason="Satzung und Ansprechperson geprüft." if row["country"] == "DE" else "Statutes checked.",
            )  # fmt: skip

        self._at(row["founded"], zone, found)
        self._at(row["verified"], zone, verify)
        for course in self._content.course_sessions:
            if course["organisation"] == row["key"]:
                self._at(
                    row["founded"], zone, lambda c=course, r=row: self._make_course(c, r), later=5 * MINUTE
                )

    def _make_course(self, course: dict[str, Any], organisation: dict[str, Any]) -> None:
        zone = self._people[organisation["steward"]]["time_zone"]
        made = courses.create_course_session(
            self._actor(organisation["steward"]), self._ids["organisation", organisation["key"]],
            title=course["title"], platform=course["platform"], language=course["language"],
            starts_on=day(course["starts_on"], self._now, zone), ends_on=day(course["ends_on"], self._now, zone),
            contact_ground=course["contact_ground"],
        )  # fmt: skip
        self._ids["course", course["key"]] = made["id"]

    # Networks: founding, graduates, goals, rooms, the way on

    def _plan_network(self, row: dict[str, Any]) -> None:
        zone, key = row["time_zone"], row["key"]
        steward = next(o["steward"] for o in self._content.organisations if o["key"] == row["organisation"])
        own_goals = [goal for goal in self._content.goals if goal["network"] == key]

        def found() -> None:
            first = own_goals[0]
            made = roadmap.found_network(
                self._actor(steward), name=row["name"], purpose=row["purpose"],
                organisation_id=self._ids["organisation", row["organisation"]], languages=row["languages"],
                country=row["country"], visibility=row["visibility"],
                course_session_id=self._ids["course", row["course_session"]], features=row["features"],
                first_goal={
                    "title": first["title"], "why": first["why"],
                    "review_on": day(first["review_on"], self._now, zone),
                },
                rules_accepted=True,
            )  # fmt: skip
            self._ids["network", key] = made["id"]
            for opening, room_id in discussions.first_rooms(made["id"]).items():
                self._ids["room", f"{key}/{opening}"] = room_id

        self._at(row["founded"], zone, found)
        self._plan_graduates(row, steward)
        for goal in own_goals[1:]:
            self._plan_goal(goal, zone)
        for room in self._content.rooms:
            if room["network"] == key and not room.get("builtin"):
                self._at(room["created"], zone, lambda r=room: self._make_room(r))
        if row.get("moved_on"):
            self._at(row["moved_on"], zone, lambda: self._move_on(row, steward))

    def _plan_graduates(self, network: dict[str, Any], steward: str) -> None:
        zone, session_key = network["time_zone"], network["course_session"]
        rows = [row for row in self._content.completions if row["session"] == session_key]
        dates = sorted(
            {r["invited"] for r in rows if r.get("invited")}, key=lambda o: moment(o, self._now, zone)
        )
        rest = [r for r in rows if not r.get("invited")]
        for number, invited in enumerate(dates):
            batch = [r for r in rows if r.get("invited") == invited]
            early = rest if number == 0 else []
            self._at(
                invited, zone, lambda b=batch, e=early: self._load_and_invite(network, steward, b, e),
                later=timedelta(hours=8),
            )  # fmt: skip
        for row in rows:
            if row.get("resent"):
                self._at(
                    row["resent"],
                    zone,
                    lambda r=row: self._resend(network, steward, r),
                    later=timedelta(hours=9),
                )

    def _load_and_invite(
        self, network: dict[str, Any], steward: str, batch: list[dict[str, Any]], rest: list[dict[str, Any]]
    ) -> None:
        actor, course = self._actor(steward), self._ids["course", network["course_session"]]
        unfinished = [row for row in rest if not row["completed"]]
        courses.import_completions(actor, course, self._as_list([*batch, *unfinished], network["time_zone"]))
        membership.invite_graduates(
            actor, course, self._ids["network", network["key"]],
            "Im Kurs hast du so gute Fragen gestellt. Komm zu uns an den Tisch!" if network["country"] == "DE"
            else "You asked such good questions in the course. Come and join us at the table!",
        )  # fmt: skip
        ready = [row for row in rest if row["completed"]]
        if ready:
            courses.import_completions(actor, course, self._as_list(ready, network["time_zone"]))

    def _as_list(self, rows: Iterable[dict[str, Any]], zone: str) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["Name", "Email address", "Final reflection", "Course complete"])
        for row in rows:
            name, email = self._name_and_email(row)
            done = day(row["completed_on"], self._now, zone).isoformat() if row["completed"] else ""
            writer.writerow([name, email, "Completed" if row["completed"] else "Not completed", done])
        return text.getvalue().encode()

    def _name_and_email(self, row: dict[str, Any]) -> tuple[str, str]:
        if "person" in row:
            person = self._people[row["person"]]
            return person["name"], person["email"]
        return row["name"], row["email"]

    def _resend(self, network: dict[str, Any], steward: str, row: dict[str, Any]) -> None:
        actor = self._actor(steward)
        email = self._name_and_email(row)[1]
        membership.resend_invitation(actor, self._invitation_to(actor, network["key"], email)["id"])

    def _invitation_to(self, actor: Actor, network: str, email: str) -> Any:
        cursor: str | None = None
        while True:
            found = membership.list_invitations(
                actor, self._ids["network", network], PageRequest(200, cursor)
            )
            for row in found.items:
                if row["email"] == email:
                    return row
            if found.next is None:
                raise LookupError(email)
            cursor = found.next

    def _plan_goal(self, goal: dict[str, Any], zone: str) -> None:
        def propose() -> None:
            made = goals.propose_goal(
                self._actor(goal["by"]), self._ids["network", goal["network"]], goal["title"], goal["why"],
                day(goal["review_on"], self._now, zone),
            )  # fmt: skip
            self._ids["goal", goal["title"]] = made["id"]

        def adopt() -> None:
            goals.adopt_goal(self._actor("meta"), self._ids["goal", goal["title"]], 1)

        self._at(goal["proposed"], zone, propose, later=timedelta(hours=10))
        if goal["state"] == "adopted":
            self._at(goal["adopted"], zone, adopt, later=timedelta(hours=11))

    def _make_room(self, room: dict[str, Any]) -> None:
        made = discussions.open_room(
            self._actor(room["by"]), self._ids["network", room["network"]], room["name"], room["purpose"],
            room["kind"], room["posting"],
            [self._ids["person", slug] for slug in room.get("members", []) if slug != room["by"]],
        )  # fmt: skip
        self._ids["room", f"{room['network']}/{room['key']}"] = made["id"]

    def _move_on(self, network: dict[str, Any], steward: str) -> None:
        actor, network_id = self._actor(steward), self._ids["network", network["key"]]
        version = roadmap.get_roadmap(actor, network_id)["version"]
        roadmap.change_phase(
            actor,
            network_id,
            to=network["phase"],
            reason=network["moved_on_reason"],
            expected_version=version,
        )

    # Members

    def _plan_member(self, row: dict[str, Any]) -> None:
        network = self._networks[row["network"]]
        steward = next(
            o["steward"] for o in self._content.organisations if o["key"] == network["organisation"]
        )
        zone = network["time_zone"]
        if row["slug"] != steward:
            by_hand = not any(c.get("person") == row["slug"] for c in self._content.completions)
            if by_hand:
                self._at(row["since"], zone, lambda: self._invite_by_hand(row, steward), later=-MINUTE)
            self._at(row["since"], zone, lambda: self._join(row, steward))
        for role in ("meta_mentor", "deputy"):
            if role in row["roles"]:
                self._at(row["since"], zone, lambda r=role: self._appoint(row, r, steward), later=MINUTE)
        self._at(row["last_visit"], zone, lambda: self._read_everything(row))
        if row["state"] == "paused":
            self._at(row["last_visit"], zone, lambda: self._pause(row), later=MINUTE)

    def _invite_by_hand(self, row: dict[str, Any], steward: str) -> None:
        membership.invite_by_hand(self._actor(steward), self._ids["network", row["network"]], row["email"])

    def _join(self, row: dict[str, Any], steward: str) -> None:
        invitation = self._invitation_to(self._actor(steward), row["network"], row["email"])
        resent = any(c.get("person") == row["slug"] and c.get("resent") for c in self._content.completions)
        token = derived_secret("invitation", f"{invitation['id']}:{1 if resent else 0}")
        membership.accept_invitation(
            self._actor(row["slug"]), token, display_name=row["name"], language=row["language"],
            time_zone=row["time_zone"],
        )  # fmt: skip
        network_id = self._ids["network", row["network"]]
        rules = agreements.rules_of_network(network_id)
        agreements.accept_rules(self._actor(row["slug"]), network_id, rules["id"])

    def _membership_of(self, slug: str, network: str) -> Any:
        mine = membership.list_my_memberships(self._actor(slug))
        return next(m for m in mine.items if m["network_id"] == self._ids["network", network])

    def _appoint(self, row: dict[str, Any], role: str, steward: str) -> None:
        membership.appoint(
            self._actor(steward), self._ids["network", row["network"]],
            membership_id=self._membership_of(row["slug"], row["network"])["id"], role=role,
            capacity=row.get("capacity", "volunteer"),
        )  # fmt: skip

    def _pause(self, row: dict[str, Any]) -> None:
        own = self._membership_of(row["slug"], row["network"])
        membership.pause_membership(self._actor(row["slug"]), own["id"], expected_version=own["version"])

    def _read_everything(self, row: dict[str, Any]) -> None:
        actor, network_id = self._actor(row["slug"]), self._ids["network", row["network"]]
        for topic in discussions.list_conversations(actor, network_id, most=200):
            if topic["unread"]:
                discussions.mark_read(actor, topic["id"], topic["last_seq"])

    # Conversations

    def _plan_topic(self, topic: dict[str, Any]) -> None:
        zone = self._zones[topic["network"]]
        place = f"{topic['network']}/{topic['room']}"
        key = f"{place}/{topic['title']}"
        for number, said in enumerate(topic["messages"]):
            self._at(said["at"], zone, lambda n=number, s=said: self._say(topic, place, key, n, s))
            if said.get("edited"):
                self._at(said["edited_at"], zone, lambda n=number, s=said: self._edit(key, n, s))
        if topic.get("resolved"):
            last = topic["messages"][-1]["at"]
            self._at(last, zone, lambda: self._resolve(topic, key), later=MINUTE)

    def _say(self, topic: dict[str, Any], place: str, key: str, number: int, said: dict[str, Any]) -> None:
        actor = self._actor(said["by"])
        sent_as = f"demo-{len(self._ids)}"
        if number == 0:
            made = discussions.open_topic(
                actor, self._ids["room", place], topic["title"], said["body"], client_msg_id=sent_as,
                language=topic["language"],
            )  # fmt: skip
            self._ids["topic", key] = made["id"]
            message_id = made["first_message"]["id"]
        else:
            replied = self._ids["message", f"{key}/{said['reply_to']}"] if "reply_to" in said else None
            sent = discussions.post_message(
                actor, self._ids["topic", key], said["body"], client_msg_id=sent_as, reply_to=replied,
                language=topic["language"],
            )  # fmt: skip
            message_id = sent.message["id"]
        self._ids["message", f"{key}/{number}"] = message_id

    def _edit(self, key: str, number: int, said: dict[str, Any]) -> None:
        discussions.edit_message(
            self._actor(said["by"]),
            self._ids["message", f"{key}/{number}"],
            said["edited"],
            expected_version=1,
        )

    def _resolve(self, topic: dict[str, Any], key: str) -> None:
        actor = self._actor(topic["messages"][0]["by"])
        topic_id = self._ids["topic", key]
        discussions.resolve_topic(
            actor, topic_id, expected_version=discussions.get_topic(actor, topic_id)["version"]
        )

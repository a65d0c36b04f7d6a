"""What people of a network do, each with dice that choose on what: some of it is refused, as in life."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from network import (
    agreements,
    arrivals,
    decisions,
    discussions,
    goals,
    meetings,
    membership,
    networks,
    notifications,
    offices,
    people,
    privacy,
    roadmap,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import Community, make_community, stranger
from tests.factories.people import make_user
from tests.running import HandClock

THUMB, FLOWER = "\U0001f44d", "\U0001f33b"
_numbers = itertools.count(1)


@dataclass
class Village:
    """A network in which everything happens that can happen."""

    community: Community
    meta: Actor
    ann: Actor
    bob: Actor
    cia: Actor
    contact: Actor
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    applicant: Actor | None = None
    leaving: list[Actor] = field(default_factory=list)

    @property
    def network_id(self) -> str:
        return self.community.network.id

    @property
    def steward(self) -> Actor:
        """The organisation's contact, who has just proved who she is."""
        return replace(self.contact, proof_at=runtime.current().clock.now())

    @property
    def members(self) -> list[Actor]:
        return [self.meta, self.ann, self.bob, self.cia]

    def anybody(self) -> Actor:
        """A member."""
        return self.dice.choice(self.members)

    def pick(self, found: list[Any]) -> Any:
        """One of them; NotFound, like any other refusal, where there is none."""
        if not found:
            raise NotFound()
        return self.dice.choice(found)

    def room(self, of: Actor | None = None, **wanted: Any) -> Any:
        """A room that somebody sees."""
        with unit_of_work():
            found = discussions.list_rooms(of or self.meta, self.network_id).items
        return self.pick([r for r in found if all(r[k] == v for k, v in wanted.items())])  # type: ignore[literal-required]

    def topic(self, of: Actor | None = None) -> Any:
        """A topic that somebody sees."""
        actor = of or self.meta
        with unit_of_work():
            rooms = discussions.list_rooms(actor, self.network_id).items
            found = [t for room in rooms for t in discussions.list_topics(actor, room["id"]).items]
        return self.pick(found)

    def message(self, of: Actor, *, own: bool = False) -> Any:
        """A message that somebody sees, or said herself."""
        with unit_of_work():
            rooms = discussions.list_rooms(of, self.network_id).items
            topics = [t for room in rooms for t in discussions.list_topics(of, room["id"]).items]
            topics = self.dice.sample(topics, min(4, len(topics)))
            found = [m for t in topics for m in discussions.list_messages(of, t["id"])["items"]]
        shown = [m for m in found if m["body"] is not None]
        return self.pick([m for m in shown if m["author"]["id"] == of.user_id or not own])


def make_village() -> Village:
    """Four members, one of them a meta-mentor, a steward, and the rooms with which a network begins."""
    community = make_community(visibility="public")
    meta, ann, bob, cia = community.member("meta_mentor"), *(community.member() for _ in range(3))
    village = Village(community, meta, ann, bob, cia, community.steward())
    for number in range(2):
        made = discussions.open_room(meta, community.network.id, f"Beginning {number}", "", "open")
        discussions.open_topic(bob, made["id"], f"First {number}", "Hello", f"first-{number}-{made['id']}")
    return village


def _name(word: str) -> str:
    return f"{word} {next(_numbers)}"


def _post(v: Village) -> None:
    actor = v.anybody()
    discussions.post_message(actor, v.topic(actor)["id"], _name("Word"), _name("m").replace(" ", "-"))


def _answer(v: Village) -> None:
    actor = v.anybody()
    to = v.message(actor)
    key = _name("a").replace(" ", "-")
    discussions.post_message(actor, to["topic_id"], f"@{v.ann.name} {key}", key, reply_to=to["id"])


def _edit(v: Village) -> None:
    actor = v.anybody()
    message = v.message(actor, own=True)
    discussions.edit_message(actor, message["id"], _name("Other"), expected_version=message["version"])


def _delete(v: Village) -> None:
    actor = v.anybody()
    discussions.delete_message(actor, v.message(actor, own=True)["id"])


def _react(v: Village) -> None:
    actor = v.anybody()
    message = v.message(actor)
    discussions.react(actor, message["id"], v.dice.choice([THUMB, FLOWER]))
    if message["reactions"] and v.dice.random() < 0.6:
        discussions.take_reaction_back(actor, message["id"], message["reactions"][0]["emoji"])


def _open_topic(v: Village) -> None:
    actor = v.anybody()
    key = _name("t").replace(" ", "-")
    discussions.open_topic(actor, v.room(actor, kind="open")["id"], _name("Topic"), "Hello", key)


def _move_topic(v: Village) -> None:
    topic, room = v.topic(), v.room(kind=v.dice.choice(["open", "open", "private"]))
    discussions.move_topic(v.meta, topic["id"], room["id"], expected_version=topic["version"])


def _topic_state(v: Village) -> None:
    topic = v.topic()
    act = v.dice.choice([
        discussions.lock_topic, discussions.unlock_topic, discussions.resolve_topic, discussions.reopen_topic,
        discussions.pin_topic, discussions.unpin_topic,
    ])  # fmt: skip
    act(v.meta, topic["id"], expected_version=topic["version"])


def _rename_topic(v: Village) -> None:
    topic = v.topic()
    discussions.rename_topic(v.meta, topic["id"], _name("Named"), expected_version=topic["version"])


def _open_room(v: Village) -> None:
    kind = v.dice.choice(["open", "private"])
    inside = (
        [one.user_id or "" for one in (v.ann, v.bob) if v.dice.random() < 0.7] if kind == "private" else []
    )
    made = discussions.open_room(v.meta, v.network_id, _name("Room"), "", kind, user_ids=inside)
    discussions.open_topic(v.meta, made["id"], _name("Topic"), "Hello", _name("r").replace(" ", "-"))


def _change_room(v: Village) -> None:
    room = v.room()
    discussions.change_room(
        v.meta, room["id"], expected_version=room["version"], name=_name("Room"), purpose=_name("For"),
        posting=v.dice.choice(["members", "members", "meta_mentors"]),
    )  # fmt: skip


def _room_state(v: Village) -> None:
    room = v.room()
    act = v.dice.choice([
        discussions.lock_room, discussions.unlock_room, discussions.archive_room, discussions.unarchive_room,
        discussions.unlock_room, discussions.unarchive_room,
    ])  # fmt: skip
    act(v.meta, room["id"], expected_version=room["version"])


def _place_room(v: Village) -> None:
    room, before = v.room(), v.room()
    discussions.place_room(v.meta, room["id"], before["id"], expected_version=room["version"])


def _slow_room(v: Village) -> None:
    room = v.room()
    seconds = v.dice.choice([0, 0, 30])
    discussions.set_slow_mode(v.meta, room["id"], seconds, expected_version=room["version"], reason="Slowly")


def _room_people(v: Village) -> None:
    room, who = v.room(kind="private"), v.dice.choice([v.ann, v.bob, v.cia])
    act = v.dice.choice([discussions.add_room_member, discussions.remove_room_member])
    act(v.meta, room["id"], who.user_id or "")


def _direct(v: Village) -> None:
    actor = v.anybody()
    others = [one.user_id or "" for one in v.dice.sample(v.members, 3) if one is not actor]
    made = discussions.open_direct_room(actor, v.network_id, others).room
    with unit_of_work():
        topic = discussions.first_topic(made["id"])
    if topic is not None:
        discussions.post_message(actor, topic, _name("Word"), _name("d").replace(" ", "-"))


def _leave_direct(v: Village) -> None:
    actor = v.anybody()
    discussions.leave_room(actor, v.room(actor, kind="direct")["id"])


def _mark(v: Village) -> None:
    topic = v.topic(v.ann)
    act = v.dice.choice([discussions.mark_read, discussions.mark_unread])
    act(v.ann, topic["id"], v.dice.randint(0, topic["last_seq"]), topic["room_id"])


def _mark_all(v: Village) -> None:
    discussions.mark_network_read(v.ann, v.network_id)


def _level(v: Village) -> None:
    what = v.dice.choice(["room", "topic", "network"])
    level = v.dice.choice(["all", "mentions", "muted", None])
    if what == "room":
        discussions.choose_room_level(v.ann, v.room(v.ann)["id"], level)
    elif what == "topic":
        discussions.choose_topic_level(v.ann, v.topic(v.ann)["id"], level)
    else:
        notifications.choose_settings(v.ann, levels=[(v.network_id, level or "all")])


def _propose_goal(v: Village) -> None:
    goals.propose_goal(v.anybody(), v.network_id, _name("Goal"), "Because")


def _office(v: Village) -> None:
    said = {"exists": v.dice.random() < 0.7, "reason": _name("Reason"), "contact": _name("Room")}
    who = v.anybody().user_id
    offices.decide_office(v.dice.choice([v.meta, v.steward]), v.network_id, {**said, "contact_user_id": who})


def _goal(v: Village) -> None:
    actor = v.anybody()
    with unit_of_work():
        goal = v.pick(list(goals.list_goals(actor, v.network_id, PageRequest()).items))
    key, version = goal["id"], goal["version"]
    deeds: list[Callable[[], Any]] = [
        lambda: goals.support_goal(actor, key),
        lambda: goals.withdraw_support(actor, key),
        lambda: goals.adopt_goal(v.meta, key, version),
        lambda: goals.change_goal(v.meta, key, version, {"title": _name("Goal")}),
        lambda: goals.note_progress(v.meta, key, "On we go", v.dice.randint(0, 100)),
    ]
    if v.dice.random() < 0.2:
        deeds = [lambda: goals.close_goal(v.meta, key, "reached", "Well done", version)]
    v.dice.choice(deeds)()


def _ask(v: Village) -> None:
    _asked(v.anybody(), v.network_id, v.dice.choice(["consent", "choice", "temperature"]))


def _asked(actor: Actor, network_id: str, kind: str, **over: Any) -> Any:
    values = {"closes_at": runtime.current().clock.now() + timedelta(days=3), **over}
    if kind in ("choice", "person"):
        values["options"] = ["This", "That"]
    made = decisions.draft_decision(actor, network_id, kind=kind, question=_name("Shall we?"), **values)
    return made if kind == "person" else decisions.open_decision(actor, made["id"], made["version"])


def _decide(v: Village) -> None:
    actor = v.anybody()
    with unit_of_work():
        one = v.pick(list(decisions.list_decisions(actor, v.network_id, PageRequest(), state="open").items))
        raised = list(decisions.list_objections(actor, one["id"], PageRequest()).items)
    key, version, chosen = one["id"], one["version"], [option["id"] for option in one["options"]][:1]
    stance = None if chosen else v.dice.choice(["consent", "reservation", "stand_aside", "objection"])
    later = one["closes_at"] + timedelta(hours=1)
    deeds: list[Callable[[], Any]] = [
        lambda: decisions.take_stance(actor, key, stance=stance, option_ids=chosen, reason="So it is"),
        lambda: decisions.change_decision(v.meta, key, version, {"closes_at": later}),
        lambda: decisions.integrate_objection(v.meta, v.pick(raised)["id"], "Like this"),
        lambda: decisions.resolve_objection(actor, v.pick(raised)["id"]),
        lambda: decisions.next_round(v.meta, key, version, question=_name("Shall we now?")),
    ]
    if v.dice.random() < 0.1:
        deeds = [lambda: decisions.cancel_decision(v.meta, key, version, "Not now")]
    v.dice.choice(deeds)()


def _plan_meeting(v: Village) -> None:
    weekly = "FREQ=WEEKLY;COUNT=4" if v.dice.random() < 0.3 else None
    _meeting_in(v, timedelta(days=v.dice.randint(1, 9)), weekly)


def _meeting(v: Village) -> None:
    actor = v.anybody()
    with unit_of_work():
        one = v.pick(list(meetings.list_meetings(actor, v.network_id, PageRequest()).items))
    key, version = one["id"], one["version"]
    deeds: list[Callable[[], Any]] = [
        lambda: meetings.reply_to_meeting(actor, key, v.dice.choice(["yes", "no", "maybe"])),
        lambda: meetings.change_meeting(v.meta, key, expected_version=version, title=_name("Meeting")),
        lambda: meetings.record_attendance(v.meta, key, [v.ann.user_id or "", v.bob.user_id or ""]),
    ]
    if v.dice.random() < 0.15:
        deeds = [lambda: meetings.cancel_meeting(v.meta, key, expected_version=version, reason="Rain")]
    v.dice.choice(deeds)()


def _appoint(v: Village) -> None:
    with unit_of_work():
        running = list(membership.list_appointments(v.meta, v.network_id, PageRequest(), "running").items)
        belong = list(membership.list_memberships(v.meta, v.network_id, PageRequest()).items)
    if running and v.dice.random() < 0.5:
        membership.end_appointment(v.steward, v.pick(running)["id"])
    else:
        role = v.dice.choice(["deputy", "safeguarding_lead", "meta_mentor"])
        membership.appoint(v.steward, v.network_id, v.pick(belong)["id"], role, "volunteer")


def _pause(v: Village) -> None:
    actor = v.dice.choice([v.ann, v.cia])
    with unit_of_work():
        own = membership.list_my_memberships(actor).items[0]
    act = membership.pause_membership if own["state"] == "active" else membership.resume_membership
    act(actor, own["id"], own["version"])


def _apply(v: Village) -> None:
    if v.applicant is None:
        actor = stranger(make_user())
        membership.apply_to_network(actor, v.network_id, "Much", "Gladly")
        v.applicant = actor
        if v.dice.random() < 0.5:
            return
    actor, v.applicant = v.applicant, None
    with unit_of_work():
        mine = membership.list_my_applications(actor, PageRequest()).items[0]
    membership.write_about_application(actor, mine["id"], "Once more")
    decision = v.dice.choice(["accept", "accept", "decline"])
    membership.decide_application(v.meta, mine["id"], decision, "Because", mine["version"])
    if decision == "accept":
        v.leaving.append(actor)


def _change_network(v: Village) -> None:
    deeds: list[Callable[[], Any]] = [
        lambda: networks.change_network(v.meta, v.network_id, None, {"purpose": _name("To talk")}),
        lambda: networks.set_features(v.steward, v.network_id, {"presence": v.dice.random() < 0.5}),
        lambda: roadmap.note_step(v.meta, v.network_id, "roles_known", sentence=_name("So")),
    ]
    v.dice.choice(deeds)()


def _rename(v: Village) -> None:
    people.change_me(v.anybody(), display_name=_name("Person"))


def _notices(v: Village) -> None:
    notifications.derive_notices()
    if v.dice.random() < 0.5:
        notifications.mark_notices_read(v.ann)


def _rules(v: Village) -> None:
    version = agreements.adopt_builtin_rules(system_actor("rules"), v.network_id, "en")
    for actor in v.members:
        agreements.accept_rules(actor, v.network_id, version)


def _agree(v: Village) -> None:
    """A document is begun, drafted, changed and talked about; not every draft is kept."""
    made = agreements.found_agreement(v.meta, v.network_id, "network_agreement", _name("Ours"), "en")
    clauses = [agreements.ClauseIn("One", _name("We help"))]
    draft = agreements.draft_version(v.meta, made["id"], clauses=clauses, organisations=[])
    changed = agreements.change_version(v.meta, draft["id"], draft["version"], {"members": "1/2"})
    talked = agreements.open_deliberation(v.meta, draft["id"], changed["version"])
    agreements.abandon_version(v.meta, draft["id"], talked["version"])


def _session(v: Village) -> None:
    made = people.open_session(v.ann, v.ann.user_id or "", "Firefox · Android")
    people.end_session(v.ann, made.session_id)


def _greet(v: Village) -> None:
    who = v.ann.user_id or ""
    act = v.dice.choice([arrivals.greet_newcomers, arrivals.greet_newcomers, arrivals.end_pair])
    act(v.meta if act is arrivals.greet_newcomers else v.ann, v.network_id, who)


def _photo(v: Village) -> None:
    people.choose_face(v.anybody(), v.dice.choice(["", "fox", "owl"]))


def _newcomer(v: Village) -> Actor:
    """Somebody who joined by applying, and says something; the dice may choose who just says it."""
    actor = v.pick(v.leaving)
    with unit_of_work():
        network = networks.get_network(v.meta, v.network_id)
    if network["rules_version_id"]:
        with suppress(DomainError):
            agreements.accept_rules(actor, v.network_id, network["rules_version_id"])
    with unit_of_work():
        actor = membership.with_standings(actor)
    topic, key = v.topic(actor)["id"], _name("n").replace(" ", "-")
    said = discussions.post_message(actor, topic, "Hello", key).message
    discussions.react(v.ann, said["id"], THUMB)
    return actor


def _erase(v: Village) -> None:
    actor = _newcomer(v)
    v.leaving = [one for one in v.leaving if one.user_id != actor.user_id]
    privacy.erase_account(system_actor("test"), actor.user_id or "", remove_texts=v.dice.random() < 0.5)


def _leave(v: Village) -> None:
    actor = _newcomer(v)
    v.leaving = [one for one in v.leaving if one.user_id != actor.user_id]
    with unit_of_work():
        own = membership.list_my_memberships(actor).items[0]
    membership.leave_membership(actor, own["id"], own["version"])


DEEDS: dict[str, Callable[[Village], None]] = {
    "post": _post, "answer": _answer, "edit": _edit, "delete": _delete, "react": _react,
    "open topic": _open_topic, "move topic": _move_topic, "topic state": _topic_state,
    "rename topic": _rename_topic, "open room": _open_room, "change room": _change_room,
    "room state": _room_state, "place room": _place_room, "slow room": _slow_room,
    "room people": _room_people, "direct": _direct, "leave direct": _leave_direct, "mark": _mark,
    "mark all": _mark_all, "level": _level, "propose goal": _propose_goal, "goal": _goal,
    "ask": _ask, "decide": _decide, "office": _office,
    "plan meeting": _plan_meeting, "meeting": _meeting, "appoint": _appoint, "pause": _pause,
    "apply": _apply, "change network": _change_network, "rename": _rename, "notices": _notices,
    "rules": _rules, "agree": _agree, "session": _session, "greet": _greet,
    "face": _photo, "erase": _erase, "leave": _leave,
}  # fmt: skip
OFTEN = ("post", "answer", "edit", "delete", "react", "move topic", "mark", "open topic", "room people")


@dataclass
class Before:
    """What was there before a page was opened: somebody who will go, a meeting that has begun."""

    goes: Actor
    meeting: str


def prepare(v: Village) -> Before:
    """Bring it about; takes two hours."""
    made = Before(v.community.member(), _meeting_in(v, timedelta(hours=1))["id"])
    clock = runtime.current().clock
    assert isinstance(clock, HandClock)
    clock.forward(hours=2)
    return made


def _meeting_in(v: Village, span: timedelta, recurrence: str | None = None) -> Any:
    begins = (runtime.current().clock.now() + span).replace(microsecond=0)
    return meetings.plan_meeting(
        v.meta, v.network_id, title=_name("Meeting"), kind="exchange", starts_at=begins, time_zone="UTC",
        duration_minutes=60, recurrence=recurrence,
    )  # fmt: skip


def _decide_all(v: Village) -> None:
    """A decision to its outcome, one that is cancelled, one about somebody."""
    _asked(v.bob, v.network_id, "person", concerned_user_id=v.ann.user_id)
    gone = _asked(v.bob, v.network_id, "consent")
    decisions.cancel_decision(v.bob, gone["id"], gone["version"], "Not now")
    soon = runtime.current().clock.now() + timedelta(days=1)
    one = _asked(v.bob, v.network_id, "consent", closes_at=soon, hidden_until_closed=True)["id"]
    decisions.take_stance(v.ann, one, stance="objection", reason="Not like this")
    decisions.take_stance(v.ann, one, stance="reservation")
    later = runtime.current().clock.now() + timedelta(days=1, minutes=5)
    decisions.change_decision(v.bob, one, 2, {"closes_at": later})
    for actor in (v.bob, v.cia, v.meta):
        decisions.take_stance(actor, one, stance="consent")
    clock = runtime.current().clock
    assert isinstance(clock, HandClock)
    clock.forward(days=1, minutes=10)
    decisions.settle_due(v.network_id)
    decisions.publish_outcome(v.bob, one, 4, "We do it")


def do_what_chance_leaves_out(v: Village, before: Before) -> None:
    """What dice seldom bring about: a goal from its beginning to its end, a role that ends, a topic that goes
    on in another room, a room that she is taken out of, a buddy who is hers no more, a meeting that was and
    one that is cancelled, and somebody who is erased."""
    goes = before.goes
    goal = goals.propose_goal(v.bob, v.network_id, _name("Goal"), "Because")["id"]
    goals.change_goal(v.meta, goal, 1, {"title": _name("Goal")})
    goals.adopt_goal(v.meta, goal, 2)
    goals.support_goal(v.ann, goal)
    goals.support_goal(v.bob, goal)
    goals.withdraw_support(v.ann, goal)
    goals.note_progress(v.meta, goal, "On we go", 40)
    with unit_of_work():
        version = goals.get_goal(v.meta, goal)["version"]
        own = membership.list_my_memberships(v.ann).items[0]["id"]
    goals.close_goal(v.meta, goal, "reached", "Well done", version)
    role = membership.appoint(v.steward, v.network_id, own, "safeguarding_deputy", "volunteer")
    membership.end_appointment(v.steward, role["id"])
    discussions.open_room(v.meta, v.network_id, _name("Room"), "", "open")
    with unit_of_work():  # both were there before: of a room that is new to her a page hears nothing older
        rooms = discussions.list_rooms(v.meta, v.network_id).items
    here, there = [room for room in rooms if room["name"].startswith("Beginning")][:2]
    key = _name("s").replace(" ", "-")
    topic = discussions.open_topic(goes, here["id"], _name("Topic"), f"@{v.ann.name}, hello", key).topic
    first = topic["first_message"]["id"]
    discussions.react(v.ann, first, THUMB)
    discussions.react(v.bob, first, THUMB)
    discussions.take_reaction_back(v.bob, first, THUMB)
    # And where everybody listens already.
    open_to_all = v.room(kind="open")["id"]
    heard = discussions.open_topic(v.bob, open_to_all, _name("Topic"), "Hello", f"{key}-2").topic
    discussions.react(v.bob, heard["first_message"]["id"], FLOWER)
    discussions.take_reaction_back(v.bob, heard["first_message"]["id"], FLOWER)
    notifications.derive_notices()
    notifications.mark_notices_read(v.ann)  # while she is still called in it
    discussions.edit_message(goes, first, "Hello *all*", expected_version=1)
    discussions.move_topic(v.meta, topic["id"], there["id"], expected_version=1)
    # Once more in a room that every page has listened to from the beginning.
    discussions.react(v.bob, first, FLOWER)
    discussions.take_reaction_back(v.bob, first, FLOWER)
    closed = discussions.open_room(
        v.meta, v.network_id, _name("Room"), "", "private", user_ids=[v.ann.user_id or ""]
    )
    discussions.remove_room_member(v.meta, closed["id"], v.ann.user_id or "")
    notifications.derive_notices()
    notifications.mark_notices_read(v.ann)
    arrivals.greet_newcomers(v.meta, v.network_id, v.ann.user_id or "")
    newcomer = stranger(make_user())
    application = membership.apply_to_network(newcomer, v.network_id, "Much", "Gladly")
    membership.decide_application(v.meta, application["id"], "accept", "Because", application["version"])
    arrivals.end_pair(v.ann, v.network_id, newcomer.user_id or "")
    meetings.record_attendance(v.meta, before.meeting, [goes.user_id or "", v.bob.user_id or ""])
    meeting = _meeting_in(v, timedelta(days=3))
    meetings.reply_to_meeting(goes, meeting["id"], "yes")
    meetings.change_meeting(v.meta, meeting["id"], expected_version=1, title=_name("Meeting"))
    meetings.cancel_meeting(v.meta, meeting["id"], expected_version=2, reason="Rain")
    _decide_all(v)
    roadmap.note_step(v.meta, v.network_id, "roles_known", sentence=_name("So"))
    privacy.erase_account(system_actor("test"), goes.user_id or "")

"""A client as a browser's page is one: it fetched once what it shows, and lives on what it is told since.

What an event carries is put in place; where an event only says that something is different for this person
(how much she hears, her notices, her devices), that one thing is asked for again. What can be counted from
the rest is counted: how many messages a topic holds, how many of them are unread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from api.schemas.decisions import DecisionOut
from api.schemas.discussions import MessageOut, RoomOut, TopicOut
from api.schemas.goals import GoalOut
from api.schemas.meetings import MeetingOut
from api.schemas.membership import AppointmentOut, MembershipOut

FARTHEST = 2**53 - 1
BELONGS = {"active", "paused"}
OF_VIEWER = {
    "memberships": {"suspended_until", "paused_until"}, "meetings": {"my_reply"}, "goals": {"supported"},
    "decisions": {"is_elector", "mine"},
}  # fmt: skip
"""What differs by viewer and is never in a scope that others hear; whoever changed it herself asks again."""

COUNTED_OF_TOPICS = {"message_count", "last_seq", "last_message_at", "unread", "first_unread_seq"}

View = dict[str, Any]
Views = dict[str, View]


class Mirror:
    """What one member knows of one network."""

    def __init__(self, client: FlaskClient, user_id: str, network_id: str) -> None:
        self.client, self.me, self.network_id = client, user_id, network_id
        self.heard: list[str] = []
        self.asked: set[str] = set()
        self.seqs: dict[str, int] = {}
        self.start()

    # ------------------------------------------------------------ fetching

    def start(self) -> None:
        """Fetch everything, as a fresh page does: where the scopes stand first, what they hold second."""
        self.seqs = {f"user:{self.me}": 0, f"network:{self.network_id}": 0}
        for room in self.all(f"/networks/{self.network_id}/rooms"):
            self.seqs[f"room:{room}"] = 0
        for scope in list(self.seqs):
            self.seqs[scope] = self.events(scope, FARTHEST)["head_seq"]
        self.state = self.fetched()
        self.read = {topic_id: read_up_to(topic) for topic_id, topic in self.state["topics"].items()}

    def get(self, path: str) -> Any:
        """What a request brings; None where it is not there for her."""
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code in (200, 404), (path, answer.status_code, answer.text)
        return answer.get_json() if answer.status_code == 200 else None

    def all(self, path: str) -> Views:
        """Every page of a list, by the ids of what is in it."""
        found: list[View] = []
        following: str | None = ""
        while following is not None:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit=200{following}")
            found += page["items"] if page else []
            following = page and page.get("next") and f"&cursor={page['next']}"
        return {each["id"]: each for each in found}

    def events(self, scope: str, after: int) -> Any:
        """What happened in a scope; None where it is not hers any more."""
        return self.get(f"/events?scope={scope}&after={after}&limit=100")

    def fetched(self) -> dict[str, Any]:
        """Everything as a fresh page gets it."""
        network = f"/networks/{self.network_id}"
        rooms = self.all(f"{network}/rooms")
        topics = {key: one for room in rooms for key, one in self.all(f"/rooms/{room}/topics").items()}
        messages = {key: one for topic in topics for key, one in self.messages_of(topic).items()}
        return {
            "network": self.get(network), "rooms": rooms, "topics": topics, "messages": messages,
            "memberships": self.all(f"{network}/memberships"),
            "appointments": self.all(f"{network}/appointments"), "goals": self.all(f"{network}/goals"),
            "meetings": self.all(f"{network}/meetings"), "decisions": self.all(f"{network}/decisions"),
            "unread": self.get(f"{network}/unread"), "office": self.get(f"{network}/office"),
            **{name: self.get(path) for name, path in self.own().items()},
        }  # fmt: skip

    def own(self) -> dict[str, str]:
        """What is hers alone, and where it is fetched."""
        return {
            "me": "/me", "own memberships": "/me/memberships?limit=200", "devices": "/sessions?limit=200",
            "applications": "/me/applications?limit=200", "notices": "/me/notifications?limit=200",
            "arrival": f"/networks/{self.network_id}/arrival", "levels": "/me/notification-settings",
        }  # fmt: skip

    def messages_of(self, topic_id: str) -> Views:
        """All messages of a topic."""
        return {m["id"]: m for m in self.get(f"/topics/{topic_id}/messages?after=0&limit=200")["items"]}

    # ------------------------------------------------------------ hearing

    def hear(self) -> None:
        """Take what happened in every scope since it was last heard, in order and without a hole."""
        while True:
            before = dict(self.seqs)
            for scope in sorted(before):
                told = self.events(scope, self.seqs[scope])
                if told is None:
                    self.leave(scope)
                    continue
                for event in told["events"]:
                    assert event["seq"] == self.seqs[scope] + 1, "no number is missing"
                    self.seqs[scope] = event["seq"]
                    self.heard.append(event["type"])
                    APPLY[event["type"]](self, event)
            if self.seqs == before:
                return

    def leave(self, scope: str) -> None:
        """What she may not see any more is gone from her page."""
        del self.seqs[scope]
        kind, _, thing = scope.partition(":")
        assert kind == "room", "she stays in her network"
        self.state["rooms"].pop(thing, None)
        gone = {key for key, topic in self.state["topics"].items() if topic["room_id"] == thing}
        for topic_id in gone:
            del self.state["topics"][topic_id]
        for key in [k for k, m in self.state["messages"].items() if m["topic_id"] in gone]:
            del self.state["messages"][key]

    def come(self, room_id: str) -> None:
        """Show a room that is new to her: from where its scope stands on."""
        room = self.get(f"/rooms/{room_id}")
        if room is None or f"room:{room_id}" in self.seqs:
            return  # taken out again meanwhile; or it was there
        self.seqs[f"room:{room_id}"] = self.events(f"room:{room_id}", FARTHEST)["head_seq"]
        self.state["rooms"][room_id] = room
        for topic_id, topic in self.all(f"/rooms/{room_id}/topics").items():
            self.state["topics"][topic_id] = topic
            self.read[topic_id] = read_up_to(topic)
            self.state["messages"] |= self.messages_of(topic_id)

    def put(self, kind: str, event: View, also: bool = True) -> View | None:
        """Put what an event carries in its place; nothing of it is missing for whoever does not know it."""
        views, data = self.state[kind], event["data"]
        if not also and event["entity_id"] not in views:
            return None
        known = views.get(event["entity_id"], {})
        if known.get("version", 0) > data["version"]:
            return known
        shape = SHAPES[kind] - ({"name", "people"} if data.get("kind") == "direct" else set())
        missing = shape - data.keys()
        assert not missing, f"{event['type']} does not bring {sorted(missing)}"
        views[event["entity_id"]] = known | {name: data[name] for name in shape}
        return views[event["entity_id"]]

    def ask(self, name: str) -> None:
        """Fetch one thing of hers again."""
        self.asked.add(name)
        self.state[name] = self.get(self.own()[name])

    def ask_one(self, kind: str, path: str, key: str) -> None:
        """Fetch one of many again."""
        found = self.get(path)
        if found is not None:
            self.state[kind][key] = found

    def rename(self, event: View) -> None:
        """Somebody is called differently: wherever she stands."""
        person = {name: event["data"][name] for name in ("id", "display_name", "photo_url")}

        def walk(value: Any) -> None:
            if isinstance(value, dict):
                if value.get("id") == person["id"] and "display_name" in value and "email" not in value:
                    value |= {name: person[name] for name in person if name in value}
                for inner in value.values():
                    walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        walk(self.state)

    # ------------------------------------------------------------ comparing

    def shown(self) -> dict[str, Any]:
        """What the page shows now, with what is counted from the rest."""
        messages = self.state["messages"].values()
        for topic in self.state["topics"].values():
            here = sorted((m["seq"], m["created_at"]) for m in messages if m["topic_id"] == topic["id"])
            unread = sorted(
                m["seq"] for m in messages
                if m["topic_id"] == topic["id"] and m["author"]["id"] != self.me and m["deleted_at"] is None
                and not m["veiled"] and m["seq"] > self.read.get(topic["id"], 0)
            )  # fmt: skip
            topic |= {"unread": len(unread), "first_unread_seq": unread[0] if unread else None}
            there = [m for m in messages if m["topic_id"] == topic["id"] and m["deleted_at"] is None]
            topic["message_count"] = len(there)
            if here:
                topic |= {"last_seq": here[-1][0], "last_message_at": here[-1][1]}
        rooms, left = [], []
        for room in self.state["rooms"].values():
            room["head_seq"] = self.seqs[f"room:{room['id']}"]
            inside = [t for t in self.state["topics"].values() if t["room_id"] == room["id"] and t["unread"]]
            room["unread"] = sum(topic["unread"] for topic in inside)
            left += [{name: topic[name] for name in ("id", "room_id", "unread", "muted")} for topic in inside]
            if inside:
                rooms.append({name: room[name] for name in ("id", "unread", "muted")})
        self.state["unread"] = {
            "network_id": self.network_id, "rooms": rooms, "topics": left,
            "unread": sum(topic["unread"] for topic in left if not topic["muted"]),
            "muted_unread": sum(topic["unread"] for topic in left if topic["muted"]),
        }  # fmt: skip
        return _comparable(self.state)

    def differences(self) -> str:
        """Where what the page shows is not what a fresh one would, one to a line."""
        return "\n".join(_unequal("", self.shown(), _comparable(self.fetched())))


def read_up_to(topic: View) -> int:
    """The number up to which nothing is left to read in a topic as it was fetched."""
    first: int | None = topic["first_unread_seq"]
    return int(topic["last_seq"]) if first is None else first - 1


def _comparable(state: dict[str, Any]) -> dict[str, Any]:
    """Lists whose order says nothing, by what is in them; and without what only time changes."""
    unread = state["unread"]
    by_id = {name: {each["id"]: each for each in unread[name]} for name in ("rooms", "topics")}
    rooms = {key: {n: v for n, v in room.items() if n != "writes_again_at"}
             for key, room in state["rooms"].items()}  # fmt: skip
    devices = {each["id"]: each["device"] for each in state["devices"]["items"]}
    # Their words are those of what they are about, whatever it says now; whether there are some is hers.
    notices = {each["id"]: each["read"] for each in state["notices"]["items"]}
    messages = {
        key: {**m, "reactions": sorted(m["reactions"], key=lambda one: one["emoji"])}
        for key, m in state["messages"].items()
    }
    # What a newcomer has done is counted from what everybody sees; her buddy is told.
    arrival = {name: state["arrival"][name] for name in ("buddy",) if state["arrival"]}
    return {
        **state, "unread": {**unread, **by_id}, "rooms": rooms, "devices": devices, "messages": messages,
        "arrival": arrival, "notices": notices,
    }  # fmt: skip


def _unequal(where: str, shown: Any, fresh: Any) -> Any:
    if isinstance(shown, dict) and isinstance(fresh, dict):
        for key in sorted(shown.keys() | fresh.keys()):
            if key not in shown or key not in fresh:
                yield f"{where}/{key}: {'only on the page' if key in shown else 'only fresh'}"
            else:
                yield from _unequal(f"{where}/{key}", shown[key], fresh[key])
    elif shown != fresh:
        yield f"{where}: the page shows {shown!r}, a fresh one {fresh!r}"


# ---------------------------------------------------------------- what each event does to the page

Apply = Callable[[Mirror, View], None]

SHAPES: dict[str, set[str]] = {
    "messages": set(MessageOut().fields),
    "topics": set(TopicOut().fields) - COUNTED_OF_TOPICS - {"muted", "level"},
    "rooms": set(RoomOut().fields) - {"head_seq", "unread", "muted", "level", "writes_again_at"},
    "memberships": set(MembershipOut().fields) - OF_VIEWER["memberships"],
    "appointments": set(AppointmentOut().fields),
    "goals": set(GoalOut().fields) - OF_VIEWER["goals"],
    "meetings": set(MeetingOut().fields) - OF_VIEWER["meetings"],
    "decisions": set(DecisionOut().fields) - OF_VIEWER["decisions"],
}
"""What an event has to bring of each: all that the API tells but for what is counted and what is hers."""


def _message(mirror: Mirror, event: View) -> None:
    known = mirror.state["messages"].get(event["entity_id"])
    mine = {one["emoji"] for one in known["reactions"] if one["mine"]} if known else set()
    if event["type"].startswith("reaction.") and event["data"]["user_id"] == mirror.me:
        change = mine.add if event["type"] == "reaction.added" else mine.discard
        change(event["data"]["emoji"])
    if event["data"]["topic_id"] not in mirror.state["topics"]:
        return  # its topic went on to another room, which tells of it
    shown = mirror.put("messages", event)
    assert shown is not None
    shown["reactions"] = [
        {"emoji": one["emoji"], "count": one["count"], "mine": one["emoji"] in mine}
        for one in shown["reactions"]
    ]


def _topic(mirror: Mirror, event: View) -> None:
    if f"room:{event['data']['room_id']}" not in mirror.seqs:
        return
    new = event["entity_id"] not in mirror.state["topics"]
    shown = mirror.put("topics", event)
    if new and shown is not None:
        room = mirror.state["rooms"][shown["room_id"]]
        shown |= {"muted": room["muted"], "level": None}
        mirror.read[shown["id"]] = 0


def _topic_moved(mirror: Mirror, event: View) -> None:
    """Its numbers are others now: the page of a topic is loaded anew, and so is this."""
    topic_id = event["entity_id"]
    topic = mirror.get(f"/topics/{topic_id}")
    for key in [k for k, m in mirror.state["messages"].items() if m["topic_id"] == topic_id]:
        del mirror.state["messages"][key]
    mirror.state["topics"].pop(topic_id, None)
    if topic is None or f"room:{topic['room_id']}" not in mirror.seqs:
        return
    mirror.state["topics"][topic_id] = topic
    mirror.read[topic_id] = read_up_to(topic)
    mirror.state["messages"] |= mirror.messages_of(topic_id)


def _message_moved(mirror: Mirror, event: View) -> None:
    """It came with its topic, which was fetched with all that is in it."""


def _room(mirror: Mirror, event: View) -> None:
    shown = mirror.put("rooms", event, also=False)
    if shown is not None and shown["kind"] == "direct":
        _direct_room(mirror, shown["id"])


def _direct_room(mirror: Mirror, room_id: str) -> None:
    """Who is in it, and after whom it is called, looks different to each of them."""
    mirror.ask_one("rooms", f"/rooms/{room_id}", room_id)
    for topic_id in [t["id"] for t in mirror.state["topics"].values() if t["room_id"] == room_id]:
        mirror.ask_one("topics", f"/topics/{topic_id}", topic_id)


def _room_opened(mirror: Mirror, event: View) -> None:
    mirror.come(event["entity_id"])


def _access_ended(mirror: Mirror, event: View) -> None:
    if f"room:{event['entity_id']}" in mirror.seqs and mirror.get(f"/rooms/{event['entity_id']}") is None:
        mirror.leave(f"room:{event['entity_id']}")


def _read_moved(mirror: Mirror, event: View) -> None:
    data = event["data"]
    topic = mirror.state["topics"].get(data["topic_id"])
    if topic is not None and topic["room_id"] == data["room_id"]:
        mirror.read[data["topic_id"]] = data["last_read_seq"]
    mirror.ask("notices")  # what was read needs no notice


def _level(mirror: Mirror, event: View) -> None:
    """How much she hears of a place differs by what holds around it: the places are listed again."""
    mirror.ask("levels")
    fresh = mirror.fetched()
    for kind in ("rooms", "topics"):
        for key, view in mirror.state[kind].items():
            if key in fresh[kind]:
                view |= {name: fresh[kind][key][name] for name in ("muted", "level")}


def _membership(mirror: Mirror, event: View) -> None:
    if event["data"]["state"] in BELONGS:
        new = event["entity_id"] not in mirror.state["memberships"]
        shown = mirror.put("memberships", event)
        if new and shown is not None:
            shown |= {"suspended_until": None, "paused_until": None}
    else:
        mirror.state["memberships"].pop(event["entity_id"], None)
    # Only those who belong count among who comes: their number is theirs who tell of people, not of dates.
    for meeting_id in mirror.state["meetings"]:
        mirror.ask_one("meetings", f"/meetings/{meeting_id}", meeting_id)
    if event["data"].get("user_id") == mirror.me:
        mirror.ask_one("memberships", f"/memberships/{event['entity_id']}", event["entity_id"])
        mirror.ask("own memberships")


def _appointment(mirror: Mirror, event: View) -> None:
    mirror.put("appointments", event)
    data = event["data"]
    membership = mirror.state["memberships"].get(data["membership_id"])
    if membership is not None:
        running = {
            each["role"] for each in mirror.state["appointments"].values()
            if each["membership_id"] == membership["id"] and each["state"] == "running"
        }  # fmt: skip
        kept = [role for role in membership["roles"] if role in ("steward", "mentor")]
        membership["roles"] = [role for role in ROLE_ORDER if role in running or role in kept]
    if data["user"]["id"] == mirror.me:
        mirror.ask("own memberships")


ROLE_ORDER = ("steward", "meta_mentor", "deputy", "safeguarding_lead", "safeguarding_deputy", "mentor")


def _goal(mirror: Mirror, event: View) -> None:
    known = mirror.state["goals"].get(event["entity_id"], {})
    shown = mirror.put("goals", event)
    assert shown is not None
    shown.setdefault("supported", False)
    if event["type"] == "goal.supported":  # on whichever of her devices
        mirror.ask_one("goals", f"/goals/{shown['id']}", shown["id"])
    elif known:
        shown["supported"] = known["supported"]


def _meeting(mirror: Mirror, event: View) -> None:
    known = mirror.state["meetings"].get(event["entity_id"], {})
    shown = mirror.put("meetings", event)
    assert shown is not None
    shown["my_reply"] = known.get("my_reply")
    if event["type"] != "meeting.planned":  # hers is about the date that matters now
        mirror.ask_one("meetings", f"/meetings/{shown['id']}", shown["id"])


def _decision(mirror: Mirror, event: View) -> None:
    shown = mirror.put("decisions", event)
    assert shown is not None
    # Whether she takes part and what she said, on whichever of her devices, is hers alone; what the round
    # before is followed by is told by the round that follows.
    for decision_id in (shown["id"], shown["previous_id"]):
        if decision_id in mirror.state["decisions"]:
            mirror.ask_one("decisions", f"/decisions/{decision_id}", decision_id)


def _objection(mirror: Mirror, event: View) -> None:
    decision_id = event["data"]["decision_id"]
    mirror.ask_one("decisions", f"/decisions/{decision_id}", decision_id)  # how many are open


def _network(mirror: Mirror, event: View) -> None:
    mirror.state["network"] = {name: event["data"][name] for name in mirror.state["network"]}


def _office(mirror: Mirror, event: View) -> None:
    mirror.state["office"] = {name: event["data"][name] for name in mirror.state["office"]}


def _rules(mirror: Mirror, event: View) -> None:
    mirror.state["network"]["rules_version_id"] = event["entity_id"]
    mirror.ask("own memberships")  # whether she accepted what holds now


def _name(mirror: Mirror, event: View) -> None:
    mirror.rename(event)
    for room in list(mirror.state["rooms"].values()):
        if any(person["id"] == event["entity_id"] for person in room["people"]):
            _direct_room(mirror, room["id"])  # it is called after the others in it
    if event["entity_id"] == mirror.me:
        mirror.ask("me")


def _erased(mirror: Mirror, event: View) -> None:
    _name(mirror, event)
    for message in mirror.state["messages"].values():
        if message["author"]["id"] == event["entity_id"]:
            message["client_msg_id"] = message["id"]  # the name that her own device gave it goes with her
    mirror.state["appointments"] = mirror.all(f"/networks/{mirror.network_id}/appointments")


def _asks(*names: str) -> Apply:
    def apply(mirror: Mirror, event: View) -> None:
        for name in names:
            mirror.ask(name)

    return apply


def _asks_about_draft(mirror: Mirror, event: View) -> None:
    mirror.ask_one("decisions", f"/decisions/{event['entity_id']}", event["entity_id"])


def _shows_nothing(mirror: Mirror, event: View) -> None:
    """Of what this page shows nothing is different."""


APPLY: dict[str, Apply] = {
    "message.posted": _message, "message.edited": _message, "message.deleted": _message,
    "message.moved": _message_moved, "reaction.added": _message, "reaction.removed": _message,
    "topic.opened": _topic, "topic.changed": _topic, "topic.moved": _topic_moved,
    "room.opened": _room_opened, "room.changed": _room,
    "network.founded": _network, "network.changed": _network, "phase.changed": _network,
    "step.noted": _network, "graduates.invited": _network, "agreement.in_force": _rules,
    "agreement.founded": _shows_nothing, "agreement.drafted": _shows_nothing,
    "agreement.changed": _shows_nothing, "agreement.deliberation": _shows_nothing,
    "agreement.frozen": _shows_nothing, "agreement.signing": _shows_nothing,
    "agreement.ended": _shows_nothing, "agreement.termination": _shows_nothing,
    "agreement.abandoned": _shows_nothing, "signature.signed": _shows_nothing,
    "clause_comment.added": _shows_nothing, "clause_comment.deleted": _shows_nothing,
    "amendment.submitted": _shows_nothing, "amendment.changed": _shows_nothing,
    "amendment.answered": _shows_nothing, "amendment.withdrawn": _shows_nothing,
    "amendment.outdated": _shows_nothing,
    "signature.declined": _shows_nothing, "signature.withdrawn": _shows_nothing,
    "membership.changed": _membership, "appointment.changed": _appointment, "goal.proposed": _goal,
    "goal.changed": _goal, "goal.supported": _goal, "goal.progressed": _goal, "goal.closed": _goal,
    "goal.adopted": _goal, "meeting.planned": _meeting, "meeting.changed": _meeting,
    "meeting.cancelled": _meeting, "meeting.replied": _meeting, "meeting.attendance_recorded": _meeting,
    "decision.opened": _decision, "decision.changed": _decision, "stance.taken": _decision,
    "decision.closed": _decision, "decision.cancelled": _decision, "outcome.published": _decision,
    "objection.raised": _objection, "objection.changed": _objection,
    "office.decided": _office, "user.changed": _name, "user.erased": _erased,
    # Told to her alone.
    "read.moved": _read_moved, "level.chosen": _level, "access.ended": _access_ended,
    "access.gained": _asks("own memberships"), "role.ended": _asks("own memberships"),
    "rules.accepted": _asks("own memberships"), "membership.missed": _shows_nothing,
    "application.changed": _asks("applications"), "application.talked": _shows_nothing,
    "person_matter.raised": _asks_about_draft,
    "notice.added": _asks("notices"), "notices.read": _asks("notices"),
    "buddy.found": _asks("arrival"), "buddy.ended": _asks("arrival"), "session.ended": _asks("devices"),
    "account.closed": _shows_nothing, "stewardship.ended": _shows_nothing,
}  # fmt: skip
"""Every event that a page may hear."""

"""Saying hello while one still waits to be let in."""

from __future__ import annotations

from sqlalchemy import insert

from models.discussions import Room, Topic
from network.discussions.commands.limits import longest_message, take_send
from network.discussions.commands.posting import OpenedTopic, insert_message, opened
from network.discussions.events import TopicOpened, room_scope
from network.discussions.policy import may_greet
from network.discussions.queries.evidence import first_rooms, has_introduced_herself
from network.discussions.queries.places import lock_room
from network.discussions.rules.states import AlreadyGreeted, check_open
from network.discussions.rules.texts import TITLE_MAX, Draft, check_draft, content_digest
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.networks import network_row


def greet_while_waiting(actor: Actor, network_id: str, body: str) -> OpenedTopic:
    """Say hello in the welcome room as somebody whose application waits: once, and it is the one thing that
    she writes in the network before she is let in. Refused to everybody else, to who has not accepted the
    rules and to the suspended. Raises NotFound, AlreadyGreeted, Invalid, TooMany, RoomLocked, RoomArchived.
    Facts: TopicOpened, MessagePosted."""
    draft = check_draft(body, new_untimed_id(), None, None, longest_message())
    take_send(actor)
    return _greet(actor, network_id, draft)


@command
def _greet(actor: Actor, network_id: str, draft: Draft) -> OpenedTopic:
    require(may_greet(actor, network_id))
    room_id = first_rooms(network_id).get("welcome")
    if room_id is None:
        raise NotFound()
    lock_room(room_id)
    check_open(session().get_one(Room, room_id, populate_existing=True).state)
    if has_introduced_herself(actor, network_id):
        raise AlreadyGreeted()
    language, now = network_row(network_id).languages[0], runtime.current().clock.now()
    title = translate(language, _("%(name)s says hello"), {"name": actor.name})[:TITLE_MAX]
    topic = {
        "id": new_id(), "room_id": room_id, "title": title, "state": "open", "message_count": 0,
        "last_seq": 0, "last_message_at": now, "created_by": actor.id, "created_at": now, "version": 1,
    }  # fmt: skip
    session().execute(insert(Topic), topic)
    record(TopicOpened(scope=room_scope(room_id), entity_id=str(topic["id"])))
    digest = content_digest("topic", room_id, title, draft.body, draft.language)
    message = insert_message(actor, room_id, str(topic["id"]), draft, digest)
    return opened(actor, str(topic["id"]), message)

"""What moderation hides, shows and stops, as a command of its own would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from network import discussions, files, meetings, membership
from network.discussions.commands import veiling
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, unit_of_work
from network.kernel.veils import FOREVER
from network.membership.commands.measures import tell_ended_suspensions
from tests.factories import files as made

if TYPE_CHECKING:
    from tests.api.deeds import Village

_ALL = PageRequest(limit=200)


@command
def moderate(act: Callable[..., None], actor: Actor, *given: Any, **named: Any) -> None:
    """As a command of moderation does, which asked who may."""
    require(ALLOWED)
    act(actor, *given, **named)


def veil(v: Village) -> None:
    """A message or a topic is hidden, for a while or until undone; or the clock ends some."""
    until = v.dice.choice([FOREVER, runtime.current().clock.now() + timedelta(days=3)])
    if v.dice.random() < 0.3:
        veiling.tell_lapsed_veils()
    if v.dice.random() < 0.3:
        moderate(discussions.veil_topic, v.meta, v.topic()["id"], until)
    moderate(discussions.veil_message, v.meta, v.message(v.meta)["id"], until)


def unveil(v: Village) -> None:
    """Whatever is hidden in a topic is shown again."""
    topic = v.topic()["id"]
    moderate(discussions.unveil_topic, v.meta, topic)
    with unit_of_work():
        said = discussions.list_messages(v.meta, topic)["items"]
    for message in said:
        moderate(discussions.unveil_message, v.meta, message["id"])


def veil_file(v: Village) -> None:
    """A file is sent, hidden and perhaps shown again."""
    topic = v.topic(v.bob)["id"]
    sent = files.upload_file(v.bob, v.network_id, made.GOOD["png"][0], "a.png")["id"]
    discussions.post_message(v.bob, topic, "", new_untimed_id(), file_ids=(sent,))
    moderate(files.veil_file, v.meta, sent, FOREVER)
    if v.dice.random() < 0.5:
        moderate(files.unveil_file, v.meta, sent)


def veil_meeting(v: Village) -> None:
    """A meeting is hidden and perhaps shown again."""
    with unit_of_work():
        found = meetings.list_meetings(v.meta, v.network_id, _ALL).items
    meeting = v.pick(list(found))["id"]
    moderate(meetings.veil_meeting, v.meta, meeting, FOREVER)
    if v.dice.random() < 0.7:
        moderate(meetings.unveil_meeting, v.meta, meeting)


def stop(v: Village) -> None:
    """Somebody has a pause from writing for an hour, somebody is shut out for a day."""
    soon = runtime.current().clock.now() + timedelta(hours=1)
    pause = new_untimed_id()
    for who in (v.ann, v.cia):
        moderate(
            discussions.pause_posting, v.meta, v.network_id, who.id, topic_id=None, until=soon,
            measure_id=f"{pause[:-1]}{len(who.name) % 10}",
        )  # fmt: skip
        moderate(discussions.end_pause, v.meta, f"{pause[:-1]}{len(who.name) % 10}")
    moderate(membership.suspend_member, v.meta, v.network_id, v.cia.id, soon + timedelta(days=1))
    if v.dice.random() < 0.7:
        moderate(membership.end_suspension, v.meta, v.network_id, v.cia.id)
    tell_ended_suspensions()


def hide_and_show(v: Village, message_id: str, topic_id: str) -> None:
    """Each of it at least once."""
    moderate(discussions.veil_topic, v.meta, topic_id, FOREVER)
    moderate(discussions.unveil_topic, v.meta, topic_id)
    moderate(discussions.veil_message, v.meta, message_id, FOREVER)
    moderate(discussions.unveil_message, v.meta, message_id)
    sent = files.upload_file(v.bob, v.network_id, made.GOOD["png"][0], "a.png")["id"]
    discussions.post_message(v.bob, topic_id, "", new_untimed_id(), file_ids=(sent,))
    moderate(files.veil_file, v.meta, sent, FOREVER)
    moderate(files.unveil_file, v.meta, sent)
    stop(v)

"""The conversations: who said what when, and what was said differently afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import discussions
from web.demo.filling import MINUTE, Filling


def plan_topic(filling: Filling, topic: dict[str, Any]) -> None:
    zone = filling.zones[topic["network"]]
    place = f"{topic['network']}/{topic['room']}"
    key = f"{place}/{topic['title']}"
    for number, said in enumerate(topic["messages"]):
        filling.at(said["at"], zone, partial(_say, filling, topic, place, key, number, said))
        if said.get("edited"):
            filling.at(said["edited_at"], zone, partial(_edit, filling, key, number, said))
    if topic.get("pinned_by"):
        filling.at(topic["messages"][-1]["at"], zone, lambda: _pin(filling, topic, key), later=MINUTE)
    if topic.get("resolved"):
        last = topic["messages"][-1]["at"]
        filling.at(last, zone, lambda: _resolve(filling, topic, key), later=MINUTE)


def plan_direct(filling: Filling, conversation: dict[str, Any]) -> None:
    """What some say to each other alone."""
    zone = filling.zones[conversation["network"]]
    for said in conversation["messages"]:
        filling.at(said["at"], zone, partial(_say_directly, filling, conversation, said))


def _say_directly(filling: Filling, conversation: dict[str, Any], said: dict[str, Any]) -> None:
    network_id, other = filling.ids["network", conversation["network"]], filling.ids["person", said["to"]]
    discussions.write_directly(
        filling.actor(said["by"]), network_id, [other], said["body"], f"demo{said['at'].replace(' ', '-')}",
        conversation["language"],
    )  # fmt: skip


def _say(
    filling: Filling, topic: dict[str, Any], place: str, key: str, number: int, said: dict[str, Any]
) -> None:
    actor = filling.actor(said["by"])
    sent_as = f"demo-{len(filling.ids)}"
    language = said.get("language", topic["language"])
    if number == 0:
        made = discussions.open_topic(
            actor, filling.ids["room", place], topic["title"], said["body"], client_msg_id=sent_as,
            language=language,
        )  # fmt: skip
        filling.ids["topic", key] = made.topic["id"]
        message_id = made.topic["first_message"]["id"]
    else:
        replied = filling.ids["message", f"{key}/{said['reply_to']}"] if "reply_to" in said else None
        sent = discussions.post_message(
            actor, filling.ids["topic", key], said["body"], client_msg_id=sent_as, reply_to=replied,
            language=language,
        )  # fmt: skip
        message_id = sent.message["id"]
    filling.ids["message", f"{key}/{number}"] = message_id


def _edit(filling: Filling, key: str, number: int, said: dict[str, Any]) -> None:
    discussions.edit_message(
        filling.actor(said["by"]),
        filling.ids["message", f"{key}/{number}"],
        said["edited"],
        expected_version=1,
    )


def _pin(filling: Filling, topic: dict[str, Any], key: str) -> None:
    actor, topic_id = filling.actor(topic["pinned_by"]), filling.ids["topic", key]
    discussions.pin_topic(actor, topic_id, expected_version=discussions.get_topic(actor, topic_id)["version"])


def _resolve(filling: Filling, topic: dict[str, Any], key: str) -> None:
    actor = filling.actor(topic["messages"][0]["by"])
    topic_id = filling.ids["topic", key]
    discussions.resolve_topic(
        actor, topic_id, expected_version=discussions.get_topic(actor, topic_id)["version"]
    )

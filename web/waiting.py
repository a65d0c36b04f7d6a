"""Rows of what waits for somebody: who wrote, how it begins, where it is read, how it is marked as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.lists import format_list
from flask import url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from network import discussions, notifications
from web.formats import first_name, iso, short_when


def waiting_rows(
    items: Sequence[discussions.WaitingView], *, networks: Mapping[str, str] | None = None, mine: bool = False
) -> list[dict[str, Any]]:
    """What the macro `waiting_row` shows, one for each topic. `mine`: of what is meant for the reader alone;
    then each leads to that. `networks` names those of which she has several."""
    return [_row(topic, networks or {}, mine) for topic in items]


def _row(topic: discussions.WaitingView, networks: Mapping[str, str], mine: bool) -> dict[str, Any]:
    message, direct = topic["message"], topic["room_kind"] == "direct"
    who = first_name(message["author"]["display_name"])
    place = _("only between you") if direct else topic["room_name"]
    # That a direct room is meant for her says the room.
    called = _called(topic["called"]) if topic["called"] and not direct else ""
    lines = [called, " · ".join(filter(None, (place, networks.get(topic["network_id"], ""))))]
    if topic["writer_count"] > 1:
        lines[1] += f" · {_writers(topic)}"
    return {
        "id": topic["id"], "room_id": topic["room_id"], "seq": topic["last_seq"],
        "url": way_to(topic, mine=mine), "what": topic["title"], "lang": topic["language"] or "",
        "person": topic["people"][0] if topic["people"] else message["author"],
        "clip": f"{who}: {message['excerpt'] or _('A message of somebody you blocked')}",
        "clip_lang": (message["language"] or "") if message["excerpt"] else "", "lines": lines,
        "time": short_when(topic["last_message_at"]), "iso": iso(topic["last_message_at"]),
        "unread": (topic["calls"] if mine and not direct else topic["unread"]) or topic["unread"],
    }  # fmt: skip


def place_of(topic: discussions.WaitingView) -> str:
    """Topic and room, in one line."""
    where = _("only between you") if topic["room_kind"] == "direct" else topic["room_name"]
    return f"{topic['title']} · {where}"


def way_to(topic: discussions.WaitingView, *, mine: bool = False) -> str:
    """Where it is read: at the first unread message, or at the one that is meant for the reader alone."""
    if mine and topic["called"] and topic["room_kind"] != "direct":
        return url_for("messages.message", message_id=topic["message"]["id"])
    new: dict[str, Any] = {"from": "unread", "_anchor": "unread"}
    return url_for("discussions.topic", topic_id=topic["id"], **new)


def _called(kind: str) -> str:
    return _("You are named") if kind == notifications.MENTION else _("An answer for you")


def _writers(topic: discussions.WaitingView) -> str:
    names = [first_name(person["display_name"]) for person in topic["writers"]]
    more = topic["writer_count"] - len(names)
    if more:
        names.append(ngettext("%(num)s more", "%(num)s more", more))
    return str(format_list(names, locale=get_locale()))

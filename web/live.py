"""What a page hands to the script of the live channel: which scopes to follow from where, ids, sentences.

All of it stands in `data-` attributes: no page holds a script of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from flask import request, url_for
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from network import blocks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import heads
from network.kernel.ids import keyed_digest
from web.bubbles import counted
from web.formats import day_shape, iso
from web.windows import Window


def live_list(
    actor: Actor, network_id: str, rooms: Sequence[Mapping[str, Any]], user: Mapping[str, int]
) -> dict[str, str]:
    """For a page of lists: it fetches itself again when something happens in one of the rooms."""
    scopes = {f"room:{room['id']}": room["head_seq"] for room in rooms}
    return {
        **_for_all(actor, network_id, scopes, user), "data-live": "list",
        "data-refresh": request.full_path.rstrip("?"), "data-texts": _json(_texts()),
    }  # fmt: skip


def live_network(actor: Actor, network_id: str, at: str = "") -> dict[str, str]:
    """For a page about something of the whole network: its regions are fetched again when anything becomes
    true there, from `at` where it can also be the answer to a form that has to be mended, else from where
    it was asked for."""
    wanted = [f"network:{network_id}", f"user:{actor.user_id}"]
    known = heads(wanted)
    return {
        **_for_all(actor, network_id, {wanted[0]: known.get(wanted[0], 0)}, known), "data-live": "list",
        "data-refresh": at or request.full_path.rstrip("?"), "data-texts": _json(_texts()),
    }  # fmt: skip


def live_topic(
    actor: Actor,
    network: Mapping[str, Any],
    topic: Mapping[str, Any],
    room: Mapping[str, Any],
    shown: Window,
    user: Mapping[str, int],
    beside: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
    blocked: Collection[str] = (),
) -> dict[str, str]:
    """For a topic: its room is followed message by message, the rooms of the list beside it too."""
    scopes = {
        **heads({f"room:{other['room_id']}" for other in beside}),
        f"room:{room['id']}": shown.as_of_seq,
    }
    told = blocks.show_contact_settings(actor)
    here = network["features"].get("presence") and told["tells_presence"]
    if here:  # who is here is told to the network
        scope = f"network:{network['id']}"
        scopes |= {scope: heads([scope]).get(scope, 0)}
    return {
        **_for_all(actor, network["id"], scopes, user), "data-live": "topic",
        "data-refresh": url_for("discussions.side", topic=topic["id"], network=network["id"]),
        "data-topic": topic["id"], "data-room": room["id"], "data-topic-state": topic["state"],
        "data-room-state": room["state"],
        "data-tells-typing": "1" if network["features"].get("typing") and told["tells_typing"] else "",
        "data-tells-presence": "1" if here else "",
        "data-marked": str(0 if topic["unread"] and not shown.has_gap else topic["last_seq"]),
        "data-later": str(shown.later or ""),
        "data-most": str(runtime.current().settings.message_max_characters),
        "data-hosts": _json(words), "data-blocked": _json(sorted(blocked)),
        "data-texts": _json({**_texts(), **_topic_texts(), **({} if shown.is_newest else _later_texts())}),
    }  # fmt: skip


def _for_all(
    actor: Actor, network_id: str, scopes: Mapping[str, int], user: Mapping[str, int]
) -> dict[str, str]:
    own = f"user:{actor.user_id}"
    return {
        "data-me": actor.user_id or "", "data-network": network_id,
        "data-scopes": _json({**scopes, own: user.get(own, 0)}),
        "data-csrf": keyed_digest("csrf", actor.session_id) if actor.session_id else "",
        "data-zone": str(get_timezone()), "data-locale": str(get_locale()).replace("_", "-"),
        "data-now": iso(runtime.current().clock.now()),
    }  # fmt: skip


def _texts() -> dict[str, Any]:
    return {
        "revoked": _("You are signed out. Sign in again to go on reading."),
        "ended": _("This place is not open to you any more."),
        "new": _("new:"),
    }


def _topic_texts() -> dict[str, Any]:
    return {
        "dayShape": day_shape("{weekday}", "{day}", "{month}"), "today": _("Today"),
        "you": _("You"), "changed": _("changed"), "folded": _("A message of somebody you blocked"),
        "deleted": _("This message was deleted."),
        "veiled": _("This message is hidden while somebody looks at it."),
        "waiting": _("is being sent …"), "failed": _("not sent"),
        "offline": _("waits until the line is back"),
        "empty": _("Please write something."),
        "long": _("This is too long: at most %(most)s characters.", most="{n}"),
        "topic_locked": _("This topic was locked. What you typed stays here."),
        "room_locked": _("This room was locked. What you typed stays here."),
        "newMessages": counted("%(num)s new message", "%(num)s new messages"),
        "answering": _("Answer to %(name)s", name="{name}"), "yourself": _("yourself"),
        "slow": _("Slow mode: one message every %(span)s.", span="{span}"),
        "slowWait": _("Slow mode: you can write again in %(seconds)s s.", seconds="{n}"),
        "spanSeconds": _("%(number)s s", number="{n}"), "spanMinutes": _("%(number)s min", number="{n}"),
        "spanHours": _("%(number)s h", number="{n}"),
        "hereNow": counted("%(num)s more here now", "%(num)s more here now"),
        "typing": _("%(name)s is writing …", name="{name}"), "typingMany": _("Several people are writing …"),
        "more": _("More about the message by %(name)s, %(time)s", name="{name}", time="{time}"),
        "moreOwn": _("More about your message, %(time)s", time="{time}"),
    }  # fmt: skip


def _later_texts() -> dict[str, Any]:
    return {"later": counted("%(num)s newer message", "%(num)s newer messages")}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()

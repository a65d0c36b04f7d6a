"""How much one hears of a room or topic: the entries of its menu, and what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from web.forms.base import PageForm
from web.pages import page

blueprint = Blueprint("levels", __name__)

WORDS: Mapping[str, tuple[LazyString, LazyString]] = {
    discussions.ALL: (_l("Everything"), _l("You hear everything from here.")),
    discussions.MENTIONS: (
        _l("Only when somebody names or answers me"),
        _l("You hear from here when somebody names or answers you."),
    ),
    discussions.MUTED: (_l("Nothing"), _l("It is quiet here for you now.")),
}
"""By level: its name, and what is said once it is chosen."""


@page(blueprint, "/talk/r/<id:room_id>/level", methods=("POST",))
def of_room(actor: Actor, room_id: str) -> Any:
    """Hear everything of a room, less, or nothing."""
    return _choose(actor, discussions.choose_room_level, room_id, "discussions.room", "room_id")


@page(blueprint, "/talk/t/<id:topic_id>/level", methods=("POST",))
def of_topic(actor: Actor, topic_id: str) -> Any:
    """Hear everything of a topic, less, or nothing."""
    return _choose(actor, discussions.choose_topic_level, topic_id, "discussions.topic", "topic_id")


def room_level_items(room: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a room's menu by which one says how much one hears of it."""
    heading = _("From this conversation I hear") if room["kind"] == "direct" else _("From this room I hear")
    url, around = url_for("levels.of_room", room_id=room["id"]), _("As from the whole network")
    return _items(heading, url, room, around if room["kind"] != "direct" else "")


def topic_level_items(topic: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same for a topic."""
    url = url_for("levels.of_topic", topic_id=topic["id"])
    return _items(_("From this conversation I hear"), url, topic, _("As from the whole room"))


def _items(heading: str, url: str, place: Mapping[str, Any], around: str) -> list[dict[str, Any]]:
    chosen = place["level"]
    choices = [(level, str(words[0])) for level, words in WORDS.items()]
    if around:
        choices.insert(0, ("", around))
    elif chosen is None:
        chosen = discussions.ALL
    here = chosen or ""
    return [
        {"heading": heading},
        *(
            {
                "label": label, "url": url, "post": True, "fields": {"level": level},
                "sign": "check" if level == here else "", "current": level == here,
            }
            for level, label in choices
        ),
    ]  # fmt: skip


def _choose(actor: Actor, choose: Callable[..., Any], place_id: str, endpoint: str, name: str) -> Any:
    if not PageForm().validate_on_submit():
        abort(400)
    level = request.form.get("level", "")
    try:
        choose(actor, place_id, level or None)
    except Invalid:
        abort(400)
    flash(str(WORDS[level][1]) if level else _("Saved."), "ok")
    place: dict[str, Any] = {name: place_id}
    return redirect(url_for(endpoint, **place), 303)

"""Looking after topics from their pages: another title, solved, locked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, VersionConflict
from network.kernel.policy import require
from web.decision_duties import topic_items
from web.forms.discussions import TitleForm
from web.levels import room_level_items, topic_level_items
from web.moving import TARGETS
from web.pages import page
from web.rooms import Steps, people_items, take_step

blueprint = Blueprint("topics", __name__)

STEPS: Steps = {
    "resolve": (discussions.resolve_topic, _l("The topic is marked as solved.")),
    "reopen": (discussions.reopen_topic, _l("The topic is open again.")),
    "lock": (discussions.lock_topic, _l("The topic is locked. Nobody can write in it now.")),
    "unlock": (discussions.unlock_topic, _l("The topic is open again.")),
    "pin": (discussions.pin_topic, _l("The topic stands before the others now.")),
    "unpin": (discussions.unpin_topic, _l("The topic is not pinned any more.")),
}


@page(blueprint, "/talk/t/<id:topic_id>/title", methods=("GET", "POST"))
def rename(actor: Actor, topic_id: str) -> Any:
    """Give a topic another title."""
    found = discussions.get_topic(actor, topic_id)
    at = discussions.get_room(actor, found["room_id"])
    g.network_id = at["network_id"]
    require(discussions.may_change_topic(actor, _owned(found, at)))
    back = url_for("discussions.topic", topic_id=topic_id)
    form = TitleForm(data={"title": found["title"], "expected_version": found["version"]})
    if form.validate_on_submit():
        try:
            discussions.rename_topic(
                actor, topic_id, form.title.data, expected_version=form.expected_version.data
            )
            return redirect(back, 303)
        except VersionConflict as error:
            form.show_faults(error)
            form.expected_version.raw_data = None
            form.expected_version.data = found["version"]
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "discussions/rename.html", topic=found, room=at, form=form, back=back
    ), 422 if form.errors else 200


@page(blueprint, "/talk/t/<id:topic_id>/state", methods=("POST",))
def move(actor: Actor, topic_id: str) -> Any:
    """Resolve, reopen, lock, unlock or pin a topic, or let it go."""
    return take_step(actor, STEPS, topic_id, url_for("discussions.topic", topic_id=topic_id))


def topic_menu(actor: Actor, topic: Mapping[str, Any], room: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the actor can do with a topic, for the macro `menu`."""
    owned = _owned(topic, room)
    closed, state = room["state"] == "archived", topic["state"]
    items: list[dict[str, Any]] = []
    if discussions.may_change_topic(actor, owned) and not closed:
        url = url_for("topics.rename", topic_id=topic["id"])
        items.append({"label": _("Change the title"), "url": url, "sign": "pencil"})
        if state == "open":
            items.append(_step(topic, "resolve", _("Mark as solved"), "check"))
        if state == "resolved":
            items.append(_step(topic, "reopen", _("Not solved yet"), "undo"))
    if discussions.may_lock_topic(actor, owned) and not closed:
        if state == "locked":
            items.append(_step(topic, "unlock", _("Unlock the topic"), "lock"))
        else:
            items.append(_step(topic, "lock", _("Lock the topic"), "lock"))
        if topic["pinned"]:
            items.append(_step(topic, "unpin", _("Do not pin it any more"), "pin"))
        else:
            items.append(_step(topic, "pin", _("Pin the topic"), "pin"))
        if room["kind"] in TARGETS:
            url = url_for("moving.move", topic_id=topic["id"])
            items.append({"label": _("Move to another room"), "url": url, "sign": "next"})
    items += topic_items(actor, topic["id"], room)
    if room["kind"] == "direct":
        return [*items, *people_items(room), {"rule": True}, *room_level_items(room)]
    return [*items, *([{"rule": True}] if items else []), *topic_level_items(topic)]


def _step(topic: Mapping[str, Any], step: str, label: str, sign: str) -> dict[str, Any]:
    return {
        "label": label, "url": url_for("topics.move", topic_id=topic["id"]), "sign": sign, "post": True,
        "fields": {"step": step, "expected_version": topic["version"]},
    }  # fmt: skip


def _owned(topic: Mapping[str, Any], room: Mapping[str, Any]) -> discussions.Owned:
    return discussions.Owned(room["network_id"], topic["created_by"])

"""Taking a topic to another room: the page of those who may."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, VersionConflict
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from web.forms.discussions import MoveForm
from web.pages import page

blueprint = Blueprint("moving", __name__)

TARGETS = ("open", "announcement")


@page(blueprint, "/talk/t/<id:topic_id>/move", methods=("GET", "POST"))
def move(actor: Actor, topic_id: str) -> Any:
    """Choose the room into which a topic goes with everything that was said in it."""
    topic = discussions.get_topic(actor, topic_id)
    at = discussions.get_room(actor, topic["room_id"])
    g.network_id = at["network_id"]
    require(discussions.may_lock_topic(actor, discussions.Owned(at["network_id"], topic["created_by"])))
    back = url_for("discussions.topic", topic_id=topic_id)
    form = MoveForm(data={"expected_version": topic["version"]})
    rooms = [] if at["kind"] not in TARGETS else _targets(actor, at)
    form.room_id.choices = [SelectChoice(room["id"], room["name"]) for room in rooms]
    if form.validate_on_submit():
        try:
            discussions.move_topic(
                actor, topic_id, form.room_id.data, expected_version=form.expected_version.data or 0,
                reason=form.reason.data or "",
            )  # fmt: skip
            flash(_("The topic is in another room now."), "ok")
            return redirect(back, 303)
        except VersionConflict as error:
            form.show_faults(error)
            form.expected_version.raw_data = None
            form.expected_version.data = topic["version"]
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "discussions/move.html", topic=topic, room=at, rooms=rooms, form=form, back=back,
        notes={room["id"]: room["purpose"] for room in rooms},
    ), 422 if form.errors else 200  # fmt: skip


def _targets(actor: Actor, at: discussions.RoomView) -> list[discussions.RoomView]:
    rooms = discussions.list_rooms(actor, at["network_id"], PageRequest(limit=MAX_LIMIT)).items
    return [
        room for room in rooms
        if room["kind"] in TARGETS and room["state"] != "archived" and room["id"] != at["id"]
    ]  # fmt: skip

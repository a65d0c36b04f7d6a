"""Who is in a private room: the page of its people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageRequest
from network.membership import MemberView
from web.forms.base import PageForm
from web.pages import page
from web.rooms import rooms_of

blueprint = Blueprint("room_people", __name__)

FOUND = 8
"""So many people are offered at once; a part of the name finds the others."""


@page(blueprint, "/talk/r/<id:room_id>/people")
def people(actor: Actor, room_id: str) -> Any:
    """Who is in a private room; whoever looks after it takes people in and lets them go."""
    room = _private(actor, room_id)
    inside = discussions.list_room_members(actor, room_id, PageRequest(cursor=request.args.get("cursor")))
    decides = bool(discussions.may_change_room(actor, rooms_of(room["network_id"], room["kind"])))
    name = request.args.get("q", "").strip()[:100]
    return render_template(
        "discussions/room_people.html", room=room, inside=inside.items, following=inside.next,
        decides=decides, name=name, others=_others(actor, room_id, name) if decides else [], me=actor.user_id,
    )  # fmt: skip


@page(blueprint, "/talk/r/<id:room_id>/people/<id:user_id>", methods=("POST",))
def person(actor: Actor, room_id: str, user_id: str) -> Any:
    """Take somebody in, or let her go; oneself too."""
    room = _private(actor, room_id)
    if not PageForm().validate_on_submit():
        abort(400)
    back = url_for("room_people.people", room_id=room["id"])
    if request.form.get("inside") == "1":
        added = discussions.add_room_member(actor, room_id, user_id)
        flash(_("%(name)s is in the room now.", name=added["user"]["display_name"]), "ok")
        return redirect(back, 303)
    discussions.remove_room_member(actor, room_id, user_id)
    if user_id == actor.user_id:
        flash(_("You have left the room."), "ok")
        return redirect(url_for("discussions.talk"), 303)
    flash(_("This person is not in the room any more."), "ok")
    return redirect(back, 303)


def _private(actor: Actor, room_id: str) -> discussions.RoomView:
    room = discussions.get_room(actor, room_id)
    g.network_id = room["network_id"]
    if room["kind"] != "private":
        raise NotFound()
    return room


def _others(actor: Actor, room_id: str, name: str) -> Sequence[MemberView]:
    """Members of the network who are not in the room, those whose name was asked for."""
    return discussions.list_people_outside(actor, room_id, PageRequest(FOUND), name or None).items

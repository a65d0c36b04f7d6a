"""The pages of direct rooms: writing to somebody for the first time, and leaving a room of several. What was
said there stands on the page of its topic, as everywhere."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import blocks, discussions, membership, profiles
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound, TooMany
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from web import bubbles
from web.arrivals import drafted_hello
from web.forms.base import PageForm
from web.forms.direct import DirectForm
from web.languages import written_in
from web.pages import page
from web.shell import Place, Shell

blueprint = Blueprint("direct", __name__)

OFFERED = 12
"""So many people stand in the list at once; the others are found by their names."""


@page(blueprint, "/talk/dm/<id:user_id>", methods=("GET", "POST"))
def write(actor: Actor, user_id: str) -> Any:
    """Write to one person: leads to what one said to each other already, else to the box for the first
    words."""
    person = profiles.get_person(actor, user_id)
    place = _common_network(actor, person)
    if request.method == "GET":
        room_id = discussions.find_direct_room(actor, place.id, [user_id])
        topic_id = discussions.first_topic(room_id) if room_id else None
        if topic_id is not None:
            return redirect(url_for("discussions.topic", topic_id=topic_id, _anchor="end"))
    return _writing(actor, place, person)


@page(blueprint, "/talk/dm", methods=("GET", "POST"))
def choose(actor: Actor) -> Any:
    """Write to several people at once, who are chosen first."""
    g.shell = Shell(actor)
    place = g.shell.network
    if place is None or not place.inside:
        raise NotFound()
    return _writing(actor, place, None)


@page(blueprint, "/talk/r/<id:room_id>/leave", methods=("GET", "POST"))
def leave(actor: Actor, room_id: str) -> Any:
    """Leave a direct room of three or more people, after one question."""
    found = discussions.get_room(actor, room_id)
    g.network_id = found["network_id"]
    if len(found["people"]) + 1 < discussions.FEWEST_TO_LEAVE:
        raise discussions.RoomNotLeft()
    if request.method == "POST":
        if not PageForm().validate_on_submit():
            abort(400)
        discussions.leave_room(actor, room_id)
        flash(_("You have left the conversation."), "ok")
        return redirect(url_for("discussions.talk"), 303)
    return render_template("direct/leave.html", room=found)


def way_into(room: Mapping[str, Any]) -> str | None:
    """Where a direct room is read and written in; None where it has no topic and more than two people."""
    topic_id = discussions.first_topic(room["id"])
    if topic_id is not None:
        return url_for("discussions.topic", topic_id=topic_id)
    if len(room["people"]) == 1:
        return url_for("direct.write", user_id=room["people"][0]["id"], network=room["network_id"])
    return None


def _writing(actor: Actor, place: Place, person: Mapping[str, Any] | None) -> Any:
    form = DirectForm(data={"client_msg_id": new_untimed_id()})
    offered = _offer(actor, place.id, form) if person is None else []
    chosen = [person["id"]] if person is not None else form.to.data or []
    if person is not None and request.method == "GET" and request.args.get("hello"):
        form.body.data = drafted_hello(actor, place.id, person)
    hindered, status = _obstacle(actor, place, chosen), 200
    if form.validate_on_submit() and not form.find.data:
        try:
            return _sent(actor, place, chosen, form)
        except (Forbidden, discussions.RoomLocked) as error:
            status, hindered = 403, bubbles.explained(error, place.slug, request.path)
        except DomainError as error:
            status = 429 if isinstance(error, TooMany) else 409 if isinstance(error, Conflict) else 422
            form.show_faults(error)
            if isinstance(error, discussions.ClientMsgIdConflict):
                form.client_msg_id.raw_data, form.client_msg_id.data = None, new_untimed_id()
    elif form.find.data:
        form.body.errors, form.to.errors = [], []
    return render_template(
        "direct/write.html", form=form, person=person, offered=offered, place=place, obstacle=hindered,
    ), 422 if form.errors and status == 200 else status  # fmt: skip


def _sent(actor: Actor, place: Place, chosen: Sequence[str], form: DirectForm) -> Any:
    sent = discussions.write_directly(
        actor, place.id, chosen, form.body.data or "", form.client_msg_id.data or new_untimed_id(),
        written_in(form.body.data or ""),
    )  # fmt: skip
    said = sent.message
    discussions.mark_read(actor, said["topic_id"], said["seq"])
    return redirect(url_for("discussions.topic", topic_id=said["topic_id"], _anchor="end"), 303)


def _offer(actor: Actor, network_id: str, form: DirectForm) -> list[Mapping[str, Any]]:
    """Who can be chosen: whoever is ticked already, and those whose names answer."""
    named = membership.list_people(actor, network_id, PageRequest(OFFERED), form.find_name.data or None)
    found: list[Mapping[str, Any]] = [each for each in named.items if each["id"] != actor.user_id]
    known, kept = {each["id"] for each in found}, []
    for user_id in (form.to.data or [])[: discussions.MOST_IN_DIRECT_ROOM]:
        with contextlib.suppress(NotFound):
            if user_id not in known:
                kept.append(membership.get_person(actor, user_id))
    people = [*kept, *found]
    form.to.choices = [(each["id"], each["display_name"]) for each in people]
    return people


def _obstacle(actor: Actor, place: Place, chosen: Sequence[str]) -> bubbles.Obstacle | None:
    me = actor.user_id or ""
    room = {
        "network_id": place.id, "kind": "direct", "posting": "members", "state": "open",
        "refused": bool(blocks.who_refuses(me, chosen)), "refuses": bool(blocks.whom_refuses(me, chosen)),
    }  # fmt: skip
    return bubbles.obstacle(actor, room, place.slug, request.path)


def _common_network(actor: Actor, person: Mapping[str, Any]) -> Place:
    """The network in which the two of them talk: the one looked at last, where both are in it."""
    shared = [each["id"] for each in person["networks"]]
    g.shell = shell = Shell(actor)
    place: Place | None = shell.network
    if place is None or place.id not in shared or not place.inside:
        place = next((each for each in shell.networks if each.id in shared and each.inside), None)
    if place is None or person["id"] == actor.user_id:
        raise NotFound()
    return place

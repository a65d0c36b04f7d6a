"""Setting up rooms and looking after them: the pages of those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import discussions, membership, networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound, VersionConflict
from network.kernel.policy import require
from web.forms.discussions import RoomForm, StepForm
from web.levels import room_level_items
from web.pages import page
from web.shell import Shell

blueprint = Blueprint("rooms", __name__)

ROOM_SIGNS = {"announcement": "news", "private": "lock", "direct": "people"}
FIRST_ROOM_SIGNS = {"welcome": "door", "cafe": "cup"}

Steps = Mapping[str, tuple[Callable[..., Any], LazyString]]
"""By the word in the form: the command, and what is said once it is done."""

STEPS: Steps = {
    "lock": (discussions.lock_room, _l("The room is locked. Nobody can write in it now.")),
    "unlock": (discussions.unlock_room, _l("The room is open again.")),
    "archive": (discussions.archive_room, _l("The room is closed. What was said can still be read.")),
}


@page(blueprint, "/talk/rooms/new", methods=("GET", "POST"))
def set_up(actor: Actor) -> Any:
    """Set up a room that is open to the whole network. In one where only the meta-mentors write they
    announce."""
    g.shell = Shell(actor)
    place = g.shell.network
    if place is None:
        raise NotFound()
    require(discussions.may_open_room(actor, rooms_of(place.id)))
    form = RoomForm(data={"posting": "members"})
    if form.validate_on_submit():
        kind = "open" if form.posting.data == "members" else "announcement"
        try:
            made = discussions.open_room(
                actor, place.id, form.name.data, form.purpose.data or "", kind, form.posting.data
            )
            flash(_("The room is open."), "ok")
            return redirect(url_for("discussions.room", room_id=made["id"]), 303)
        except DomainError as error:
            form.show_faults(error)
    return render_template("discussions/set_up.html", form=form), 422 if form.errors else 200


@page(blueprint, "/talk/r/<id:room_id>/change", methods=("GET", "POST"))
def change(actor: Actor, room_id: str) -> Any:
    """Give a room another name or purpose; the ways to lock or close it stand below."""
    found = _looked_after(actor, room_id)
    form = RoomForm(
        data={name: found[name] for name in ("name", "purpose", "posting")}
        | {"expected_version": found["version"]}
    )
    if form.validate_on_submit():
        try:
            discussions.change_room(
                actor, room_id, expected_version=form.expected_version.data or 0, name=form.name.data,
                purpose=form.purpose.data, posting=form.posting.data,
            )  # fmt: skip
            return redirect(url_for("discussions.room", room_id=room_id), 303)
        except VersionConflict as error:
            form.show_faults(error)
            form.expected_version.raw_data = None
            form.expected_version.data = found["version"]
        except DomainError as error:
            form.show_faults(error)
    return render_template("discussions/change_room.html", room=found, form=form), 422 if form.errors else 200


@page(blueprint, "/talk/r/<id:room_id>/state", methods=("POST",))
def move(actor: Actor, room_id: str) -> Any:
    """Lock or unlock a room, or close it for good."""
    return take_step(actor, STEPS, room_id, url_for("discussions.room", room_id=room_id))


def rooms_of(network_id: str, kind: str | None = None) -> discussions.Rooms:
    """The rooms of a network, or those of one kind, as policy asks about them."""
    return discussions.Rooms(
        network_id=network_id,
        organisation_id=networks.network_row(network_id).organisation_id,
        hosted=bool(membership.running_appointments(network_id, "meta_mentor")),
        kind=kind,
    )


def room_menu(actor: Actor, room: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the actor can do with a room, for the macro `menu`."""
    if room["kind"] == "direct":
        return [*people_items(room), *room_level_items(room)]
    items = []
    if room["state"] != "archived" and discussions.may_change_room(actor, rooms_of(room["network_id"])):
        url = url_for("rooms.change", room_id=room["id"])
        items.append({"label": _("Change the room"), "url": url, "sign": "pencil"})
    return [*items, *room_level_items(room)]


def people_items(room: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a menu about the others in a direct room: who they are, and leaving three or more."""
    items: list[dict[str, Any]] = [
        {
            "label": person["display_name"], "url": url_for("membership.person", user_id=person["id"]),
            "sign": "people",
        }
        for person in room["people"]
    ]  # fmt: skip
    if len(room["people"]) + 1 >= discussions.FEWEST_TO_LEAVE:
        url = url_for("direct.leave", room_id=room["id"])
        items.append({"label": _("Leave this conversation"), "url": url, "sign": "logout", "danger": True})
    return items


def room_sign(room: Mapping[str, Any]) -> str:
    """The drawn sign of a room."""
    return FIRST_ROOM_SIGNS.get(room["opening"] or "") or ROOM_SIGNS.get(room["kind"], "talk")


def take_step(actor: Actor, steps: Steps, thing_id: str, back: str) -> Any:
    """Do the step that the form names with a room or topic, say so, and go back to its page."""
    form = StepForm()
    if not form.validate_on_submit() or form.step.data not in steps:
        abort(400)
    command, said = steps[form.step.data]
    command(actor, thing_id, expected_version=form.expected_version.data)
    flash(str(said), "ok")
    return redirect(back, 303)


def _looked_after(actor: Actor, room_id: str) -> discussions.RoomView:
    found = discussions.get_room(actor, room_id)
    g.network_id = found["network_id"]
    require(discussions.may_change_room(actor, rooms_of(found["network_id"], found["kind"])))
    return found

"""Setting up rooms and looking after them: the pages of those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from network import agreements, discussions, membership, networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Invalid, NotFound, VersionConflict
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from web import slow
from web.forms.discussions import ChangedRoomForm, NewRoomForm, PaceForm, RoomForm, StepForm
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
    "unarchive": (discussions.unarchive_room, _l("The room is open again.")),
}


@page(blueprint, "/talk/rooms/new", methods=("GET", "POST"))
def set_up(actor: Actor) -> Any:
    """Set up a room that is open to the whole network, or a private one, whose people are chosen next. In an
    open one where only the meta-mentors write they announce."""
    g.shell = Shell(actor)
    place = g.shell.network
    if place is None:
        raise NotFound()
    require(discussions.may_open_room(actor, rooms_of(place.id)))
    form = NewRoomForm(data={"posting": "members", "seen_by": "everybody"})
    if form.validate_on_submit():
        kind = "open" if form.posting.data == "members" else "announcement"
        kind = "private" if form.seen_by.data == "chosen" else kind
        try:
            made = discussions.open_room(
                actor, place.id, form.name.data, form.purpose.data or "", kind, form.posting.data
            )
            flash(_("The room is open."), "ok")
            to = "room_people.people" if kind == "private" else "discussions.room"
            return redirect(url_for(to, room_id=made["id"]), 303)
        except DomainError as error:
            form.show_faults(error)
    return render_template("discussions/set_up.html", form=form), 422 if form.errors else 200


@page(blueprint, "/talk/r/<id:room_id>/change", methods=("GET", "POST"))
def change(actor: Actor, room_id: str) -> Any:
    """Give a room another name or purpose; its pace, its place and the ways to lock or close it stand
    below."""
    found = looked_after(actor, room_id)
    form = ChangedRoomForm(
        data={name: found[name] for name in ("name", "purpose", "posting", "needs_agreement")}
        | {"expected_version": found["version"]}
    )
    if form.validate_on_submit():
        try:
            discussions.change_room(
                actor, room_id, expected_version=form.expected_version.data or 0, name=form.name.data,
                purpose=form.purpose.data, posting=form.posting.data,
                needs_agreement=bool(form.needs_agreement.data) if _rests_on_agreement(found) else None,
            )  # fmt: skip
            return redirect(url_for("discussions.room", room_id=room_id), 303)
        except VersionConflict as error:
            form.show_faults(error)
            form.expected_version.raw_data = None
            form.expected_version.data = found["version"]
        except DomainError as error:
            form.show_faults(error)
    return _change_page(actor, found, form, _pace_form(found)), 422 if form.errors else 200


@page(blueprint, "/talk/r/<id:room_id>/pace", methods=("POST",))
def pace(actor: Actor, room_id: str) -> Any:
    """Let everybody wait between two messages, or no longer."""
    found = looked_after(actor, room_id)
    form = _pace_form(found)
    if form.validate_on_submit():
        try:
            discussions.set_slow_mode(
                actor, room_id, form.seconds.data, expected_version=form.expected_version.data or 0,
                reason=form.reason.data or "",
            )  # fmt: skip
            flash(_("The room is slow now.") if form.seconds.data else _("Slow mode is over."), "ok")
            return redirect(url_for("discussions.room", room_id=room_id), 303)
        except (Invalid, VersionConflict) as error:
            form.show_faults(error)
            form.expected_version.raw_data = None
            form.expected_version.data = found["version"]
    given = {name: found[name] for name in ("name", "purpose", "posting")}
    room_form = RoomForm(formdata=None, data=given | {"expected_version": found["version"]})
    return _change_page(actor, found, room_form, form), 422


@page(blueprint, "/talk/r/<id:room_id>/place", methods=("POST",))
def place(actor: Actor, room_id: str) -> Any:
    """Put a room one place up or down in the list of rooms."""
    found, form = looked_after(actor, room_id), StepForm()
    if not form.validate_on_submit() or form.step.data not in ("up", "down"):
        abort(400)
    ids = [room["id"] for room in _named(actor, found["network_id"])]
    at = ids.index(room_id) + (-1 if form.step.data == "up" else 2)
    before = ids[max(0, at)] if at < len(ids) else None
    if before != room_id:
        discussions.place_room(actor, room_id, before, expected_version=form.expected_version.data)
    return redirect(url_for("rooms.change", room_id=room_id, _anchor="place"), 303)


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
        return [*people_items(room), {"rule": True}, *room_level_items(room)]
    items = []
    if discussions.may_change_room(actor, rooms_of(room["network_id"])):
        url = url_for("rooms.change", room_id=room["id"])
        items.append({"label": _("Change the room"), "url": url, "sign": "pencil"})
    if room["kind"] == "private":
        url = url_for("room_people.people", room_id=room["id"])
        items.append({"label": _("Who is in it"), "url": url, "sign": "people"})
    return [*items, *([{"rule": True}] if items else []), *room_level_items(room)]


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
    why = {"reason": form.reason.data} if form.step.data == "lock" and form.reason.data else {}
    command(actor, thing_id, expected_version=form.expected_version.data, **why)
    flash(str(said), "ok")
    return redirect(back, 303)


def looked_after(actor: Actor, room_id: str) -> discussions.RoomView:
    """A room that the actor looks after; refused to all others."""
    found = discussions.get_room(actor, room_id)
    g.network_id = found["network_id"]
    require(discussions.may_change_room(actor, rooms_of(found["network_id"], found["kind"])))
    return found


def _rests_on_agreement(room: Mapping[str, Any]) -> bool:
    standing = agreements.agreement_standing(room["network_id"])
    return bool(room["needs_agreement"]) or standing.state == "in_force"


def _named(actor: Actor, network_id: str) -> list[discussions.RoomView]:
    rooms = discussions.list_rooms(actor, network_id, PageRequest(limit=MAX_LIMIT)).items
    return [room for room in rooms if room["kind"] != "direct"]


def _pace_form(room: Mapping[str, Any]) -> PaceForm:
    form = PaceForm(data={"seconds": room["slow_mode_seconds"], "expected_version": room["version"]})
    offered = sorted({*slow.CHOICES, room["slow_mode_seconds"]})
    form.seconds.choices = [
        SelectChoice(seconds, slow.span(seconds) if seconds else _("No slow mode")) for seconds in offered
    ]
    return form


def _change_page(actor: Actor, room: discussions.RoomView, form: RoomForm, pace_form: PaceForm) -> str:
    network = networks.get_network(actor, room["network_id"])
    ids = [each["id"] for each in _named(actor, room["network_id"])]
    return render_template(
        "discussions/change_room.html", room=room, form=form, pace=pace_form,
        lock=StepForm(formdata=None), has_slow_mode=network["features"].get("slow_mode"),
        rests_on_agreement=_rests_on_agreement(room),
        is_first=ids[:1] == [room["id"]], is_last=ids[-1:] == [room["id"]],
    )  # fmt: skip

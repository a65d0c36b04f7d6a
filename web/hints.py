"""The pages about what a network asks before something is posted, and about first messages that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from network import discussions, hints, networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from network.networks import NetworkView
from web.formats import day_and_time
from web.forms.base import PageForm
from web.forms.hints import EntriesForm, FirstMessagesForm
from web.pages import page
from web.people import shown
from web.roadmap import open_network

blueprint = Blueprint("hints", __name__)

BUILT_IN = {
    "mail": _l("Mail addresses"),
    "phone": _l("Phone numbers"),
    "identity_number": _l("Numbers of identity cards, accounts and files"),
    "name": _l("Names with a title, such as “Mrs Meier”"),
}


@page(blueprint, "/network/<slug>/hints")
def hints_page(actor: Actor, slug: str) -> str:
    """What authors are asked about before they post, and what the hosts can do about it."""
    row = open_network(actor, slug)
    found = hints.get_hints(actor, row["id"])
    form = FirstMessagesForm(data={"holds_first": found["holds_first"], "expected_version": found["version"]})
    return render_template(
        "hints/hints.html", network=row, hints=found, form=form,
        built_in=[BUILT_IN[kind] for kind in found["built_in"]],
        changes=bool(hints.may_change_hints(actor, networks.network_row(row["id"]))),
        waiting=discussions.count_held(actor, row["id"]),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/hints/words", methods=("GET", "POST"))
def words(actor: Actor, slug: str) -> Any:
    """The words of the network's own list."""
    return _entries(actor, slug, "words")


@page(blueprint, "/network/<slug>/hints/patterns", methods=("GET", "POST"))
def patterns(actor: Actor, slug: str) -> Any:
    """The patterns of the network's own list."""
    return _entries(actor, slug, "patterns")


def _entries(actor: Actor, slug: str, what: str) -> Any:
    row = open_network(actor, slug)
    refusal: DomainError | None = None
    found: Mapping[str, Any] = hints.get_hints(actor, row["id"])
    require(hints.may_change_hints(actor, networks.network_row(row["id"])))
    values = {"lines": EntriesForm.written(found[what]), "expected_version": found["version"]}
    form = EntriesForm(data=values)
    if form.validate_on_submit():
        try:
            said: dict[str, Any] = {what: form.entries}
            hints.change_hints(actor, row["id"], **said, expected_version=form.expected_version.data)
            flash(_("Saved."), "ok")
            return redirect(url_for("hints.hints_page", slug=row["slug"]), 303)
        except VersionConflict as error:
            refusal = error
            form.expected_version.raw_data, form.expected_version.data = None, found["version"]
        except DomainError as error:
            refusal = error
    newer = values["lines"] if isinstance(refusal, VersionConflict) else None
    return shown(
        f"hints/{what}.html", form, _at_lines(refusal, what), network=row, newer=newer,
        back=url_for("hints.hints_page", slug=row["slug"]),
    )  # fmt: skip


def _at_lines(refusal: DomainError | None, what: str) -> DomainError | None:
    faults = getattr(refusal, "faults", {})
    if what in faults:
        faults["lines"] = faults.pop(what)
    return refusal


@page(blueprint, "/network/<slug>/hints/first", methods=("POST",))
def first(actor: Actor, slug: str) -> Any:
    """Have newcomers' first messages wait, or not any more."""
    row, form = open_network(actor, slug), FirstMessagesForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        hints.change_hints(
            actor, row["id"], holds_first=form.holds_first.data, expected_version=form.expected_version.data
        )
        flash(_("Saved."), "ok")
    except VersionConflict:
        flash(_("Somebody changed this in the meantime. Please look at it again."), "error")
    return redirect(url_for("hints.hints_page", slug=row["slug"]), 303)


@page(blueprint, "/network/<slug>/held")
def held(actor: Actor, slug: str) -> str:
    """Newcomers' first messages that wait until somebody looked at them."""
    row: NetworkView = open_network(actor, slug)
    found = discussions.list_held(actor, row["id"], PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "hints/held.html", network=row, waiting=shown_held(found.items), following=found.next
    )


@page(blueprint, "/talk/m/<id:message_id>/release", methods=("POST",))
def release(actor: Actor, message_id: str) -> Any:
    """Let a newcomer's message through."""
    slug = _slug_of(actor, discussions.get_message(actor, message_id))
    if not PageForm().validate_on_submit():
        abort(400)
    try:
        discussions.release_message(actor, message_id)
        flash(_("Everybody can read it now."), "ok")
    except discussions.HeldStays as refusal:
        flash(_(refusal.message), "error")
    return redirect(url_for("hints.held", slug=slug), 303)


@page(blueprint, "/talk/m/<id:message_id>/take-back", methods=("POST",))
def take_back(actor: Actor, message_id: str) -> Any:
    """Take one's own message back that waits."""
    found = discussions.get_message(actor, message_id)
    _slug_of(actor, found)
    if not PageForm().validate_on_submit():
        abort(400)
    if found["held_until"] is None:  # somebody let it through meanwhile: she finds it where it stands
        return redirect(url_for("messages.message", message_id=message_id), 303)
    discussions.delete_message(actor, message_id)
    flash(_("Your message is deleted."), "ok")
    return redirect(url_for("discussions.room", room_id=found["room_id"]), 303)


def shown_held(items: Sequence[discussions.HeldView]) -> list[dict[str, Any]]:
    """Messages that wait, as the templates take them."""
    return [
        {
            **one,
            "body": Markup(one["message"]["html"] or ""),  # noqa: S704 - made by the domain's own cleaner
            "author": one["message"]["author"],
            "language": one["message"]["language"],
            "until": one["message"]["held_until"],
        }
        for one in items
    ]


def tell_held(message: Mapping[str, Any]) -> None:
    """Say to the author of a message that it waits, and until when at most."""
    flash(
        _(
            "Thank you. Your first message here waits until a meta-mentor has looked at it, at most until "
            "%(time)s. Then everybody can read it.",
            time=day_and_time(message["held_until"]),
        ),
        "ok",
    )


def _slug_of(actor: Actor, message: Mapping[str, Any]) -> str:
    network_id = discussions.get_room(actor, message["room_id"])["network_id"]
    g.network_id = network_id
    return networks.get_network(actor, network_id)["slug"]

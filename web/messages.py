"""The pages of one message: where it stands, changing it, what it said before, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.forms.base import PageForm
from web.forms.discussions import EditForm
from web.pages import page

blueprint = Blueprint("messages", __name__)


@page(blueprint, "/talk/m/<id:message_id>")
def message(actor: Actor, message_id: str) -> Any:
    """The lasting address of a message: leads to its place in the conversation."""
    found = discussions.get_message(actor, message_id)
    last = discussions.get_topic(actor, found["topic_id"])["last_seq"]
    # The newest ones have the topic's own page, which is alive.
    at = None if last - found["seq"] < 25 else found["seq"]
    return redirect(
        url_for("discussions.topic", topic_id=found["topic_id"], at=at, _anchor=f"message-{message_id}")
    )


@page(blueprint, "/talk/m/<id:message_id>/edit", methods=("GET", "POST"))
def edit(actor: Actor, message_id: str) -> Any:
    """Change one's own words."""
    found, topic = _own(actor, message_id)
    body, newer = discussions.as_typed(found["body"] or ""), None
    form = EditForm(data={"body": body, "expected_version": found["version"]})
    if form.validate_on_submit():
        try:
            discussions.edit_message(
                actor, message_id, form.body.data, expected_version=form.expected_version.data
            )
            return redirect(_place(found), 303)
        except VersionConflict as error:
            form.show_faults(error)
            newer = body
            form.expected_version.raw_data = None
            form.expected_version.data = found["version"]
        except DomainError as error:
            form.show_faults(error)
    return render_template(
        "discussions/edit.html", message=found, topic=topic, form=form, newer=newer, back=_place(found),
    ), 422 if form.errors else 200  # fmt: skip


@page(blueprint, "/talk/m/<id:message_id>/history")
def history(actor: Actor, message_id: str) -> str:
    """What a message said before."""
    found = discussions.get_message(actor, message_id)
    topic = discussions.get_topic(actor, found["topic_id"])
    _frame(actor, found)
    asked = PageRequest(cursor=request.args.get("cursor"))
    said = discussions.list_revisions(actor, message_id, asked, newest_first=True)
    return render_template(
        "discussions/history.html", message=found, topic=topic, back=_place(found),
        revisions=[{**each, "body": discussions.as_typed(each["body"])} for each in said.items],
        following=said.next, from_now=asked.cursor is None,
    )  # fmt: skip


@page(blueprint, "/talk/m/<id:message_id>/delete", methods=("GET", "POST"))
def delete(actor: Actor, message_id: str) -> Any:
    """Take one's own words back, after one question."""
    found, topic = _own(actor, message_id)
    form = PageForm()
    if form.validate_on_submit():
        discussions.delete_message(actor, message_id)
        flash(_("Your message is deleted."), "ok")
        return redirect(_place(found), 303)
    return render_template("discussions/delete.html", message=found, topic=topic, back=_place(found))


def _own(actor: Actor, message_id: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    found = discussions.get_message(actor, message_id)
    network_id = _frame(actor, found)
    require(discussions.may_change_message(actor, discussions.Owned(network_id, found["author"]["id"])))
    if found["deleted_at"] is not None and request.method == "GET":
        raise NotFound()
    return found, discussions.get_topic(actor, found["topic_id"])


def _frame(actor: Actor, found: Mapping[str, Any]) -> str:
    network_id = discussions.get_room(actor, found["room_id"])["network_id"]
    g.network_id = network_id
    return network_id


def _place(found: Mapping[str, Any]) -> str:
    return url_for("discussions.topic", topic_id=found["topic_id"], _anchor=f"message-{found['id']}")

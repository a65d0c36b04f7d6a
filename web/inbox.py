"""What waits for oneself: the page with it, and marking a topic or a room as read from a list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import discussions, notifications
from network.kernel.actor import Actor
from network.kernel.events import heads
from network.kernel.paging import PageRequest
from web.forms.base import PageForm
from web.forms.discussions import MarkForm
from web.live import live_list
from web.pages import page, safe_next
from web.shell import Shell
from web.waiting import waiting_rows

blueprint = Blueprint("inbox", __name__)
SHOWN = 20


@page(blueprint, "/inbox")
def inbox(actor: Actor) -> Any:
    """Where somebody names one, answers one or writes to one alone, and one has not read it."""
    g.shell = shell = Shell(actor)
    user = heads([f"user:{actor.user_id}"])
    found = notifications.list_inbox(actor, PageRequest(SHOWN, request.args.get("cursor")))
    scopes = heads({f"room:{topic['room_id']}" for topic in found.items})
    rooms = [{"id": scope.partition(":")[2], "head_seq": head} for scope, head in scopes.items()]
    names = {place.id: place.name for place in shell.networks} if len(shell.networks) > 1 else {}
    return render_template(
        "discussions/inbox.html", topics=waiting_rows(found.items, networks=names, mine=True),
        following=found.next, place=shell.network, back=url_for("inbox.inbox"),
        live=live_list(actor, shell.network.id, rooms, user) if shell.network else {},
    )  # fmt: skip


@page(blueprint, "/talk/t/<id:topic_id>/done", methods=("POST",))
def mark_topic_read(actor: Actor, topic_id: str) -> Any:
    """Everything that the list told of in a topic was read; back to where one was."""
    form = MarkForm()
    if not form.validate_on_submit():
        abort(400)
    discussions.mark_read(actor, topic_id, form.seq.data, form.room_id.data or None)
    flash(_("Marked as read."), "ok")
    return redirect(safe_next(url_for("discussions.talk")), 303)


@page(blueprint, "/talk/r/<id:room_id>/done", methods=("POST",))
def mark_room_read(actor: Actor, room_id: str) -> Any:
    """Everything in a room was read; back to where one was."""
    room = discussions.get_room(actor, room_id)
    if not PageForm().validate_on_submit():
        abort(400)
    discussions.mark_network_read(actor, room["network_id"], room_id)
    flash(_("Marked as read."), "ok")
    return redirect(safe_next(url_for("discussions.talk")), 303)

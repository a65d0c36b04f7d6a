"""What concerns one: the page behind the bell, by conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network import notifications
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from web.formats import short_when
from web.forms.base import PageForm
from web.notice_words import SAID
from web.pages import page

blueprint = Blueprint("notices", __name__)
SHOWN = 50

Notice = notifications.NoticeView | notifications.AffairView


@page(blueprint, "/n")
def notices(actor: Actor) -> Any:
    """Who wrote to one alone, named one or answered one, the newest conversation first."""
    found = notifications.list_notices(actor, PageRequest(SHOWN, request.args.get("cursor")))
    unread = any(not each["read"] for each in found.items)
    return render_template(
        "notices/notices.html", conversations=_by_conversation(found.items), following=found.next,
        last=found.items[0]["id"] if found.items and unread else None,
    )  # fmt: skip


@page(blueprint, "/n/read", methods=("POST",))
def read(actor: Actor) -> Any:
    """All of them were seen, up to the newest that the page showed: what came since is still new."""
    if not PageForm().validate_on_submit():
        abort(400)
    notifications.mark_notices_read(actor, request.form.get("until") or None)
    flash(_("All read."), "ok")
    return redirect(url_for("notices.notices"), 303)


@page(blueprint, "/n/count")
def count(actor: Actor) -> Any:
    """The number at the bell and what it is called, for the script that keeps it up to date."""
    unread = notifications.count_notices(actor)
    label = ngettext("Notices, %(num)s new", "Notices, %(num)s new", unread) if unread else _("Notices")
    return jsonify(unread=unread, label=label)


def _by_conversation(items: Sequence[Notice]) -> list[dict[str, Any]]:
    found: dict[str, list[Notice]] = {}
    for each in items:
        found.setdefault(each["topic_id"] if "topic_id" in each else each["entity_id"], []).append(each)
    return [_row(each) for each in found.values()]


def _row(notices: Sequence[Notice]) -> dict[str, Any]:
    of_messages = [each for each in notices if "topic_id" in each]
    return _conversation(of_messages) if of_messages else _affair([n for n in notices if "path" in n])


def _affair(notices: Sequence[notifications.AffairView]) -> dict[str, Any]:
    """One row about something that a network settles: what came last of it."""
    newest = notices[0]
    return {
        "url": newest["path"], "sign": "check" if newest["path"].startswith("/decide/") else "sign",
        "what": newest["title"], "line": SAID[newest["kind"]], "place": "",
        "unread": sum(not each["read"] for each in notices),
        "when": short_when(newest["created_at"]), "at": newest["created_at"],
    }  # fmt: skip


def _conversation(notices: Sequence[notifications.NoticeView]) -> dict[str, Any]:
    """One row: it leads to the first message that is not read, else to the newest."""
    newest = notices[0]
    left = [each for each in notices if not each["read"]]
    goal = left[-1] if left else newest
    direct = newest["room_kind"] == "direct"
    return {
        "url": url_for("messages.message", message_id=goal["message_id"]),
        "person": newest["author"], "what": newest["author"]["display_name"] if direct else newest["title"],
        "clip": newest["excerpt"], "unread": len(left), "line": _said(newest),
        "place": "" if direct else newest["room_name"],
        "when": short_when(newest["created_at"]), "at": newest["created_at"],
    }  # fmt: skip


def _said(notice: notifications.NoticeView) -> str:
    words = {"name": notice["author"]["display_name"]}
    if notice["kind"] == notifications.DIRECT:
        return _("wrote to you")
    if notice["kind"] == notifications.MENTION:
        return _("%(name)s named you", **words)
    return _("%(name)s answered you", **words)

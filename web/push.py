"""Notices on one's devices: turned on and off on the page of what one hears; the worker that shows them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _

from network import notifications
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web.assets import built_file
from web.forms.push import PushForm, PushWordsForm
from web.pages import page

blueprint = Blueprint("push", __name__)


@page(blueprint, "/push-worker.js", audience="anyone")
def worker(_actor: Actor) -> Response:
    """The script that browsers keep to show what was pushed: at the top, for it serves all pages, and asked
    for anew each time."""
    answer = Response(built_file("worker.js"), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@page(blueprint, "/me/push", methods=("POST",))
def turn_on(actor: Actor) -> Any:
    """What the browser's push manager gave, by the script."""
    form = PushForm()
    try:
        if form.validate_on_submit() and form.endpoint.data:
            notifications.subscribe_to_push(
                actor, form.endpoint.data, form.p256dh.data or "", form.auth.data or "",
                brief=form.brief.data,
            )  # fmt: skip
            flash(_("This device shows you notices from now on."), "ok")
        else:
            flash(_("That did not work. You can try once more."), "error")
    except DomainError as error:
        flash(_(error.message, **error.params), "error")
    return _back()


@page(blueprint, "/me/push/<id:subscription_id>", methods=("POST",))
def choose(actor: Actor, subscription_id: str) -> Any:
    """How much notices say on a device."""
    form = PushWordsForm()
    if form.validate_on_submit():
        notifications.choose_push_words(actor, subscription_id, form.brief.data)
        flash(_("Saved."), "ok")
    return _back()


@page(blueprint, "/me/push/<id:subscription_id>/end", methods=("POST",))
def turn_off(actor: Actor, subscription_id: str) -> Any:
    """No more notices on a device."""
    notifications.unsubscribe_from_push(actor, subscription_id)
    flash(_("That device shows no more notices."), "ok")
    return _back()


def _back() -> Any:
    return redirect(url_for("mails.choose", _anchor="push"), 303)

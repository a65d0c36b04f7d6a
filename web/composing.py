"""The box at the end of a topic: what stands in it, how it would look, and sending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.ids import new_untimed_id
from network.kernel.translation import LANGUAGES
from web.formats import language_name
from web.forms.discussions import MessageForm
from web.languages import written_in


@dataclass(frozen=True, slots=True)
class Box:
    """The form with what waits to be sent; `version` is that of the draft, `waits_behind` whether another
    text comes after it; `previewed` is how it would look, where that was asked for."""

    form: MessageForm
    version: int
    waits_behind: bool
    previewed: Markup | None = None


def open_box(actor: Actor, topic_id: str, spoken: Sequence[str]) -> Box:
    """The box of a topic as the actor left it, on whatever device. `spoken` are the network's languages."""
    draft = discussions.draft_in(actor, discussions.topic_context(topic_id))
    form = MessageForm(
        data={
            "client_msg_id": draft["client_msg_id"] or new_untimed_id(), "body": draft["body"],
            "reply_to": request.args.get("answer") or draft["reply_to"],
        }
    )  # fmt: skip
    named = sorted((language_name(code), code) for code in {*spoken, *LANGUAGES, actor.language})
    form.language.choices = [
        SelectChoice("", _("As I mostly write")),
        *(SelectChoice(code, name) for name, code in named),
    ]
    return Box(form, draft["version"], bool(draft["set_aside"]), _previewed(actor, topic_id, form))


def _previewed(actor: Actor, topic_id: str, form: MessageForm) -> Markup | None:
    if request.method != "POST" or not form.preview.data:
        return None
    try:
        return Markup(discussions.preview(actor, topic_id, form.body.data or ""))  # noqa: S704 - cleaned there
    except DomainError as error:
        form.show_faults(error)
        return None


def send(actor: Actor, topic_id: str, form: MessageForm) -> Any:
    """Send what stands in the box, and lead to it. Raises what `post_message` raises."""
    sent = discussions.post_message(
        actor,
        topic_id,
        form.body.data or "",
        form.client_msg_id.data or new_untimed_id(),
        form.reply_to.data or None,
        form.language.data or written_in(form.body.data or ""),
        form.translation.data or None,
    )
    if form.seen.data is not None:
        discussions.mark_read(actor, topic_id, form.seen.data, form.room_id.data or None)
    return redirect(
        url_for("discussions.topic", topic_id=topic_id, _anchor=f"message-{sent.message['id']}"), 303
    )


def answering(actor: Actor, form: MessageForm, topic_id: str) -> dict[str, str] | None:
    """Whom the box answers, for the line above it."""
    message_id = form.reply_to.data or ""
    answered = discussions.messages_by_id([message_id]).get(message_id) if message_id else None
    if answered is None or answered["topic_id"] != topic_id:
        return None
    name = _("yourself") if answered["author"]["id"] == actor.user_id else answered["author"]["display_name"]
    return {
        "author_name": name,
        "id": message_id,
        "cancel_url": url_for("discussions.topic", topic_id=topic_id, _anchor="end"),
    }

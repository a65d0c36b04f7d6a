"""The box at the end of a topic: what stands in it, how it would look, and sending it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from network import discussions, files
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.ids import new_untimed_id
from network.kernel.translation import LANGUAGES
from web.file_words import shown_files
from web.formats import language_name
from web.forms.discussions import MessageForm
from web.guard import most_in_a_form
from web.languages import written_in


@dataclass(slots=True)
class Box:
    """The form with what waits to be sent; `version` is that of the draft, `waits_behind` whether another
    text comes after it; `previewed` is how it would look, where that was asked for; `files` came already."""

    form: MessageForm
    network_id: str
    version: int
    waits_behind: bool
    files: list[files.FileView]
    previewed: Markup | None = None

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The files as the macro `chosen` takes them."""
        return shown_files(self.files)

    @property
    def most_megabytes(self) -> int:
        """What the files may have together that come with the form."""
        return most_in_a_form(current_app.config["SETTINGS"]) // 1_048_576


def open_box(actor: Actor, topic_id: str, network: Mapping[str, Any]) -> Box:
    """The box of a topic as the actor left it, on whatever device, with the network's languages."""
    draft = discussions.draft_in(actor, discussions.topic_context(topic_id))
    form = MessageForm(
        data={
            "client_msg_id": draft["client_msg_id"] or new_untimed_id(), "body": draft["body"],
            "reply_to": request.args.get("answer") or draft["reply_to"],
        }
    )  # fmt: skip
    named = sorted(
        (language_name(code), code) for code in {*network["languages"], *LANGUAGES, actor.language}
    )
    form.language.choices = [
        SelectChoice("", _("As I mostly write")),
        *(SelectChoice(code, name) for name, code in named),
    ]
    came = files.own_files(actor, (form.file_ids.data or [])[: files.MOST_FILES])
    box = Box(form, network["id"], draft["version"], bool(draft["set_aside"]), came)
    if request.method == "POST" and form.preview.data:
        box.previewed = _previewed(actor, topic_id, box)
    return box


def _previewed(actor: Actor, topic_id: str, box: Box) -> Markup | None:
    form = box.form
    try:
        _take_files(actor, box)
        return Markup(discussions.preview(actor, topic_id, form.body.data or ""))  # noqa: S704 - cleaned there
    except DomainError as error:
        form.show_faults(error)
        return None


def _take_files(actor: Actor, box: Box) -> None:
    """Take in what comes with the form; a form that is sent twice brings the same files once. Raises what
    `upload_file` raises; what came before that stays in the box."""
    form, there = box.form, {each["id"] for each in box.files}
    for chosen in form.file.data or []:
        content = chosen.read() if chosen else b""
        if not content:
            continue
        key = f"{form.client_msg_id.data}:{hashlib.sha256(content).hexdigest()[:16]}"
        taken = files.upload_file(
            actor, box.network_id, content, chosen.filename or "", alt=form.alt.data or "", upload_key=key
        )
        if taken["id"] not in there:
            there.add(taken["id"])
            box.files.append(taken)


def send(actor: Actor, topic_id: str, box: Box) -> Any:
    """Send what stands in the box, and lead to it. Raises what `upload_file` and `post_message` raise."""
    form = box.form
    _take_files(actor, box)
    # Those that a form names which was sent already are in its message by now.
    file_ids = dict.fromkeys([*(form.file_ids.data or []), *(each["id"] for each in box.files)])
    sent = discussions.post_message(
        actor,
        topic_id,
        form.body.data or "",
        form.client_msg_id.data or new_untimed_id(),
        form.reply_to.data or None,
        form.language.data or written_in(form.body.data or ""),
        form.translation.data or None,
        list(file_ids),
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

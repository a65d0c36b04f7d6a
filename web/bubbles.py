"""How a conversation stands on a page: its bubbles, the lines of days between them, where the new begins."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from flask import url_for
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from network import agreements, discussions, membership
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web.file_words import said_of, shown_files
from web.formats import clock, day, day_and_time, iso
from web.reaction_words import ready_reactions, shown_reactions

QUOTED = 120
NO_ID = "00000000-0000-0000-0000-000000000000"
"""Stands in the addresses of the page's patterns, for the script to put the message's own id there."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody cannot write here, and the way on where there is one."""

    sentence: str
    url: str = ""
    label: str = ""


@dataclass(slots=True)
class Conversation:
    """Some messages in order, ready for the template. `entries` are days, the unread line and messages."""

    entries: list[dict[str, Any]]
    seqs: list[int]


def obstacle(
    actor: Actor, room: Mapping[str, Any], slug: str, back: str, topic: Mapping[str, Any] | None = None
) -> Obstacle | None:
    """What keeps the actor from writing in a room or topic; None when nothing does."""
    if room["state"] == "archived":
        return Obstacle(_("This room is closed. You can read what was said."))
    if room["state"] == "locked":
        return Obstacle(_("This room is locked. Nobody can write here at the moment."))
    if topic is not None and topic["state"] == "locked":
        return Obstacle(_("This topic is locked. Nobody can write here at the moment."))
    verdict = discussions.may_post_message(actor, _place(actor, room))
    if verdict.refusal is not None:
        return explained(verdict.refusal(), slug, back)
    if room.get("needs_agreement") and agreements.must_read_only(actor, room["network_id"]):
        return _to_sign(room["network_id"], slug)
    return None


def _to_sign(network_id: str, slug: str) -> Obstacle:
    said = _("In this room you can write once you have signed the agreement.")
    held = agreements.agreement_standing(network_id).version_id
    url = url_for("signing.sign", slug=slug, version_id=held) if held else ""
    return Obstacle(said, url, _("Read and sign") if url else "")


def reacts(actor: Actor, room: Mapping[str, Any], topic: Mapping[str, Any] | None = None) -> bool:
    """True where the actor can react to messages now."""
    is_open = room["state"] == "open" and (topic is None or topic["state"] != "locked")
    return is_open and bool(discussions.may_react(actor, _place(actor, room)))


def explained(error: DomainError, slug: str, back: str) -> Obstacle:
    """A refusal with the way on."""
    sentence = _(error.message, **error.params)
    if error.code == "rules_not_accepted":
        return Obstacle(sentence, url_for("agreements.rules", slug=slug, next=back), _("Read the rules"))
    if error.code == "agreement_not_signed":
        return Obstacle(sentence, url_for("agreements.documents", slug=slug), _("To the agreement"))
    if error.code == "direct_messages_off":
        return Obstacle(sentence, url_for("blocks.blocks"), _("Change it"))
    if error.code == "membership_paused":
        return Obstacle(sentence, url_for("membership.own", slug=slug), _("Come back"))
    if error.code == "forbidden":
        return Obstacle(_("You can read here, but not write at the moment."))
    return Obstacle(sentence)


def _place(actor: Actor, room: Mapping[str, Any]) -> discussions.Place:
    standing = actor.standing(room["network_id"])
    return discussions.Place(
        network_id=room["network_id"], kind=room["kind"], posting=room["posting"], in_room=True,
        member_state=standing.state if standing else None,
        suspended_until=standing.suspended_until if standing else None,
        rules_accepted=standing is not None and standing.rules_accepted,
        refused=room.get("refused", False), refuses=room.get("refuses", False),
    )  # fmt: skip


def host_words(network_id: str) -> dict[str, str]:
    """The word that stands at the messages of the people with a role, by their ids."""
    words = {"meta_mentor": _("Meta-mentor"), "deputy": _("Deputy")}
    return {
        row["user"]["id"]: words[row["role"]]
        for row in membership.running_appointments(network_id) if row["role"] in words
    }  # fmt: skip


def conversation(
    actor: Actor,
    messages: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
    *,
    unread: int = 0,
    first_unread: int | None = None,
    writes: bool = False,
    reacts: bool = False,
    blocked: Collection[str] = (),
) -> Conversation:
    """Messages, oldest first, as entries of a page. The line of the new, of which there are `unread`, stands
    before the message with the number `first_unread`; words of `blocked` people are folded. The reader
    `writes` here, or `reacts` at least."""
    answered = _answered(messages)
    entries: list[dict[str, Any]] = []
    last_day = None
    for message in messages:
        when: datetime = message["created_at"].astimezone(get_timezone())
        is_new_day, last_day = when.date() != last_day, when.date()
        if message["seq"] == first_unread:
            entries.append({"kind": "unread", "count": unread, "day": day(when) if is_new_day else ""})
        elif is_new_day:
            entries.append({"kind": "day", "text": day(when), "iso": when.date().isoformat()})
        entries.append(
            {
                "kind": "message",
                "topic_id": message["topic_id"],
                **bubble(actor, message, words, answered, writes=writes, reacts=reacts, blocked=blocked),
            }
        )
    return Conversation(entries, [message["seq"] for message in messages])


def bubble(
    actor: Actor,
    message: Mapping[str, Any],
    words: Mapping[str, str],
    answered: Mapping[str, Mapping[str, Any]],
    *,
    writes: bool,
    reacts: bool = False,
    blocked: Collection[str] = (),
) -> dict[str, Any]:
    """One message as the macro `message` takes it, with `own` and the entries of its menu."""
    own, edited = message["author"]["id"] == actor.user_id, None
    if message["edited_at"] is not None and gone_sentence(message) is None:
        edited = _edited(message["id"], day_and_time(message["edited_at"]))
    return {
        "m": {
            "id": message["id"], "author": message["author"], "role": words.get(message["author"]["id"]),
            "iso": iso(message["created_at"]), "time": clock(message["created_at"]),
            "body": _shown_to(actor, message["html"] or ""),
            "language": message["language"], "translation": message["translation"],
            "edited": edited, "gone": gone_sentence(message),
            "reply": _quote(actor, answered.get(message["reply_to"] or ""), blocked),
            "folded": message["author"]["id"] in blocked,
            "reactions": shown_reactions(message["reactions"]), "reacts": reacts,
            "files": shown_files(message["files"]),
        },
        "own": own,
        "items": menu_items(
            message["topic_id"], message["id"], message["seq"], own=own, writes=writes, reacts=reacts,
            edited=message["edited_at"] is not None,
        ),
    }  # fmt: skip


def _shown_to(actor: Actor, html: str) -> Markup:
    """What a message says, the reader's own name in it marked."""
    own = f'class="mention" href="/people/{actor.user_id}"'
    return Markup(html.replace(own, own.replace("mention", "mention me", 1)))  # noqa: S704 - made by the domain's own cleaner


def menu_items(
    topic_id: str, message_id: str, seq: int, *, own: bool, writes: bool, reacts: bool, edited: bool
) -> list[dict[str, Any]]:
    """What can be done with a message."""
    items: list[dict[str, Any]] = []
    if writes:
        answer = url_for("discussions.topic", topic_id=topic_id, answer=message_id, _anchor="composer-body")
        items.append({"label": _("Answer"), "url": answer, "sign": "reply"})
    if reacts:
        sign = {
            "label": _("React"),
            "url": url_for("reactions.message", message_id=message_id),
            "sign": "smile",
        }
        items.append(sign)
    if own and writes:
        items.append(
            {"label": _("Change"), "url": url_for("messages.edit", message_id=message_id), "sign": "pencil"}
        )
    if edited:
        items.append(
            {
                "label": _("What it said before"),
                "url": url_for("messages.history", message_id=message_id),
                "sign": "clock",
            }
        )
    if not own:
        url = url_for("discussions.mark_unread", topic_id=topic_id)
        items.append(
            {"label": _("Unread from here"), "url": url, "sign": "talk", "post": True, "fields": {"seq": seq}}
        )
    lasting = url_for("messages.message", message_id=message_id)
    items.append({"label": _("Link to this message"), "url": lasting, "sign": "share", "share": True})
    if own:
        items.append(
            {
                "label": _("Delete"),
                "url": url_for("messages.delete", message_id=message_id),
                "sign": "trash",
                "danger": True,
            }
        )
    return items


def pattern(topic_id: str, *, writes: bool, reacts: bool) -> dict[str, Any]:
    """A bubble with every part that one can have, for the script to fill."""
    menus = {
        f"{whose}_items": menu_items(
            topic_id, NO_ID, 0, own=whose == "own", writes=writes, reacts=reacts, edited=False
        )
        for whose in ("own", "other")
    }
    m = {
        "id": NO_ID, "author": {"display_name": "-", "photo_url": "/faces/-.svg"}, "role": "-", "iso": "-",
        "time": "-", "body": "", "language": None, "translation": "-",
        "edited": _edited(NO_ID, ""), "gone": None,
        "reply": {"author_name": "-", "text": "-", "url": "#"},
    }  # fmt: skip
    ready = [{**each, "count": 0} for each in ready_reactions()]
    return {"m": m, **menus, "ready": ready, "reacts": reacts, "id": NO_ID}


def gone_sentence(message: Mapping[str, Any]) -> str | None:
    """What stands in the place of a message that is not shown."""
    if message["deleted_at"] is not None:
        return _("This message was deleted.")
    if message["veiled"]:
        return _("This message is hidden while somebody looks at it.")
    return None


def counted(singular: str, plural: str) -> dict[str, str]:
    """A sentence with a number for every plural form of the page's language, `{n}` in the number's place: for
    the script, which picks by the language's own rule."""
    locale = get_locale()
    forms: dict[str, str] = {}
    for number in (1, 2, 5, 0, 3, 11, 21, 100):
        form = locale.plural_form(number) if locale else "other"
        forms.setdefault(form, ngettext(singular, plural, number).replace(str(number), "{n}"))
    return {"other": next(iter(forms.values())), **forms}


def _answered(messages: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    here = {message["id"]: message for message in messages}
    elsewhere = {m["reply_to"] for m in messages if m["reply_to"]} - set(here)
    return {**here, **discussions.messages_by_id(elsewhere)} if elsewhere else here


def _quote(
    actor: Actor, message: Mapping[str, Any] | None, blocked: Collection[str]
) -> dict[str, Any] | None:
    if message is None:
        return None
    folded = _("A message of somebody you blocked") if message["author"]["id"] in blocked else None
    return {
        "author_name": _("You")
        if message["author"]["id"] == actor.user_id
        else message["author"]["display_name"],
        "text": gone_sentence(message) or folded or in_one_line(message["html"]) or said_of(message["files"]),
        "url": url_for("messages.message", message_id=message["id"]),
    }


def in_one_line(html: str) -> str:
    """How a message begins, for where it is quoted: as the script takes it from the bubble."""
    line = " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1].rstrip()}…"


def _edited(message_id: str, when: str) -> Markup:
    history = url_for("messages.history", message_id=message_id)
    return Markup('<a href="{}" title="{}">{}</a>').format(history, when, _("changed"))

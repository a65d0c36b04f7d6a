"""What keeps somebody from writing in a room or topic, and the way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import agreements, discussions
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.transaction import once
from web.formats import day_and_time

MEASURES = "/measures"
"""Where somebody reads what was decided about her, why, and how to ask for another look."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody cannot write here, and the way on where there is one."""

    sentence: str
    url: str = ""
    label: str = ""


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
    if topic is not None and topic["veiled"]:
        return Obstacle(_("This conversation is hidden. Nobody can write here until it is settled."))
    verdict = discussions.may_post_message(actor, _place(actor, room))
    if verdict.refusal is not None:
        return explained(verdict.refusal(), slug, back)
    until = paused_until(actor, room["network_id"], topic)
    if until is not None:
        return paused(until)
    if room.get("needs_agreement") and agreements.must_read_only(actor, room["network_id"]):
        return _to_sign(room["network_id"], slug)
    return None


def _to_sign(network_id: str, slug: str) -> Obstacle:
    said = _("In this room you can write once you have signed the agreement.")
    held = agreements.agreement_standing(network_id).version_id
    url = url_for("signing.sign", slug=slug, version_id=held) if held else ""
    return Obstacle(said, url, _("Read and sign") if url else "")


def paused_until(actor: Actor, network_id: str, topic: Mapping[str, Any] | None = None) -> datetime | None:
    """Until when the actor has a pause from writing in a network, or in a topic; asked once for a page, and
    not where the topic tells it."""
    if topic is not None:
        until: datetime | None = topic["paused_until"]
        return until if until is not None and until > runtime.current().clock.now() else None
    return once(
        ("paused_until", actor.user_id, network_id),
        lambda: discussions.running_pause(actor.user_id or "", network_id),
    )


def paused(until: datetime) -> Obstacle:
    """That somebody has a pause from writing, until when, and where she reads why."""
    said = _(
        "You have a pause from posting until %(moment)s. You can go on reading.", moment=day_and_time(until)
    )
    return Obstacle(said, MEASURES, _("Why, and what you can do"))


def reacts(actor: Actor, room: Mapping[str, Any], topic: Mapping[str, Any] | None = None) -> bool:
    """True where the actor can react to messages now."""
    is_open = room["state"] == "open" and (
        topic is None or (topic["state"] != "locked" and not topic["veiled"])
    )
    if not is_open or not discussions.may_react(actor, _place(actor, room)):
        return False
    return paused_until(actor, room["network_id"], topic) is None


def explained(error: DomainError, slug: str, back: str) -> Obstacle:
    """A refusal with the way on."""
    sentence = _(error.message, **error.params)
    if error.code == "rules_not_accepted":
        return Obstacle(sentence, url_for("agreements.rules", slug=slug, next=back), _("Read the rules"))
    if error.code == "agreement_not_signed":
        return Obstacle(sentence, url_for("agreements.documents", slug=slug), _("To the agreement"))
    if error.code == "direct_messages_off":
        return Obstacle(sentence, url_for("blocks.blocks"), _("Change it"))
    if error.code == "posting_paused":
        return paused(error.params["until"])
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

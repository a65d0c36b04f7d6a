"""Who waits for the hosts of a network: whose hello nobody has answered, and who would like to join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import discussions, membership
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Waits:
    """One person who waits: for the card on top (`said`, `note`, `label`) and for a row (`what`, `line`)."""

    person: Mapping[str, Any]
    url: str
    said: str
    quoted: bool
    note: str
    label: str
    what: str
    line: str
    since: datetime


def who_waits(
    actor: Actor, slug: str, network_id: str, roles: Sequence[str], topics: Sequence[Mapping[str, Any]]
) -> list[Waits]:
    """First the hellos, for hosts, then the applications, for those who decide about them; for everybody else
    nothing. `topics` are the network's conversations as the home page has them."""
    found: list[Waits] = []
    if {"meta_mentor", "deputy"}.intersection(roles):
        said = (topic for topic in topics if topic["room_opening"] == "welcome")
        hellos = (topic for topic in said if _is_unanswered(actor, topic))
        found += [_hello(topic) for topic in hellos][:SHOWN]
    if membership.may_see_applications(actor, network_id):
        asked = membership.list_applications(actor, network_id, PageRequest(limit=SHOWN), "open")
        found += [_application(slug, row) for row in asked.items]
    return found


def _is_unanswered(actor: Actor, topic: Mapping[str, Any]) -> bool:
    last = topic["last_message"]
    return (
        topic["message_count"] == 1
        and topic["state"] == "open"
        and topic["created_by"] != actor.user_id
        and last is not None
        and last["excerpt"] is not None
    )


def _hello(topic: Mapping[str, Any]) -> Waits:
    last = topic["last_message"]
    return Waits(
        person=last["author"], url=url_for("discussions.topic", topic_id=topic["id"]), said=last["excerpt"],
        quoted=True, note=_("has said hello. Nobody has answered yet."), label=_("Say welcome"),
        what=_("%(name)s has said hello", name=last["author"]["display_name"]),
        line=_("Nobody has answered yet."), since=topic["last_message_at"],
    )  # fmt: skip


def _application(slug: str, row: Mapping[str, Any]) -> Waits:
    name, wrote = row["user"]["display_name"], row["statement"] or row["experience"]
    return Waits(
        person=row["user"],
        url=url_for("invitations.application", slug=slug, application_id=row["id"]),
        said=discussions.excerpt(wrote) if wrote else _("A member invited this person, who accepted."),
        quoted=bool(wrote), note=_("would like to join and waits for your answer."), label=_("Look at it"),
        what=_("%(name)s would like to join", name=name), line=_("waits for your answer"),
        since=row["created_at"],
    )  # fmt: skip

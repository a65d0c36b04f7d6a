"""Who waits for the hosts of a network: whose hello nobody has answered, and who would like to join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network import discussions, hosting, membership, moderation
from network.hosting import HostingView, Load
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.moderation import WaitingCases
from network.networks import NetworkView
from web.affairs import affairs_of

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


@dataclass(frozen=True, slots=True)
class Matters:
    """What else waits for who leads a network: rows with the ways to it, how much it all is."""

    rows: Sequence[Mapping[str, Any]]
    cases: int
    oldest_case_at: datetime | None
    applications: int
    load: Load | None


def matters_of(actor: Actor, row: NetworkView, found: HostingView | None) -> Matters:
    """Applications, what was held back, agreements and decisions; cases as numbers, those alone that the
    actor may handle; the load of who hosts."""
    cases = moderation.count_waiting(actor, row["id"])
    decides = bool(membership.may_see_applications(actor, row["id"]))
    applications = membership.count_open_applications(row["id"]) if decides else 0
    load = None
    if found is not None:
        waits = {**found["counts"], "application": applications, "case": cases["waiting"]}
        load = hosting.load_of(found["done"], waits)
    rows = [*_held(row), *_appeals(row, cases), *_applications(actor, row, applications)]
    return Matters(
        [*rows, *(affairs_of(actor, row) or ())], cases["waiting"], cases["oldest_at"], applications, load
    )


def _held(row: NetworkView) -> list[dict[str, Any]]:
    if not leads_on("/network/<slug>/held"):
        return []
    return [{"title": _("First messages of newcomers"), "line": _("They wait until somebody has seen them"),
             "language": "", "sign": "clock", "url": f"/network/{row['slug']}/held"}]  # fmt: skip


def _appeals(row: NetworkView, waiting: WaitingCases) -> list[dict[str, Any]]:
    """What somebody else decided and she looks at again, and measures for which she is the second person."""
    appeals, seconds = waiting["appeals"], waiting["seconds"]
    lines = [
        ngettext("%(num)s appeal waits", "%(num)s appeals wait", appeals) if appeals else "",
        ngettext("%(num)s measure waits for a second person", "%(num)s measures wait for a second person",
                 seconds) if seconds else "",
    ]  # fmt: skip
    if not any(lines):
        return []
    line = " · ".join(one for one in lines if one)
    return [
        {"title": _("Appeals and second opinions"), "line": line, "language": "", "sign": "refresh",
         "url": url_for("measures.appeals", slug=row["slug"])}
    ]  # fmt: skip


def _applications(actor: Actor, row: NetworkView, number: int) -> list[dict[str, Any]]:
    if not number:
        return []
    asked = membership.list_applications(actor, row["id"], PageRequest(limit=SHOWN), "open")
    return [
        {"title": _("%(name)s would like to join", name=one["user"]["display_name"]),
         "line": _("waits for your answer"), "language": "", "sign": "user-plus",
         "url": url_for("invitations.application", slug=row["slug"], application_id=one["id"])}
        for one in asked.items
    ]  # fmt: skip


def leads_on(rule: str) -> bool:
    """There is a page of this address."""
    return any(one.rule == rule for one in current_app.url_map.iter_rules())


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

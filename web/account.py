"""The pages on which a network sees how the power over its members is used, and everybody who looked at what
she wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_timedelta
from flask import Blueprint, render_template, request
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from network import audit, moderation, networks
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.paging import PageRequest
from network.moderation import CellsView, LogEntryView
from web import power_words as words
from web.pages import page
from web.pictures.bars import bars_picture
from web.roadmap import open_network, sections

blueprint = Blueprint("account", __name__)
AT_ONCE = 30


@page(blueprint, "/network/<slug>/moderation-log")
def log(actor: Actor, slug: str) -> str:
    """What was done in moderation, by which rule and why; never about whom."""
    row = open_network(actor, slug)
    found = moderation.list_log(actor, row["id"], PageRequest(AT_ONCE, request.args.get("cursor")))
    return render_template(
        "account/log.html", network=row, entries=[_entry(entry) for entry in found.items],
        following=found.next, sections=sections(actor, row, "log"),
        trail=bool(audit.may_see_trail(actor, row["id"])), report=row["features"].get("transparency_report"),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/moderation-report")
def report(actor: Actor, slug: str) -> str:
    """Moderation in numbers, with pictures; few of anything are not told."""
    row, fault = open_network(actor, slug), None
    first, last = moderation.default_span()
    since, until = _day("from", first), _day("to", last)
    try:
        if since is None or until is None:
            raise Invalid()
        found = moderation.get_moderation_report(actor, row["id"], since, until)
    except Invalid:
        fault = _("Please choose a first and a last day, at most five years apart.")
        since, until = first, last
        found = moderation.get_moderation_report(actor, row["id"], since, until)
    return render_template(
        "account/report.html", network=row, found=found, fault=fault, since=since, until=until,
        typed={
            "from": request.args.get("from", since.isoformat()),
            "to": request.args.get("to", until.isoformat()),
        },
        parts=[
            _part(_("What was reported"), found["reports_by_target"], words.TARGETS, "targets"),
            _part(_("Where it came from"), found["reports_by_origin"], words.ORIGINS, "origins"),
            _part(_("What came of it"), found["reports_by_answer"], words.ANSWERS, "answers"),
            _part(_("Measures"), found["measures"], words.KIND_NAMES, "kinds"),
            _part(_("Appeals that were decided"), found["appeals"], words.APPEALS, "appeals"),
            _part(_("Without a person"), found["automated"], words.AUTOMATED, "automated"),
        ],
        times=[
            (_("Until somebody took it on"), _span(found["median_to_first_action"])),
            (_("Until it was decided"), _span(found["median_to_decision"])),
        ],
        overturned=found["overturned"], sections=sections(actor, row, "log"),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/audit")
def trail(actor: Actor, slug: str) -> str:
    """The network's part of the audit trail, for those who answer for it."""
    row = open_network(actor, slug)
    found = audit.list_trail(actor, row["id"], PageRequest(AT_ONCE, request.args.get("cursor")))
    return render_template(
        "account/trail.html", network=row, rows=found.items, following=found.next, roles=words.ROLES,
        sections=sections(actor, row, "log"),
    )  # fmt: skip


@page(blueprint, "/me/looks")
def looks(actor: Actor) -> str:
    """Who looked at what somebody wrote because it was reported."""
    found = moderation.list_looks(actor, PageRequest(AT_ONCE, request.args.get("cursor")))
    names = {
        network_id: _network_name(network_id) for network_id in {one["network_id"] for one in found.items}
    }
    return render_template(
        "account/looks.html", looks=found.items, following=found.next, roles=words.ROLES, names=names,
        targets=words.LOOKED_AT,
    )  # fmt: skip


def _network_name(network_id: str) -> str:
    return networks.network_row(network_id).name


def _day(name: str, otherwise: date) -> date | None:
    said = request.args.get(name, "")
    if not said:
        return otherwise
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _entry(entry: LogEntryView) -> dict[str, Any]:
    kind, sign = words.KINDS.get(entry["kind"], (entry["kind"], "info"))
    days, state = entry["days"], words.STATES.get(entry["state"] or "")
    long = ngettext("for one day", "for %(num)s days", days) if days else ""
    what = _("%(what)s: %(room)s", what=kind, room=entry["room"]) if entry["room"] else str(kind)
    return {
        "id": entry["id"], "what": what, "sign": sign, "at": entry["at"], "rule": entry["rule"],
        "reason": entry["reason"], "long": long, "state": state,
        "role": words.ROLES.get(entry["acting_role"], words.ROLES["meta_mentor"]),
    }  # fmt: skip


def _part(title: str, cells: CellsView, names: Mapping[str, Any], key: str) -> dict[str, Any]:
    rows = [(names[name], count) for name, count in cells["by"].items()]
    facts = ", ".join(f"{name}: {_told(count)}" for name, count in rows)
    return {
        "title": title, "id": key, "total": cells["total"],
        "rows": [(name, _told(count)) for name, count in rows],
        "none": all(count == 0 for _name, count in rows),
        "picture": bars_picture([count for _name, count in rows], title, facts, id_prefix=key),
    }  # fmt: skip


def _told(count: int | None) -> str:
    return _("not told") if count is None else str(count)


def _span(seconds: int | None) -> str:
    if seconds is None:
        return _("not told, for it was fewer than five times")
    return format_timedelta(seconds, granularity="minute", threshold=2, locale=get_locale())

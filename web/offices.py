"""The page of a network's office: whether it has one, when somebody is there, and settling that."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from network import decisions, networks, offices
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.policy import require
from network.offices import OfficeView
from web.forms.offices import WEEKDAYS, OfficeForm
from web.languages import choose_language
from web.member_choices import members_by_name
from web.pages import page
from web.people import shown
from web.places import time_zone_choices
from web.roadmap import open_network, sections

blueprint = Blueprint("offices", __name__)


@page(blueprint, "/network/<slug>/office")
def office(actor: Actor, slug: str) -> str:
    """What the network decided about its office (N10), its hours where the reader is."""
    row = open_network(actor, slug)
    found = offices.get_office(actor, row["id"])
    return render_template(
        "offices/office.html",
        network=row,
        office=found,
        hours=hours_of(found),
        describes=bool(offices.may_describe_office(actor, networks.network_row(row["id"]))),
        decision=_decision(actor, found),
        sections=sections(actor, row, "roles"),
    )


@page(blueprint, "/network/<slug>/office/change", methods=("GET", "POST"))
def change(actor: Actor, slug: str) -> Any:
    """Settle whether there is an office, and say what one should know."""
    row, refusal = open_network(actor, slug), None
    found = offices.get_office(actor, row["id"])
    require(offices.may_describe_office(actor, networks.network_row(row["id"])))
    alone, fitting = offices.settles_alone(actor, row["id"]), offices.fitting_decisions(actor, row["id"])
    form = OfficeForm(None if request.method == "GET" else request.form, data=_filled(actor, found))
    people = [one["user"] for one in members_by_name(actor, row["id"])]
    named = [found["contact_person"], found["substitute_person"]]
    choices = {each["id"]: each["display_name"] for each in (*people, *(one for one in named if one))}
    form.offer(
        list(choices.items()), time_zone_choices(form.time_zone.data or actor.time_zone, choose_language()),
        [(one.decision_id, one.question) for one in fitting],
    )  # fmt: skip
    needs = not alone and (found["decision_id"] is None or found["exists"] is not form.said["exists"])
    if form.validate_on_submit() and needs and not form.decision_id.data:
        form.decision_id.errors = [_("Please choose the decision.")]
    elif form.validate_on_submit():
        try:
            offices.decide_office(
                actor, row["id"], form.said, decision_id=form.decision_id.data or None,
                expected_version=form.expected_version.data,
            )  # fmt: skip
            flash(_("Written down. The others can see it now."), "ok")
            return redirect(url_for("offices.office", slug=row["slug"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    asks, other = None, None if found["exists"] is None else not found["exists"]
    if decisions.may_draft_decision(actor, row["id"]):
        asks = url_for("decision_making.write", slug=row["slug"], kind="consent")
    return shown(
        "offices/change.html", form, refusal, network=row, office=found, days=_days(), alone=alone,
        fitting=fitting, asks=asks, must_name=not offices.settles_alone(actor, row["id"], exists=other),
    )  # fmt: skip


def hours_of(found: OfficeView) -> dict[str, Any]:
    """The hours for the page: as the reader's clock shows them, and as the office's where that differs."""
    zone, reader = found["time_zone"], str(get_timezone())
    if not found["hours"] or zone is None:
        return {"shown": [], "zone": None, "there": []}
    today, days = runtime.current().clock.today(), _days()

    def lines(of: str) -> list[tuple[str, str, None]]:
        return [
            (days[one.weekday], f"{one.opens}–{one.closes}", None)
            for one in offices.hours_in(found["hours"], zone, of, today)
        ]

    here, there = lines(reader), lines(zone)
    place = next((words for name, words in time_zone_choices(zone, choose_language()) if name == zone), zone)
    return {"shown": here, "zone": place, "there": there if there != here else []}


def _days() -> list[str]:
    names = get_day_names("wide", context="stand-alone", locale=get_locale())
    return [str(names[day]) for day in WEEKDAYS]


def _decision(actor: Actor, found: OfficeView) -> Any:
    if found["decision_id"] is None:
        return None
    try:
        return decisions.get_decision(actor, found["decision_id"])
    except NotFound:
        return None


def _filled(actor: Actor, found: OfficeView) -> dict[str, Any]:
    """What holds now, as the form shows it."""
    known = {
        "exists": {True: "yes", False: "no", None: None}[found["exists"]],
        "reason": found["reason"], "contact": found["contact"], "substitute": found["substitute"],
        "contact_user_id": (found["contact_person"] or {}).get("id", ""),
        "substitute_user_id": (found["substitute_person"] or {}).get("id", ""),
        "tasks": found["tasks"], "time_zone": found["time_zone"] or actor.time_zone,
        "expected_version": found["version"],
    }  # fmt: skip
    for one in found["hours"]:
        known[f"opens_{one['weekday']}"] = OfficeForm.clock(one["from"])
        known[f"closes_{one['weekday']}"] = OfficeForm.clock(one["to"])
    return known

"""The pages for who holds a meeting: moving, changing and cancelling it, and who was there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from network import meetings
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden
from network.meetings import DatePage, MeetingAhead
from web import meeting_words
from web.forms.meetings import AttendanceForm, CancellationForm, DateForm, MeetingForm
from web.meetings import show_faults, typed
from web.member_choices import members_by_name
from web.pages import page
from web.places import time_zone_choices

blueprint = Blueprint("meeting_changes", __name__)


@page(blueprint, "/meetings/<id:meeting_id>/change", methods=("GET", "POST"))
def change(actor: Actor, meeting_id: str) -> Any:
    """Change a meeting or a whole series; with `?on=` that date alone."""
    found = _open(actor, meeting_id)
    one = bool(request.args.get("on"))
    form = _date_form(found) if one else _meeting_form(found)
    if form.validate_on_submit():
        values = _of_one_date(form, found) if one else _of_all(form, found)
        try:
            meetings.change_meeting(
                actor, meeting_id, expected_version=form.expected_version.data or 0,
                occurrence=found["date"]["occurrence"] if one else None, **values,
            )  # fmt: skip
            flash(_("It is changed. Who wanted to come gets a mail when time or place are others."), "ok")
            return redirect(_back(found, one=one))
        except DomainError as error:
            show_faults(form, error)
    body = render_template("meetings/change.html", form=form, one=one, back=_back(found, one=one), **found)
    return body, 422 if form.errors else 200


@page(blueprint, "/meetings/<id:meeting_id>/cancel", methods=("GET", "POST"))
def cancel(actor: Actor, meeting_id: str) -> Any:
    """Cancel a meeting or a whole series; with `?on=` that date alone."""
    found = _open(actor, meeting_id)
    one = bool(request.args.get("on"))
    form = CancellationForm(expected_version=found["meeting"]["version"])
    if form.validate_on_submit():
        try:
            meetings.cancel_meeting(
                actor, meeting_id, expected_version=form.expected_version.data, reason=form.reason.data or "",
                occurrence=found["date"]["occurrence"] if one else None,
            )  # fmt: skip
            flash(_("It is cancelled. Who wanted to come gets a mail."), "ok")
            return redirect(_back(found, one=one))
        except DomainError as error:
            form.show_faults(error)
    body = render_template("meetings/cancel.html", form=form, one=one, back=_back(found, one=one), **found)
    return body, 422 if form.errors else 200


@page(blueprint, "/meetings/<id:meeting_id>/attendance", methods=("GET", "POST"))
def attendance(actor: Actor, meeting_id: str) -> Any:
    """Who was there; the ones who said yes are ticked until somebody wrote it down."""
    found = _open(actor, meeting_id)
    date = found["date"]
    if date["starts_at"] > runtime.current().clock.now():
        raise MeetingAhead()
    kept = meetings.get_attendance(actor, meeting_id, date["occurrence"])["people"]
    members = [one["user"] for one in members_by_name(actor, date["network_id"])]
    known = [*members, *kept, *found["people"]["yes"], *found["people"]["maybe"]]
    named = {person["id"]: person["display_name"] for person in known}
    ticked = kept if date["attended"] else found["people"]["yes"]
    form = AttendanceForm(user_ids=[person["id"] for person in ticked])
    form.offer(sorted(named.items(), key=lambda pair: pair[1].casefold()))
    if form.validate_on_submit():
        try:
            meetings.record_attendance(actor, meeting_id, form.user_ids.data or [], date["occurrence"])
            flash(_("It is written down. Thank you for being the host!"), "ok")
            return redirect(_back(found, one=bool(date["key"])))
        except DomainError as error:
            show_faults(form, error)
    body = render_template(
        "meetings/attendance.html", form=form, back=_back(found, one=bool(date["key"])), **found
    )
    return body, 422 if form.errors else 200


def _open(actor: Actor, meeting_id: str) -> DatePage:
    found = meetings.get_date(actor, meeting_id, request.args.get("on"))
    g.network_id = found["meeting"]["network_id"]
    if not found["is_host"]:
        raise Forbidden()
    return found


def _back(found: DatePage, *, one: bool) -> str:
    on = found["date"]["key"] if one else None
    return url_for("meetings.meeting", meeting_id=found["meeting"]["id"], on=on or None)


def _meeting_form(found: DatePage) -> MeetingForm:
    row, date = found["meeting"], found["date"]
    zone = row["time_zone"]
    # A series is moved from its next date on: what has been stays as it was.
    begins = meetings.local_time(date["occurrence"] or row["starts_at"], zone)
    repeats, until = meeting_words.repeats_choice(row["recurrence"], zone)
    form = MeetingForm(
        title=row["title"], about=row["about"], kind=row["kind"], day=begins.date(), time=begins.time(),
        time_zone=zone, duration_minutes=row["duration_minutes"], repeats=repeats, until=until,
        place=row["place"], link=row["link"], expected_version=row["version"],
    )  # fmt: skip
    form.offer_durations(meeting_words.durations(row["duration_minutes"]))
    form.offer(
        time_zone_choices(zone, str(get_locale())), meeting_words.kinds(row["kind"]),
        (repeats, meeting_words.repeats(repeats, row["starts_at"], zone)) if repeats == row["recurrence"]
        else None,
    )  # fmt: skip
    return form


def _date_form(found: DatePage) -> DateForm:
    date = found["date"]
    begins = meetings.local_time(date["starts_at"], date["time_zone"])
    form = DateForm(
        title=date["title"], about=date["about"], day=begins.date(), time=begins.time(),
        duration_minutes=date["duration_minutes"], place=date["place"], link=date["link"],
        expected_version=found["meeting"]["version"],
    )  # fmt: skip
    form.offer_durations(meeting_words.durations(date["duration_minutes"]))
    return form


def _of_all(form: MeetingForm, found: DatePage) -> dict[str, Any]:
    values = typed(form)
    if values["starts_at"] == found["date"]["occurrence"]:
        del values["starts_at"]  # where the series would have been anyway
    return values


def _of_one_date(form: DateForm, found: DatePage) -> dict[str, Any]:
    return {
        "title": form.title.data, "about": form.about.data or "",
        "starts_at": meetings.moment_of(form.local(), found["date"]["time_zone"]),
        "duration_minutes": form.duration_minutes.data, "place": form.place.data or None,
        "link": form.link.data or None,
    }  # fmt: skip

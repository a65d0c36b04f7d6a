"""The pages of meetings: the agenda, one date with the answers, planning and one's own calendar."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from network import meetings, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from network.membership import RulesNotAccepted
from web import meeting_words
from web.forms.meetings import MeetingForm, ReplyForm
from web.pages import own_path, page
from web.places import time_zone_choices, zone_of_country
from web.shell import Place, Shell

blueprint = Blueprint("meetings", __name__)
blueprint.record(lambda made: made.app.jinja_env.globals.update(meeting_words=meeting_words))
SHOWN = 12
PAST_SHOWN = 40


@page(blueprint, "/meetings")
def agenda(actor: Actor) -> Any:
    """What is to come in the network that one looked at last; or what has been."""
    place = _here(actor)
    if place is None:
        return redirect(url_for("home.home"))
    past = request.args.get("when") == "past"
    if past:
        dates, following = meetings.list_past_dates(actor, place.id, PAST_SHOWN), None
    else:
        asked = PageRequest(limit=SHOWN, cursor=request.args.get("cursor"))
        found = meetings.list_agenda(actor, place.id, asked)
        dates, following = found.items, found.next
    return render_template(
        "meetings/agenda.html", place=place, dates=dates, following=following, past=past,
        plans=_may_begin_to_plan(actor, place.id),
    )  # fmt: skip


@page(blueprint, "/events", audience="anyone")
def moved(_actor: Actor) -> Any:
    """Where the meetings were before they were called so everywhere."""
    return redirect(url_for("meetings.agenda"), 301)


@page(blueprint, "/meetings/new", methods=("GET", "POST"))
def propose(actor: Actor) -> Any:
    """Put a meeting on the agenda: next week in the evening, unless one says otherwise."""
    place = _here(actor)
    if place is None:
        return redirect(url_for("home.home"))
    verdict = meetings.may_plan_meeting(actor, place.id)
    if verdict.refusal is RulesNotAccepted:
        return redirect(url_for("agreements.rules", slug=place.slug, next=own_path()))
    require(verdict)
    zone = zone_of_country(networks.get_network(actor, place.id)["country"], actor.time_zone)
    evening = meeting_words.evening_next_week(runtime.current().clock.now(), zone)
    form = MeetingForm(
        day=evening.date(), time=evening.time(), time_zone=zone, duration_minutes=60, kind="get_together"
    )
    form.offer_durations(meeting_words.durations())
    form.offer(time_zone_choices(zone, str(get_locale())), meeting_words.kinds())
    if form.validate_on_submit():
        try:
            made = meetings.plan_meeting(actor, place.id, **typed(form))
            flash(_("It is on the agenda. The others can see it now."), "ok")
            return redirect(url_for("meetings.meeting", meeting_id=made["id"]))
        except DomainError as error:
            show_faults(form, error)
    body = render_template("meetings/new.html", place=place, form=form)
    return body, 422 if form.errors else 200


@page(blueprint, "/meetings/<id:meeting_id>")
def meeting(actor: Actor, meeting_id: str) -> Any:
    """One date: when and where, whether one comes, who else does."""
    found = meetings.get_date(actor, meeting_id, request.args.get("on"))
    g.network_id = found["meeting"]["network_id"]
    date, now = found["date"], runtime.current().clock.now()
    return render_template(
        "meetings/meeting.html", now=now, has_begun=date["starts_at"] <= now, is_over=date["ends_at"] <= now,
        replies=bool(meetings.may_reply(actor, found["meeting"]["network_id"])),
        writes_down=bool(meetings.may_write_down_decision(actor, found["meeting"]["network_id"])), **found,
    )  # fmt: skip


@page(blueprint, "/meetings/<id:meeting_id>/reply", methods=("POST",))
def reply(actor: Actor, meeting_id: str) -> Any:
    """Say whether one comes."""
    form = ReplyForm()
    if not form.validate_on_submit():
        abort(400)
    key = form.on.data or ""
    named = meetings.moment_of_key(key)
    if key and named is None:
        abort(400)
    occurrence = None if form.all_dates.data else named
    meetings.reply_to_meeting(actor, meeting_id, form.reply.data, occurrence)
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id, on=key or None))


@page(blueprint, "/meetings/calendar", methods=("GET", "POST"))
def calendar(actor: Actor) -> Any:
    """One's own calendar: a secret address, shown once."""
    url = meetings.make_calendar_feed(actor) if request.method == "POST" else None
    return render_template("meetings/calendar.html", url=url, since=meetings.feed_since(actor))


@page(blueprint, "/meetings/calendar/end", methods=("POST",))
def end_calendar(actor: Actor) -> Any:
    """Take the secret address back."""
    meetings.revoke_calendar_feed(actor)
    flash(_("The address leads nowhere any more."), "ok")
    return redirect(url_for("meetings.calendar"))


def typed(form: MeetingForm) -> dict[str, Any]:
    """What was typed, as the rules take it."""
    return {
        "title": form.title.data, "kind": form.kind.data, "about": form.about.data or "",
        "starts_at": meetings.moment_of(form.local(), form.time_zone.data),
        "time_zone": form.time_zone.data, "duration_minutes": form.duration_minutes.data,
        "recurrence": form.recurrence(), "place": form.place.data or None, "link": form.link.data or None,
    }  # fmt: skip


def show_faults(form: Any, error: DomainError) -> None:
    """Put what the rules refused beside the field that the page has for it."""
    faults = getattr(error, "faults", {})
    for name, field in (("starts_at", "day"), ("recurrence", "repeats")):
        if name in faults and field in form:
            faults[field] = faults.pop(name)
    form.show_faults(error)


def _here(actor: Actor) -> Place | None:
    """The network whose meetings are open to the actor."""
    g.shell = shell = Shell(actor)
    place = shell.network
    return place if place is not None and meetings.may_see_meetings(actor, place.id) else None


def _may_begin_to_plan(actor: Actor, network_id: str) -> bool:
    verdict = meetings.may_plan_meeting(actor, network_id)
    return bool(verdict) or verdict.refusal is RulesNotAccepted

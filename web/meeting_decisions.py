"""Writing down what was decided on a call, from the page of a meeting that was held."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import meetings
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.policy import require
from network.meetings import DatePage, MeetingAhead
from network.membership import RulesNotAccepted
from web.forms.decisions import CallForm
from web.languages import written_in
from web.member_choices import members_by_name
from web.pages import own_path, page

blueprint = Blueprint("meeting_decisions", __name__)


@page(blueprint, "/meetings/<id:meeting_id>/decision", methods=("GET", "POST"))
def decide(actor: Actor, meeting_id: str) -> Any:
    """The wording, who agreed, and who else was there; for seven days everybody can object."""
    found = meetings.get_date(actor, meeting_id, request.args.get("on"))
    g.network_id = found["meeting"]["network_id"]
    verdict = meetings.may_write_down_decision(actor, g.network_id)
    if verdict.refusal is RulesNotAccepted:
        return redirect(url_for("agreements.rules", slug=g.network_id, next=own_path()))
    require(verdict)
    if found["date"]["starts_at"] > runtime.current().clock.now():
        raise MeetingAhead()
    back = url_for("meetings.meeting", meeting_id=meeting_id, on=found["date"]["key"] or None)
    form = CallForm()
    there = _who_was_there(actor, found)
    form.offer(_people(actor, found, there))
    if form.validate_on_submit():
        agreed = form.consents.data or []
        try:
            made = meetings.decide_at_meeting(
                actor, g.network_id, meeting_id=meeting_id, wording=form.wording.data,
                present=[*agreed, *(form.present.data or [])], consents=agreed,
                language=written_in(form.wording.data),
            )  # fmt: skip
            flash(_("Written down. Everybody can object for seven days, then it stands."), "ok")
            return redirect(url_for("decisions.decision", decision_id=made["id"]), 303)
        except DomainError as error:
            form.show_faults(error)
    body = render_template("decisions/call.html", form=form, back=back, there=len(there), **found)
    return body, 422 if form.errors else 200


def _who_was_there(actor: Actor, found: DatePage) -> list[str]:
    """Those who are taken to have been there: as written down, where the actor may see that, else those who
    had said yes."""
    if found["is_host"] and found["date"]["attended"]:
        kept = meetings.get_attendance(actor, found["meeting"]["id"], found["date"]["occurrence"])
        return [person["id"] for person in kept["people"]]
    return [person["id"] for person in found["people"]["yes"]]


def _people(actor: Actor, found: DatePage, first: list[str]) -> list[tuple[str, str]]:
    members = [one["user"] for one in members_by_name(actor, found["date"]["network_id"])]
    named = {person["id"]: person["display_name"] for person in [*members, *found["people"]["yes"]]}
    return sorted(named.items(), key=lambda pair: (pair[0] not in first, pair[1].casefold()))

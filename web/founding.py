"""The founding wizard: one thing on each page; what was typed is kept until the network stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements, courses, networks, organisations, roadmap
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Invalid
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from network.kernel.translation import supported
from web import founding_draft
from web.formats import language_name, local_today
from web.forms.base import PageForm
from web.forms.founding import NO_COURSE, CourseForm, FoundingForm, NameForm, PlaceForm
from web.forms.goals import GoalForm
from web.forms.meetings import FirstMeetingForm
from web.founding_draft import NEEDED, STEPS
from web.languages import choose_language
from web.meeting_words import evening_next_week
from web.pages import page
from web.places import country_choices

blueprint = Blueprint("founding", __name__)

FORMS: dict[str, type[PageForm]] = {
    "name": NameForm,
    "goal": GoalForm,
    "place": PlaceForm,
    "course": CourseForm,
    "meeting": FirstMeetingForm,
}
OFFERED_LANGUAGES = (
    "ar", "bg", "ckb", "cs", "da", "de", "el", "en", "es", "et", "fa", "fa-AF", "fi", "fr", "ga", "hr", "hu",
    "it", "ka", "ku", "lt", "lv", "mt", "nl", "pl", "ps", "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr",
    "sv", "ti", "tr", "uk", "ur", "vi",
)  # fmt: skip
QUARTER = timedelta(days=91)
LONGEST_DRAFT_FIELD = 4000


@page(blueprint, "/org/<id:organisation_id>/found")
def found(actor: Actor, organisation_id: str) -> Any:
    """The wizard where it was left, or its beginning."""
    _organisation(actor, organisation_id)
    draft = roadmap.founding_draft(actor, organisation_id) or {}
    wanted = founding_draft.first_open(draft) or "check"
    return redirect(_url(organisation_id, wanted if draft else STEPS[0]))


@page(
    blueprint,
    "/org/<id:organisation_id>/found/<any(name, goal, place, course, meeting):step>",
    methods=("GET", "POST"),
)
def ask(actor: Actor, organisation_id: str, step: str) -> Any:
    """One thing that is asked."""
    organisation = _organisation(actor, organisation_id)
    draft = roadmap.founding_draft(actor, organisation_id) or {}
    typed = request.method == "POST"
    form = FORMS[step](data=None if typed else _remembered(step, draft, organisation))
    _offer(actor, form, organisation_id)
    back = request.form.get("go") == "back"
    if typed and (form.validate() or back):
        kept = {name: _plain(value) for name, value in form.data.items() if name != "csrf_token"}
        draft = {**draft, **kept}
        roadmap.save_founding_draft(actor, organisation_id, draft)
        if back or founding_draft.refusal(step, draft) is None:
            return redirect(_url(organisation_id, _neighbour(step, back=back)))
    if not form.errors and all(draft.get(name) for name in NEEDED[step]):
        # Also what was right when it was typed: a day may have passed since.
        refused = founding_draft.refusal(step, draft)
        if refused is not None:
            form.show_faults(refused)
    body = render_template(f"founding/{step}.html", form=form, **_frame(organisation, step))
    return body, 422 if typed and form.errors else 200


@page(blueprint, "/org/<id:organisation_id>/found/check", methods=("GET", "POST"))
def check(actor: Actor, organisation_id: str) -> Any:
    """Everything once more with the rules; then the network is founded."""
    organisation = _organisation(actor, organisation_id)
    draft = roadmap.founding_draft(actor, organisation_id) or {}
    missing = founding_draft.first_open(draft)
    if missing is not None:
        return redirect(_url(organisation_id, missing))
    form, steps = FoundingForm(), {}
    if form.validate_on_submit():
        try:
            made = roadmap.found_network(
                actor,
                organisation_id=organisation_id,
                rules_accepted=True,
                from_draft=True,
                **founding_draft.network_of(draft),
            )
            verified = organisation["state"] == "verified"
            later = _("Your network stands. Prepare the invitations; they go out once you are verified.")
            flash(_("Your network stands. Now invite the first people.") if verified else later, "ok")
            return redirect(url_for("roadmap.network", slug=made["slug"]))
        except DomainError as error:
            form.show_faults(error)
            if isinstance(error, Invalid):
                steps = {said: _url(organisation_id, founding_draft.step_of(name))
                         for name, said in zip(error.faults, form.form_errors, strict=True)}  # fmt: skip
    rules = agreements.builtin_rules(draft["main_language"])
    reader = choose_language()
    body = render_template(
        "founding/check.html",
        form=form,
        steps=steps,
        facts=founding_draft.facts(actor, draft),
        rules=agreements.builtin_rules(reader),
        binding=rules if supported(draft["main_language"]) != supported(reader) else None,
        binding_language=supported(draft["main_language"]),
        **_frame(organisation, "check"),
    )
    return body, 422 if form.errors else 200


def _organisation(actor: Actor, organisation_id: str) -> Mapping[str, Any]:
    found = organisations.get_organisation(actor, organisation_id)
    require(networks.may_found_network(actor, organisations.organisation_row(organisation_id)))
    if found["state"] == "refused":
        raise networks.OrganisationRefused()
    g.organisation_id = organisation_id
    return found


def _frame(organisation: Mapping[str, Any], step: str) -> dict[str, Any]:
    words = [_("Name"), _("Goal"), _("Place"), _("Course"), _("Meeting")]
    number = len(words) + 1 if step == "check" else STEPS.index(step) + 1
    return {
        "organisation": organisation,
        "words": words,
        "number": number,
        "before_url": _url(organisation["id"], _neighbour(step, back=True)) if number > 1 else None,
    }


def _neighbour(step: str, *, back: bool) -> str:
    way = (*STEPS, "check")
    return way[max(0, way.index(step) - 1)] if back else way[way.index(step) + 1]


def _url(organisation_id: str, step: str) -> str:
    if step == "check":
        return url_for("founding.check", organisation_id=organisation_id)
    return url_for("founding.ask", organisation_id=organisation_id, step=step)


def _remembered(step: str, draft: Mapping[str, Any], organisation: Mapping[str, Any]) -> dict[str, Any]:
    evening = evening_next_week(
        runtime.current().clock.now(), founding_draft.zone_of(organisation["country"], draft)
    )
    known = {
        "plan": True,
        "day": evening.date().isoformat(),
        "time": evening.time().isoformat(),
        "main_language": choose_language(),
        "country": organisation["country"],
        "review_on": (local_today() + QUARTER).isoformat(),
        **draft,
    }
    for name, read in (("review_on", date), ("day", date), ("time", time)):
        if known[name]:
            known[name] = read.fromisoformat(known[name])
    return {name: value for name, value in known.items() if name in _field_names(step)}


def _field_names(step: str) -> set[str]:
    more = {"why", "review_on", "other_languages", "plan", "day", "time", "meeting_place", "meeting_link"}
    return set(NEEDED[step]) | more


def _offer(actor: Actor, form: PageForm, organisation_id: str) -> None:
    if isinstance(form, PlaceForm):
        form.offer(_languages(), country_choices(form.country.data))
    if isinstance(form, CourseForm):
        known = _courses(actor, organisation_id)
        form.offer([(row["id"], founding_draft.course_words(row)) for row in known])
        if len(known) < 2 and not form.course_session_id.data and request.method == "GET":
            form.course_session_id.data = known[0]["id"] if known else NO_COURSE


def _languages() -> list[tuple[str, str]]:
    return sorted(
        ((code, language_name(code)) for code in OFFERED_LANGUAGES), key=lambda pair: pair[1].casefold()
    )


def _courses(actor: Actor, organisation_id: str) -> list[Any]:
    return list(courses.list_course_sessions(actor, organisation_id, PageRequest(limit=200)).items)


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return value[:LONGEST_DRAFT_FIELD] if isinstance(value, str | list) else value

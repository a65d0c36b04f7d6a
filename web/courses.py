"""Pages of courses: the list, entering one, the people on its list, choosing a list, inviting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import format_date, get_timezone, ngettext
from flask_babel import gettext as _

from network import courses, membership, organisations
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.formats import language_name
from web.forms.courses import CourseSessionForm, InviteForm, ListForm
from web.founding import OFFERED_LANGUAGES
from web.languages import choose_language
from web.organisations import networks_of
from web.pages import page

blueprint = Blueprint("courses", __name__)

FIELDS = ("title", "platform", "language", "starts_on", "ends_on", "contact_ground")


@blueprint.app_template_filter("short_date")
def short_date(when: date | datetime) -> str:
    """A day as in a list: 12.05.2026, May 12, 2026."""
    local = when.astimezone(get_timezone()).date() if isinstance(when, datetime) else when
    return str(format_date(local, "medium"))


@page(blueprint, "/org/<id:organisation_id>/courses")
def course_sessions(actor: Actor, organisation_id: str) -> Any:
    """The organisation's courses, the newest first."""
    found = _held_organisation(actor, organisation_id)
    cursor = request.args.get("cursor")
    runs = courses.list_course_sessions(actor, organisation_id, PageRequest(20, cursor))
    return render_template(
        "courses/course_sessions.html",
        organisation=found,
        courses=runs.items,
        counts=courses.counts_by_course(actor, [run["id"] for run in runs.items]),
        older_url=url_for("courses.course_sessions", organisation_id=organisation_id, cursor=runs.next)
        if runs.next
        else None,
    )


@page(blueprint, "/org/<id:organisation_id>/courses/new", methods=("GET", "POST"))
def create(actor: Actor, organisation_id: str) -> Any:
    """Enter a course."""
    found = _held_organisation(actor, organisation_id)
    typed = request.method == "POST"
    form = CourseSessionForm(data=None if typed else {"platform": "Moodle", "language": choose_language()})
    form.offer(_languages(form.language.data))
    if form.validate_on_submit():
        try:
            made = courses.create_course_session(
                actor, organisation_id, **{name: form.data[name] for name in FIELDS}
            )
            return redirect(url_for("courses.load", course_session_id=made["id"]))
        except DomainError as error:
            form.show_faults(error)
    body = render_template("courses/edit.html", form=form, organisation=found, course=None)
    return body, 422 if form.errors else 200


@page(blueprint, "/org/courses/<id:course_session_id>/change", methods=("GET", "POST"))
def change(actor: Actor, course_session_id: str) -> Any:
    """Change what is said of a course."""
    course = held_course(actor, course_session_id)
    form = CourseSessionForm(data=dict(course))
    form.offer(_languages(course["language"]))
    if form.validate_on_submit():
        try:
            changes = {name: form.data[name] for name in FIELDS}
            courses.change_course_session(actor, course_session_id, None, changes)
            flash(_("Saved."), "ok")
            return redirect(url_for("courses.course_session", course_session_id=course_session_id))
        except DomainError as error:
            form.show_faults(error)
    found = organisations.get_organisation(actor, course["organisation_id"])
    body = render_template("courses/edit.html", form=form, organisation=found, course=course)
    return body, 422 if form.errors else 200


@page(blueprint, "/org/courses/<id:course_session_id>")
def course_session(actor: Actor, course_session_id: str) -> Any:
    """A course and the people on its list."""
    course = held_course(actor, course_session_id)
    state = request.args.get("state")
    if state is not None and state not in courses.STATES:
        raise NotFound()
    people = courses.list_completions(
        actor, course_session_id, PageRequest(cursor=request.args.get("cursor")), state
    )
    older = None
    if people.next:
        query: dict[str, Any] = {"state": state} if state else {}
        older = url_for(
            "courses.course_session", course_session_id=course_session_id, cursor=people.next, **query
        )
    return render_template(
        "courses/course_session.html",
        course=course,
        counts=courses.count_completions(actor, course_session_id),
        people=people.items,
        state=state,
        older_url=older,
        further="cursor" in request.args,
    )


@page(blueprint, "/org/courses/<id:course_session_id>/load", methods=("GET", "POST"))
def load(actor: Actor, course_session_id: str) -> Any:
    """The first step of loading a list: choose it."""
    course = held_course(actor, course_session_id)
    form = ListForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            kept = courses.keep_list(actor, course_session_id, sent.filename or "", sent.read())
            return redirect(
                url_for("loading.check", course_session_id=course_session_id, uploaded_list_id=kept["id"])
            )
        except DomainError as error:
            form.show_faults(error)
    return render_template("courses/load.html", form=form, course=course), 422 if form.errors else 200


@page(blueprint, "/org/courses/<id:course_session_id>/invite", methods=("GET", "POST"))
def invite(actor: Actor, course_session_id: str) -> Any:
    """The last step: who finished is invited into a network, with a sentence."""
    course = held_course(actor, course_session_id)
    found = organisations.get_organisation(actor, course["organisation_id"])
    own = networks_of(actor, course["organisation_id"])
    form = InviteForm()
    form.offer([(row["id"], row["name"]) for row in own])
    if form.validate_on_submit():
        try:
            counts = membership.invite_graduates(
                actor, course_session_id, form.network_id.data, form.message.data or None, when_verified=True
            )
            flash(_said(counts, waits=found["state"] == "pending"), "ok")
            return redirect(url_for("courses.course_session", course_session_id=course_session_id))
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "courses/invite.html",
        form=form,
        course=course,
        organisation=found,
        networks=own,
        counts=courses.count_completions(actor, course_session_id),
        waiting=membership.count_waiting(row["id"] for row in own),
    )
    return body, 422 if form.errors else 200


def held_course(actor: Actor, course_session_id: str) -> courses.CourseSessionView:
    """A course of an organisation that the actor acts for; the page stands in its frame. Raises NotFound,
    Forbidden."""
    found = courses.get_course_session(actor, course_session_id)
    require(courses.may_see_completions(actor, courses.course_session_row(course_session_id)))
    g.organisation_id = found["organisation_id"]
    return found


def _held_organisation(actor: Actor, organisation_id: str) -> organisations.OrganisationView:
    found = organisations.get_organisation(actor, organisation_id)
    require(courses.may_create_course_session(actor, organisations.organisation_row(organisation_id)))
    g.organisation_id = organisation_id
    return found


def _languages(own: str | None) -> list[tuple[str, str]]:
    codes = {*OFFERED_LANGUAGES, *([own] if own else [])}
    named = ((code, language_name(code)) for code in codes)
    return sorted(named, key=lambda pair: pair[1].casefold())


def _said(counts: membership.InvitedCounts, *, waits: bool) -> str:
    words = [ngettext("%(num)s person is invited.", "%(num)s people are invited.", counts["invited"])]
    if waits:
        words.append(_("The mails go out as soon as your organisation is verified."))
    if counts["already_invited"]:
        before = counts["already_invited"]
        words.append(ngettext("%(num)s was invited before.", "%(num)s were invited before.", before))
    if counts["already_member"]:
        joined = counts["already_member"]
        words.append(ngettext("%(num)s is a member already.", "%(num)s are members already.", joined))
    return " ".join(words)

"""Pages of organisations: enter one, see how it stands, say who acts for it; the operator's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _

from network import courses, membership, networks, organisations
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, InvalidTransition, NotFound, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.forms.organisations import AnswerForm, DecisionForm, OrganisationForm, StewardForm
from web.organisation_signing import waiting_for
from web.pages import page
from web.places import country_choices, guessed_country

blueprint = Blueprint("organisations", __name__)

SHOWN = 5


@page(blueprint, "/org", methods=("GET", "POST"))
def start(actor: Actor) -> Any:
    """The organisations that one acts for, and entering another."""
    form = OrganisationForm(data={"country": guessed_country()})
    form.offer(country_choices(form.country.data))
    if form.validate_on_submit():
        try:
            made = organisations.found_organisation(actor, **form.values())
            return redirect(url_for("organisations.organisation", organisation_id=made["id"]))
        except DomainError as error:
            form.show_faults(error)
    mine = organisations.my_organisations(actor)
    body = render_template("organisations/start.html", form=form, mine=mine)
    return body, 422 if form.errors else 200


@page(blueprint, "/org/<id:organisation_id>")
def organisation(actor: Actor, organisation_id: str) -> Any:
    """How an organisation stands and what comes next; for others its name, people and courses."""
    found = organisations.get_organisation(actor, organisation_id)
    return _organisation_page(actor, found, AnswerForm(data={"expected_version": found["version"]}))


@page(blueprint, "/org/<id:organisation_id>/answer", methods=("POST",))
def answer(actor: Actor, organisation_id: str) -> Any:
    """Answer a refusal; the operators look again."""
    found, form = _held(actor, organisation_id), AnswerForm()
    if form.validate_on_submit():
        try:
            organisations.resubmit_organisation(
                actor, organisation_id, form.answer.data, form.expected_version.data
            )
            flash(_("Your answer is on its way. Your organisation is looked at once more."), "ok")
            return redirect(url_for("organisations.organisation", organisation_id=organisation_id))
        except (VersionConflict, InvalidTransition):
            flash(_("This was decided anew meanwhile."), "error")
            return redirect(url_for("organisations.organisation", organisation_id=organisation_id))
        except DomainError as error:
            form.show_faults(error)
    return _organisation_page(actor, found, form), 422


def _organisation_page(actor: Actor, found: Mapping[str, Any], form: AnswerForm) -> str:
    organisation_id = found["id"]
    held = organisation_id in actor.stewardships
    if held:
        g.organisation_id = organisation_id
    runs = courses.list_course_sessions(actor, organisation_id, PageRequest(limit=SHOWN))
    counts = courses.counts_by_course(actor, [run["id"] for run in runs.items]) if held else {}
    own = networks_of(actor, organisation_id) if held else []
    return render_template(
        "organisations/organisation.html",
        organisation=found,
        form=form,
        waiting=membership.count_waiting(row["id"] for row in own),
        troubles={row["id"]: membership.count_in_trouble(actor, row["id"]) for row in own},
        held=held,
        to_sign=waiting_for(actor, organisation_id) if held else [],
        courses=runs.items,
        more_courses=runs.next is not None,
        counts=counts,
        networks=own,
        stewards=organisations.list_stewards(actor, organisation_id).items,
        following=_following(found, runs.items, counts, own) if held else None,
    )


@page(blueprint, "/org/<id:organisation_id>/change", methods=("GET", "POST"))
def change(actor: Actor, organisation_id: str) -> Any:
    """Another name or country, or other words about itself."""
    found = _held(actor, organisation_id)
    form = OrganisationForm(data=found)
    form.offer(country_choices(found["country"]))
    if form.validate_on_submit():
        try:
            organisations.change_organisation(actor, organisation_id, None, form.values())
            flash(_("Saved."), "ok")
            return redirect(url_for("organisations.organisation", organisation_id=organisation_id))
        except DomainError as error:
            form.show_faults(error)
    body = render_template("organisations/change.html", form=form, organisation=found)
    return body, 422 if form.errors else 200


@page(blueprint, "/org/<id:organisation_id>/contacts", methods=("GET", "POST"), proof=True)
def contacts(actor: Actor, organisation_id: str) -> Any:
    """Who acts for the organisation: asked by mail, removed."""
    found = _held(actor, organisation_id)
    form = StewardForm()
    if form.validate_on_submit():
        try:
            organisations.invite_steward(actor, organisation_id, form.email.data)
            flash(_("We have written to %(email)s.", email=form.email.data), "ok")
            return redirect(url_for("organisations.contacts", organisation_id=organisation_id))
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "organisations/contacts.html",
        form=form,
        organisation=found,
        stewards=organisations.list_stewards(actor, organisation_id).items,
        asked=organisations.list_steward_invitations(actor, organisation_id),
        me=actor.user_id,
    )
    return body, 422 if form.errors else 200


@page(blueprint, "/org/<id:organisation_id>/contacts/<id:user_id>/removal", methods=("POST",))
def remove_contact(actor: Actor, organisation_id: str, user_id: str) -> Any:
    """Somebody no longer acts for the organisation."""
    organisations.remove_steward(actor, organisation_id, user_id)
    if user_id == actor.user_id:
        flash(_("You no longer act for the organisation."), "ok")
        return redirect(url_for("organisations.start"))
    flash(_("Removed."), "ok")
    return redirect(url_for("organisations.contacts", organisation_id=organisation_id))


@page(blueprint, "/org/<id:organisation_id>/contacts/asked/<id:invitation_id>/end", methods=("POST",))
def take_back(actor: Actor, organisation_id: str, invitation_id: str) -> Any:
    """The question to an address is taken back."""
    organisations.revoke_steward_invitation(actor, organisation_id, invitation_id)
    flash(_("Taken back. The link in the mail no longer works."), "ok")
    return redirect(url_for("organisations.contacts", organisation_id=organisation_id))


@page(blueprint, "/org/join/<token>", methods=("GET", "POST"), audience="anyone")
def join(actor: Actor, token: str) -> Any:
    """What the link in the mail opens: will you act for this organisation?"""
    asked = organisations.find_steward_invitation(token)
    if request.method == "POST":
        joined = organisations.accept_stewardship(actor, token)
        flash(_("You now act for “%(organisation)s”.", organisation=joined["name"]), "ok")
        return redirect(url_for("organisations.organisation", organisation_id=joined["id"]))
    sign_in = url_for("people.sign_in", next=request.path)
    return render_template(
        "organisations/join.html", asked=asked, here=actor.is_person, email=actor.email, sign_in=sign_in
    )


@page(blueprint, "/admin/organisations", methods=("GET", "POST"))
def verify(actor: Actor) -> Any:
    """The operator's plain page: who waits, for how long, who stands behind it; verify or refuse."""
    require(organisations.may_see_waiting(actor))
    state = request.args.get("state", "pending")
    if state not in organisations.STATES:
        raise NotFound()
    form, failed = DecisionForm(), None
    if form.validate_on_submit():
        try:
            return _decide(actor, form, state)
        except DomainError as error:
            form.show_faults(error)
            failed = request.form.get("organisation_id")
    found = organisations.list_for_decision(actor, PageRequest(cursor=request.args.get("cursor")), state)
    body = render_template(
        "organisations/verify.html",
        form=form,
        failed=failed,
        state=state,
        waiting=organisations.count_waiting(),
        overdue=organisations.count_overdue(),
        found=[{**row, "age": _age(row)} for row in found.items],
        older_url=url_for("organisations.verify", state=state, cursor=found.next) if found.next else None,
    )
    return body, 422 if form.errors else 200


def _decide(actor: Actor, form: DecisionForm, state: str) -> Any:
    decision, version = request.form.get("decision", ""), request.form.get("expected_version", "")
    if decision not in organisations.DECISIONS or not version.isdecimal() or len(version) > 9:
        raise NotFound()
    decided = organisations.decide_verification(
        actor, request.form.get("organisation_id", ""), decision, form.reason.data, int(version)
    )
    if decided["state"] == "verified":
        flash(_("%(organisation)s is verified.", organisation=decided["name"]), "ok")
    else:
        flash(_("%(organisation)s is declined.", organisation=decided["name"]), "ok")
    return redirect(url_for("organisations.verify", state=state))


def networks_of(actor: Actor, organisation_id: str) -> list[dict[str, Any]]:
    """The organisation's networks as its steward sees them, by name."""
    own = networks.networks_by_id(row["id"] for row in membership.my_networks(actor))
    held = [dict(row) for row in own.values() if row["organisation_id"] == organisation_id]
    return sorted(held, key=lambda row: str(row["name"]).casefold())


def _held(actor: Actor, organisation_id: str) -> Mapping[str, Any]:
    found = organisations.get_organisation(actor, organisation_id)
    require(organisations.may_change_organisation(actor, organisations.organisation_row(organisation_id)))
    g.organisation_id = organisation_id
    return found


def _age(row: Mapping[str, Any]) -> str:
    return str(format_timedelta(runtime.current().clock.now() - row["asked_at"], granularity="minute"))


def _following(
    found: Mapping[str, Any],
    runs: list[Any],
    counts: Mapping[str, Mapping[str, int]],
    own: list[dict[str, Any]],
) -> dict[str, str] | None:
    """The one thing that comes next for the organisation, or None when nothing does."""
    organisation_id = found["id"]
    if found["state"] == "refused":
        return None
    if not runs:
        return {
            "said": _("Enter your course. Its list brings the first members."),
            "label": _("Enter a course"),
            "url": url_for("courses.create", organisation_id=organisation_id),
        }
    if not own:
        return {
            "said": _("Found your network. It takes a few short questions."),
            "label": _("Found a network"),
            "url": url_for("founding.found", organisation_id=organisation_id),
        }
    empty = next((run for run in runs if run["id"] not in counts), None)
    ready = next((run for run in runs if counts.get(run["id"], {}).get("ready")), None)
    if ready is not None:
        return {
            "said": _(
                "%(title)s: people who finished are waiting for their invitation.", title=ready["title"]
            ),
            "label": _("Invite them") if found["state"] == "verified" else _("Prepare the invitations"),
            "url": url_for("courses.invite", course_session_id=ready["id"]),
        }
    if empty is not None:
        return {
            "said": _(
                "Load the list of “%(title)s”. Nobody is written to before you say so.", title=empty["title"]
            ),
            "label": _("Load a list"),
            "url": url_for("courses.load", course_session_id=empty["id"]),
        }
    return None

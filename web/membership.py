"""The pages of belonging: the people of a network, who has which role, and one's own membership."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import blocks, decisions, membership, networks, offices, organisations, profiles
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, NotFound
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from network.kernel.translation import LANGUAGES
from network.membership import AppointmentView, MembershipView
from network.networks import NetworkView
from web.formats import language_name
from web.forms.base import tidy
from web.forms.membership import (
    CAPACITY_NAMES,
    ROLE_NAMES,
    ROLE_NOTES,
    AppointmentForm,
    HandoverForm,
    PauseForm,
    StepForm,
)
from web.pages import page
from web.people import shown
from web.profiles import place_of, told_by
from web.roadmap import open_network, sections
from web.shell import Shell

blueprint = Blueprint("membership", __name__)

PEOPLE_A_PAGE = 20
"""So many that one scrolls a little; each costs drawing a face and a few lines."""


@page(blueprint, "/people")
def people(actor: Actor) -> Any:
    """The people of the network that one looked at last, by name."""
    g.shell = shell = Shell(actor)
    place = shell.network
    if place is None or not networks.sees_inside(actor, place.id):
        return redirect(url_for("home.home"))
    row = networks.get_network(actor, place.id)
    codes = dict.fromkeys([*row["languages"], *LANGUAGES, *profiles.spoken_languages(actor, row["id"])])
    sought = _sought(codes)
    asked = PageRequest(PEOPLE_A_PAGE, request.args.get("cursor"))
    found = profiles.list_people(actor, row["id"], asked, sought)
    kept = {name: value for name, value in asdict(sought).items() if value}
    decides = bool(membership.may_see_applications(actor, row["id"]))
    return render_template(
        "membership/people.html", network=row, people=found.items, following=found.next, sought=sought,
        kept=kept, languages=sorted((language_name(code), code) for code in codes),
        offers=profiles.known_offers(actor, row["id"]), place_of=place_of,
        count=membership.count_active(row["id"]), names=ROLE_NAMES,
        invites=bool(membership.may_invite_by_hand(actor, row["id"])),
        belongs=actor.standings[row["id"]].membership_id is not None,
        waiting=membership.count_open_applications(row["id"]) if decides else 0,
    )  # fmt: skip


@page(blueprint, "/people/<id:user_id>")
def person(actor: Actor, user_id: str) -> str:
    """One person, with what she shows to who looks."""
    found = profiles.get_person(actor, user_id)
    return render_template(
        "membership/person.html", person=found, names=ROLE_NAMES, own=found["id"] == actor.user_id,
        told=told_by(found["profile"]), blocked=blocks.has_blocked(actor, user_id),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/roles")
def roles(actor: Actor, slug: str) -> str:
    """Who has which role, for every member to see (N8)."""
    row = open_network(actor, slug)
    require(membership.may_see_members(actor, row["id"]))
    decisions.settle_due(row["id"])  # whom an election chose is there, whoever looks first
    running = membership.running_appointments(row["id"])
    steward = bool(networks.is_steward(actor, row["id"]))
    changeable = {
        held["id"] for held in running
        if steward or (held["role"] == "meta_mentor" and held["user"]["id"] == actor.user_id)
    }  # fmt: skip
    return render_template(
        "membership/roles.html", network=row, sections=sections(actor, row, "roles"), names=ROLE_NAMES,
        notes=ROLE_NOTES, capacities=CAPACITY_NAMES, changeable=changeable, appoints=steward,
        office=offices.get_office(actor, row["id"]),
        held={role: [each for each in running if each["role"] == role] for role in ROLE_NOTES},
        stewards=organisations.list_stewards(actor, row["organisation_id"]).items,
        organisation=organisations.get_organisation(actor, row["organisation_id"]),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/roles/new", methods=("GET", "POST"), proof=True)
def appoint(actor: Actor, slug: str) -> Any:
    """Give a role to a member."""
    row = open_network(actor, slug)
    require(networks.is_steward(actor, row["id"]))
    form, refusal = AppointmentForm(role=request.args.get("role")), None
    form.offer(_choices(actor, row["id"]))
    if form.validate_on_submit():
        try:
            made = membership.appoint(
                actor, row["id"], form.membership_id.data, form.role.data, form.capacity.data, form.until.data
            )
            return _given(row, made)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    return shown("membership/appoint.html", form, refusal, network=row, notes=ROLE_NOTES, q=_asked_name())


@page(blueprint, "/network/<slug>/roles/<id:appointment_id>", methods=("GET", "POST"), proof=True)
def role(actor: Actor, slug: str, appointment_id: str) -> Any:
    """Hand a role over to somebody else; for the organisation's contact also: end it."""
    row = open_network(actor, slug)
    held = _running(actor, row, appointment_id)
    steward, own = bool(networks.is_steward(actor, row["id"])), held["user"]["id"] == actor.user_id
    if not steward and not (own and held["role"] == "meta_mentor"):
        raise Forbidden()
    form, refusal = HandoverForm(expected_version=held["version"]), None
    form.offer([each for each in _choices(actor, row["id"]) if each[0] != held["membership_id"]])
    leads = membership.running_appointments(row["id"], "meta_mentor")
    if form.validate_on_submit():
        try:
            made = membership.hand_over(
                actor, appointment_id, form.membership_id.data, form.expected_version.data,
                form.capacity.data, form.until.data,
            )  # fmt: skip
            return _given(row, made)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    return shown(
        "membership/role.html", form, refusal, network=row, held=held, own=own, steward=steward,
        names=ROLE_NAMES, capacities=CAPACITY_NAMES, q=_asked_name(),
        only_lead=held["role"] == "meta_mentor" and len(leads) == 1,
    )  # fmt: skip


@page(blueprint, "/network/<slug>/roles/<id:appointment_id>/end", methods=("POST",))
def end_role(actor: Actor, slug: str, appointment_id: str) -> Any:
    """End a role."""
    row = open_network(actor, slug)
    held = _running(actor, row, appointment_id)
    try:
        membership.end_appointment(actor, appointment_id)
    except membership.LastMetaMentor as refusal:
        flash(_(refusal.message), "error")
        return redirect(url_for("membership.role", slug=row["slug"], appointment_id=appointment_id))
    flash(_("%(name)s no longer has the role.", name=held["user"]["display_name"]), "ok")
    return redirect(url_for("membership.roles", slug=row["slug"]))


@page(blueprint, "/network/<slug>/membership")
def own(actor: Actor, slug: str) -> Any:
    """One's own membership: pause, come back, leave."""
    return _own_page(actor, open_network(actor, slug), PauseForm(formdata=None), None)


@page(blueprint, "/network/<slug>/membership/pause", methods=("POST",))
def pause(actor: Actor, slug: str) -> Any:
    """Pause, until the end of a day or until one comes back."""
    row, form, refusal = open_network(actor, slug), PauseForm(), None
    if form.validate_on_submit():
        try:
            seen = form.expected_version.data
            membership.pause_membership(actor, _own(actor, row)["id"], seen, form.until.data)
            flash(_("You have a break now. Nobody expects anything of you."), "ok")
            return redirect(url_for("membership.own", slug=row["slug"]))
        except DomainError as error:
            refusal = error
    return _own_page(actor, row, form, refusal)


@page(blueprint, "/network/<slug>/membership/return", methods=("POST",))
def resume(actor: Actor, slug: str) -> Any:
    """Come back from a pause."""
    row, form = open_network(actor, slug), StepForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        membership.resume_membership(actor, _own(actor, row)["id"], form.expected_version.data)
        flash(_("Nice that you are back."), "ok")
        return redirect(url_for("membership.own", slug=row["slug"]))
    except DomainError as error:
        return _own_page(actor, row, PauseForm(formdata=None), error)


@page(blueprint, "/network/<slug>/membership/end", methods=("POST",))
def leave(actor: Actor, slug: str) -> Any:
    """Leave the network, at once."""
    row, form = open_network(actor, slug), StepForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        membership.leave_membership(actor, _own(actor, row)["id"], form.expected_version.data)
        flash(_("You have left “%(network)s”. Thank you for everything.", network=row["name"]), "ok")
        return redirect(url_for("home.home"))
    except DomainError as error:
        return _own_page(actor, row, PauseForm(formdata=None), error)


def _own(actor: Actor, row: NetworkView) -> MembershipView:
    standing = actor.standing(row["id"])
    if standing is None or standing.membership_id is None:
        raise NotFound()
    return membership.get_membership(actor, standing.membership_id)


def _own_page(actor: Actor, row: NetworkView, form: PauseForm, refusal: DomainError | None) -> Any:
    mine = _own(actor, row)
    leads = membership.running_appointments(row["id"], "meta_mentor")
    own_role = next((held for held in leads if held["membership_id"] == mine["id"]), None)
    return shown(
        "membership/own.html", form, refusal, network=row, mine=mine, names=ROLE_NAMES,
        sections=sections(actor, row, ""), own_role=own_role,
        only_lead=own_role is not None and len(leads) == 1,
    )  # fmt: skip


def _running(actor: Actor, row: NetworkView, appointment_id: str) -> AppointmentView:
    require(membership.may_see_members(actor, row["id"]))
    for held in membership.running_appointments(row["id"]):
        if held["id"] == appointment_id:
            return held
    raise NotFound()


def _given(row: NetworkView, made: AppointmentView) -> Any:
    flash(_("%(name)s has the role now and gets a mail.", name=made["user"]["display_name"]), "ok")
    return redirect(url_for("membership.roles", slug=row["slug"]))


def _sought(languages: Container[str]) -> profiles.Sought:
    """What the address asks for; what makes no sense is left out."""
    asked = {name: tidy(request.args.get(name, ""))[:100] or None for name in ("q", "offers", "region")}
    language = request.args.get("language")
    return profiles.Sought(
        **asked, language=language if language in languages else None,
        can_help_now=request.args.get("can_help_now") == "y",
    )  # fmt: skip


def _asked_name() -> str:
    return str(tidy(request.args.get("q", ""))[:100])


def _choices(actor: Actor, network_id: str) -> list[tuple[str, str]]:
    """Whom a choice offers: as many as one page of a list holds; in a larger network part of the name is
    asked for first."""
    found = membership.list_people(actor, network_id, PageRequest(MAX_LIMIT), _asked_name() or None)
    return [(each["membership_id"], each["display_name"]) for each in found.items]

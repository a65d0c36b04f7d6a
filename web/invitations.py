"""The pages of invitations: from the link in a letter to the first hello; and for those who invite, the list
of whom they invited and of who waits for an answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import agreements, membership, organisations, people
from network.kernel.actor import Actor
from network.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
)
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web import cookies, joining
from web.applications import talk_about
from web.forms.agreements import AcceptanceForm
from web.forms.applications import SayForm
from web.forms.invitations import ApplicationForm, InvitationForm, JoiningForm
from web.graduates import way_to_graduates
from web.languages import choose_language
from web.pages import page
from web.people import shown
from web.places import city_of, language_choices, time_zone_choices
from web.roadmap import open_network, sections

blueprint = Blueprint("invitations", __name__)

STATE_WORDS = {
    "waiting": _l("waits for verification"),
    "open": _l("on its way"),
    "expired": _l("ran out"),
    "accepted": _l("accepted"),
    "declined": _l("said no"),
    "revoked": _l("taken back"),
}
APPLICATION_WORDS = {
    "open": _l("waiting"),
    "accepted": _l("taken in"),
    "declined": _l("declined"),
    "withdrawn": _l("withdrawn"),
}


@page(blueprint, "/i/<token>", audience="anyone")
@joining.of_link
def invitation(actor: Actor, token: str) -> str:
    """Who invites, into what, until when, and from where the address is; then the one button."""
    return _invitation_page(actor, token)


@page(blueprint, "/i/<token>/name", methods=("GET", "POST"), audience="anyone")
@joining.of_link
def name(actor: Actor, token: str) -> Any:
    """The first step: a name and a language."""
    found = joining.open_link(token, actor)
    if joining.way_in(actor, found) != "new":
        return redirect(url_for("invitations.invitation", token=token))
    kept = joining.draft_of(token)
    known = kept or joining.first_guess(found)
    form = JoiningForm(data=known)
    zones = time_zone_choices(known["time_zone"], choose_language())
    form.offer(language_choices(choose_language()), zones)
    if form.validate_on_submit():
        try:
            people.clean_name(form.display_name.data)
            joining.keep_draft(
                token, {field.short_name: field.data for field in form if field.id != "csrf_token"}
            )
            return joining.speak(redirect(url_for("invitations.rules", token=token)), form.language.data)
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "invitations/name.html", token=token, form=form, invitation=found,
        guesses=not kept and request.method == "GET", city=city_of(form.time_zone.data, zones),
    )  # fmt: skip
    return body, 422 if form.errors else 200


@page(blueprint, "/i/<token>/rules", methods=("GET", "POST"), audience="anyone")
@joining.of_link
def rules(actor: Actor, token: str) -> Any:
    """The second step: the rules, and the button that makes a member of her."""
    found = joining.open_link(token, actor)
    way = joining.way_in(actor, found)
    if way == "account":
        return _to_sign_in(token)
    if way == "other":
        return redirect(url_for("invitations.invitation", token=token))
    if way == "new" and not joining.draft_of(token):
        return redirect(url_for("invitations.name", token=token))
    version, form = agreements.rules_of_network(found["network"]["id"]), AcceptanceForm()
    if form.validate_on_submit():
        if form.version_id.data == version["id"]:
            return _accepted(actor, token, version["id"])
        form.show_faults(agreements.VersionSuperseded())
    body = render_template(
        "invitations/rules.html",
        token=token, invitation=found, version=version, form=form, way=way,
        translation=agreements.translated_clauses(version, choose_language()),
    )  # fmt: skip
    return body, 409 if form.errors else 200


@page(blueprint, "/i/<token>/renewal", methods=("POST",), audience="anyone")
@joining.of_link
def renew(_actor: Actor, token: str) -> Any:
    """A new link to the same address; the answer is the same whatever the link was."""
    membership.request_renewal(token)
    return render_template("invitations/renewed.html"), 202


@page(blueprint, "/i/<token>/refusal", methods=("POST",), audience="anyone")
@joining.of_link
def decline(_actor: Actor, token: str) -> str:
    """No, thank you: the link is dead and the address forgotten."""
    membership.decline_invitation(token)
    return render_template("invitations/declined.html")


@page(blueprint, "/i/<token>/signout", methods=("POST",), audience="anyone")
@joining.of_link
def sign_out(actor: Actor, token: str) -> Any:
    """Out of an account at another address, and back to the invitation."""
    if actor.is_person:
        people.sign_out(actor)
    return cookies.forget(redirect(url_for("invitations.invitation", token=token)))


@page(blueprint, "/network/<slug>/invitations", methods=("GET", "POST"))
def manage(actor: Actor, slug: str) -> Any:
    """Invite by hand, and see what became of the invitations: all of them for those who decide who joins,
    one's own for a member."""
    row = open_network(actor, slug)
    form, refusal = InvitationForm(), None
    if form.validate_on_submit():
        try:
            made = membership.invite_by_hand(
                actor, row["id"], form.email.data, form.message.data, when_verified=True
            )
            flash(_on_its_way(made["state"], form.email.data), "ok")
            return redirect(url_for("invitations.manage", slug=row["slug"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    state = request.args.get("state")
    state = state if state in membership.INVITATION_STATES else None
    trouble = "any" if request.args.get("trouble") else None
    asked = PageRequest(cursor=request.args.get("cursor"))
    found = membership.list_invitations(actor, row["id"], asked, state, trouble)
    decides = bool(membership.decides_who_joins(actor, row["id"]))
    return shown(
        "invitations/manage.html", form, refusal, network=row, invitations=found.items, following=found.next,
        state=state, trouble=trouble, troubles=membership.count_in_trouble(actor, row["id"]),
        organisation=organisations.get_organisation(actor, row["organisation_id"]),
        waits=membership.count_waiting([row["id"]]) if decides else 0,
        words=STATE_WORDS, decides=decides, sections=sections(actor, row, "invitations"),
        waiting=membership.count_open_applications(row["id"]) if decides else 0,
        is_steward=actor.has_role(row["id"], "steward"), graduates=way_to_graduates(actor, row),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/invitations/<id:invitation_id>/resend", methods=("POST",))
def resend(actor: Actor, slug: str, invitation_id: str) -> Any:
    """Send an invitation once more, with a new link."""
    row = open_network(actor, slug)
    try:
        membership.resend_invitation(actor, invitation_id)
        flash(_("The invitation is on its way once more. The link of before no longer works."), "ok")
    except (Conflict, TooMany) as error:
        flash(_(error.message, **error.params), "error")
    return redirect(url_for("invitations.manage", slug=row["slug"]))


@page(blueprint, "/network/<slug>/invitations/<id:invitation_id>/revoke", methods=("POST",))
def revoke(actor: Actor, slug: str, invitation_id: str) -> Any:
    """Take an invitation back."""
    row = open_network(actor, slug)
    try:
        membership.revoke_invitation(actor, invitation_id)
        flash(_("The invitation is taken back. Its link no longer works."), "ok")
    except Conflict as error:
        flash(_(error.message, **error.params), "error")
    return redirect(url_for("invitations.manage", slug=row["slug"]))


@page(blueprint, "/network/<slug>/applications")
def applications(actor: Actor, slug: str) -> str:
    """Who asks to join: those who wait, or by choice those who have their answer."""
    row = open_network(actor, slug)
    state = request.args.get("state", "open")
    state = state if state in APPLICATION_WORDS else "open"
    asked = PageRequest(cursor=request.args.get("cursor"))
    found = membership.list_applications(actor, row["id"], asked, state)
    return render_template(
        "invitations/applications.html",
        network=row, applications=found.items, following=found.next, state=state, words=APPLICATION_WORDS,
    )  # fmt: skip


@page(blueprint, "/network/<slug>/applications/<id:application_id>", methods=("GET", "POST"))
def application(actor: Actor, slug: str, application_id: str) -> Any:
    """One application, and the answer to it."""
    row = open_network(actor, slug)
    require(membership.may_see_applications(actor, row["id"]))
    found = membership.get_application(actor, application_id)
    if found["network_id"] != row["id"]:
        raise NotFound()
    form, refusal = ApplicationForm(), None
    if form.validate_on_submit():
        try:
            membership.decide_application(
                actor, application_id, form.decision.data, form.reason.data, form.expected_version.data
            )
            flash(_("%(name)s gets your answer by mail.", name=found["user"]["display_name"]), "ok")
            return redirect(url_for("invitations.applications", slug=row["slug"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    fresh = membership.get_application(actor, application_id)
    return shown(
        "invitations/application.html", form, refusal, network=row, words=APPLICATION_WORDS,
        application=fresh, decides=membership.decides_about(actor, application_id),
        talk=talk_about(actor, fresh), say=SayForm(formdata=None),
    )  # fmt: skip


def _on_its_way(state: str, email: str | None) -> str:
    if state == "waiting":
        said = _("The invitation to %(email)s goes out as soon as the organisation is verified.", email=email)
        return str(said)
    return str(_("The invitation to %(email)s is on its way.", email=email))


def _invitation_page(actor: Actor, token: str) -> str:
    found = joining.open_link(token, actor)
    way = joining.way_in(actor, found)
    return render_template("invitations/invitation.html", token=token, invitation=found, way=way)


def _accepted(actor: Actor, token: str, version_id: str) -> Any:
    try:
        return joining.accept(actor, token, version_id)
    except Unauthenticated:
        return _to_sign_in(token)
    except membership.OtherAddress:
        return make_response(_invitation_page(actor, token), 409)
    except Invalid:
        return redirect(url_for("invitations.name", token=token))


def _to_sign_in(token: str) -> Any:
    return redirect(url_for("people.sign_in", next=url_for("invitations.rules", token=token)))

"""The pages of who would like to join: the ways in, asking, and how it stands while one waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from network import discussions, meetings, membership, networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Forbidden, InvalidTransition, NotFound
from network.kernel.events import heads
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.membership import ApplicationView
from web.forms.applications import GreetingForm, JoiningForm, SayForm, WithdrawalForm
from web.live import live_list
from web.pages import page
from web.people import shown
from web.roadmap import open_network

blueprint = Blueprint("applications", __name__)


@page(blueprint, "/join", audience="anyone")
def ways(actor: Actor) -> str:
    """The ways in, for who is in no network yet: by a letter, by asking a network that shows itself, by
    founding one."""
    found = networks.list_networks(actor, PageRequest(limit=MAX_LIMIT)).items
    return render_template(
        "applications/ways.html", networks=[row for row in found if row["id"] not in actor.standings],
        applications=own_applications(actor) if actor.is_person else [],
    )  # fmt: skip


@page(blueprint, "/applications")
def mine(actor: Actor) -> Any:
    """One's own applications; where one waits, that one at once."""
    found = own_applications(actor)
    waiting = [one for one in found if one["state"] == "open"]
    if len(waiting) == 1:
        return redirect(url_for("applications.application", application_id=waiting[0]["id"]))
    return render_template("applications/mine.html", applications=found)


@page(blueprint, "/network/<slug>/apply", methods=("GET", "POST"))
def apply(actor: Actor, slug: str) -> Any:
    """Ask to join: what one has done so far and why; who can say more is not needed, a talk is enough."""
    row = open_network(actor, slug)
    standing = actor.standing(row["id"])
    if standing is not None and standing.state is not None:
        applied = standing.state == "applied"
        return redirect(url_for("applications.mine" if applied else "home.home"))
    form, refusal = JoiningForm(), None
    if form.validate_on_submit():
        try:
            made = membership.apply_to_network(
                actor, row["id"], form.experience.data, form.statement.data, form.references.data
            )
            flash(_("They have your request. You hear from them by mail."), "ok")
            return redirect(url_for("applications.application", application_id=made["id"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    days = runtime.current().settings.application_answer_days
    return shown("applications/apply.html", form, refusal, network=row, days=days)


@page(blueprint, "/applications/<id:application_id>")
def application(actor: Actor, application_id: str) -> Any:
    """How one's own application stands and by when it is answered; what one can do meanwhile. Who decides is
    led to the page where that is done."""
    found = membership.get_application(actor, application_id)
    if found["user"]["id"] != actor.user_id:
        return _to_deciding(found)
    return _status(actor, found)


@page(blueprint, "/applications/<id:application_id>/say", methods=("POST",))
def say(actor: Actor, application_id: str) -> Any:
    """Say something to the other side."""
    found, form = membership.get_application(actor, application_id), SayForm()
    if form.validate_on_submit():
        try:
            membership.write_about_application(actor, application_id, form.body.data)
            return redirect(url_for("applications.application", application_id=application_id))
        except DomainError as error:
            form.show_faults(error)
    if found["user"]["id"] != actor.user_id:
        flash(form.body.errors[0] if form.body.errors else _("That did not work."), "error")
        return _to_deciding(found)
    return _status(actor, found, say=form)


@page(blueprint, "/applications/<id:application_id>/hello", methods=("POST",))
def greet(actor: Actor, application_id: str) -> Any:
    """Say hello in the welcome room while one waits."""
    found, form = _own(actor, application_id), GreetingForm()
    if form.validate_on_submit():
        try:
            discussions.greet_while_waiting(actor, found["network_id"], form.hello.data)
            flash(_("Your hello stands in the welcome room."), "ok")
            return redirect(url_for("applications.application", application_id=application_id))
        except DomainError as error:
            form.show_faults(error)
    return _status(actor, found, hello=form)


@page(blueprint, "/applications/<id:application_id>/withdrawal", methods=("POST",))
def withdraw(actor: Actor, application_id: str) -> Any:
    """Take one's own application back."""
    found, form = _own(actor, application_id), WithdrawalForm()
    if form.validate_on_submit():
        try:
            membership.withdraw_application(actor, application_id, form.expected_version.data)
            flash(_("You have taken your request back."), "ok")
        except InvalidTransition:
            flash(_("This was decided already."), "error")
    return redirect(url_for("applications.application", application_id=found["id"]))


def own_applications(actor: Actor) -> list[dict[str, Any]]:
    """One's own applications, newest first, each with the network's name."""
    found = membership.list_my_applications(actor, PageRequest()).items
    named = networks.networks_by_id(one["network_id"] for one in found)
    return [{**one, "network": named[one["network_id"]]["name"]} for one in found]


def talk_about(actor: Actor, found: ApplicationView) -> dict[str, Any]:
    """What the macro of the talk shows: who said what, and what keeps it live."""
    said = membership.list_application_messages(actor, found["id"], PageRequest(limit=MAX_LIMIT)).items
    own = f"user:{actor.user_id}"
    return {
        "messages": [_bubble(each) for each in said], "me": actor.user_id, "id": found["id"],
        "open": found["state"] == "open",
        "live": live_list(actor, found["network_id"], [], {own: heads({own}).get(own, 0)}),
    }  # fmt: skip


def _bubble(said: Mapping[str, Any]) -> dict[str, Any]:
    lines = (line for line in said["body"].splitlines() if line.strip())
    body = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    return {"id": said["id"], "author": said["author"], "at": said["created_at"], "body": body}


def _status(
    actor: Actor, found: ApplicationView, *, say: SayForm | None = None, hello: GreetingForm | None = None
) -> Any:
    row = networks.network_row(found["network_id"])
    g.network_id = row.id
    waits, standing = found["state"] == "open", actor.standing(row.id)
    if hello is None:
        hello = GreetingForm(formdata=None)
    failed = say if say is not None else hello
    body = render_template(
        "applications/application.html", application=found, network=row, form=failed,
        hello=hello, say=say or SayForm(formdata=None), talk=talk_about(actor, found),
        rules_accepted=standing is not None and standing.rules_accepted,
        greeted=discussions.has_introduced_herself(actor, row.id),
        meeting=meetings.next_date(row.id) if waits else None,
        late=waits and found["answer_by"] < runtime.current().clock.now(),
        shows_itself=bool(networks.may_see_network(actor, row)),
    )  # fmt: skip
    return body, 422 if failed.errors else 200


def _own(actor: Actor, application_id: str) -> ApplicationView:
    found = membership.get_application(actor, application_id)
    if found["user"]["id"] != actor.user_id:
        raise NotFound()
    return found


def _to_deciding(found: ApplicationView) -> Any:
    slug = networks.network_row(found["network_id"]).slug
    return redirect(url_for("invitations.application", slug=slug, application_id=found["id"]))

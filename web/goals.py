"""The pages of a network's goals: what it wants, who stands behind it, how far it has come, how it ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import decisions
from network import goals as aims
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from network.membership import RulesNotAccepted
from web.formats import local_today
from web.forms.base import PageForm
from web.forms.goals import AdoptionForm, ClosingForm, GoalChangeForm, GoalForm, ProgressForm
from web.pages import own_path, page
from web.roadmap import open_network, sections

blueprint = Blueprint("goals", __name__)


@page(blueprint, "/network/<slug>/goals")
def goals(actor: Actor, slug: str) -> str:
    """The goals of a network, adopted ones first."""
    row = open_network(actor, slug)
    decisions.settle_due(row["id"])
    found = aims.list_goals(actor, row["id"], PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "goals/goals.html",
        network=row,
        adopted=[goal for goal in found.items if goal["state"] == "adopted"],
        proposed=[goal for goal in found.items if goal["state"] == "proposed"],
        closed=[goal for goal in found.items if goal["state"] == "closed"],
        following=found.next,
        today=local_today().isoformat(),
        proposes=bool(aims.may_propose_goal(actor, row["id"])),
        adopts=bool(aims.may_adopt_goal(actor, row["id"])),
        supports=bool(aims.may_support_goal(actor, row["id"])),
        sections=sections(actor, row, "goals"),
    )


@page(blueprint, "/network/<slug>/goals/new", methods=("GET", "POST"))
def propose(actor: Actor, slug: str) -> Any:
    """Propose a goal."""
    row = open_network(actor, slug)
    verdict = aims.may_propose_goal(actor, row["id"])
    if verdict.refusal is RulesNotAccepted:
        return redirect(url_for("agreements.rules", slug=row["slug"], next=own_path()))
    require(verdict)
    form = GoalForm()
    if form.validate_on_submit():
        try:
            aims.propose_goal(actor, row["id"], form.title.data, form.why.data or "", form.review_on.data)
            flash(_("Your goal is proposed. The others can see it now."), "ok")
            return redirect(url_for("goals.goals", slug=row["slug"]))
        except DomainError as error:
            form.show_faults(error)
    return render_template("goals/new.html", network=row, form=form), 422 if form.errors else 200


@page(blueprint, "/network/<slug>/goals/<id:goal_id>/adoption", methods=("POST",))
def adopt(actor: Actor, slug: str, goal_id: str) -> Any:
    """Adopt a proposed goal."""
    row = open_network(actor, slug)
    form = AdoptionForm()
    if not form.validate_on_submit():
        abort(400)
    aims.adopt_goal(actor, goal_id, form.expected_version.data)
    flash(_("The goal is adopted."), "ok")
    return redirect(url_for("goals.goals", slug=row["slug"]))


@page(blueprint, "/network/<slug>/goals/<id:goal_id>")
def goal(actor: Actor, slug: str, goal_id: str) -> str:
    """One goal: who stands behind it, the notes on the way, and what can be done with it now."""
    return _goal_page(actor, slug, goal_id, ProgressForm(None))


@page(blueprint, "/network/<slug>/goals/<id:goal_id>/progress", methods=("POST",))
def progress(actor: Actor, slug: str, goal_id: str) -> Any:
    """Note what happened on the way."""
    form = ProgressForm()
    if form.validate_on_submit():
        try:
            aims.note_progress(actor, goal_id, form.note.data or "", form.percent.data, form.review_on.data)
            flash(_("Noted. The others can see it now."), "ok")
            return redirect(url_for("goals.goal", slug=slug, goal_id=goal_id))
        except DomainError as error:
            form.show_faults(error)
    return _goal_page(actor, slug, goal_id, form), 422


@page(blueprint, "/network/<slug>/goals/<id:goal_id>/support", methods=("POST",))
def support(actor: Actor, slug: str, goal_id: str) -> Any:
    """Stand behind a goal, or do not any more."""
    open_network(actor, slug)
    if not PageForm().validate_on_submit():
        abort(400)
    if request.form.get("withdraw"):
        aims.withdraw_support(actor, goal_id)
    else:
        aims.support_goal(actor, goal_id)
    return redirect(url_for("goals.goal", slug=slug, goal_id=goal_id))


@page(blueprint, "/network/<slug>/goals/<id:goal_id>/edit", methods=("GET", "POST"))
def change(actor: Actor, slug: str, goal_id: str) -> Any:
    """Say a goal in other words or move its day."""
    row = open_network(actor, slug)
    seen = aims.get_goal(actor, goal_id)
    require(aims.may_change_goal(actor, aims.visible_goal(actor, goal_id)))
    form = GoalChangeForm(
        None if request.method == "GET" else request.form, data={**seen, "expected_version": seen["version"]}
    )
    if form.validate_on_submit():
        try:
            words = {"title": form.title.data, "why": form.why.data or "", "review_on": form.review_on.data}
            aims.change_goal(actor, goal_id, form.expected_version.data, words)
            flash(_("Saved."), "ok")
            return redirect(url_for("goals.goal", slug=slug, goal_id=goal_id))
        except DomainError as error:
            form.show_faults(error)
    shown = render_template("goals/change.html", network=row, goal=seen, form=form)
    return shown, 422 if form.errors else 200


@page(blueprint, "/network/<slug>/goals/<id:goal_id>/closing", methods=("GET", "POST"))
def close(actor: Actor, slug: str, goal_id: str) -> Any:
    """Say how a goal ended."""
    row = open_network(actor, slug)
    seen = aims.get_goal(actor, goal_id)
    require(aims.may_close_goal(actor, row["id"]))
    form = ClosingForm(
        None if request.method == "GET" else request.form, data={"expected_version": seen["version"]}
    )
    if form.validate_on_submit():
        try:
            aims.close_goal(
                actor, goal_id, form.outcome.data, form.sentence.data or "", form.expected_version.data
            )
            flash(_("The goal is closed."), "ok")
            return redirect(url_for("goals.goal", slug=slug, goal_id=goal_id))
        except DomainError as error:
            form.show_faults(error)
    shown = render_template("goals/close.html", network=row, goal=seen, form=form)
    return shown, 422 if form.errors else 200


def _goal_page(actor: Actor, slug: str, goal_id: str, form: ProgressForm) -> str:
    row = open_network(actor, slug)
    seen = aims.get_goal(actor, goal_id)
    is_open = seen["state"] != "closed"
    notes = aims.list_progress(actor, goal_id, PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "goals/goal.html",
        network=row,
        goal=seen,
        notes=notes,
        form=form,
        today=local_today().isoformat(),
        works=is_open and bool(aims.may_note_progress(actor, row["id"])),
        changes=is_open and bool(aims.may_change_goal(actor, aims.visible_goal(actor, goal_id))),
        closes=is_open and bool(aims.may_close_goal(actor, row["id"])),
        adopts=seen["state"] == "proposed" and bool(aims.may_adopt_goal(actor, row["id"])),
    )

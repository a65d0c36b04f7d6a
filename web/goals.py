"""The page of a network's goals: what it wants, since when, and when somebody looks at it again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import goals as aims
from network.membership import RulesNotAccepted
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from web.formats import local_today
from web.forms.goals import AdoptionForm, GoalForm
from web.pages import own_path, page
from web.roadmap import open_network, sections

blueprint = Blueprint("goals", __name__)


@page(blueprint, "/network/<slug>/goals")
def goals(actor: Actor, slug: str) -> str:
    """The goals of a network, adopted ones first."""
    row = open_network(actor, slug)
    found = aims.list_goals(actor, row["id"], PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "goals/goals.html",
        network=row,
        adopted=[goal for goal in found.items if goal["state"] == "adopted"],
        proposed=[goal for goal in found.items if goal["state"] == "proposed"],
        following=found.next,
        today=local_today().isoformat(),
        proposes=bool(aims.may_propose_goal(actor, row["id"])),
        adopts=bool(aims.may_adopt_goal(actor, row["id"])),
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

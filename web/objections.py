"""Meeting an objection: how somebody tries to, and the word of whose it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from network import decisions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from web.forms.decisions import SettledForm, WordForm
from web.pages import page
from web.roadmap import open_network

blueprint = Blueprint("objections", __name__)
_PATH = "/decide/<id:decision_id>/objections/<id:decision_objection_id>"


@page(blueprint, _PATH + "/integration", methods=("GET", "POST"))
def integrate(actor: Actor, decision_id: str, decision_objection_id: str) -> Any:
    """Say how an objection could be met; whose it is has the last word."""
    one, found = _find(actor, decision_id, decision_objection_id), decisions.get_decision(actor, decision_id)
    row = open_network(actor, found["network_id"])
    require(decisions.may_answer_objection(actor, decisions.visible_decision(actor, found["id"])))
    form = WordForm(data={"expected_version": one["version"], "answer": one["answer"]})
    if form.validate_on_submit():
        try:
            decisions.integrate_objection(
                actor, decision_objection_id, form.answer.data, form.expected_version.data
            )
            flash(_("Written down. Now it is up to who objected."), "ok")
            return redirect(_back(found["id"], decision_objection_id), 303)
        except DomainError as error:
            form.show_faults(error)
    body = render_template(
        "decisions/integrate.html", network=row, decision=found, objection=one, form=form,
        back=_back(found["id"], decision_objection_id),
    )  # fmt: skip
    return body, 422 if form.errors else 200


@page(blueprint, _PATH + "/settling", methods=("POST",))
def settle(actor: Actor, decision_id: str, decision_objection_id: str) -> Any:
    """Whose objection it is says that it is settled, or takes it back."""
    one = _find(actor, decision_id, decision_objection_id)
    form = SettledForm()
    if not form.validate_on_submit():
        abort(400)
    act = decisions.resolve_objection if one["answer"] else decisions.withdraw_objection
    act(actor, decision_objection_id, form.stance.data, form.expected_version.data)
    flash(_("Thank you. Your objection does not stand in the way any more."), "ok")
    return redirect(_back(one["decision_id"], decision_objection_id), 303)


def _find(actor: Actor, decision_id: str, objection_id: str) -> decisions.OwnObjectionView:
    for one in decisions.list_objections(actor, decision_id, PageRequest(limit=MAX_LIMIT)).items:
        if one["id"] == objection_id:
            return one
    raise NotFound()


def _back(decision_id: str, objection_id: str) -> str:
    return url_for("decisions.decision", decision_id=decision_id, _anchor=f"objection-{objection_id}")

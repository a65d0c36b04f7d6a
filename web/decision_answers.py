"""Answering a decision by the link in a letter, on the bus: the question, a few buttons, thanks.

Whoever has the link speaks as the person to whom the letter went, in this one decision and nowhere else. A
GET changes nothing, because programs that look ahead follow links.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask_babel
from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from network import decisions, networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web import decision_words as words
from web.decisions import answer_form, answer_in_words, status_of, typed
from web.formats import first_name
from web.forms.decisions import ChoiceForm, StanceForm
from web.pages import page

blueprint = Blueprint("decision_answers", __name__)


@page(blueprint, "/d/<token>", methods=("GET", "POST"), audience="anyone")
def answer(_actor: Actor, token: str) -> Any:
    """The question and what one can say; a POST says it in the name of whom the letter went to."""
    speaker, decision_id = decisions.open_stance_link(token)
    # The page speaks her language and names times by her clock, whoever else uses this browser.
    g.reader = speaker
    flask_babel.refresh()
    found = words.in_readers_words(decisions.get_decision(speaker, decision_id))
    g.network_id = found["network_id"]
    form = answer_form(found, request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                said = decisions.take_stance(speaker, decision_id, **typed(form))
                return _thanks(speaker, token, found, said)
            except DomainError as error:
                form.show_faults(error)
                status = status_of(error)
        else:
            status = 422
    return _asking(speaker, found, form), status


def _asking(speaker: Actor, found: Mapping[str, Any], form: StanceForm | ChoiceForm) -> str:
    takes_part = found["state"] == "open" and found["is_elector"]
    wished = request.args.get("stance")  # the link in the letter that was followed: its answer comes first
    chosen = [option.data for option in (form.stance if isinstance(form, StanceForm) else form.option_ids)]
    buttons = sorted(_buttons(found, chosen), key=lambda one: one["value"] != wished)
    return render_template(
        "decisions/answer.html", decision=found, form=form, name=first_name(speaker.name),
        network_name=networks.get_network(speaker, found["network_id"])["name"],
        left=words.time_left(found["closes_at"]), mine=answer_in_words(found, found["mine"]),
        buttons=buttons if takes_part else [], field_name=_field(found),
        asks_why=isinstance(form, StanceForm), is_open=found["state"] == "open", many=_takes_many(found),
        objects=wished == "objection",
    )  # fmt: skip


def _thanks(speaker: Actor, token: str, before: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    was = before["mine"]
    earlier: list[tuple[str, str]] = []
    if was is not None and was != said["mine"]:
        names = ("stance", "reason")
        earlier = [(name, was[name]) for name in names if was[name]]
        earlier += [("option_ids", option) for option in was["option_ids"]]
        if before["options"] and was["stance"]:
            earlier = [("option_ids", was["stance"])]
    return render_template(
        "decisions/answered.html", decision=said, token=token, name=first_name(speaker.name),
        mine=answer_in_words(words.in_readers_words(said), said["mine"]), earlier=earlier,
        until=words.until(said["closes_at"]),
    )  # fmt: skip


def _buttons(found: Mapping[str, Any], chosen: list[str]) -> list[dict[str, Any]]:
    if not found["options"]:
        return [
            {"value": value, "label": label, "note": note, "sign": sign}
            for value, (label, note, sign) in words.STANCES.items()
            if value in chosen
        ]
    aside = {"value": "stand_aside", "label": _("I stand aside"), "note": "", "sign": "minus"}
    named = [
        {"value": one["id"], "label": one["text"], "note": "", "sign": "check"} for one in found["options"]
    ]
    return [*named, aside]


def _field(found: Mapping[str, Any]) -> str:
    return "option_ids" if found["options"] else "stance"


def _takes_many(found: Mapping[str, Any]) -> bool:
    return bool(found["options"]) and found["kind"] in ("choice", "temperature")

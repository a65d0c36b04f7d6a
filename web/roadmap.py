"""The page of a network with its roadmap, the page of each step, and the move to the next phase."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import decisions, membership, networks, organisations, roadmap
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Invalid, NotFound, ProofRequired, Unauthenticated
from network.networks import NetworkView
from network.roadmap import RoadmapView, StepView
from web import graduates
from web.feature_words import has_grown
from web.forms.roadmap import NextPhaseForm, SentenceForm, WaiverForm
from web.languages import choose_language
from web.pages import page
from web.phases import PHASE_NAMES, heading_of, number_of, phases_of, picture_of

blueprint = Blueprint("roadmap", __name__)

STRAND_NAMES = {
    "organisation": _l("Organisation"),
    "mentors": _l("Mentors"),
    "activities": _l("Activities"),
}


@page(blueprint, "/network/<slug>", audience="anyone")
def network(actor: Actor, slug: str) -> str:
    """Where the network stands; of a listed or public network also for who is outside. Who waits to be let
    in, or is suspended, sees what the network is for and finds its rules."""
    row = open_network(actor, slug)
    organisation = organisations.get_organisation(actor, row["organisation_id"])
    if not roadmap.may_see_roadmap(actor, networks.network_row(row["id"])):
        standing = actor.standing(row["id"])
        waiting = standing is not None and standing.state in ("invited", "applied")
        return render_template(
            "roadmap/waiting.html", network=row, organisation=organisation, waiting=waiting
        )
    view = roadmap.get_roadmap(actor, row["id"], choose_language())
    following = roadmap.next_step(view, choose_language())
    inside = bool(networks.sees_inside(actor, row["id"]))
    phases = phases_of(view, following["key"] if following and inside else None)
    moves_on = _may_move_on(actor, row, view)
    members = membership.count_active(row["id"])
    return render_template(
        "roadmap/network.html" if inside else "roadmap/outside.html",
        network=row,
        roadmap=view,
        phases=[_with_guide(actor, row, phase, first=not moves_on) for phase in phases] if inside else phases,
        picture=picture_of(phases),
        heading=heading_of(view),
        following=following,
        moves_on=moves_on,
        decides=_way_to_decide(actor, row, view) if inside and not moves_on else None,
        decided=inside and roadmap.is_decided(networks.network_row(row["id"]), str(view["gate"]["to"])),
        members=members,
        has_grown=has_grown(actor, row, members),
        organisation=organisation,
        sections=sections(actor, row, "roadmap"),
    )


@page(blueprint, "/network/<slug>/steps/<key>", audience="anyone")
def step(actor: Actor, slug: str, key: str) -> str:
    """How a step stands, and half a page of how to take it (N34)."""
    row = open_network(actor, slug)
    return _step_page(actor, row, roadmap.get_step(actor, row["id"], key, choose_language()), SentenceForm())


@page(blueprint, "/network/<slug>/steps/<key>/sentence", methods=("POST",))
def note_sentence(actor: Actor, slug: str, key: str) -> Any:
    """Record a sentence for a step."""
    row = open_network(actor, slug)
    form = SentenceForm()
    if form.validate_on_submit():
        try:
            roadmap.note_step(actor, row["id"], key, sentence=form.sentence.data)
            flash(_("Written down."), "ok")
            return redirect(url_for("roadmap.step", slug=row["slug"], key=key))
        except Invalid as error:
            form.show_faults(error)
    shown = roadmap.get_step(actor, row["id"], key, choose_language())
    return _step_page(actor, row, shown, form), 422


@page(blueprint, "/network/<slug>/steps/<key>/waiver", methods=("POST",))
def waive(actor: Actor, slug: str, key: str) -> Any:
    """Record that the network does without a step, or takes it up again."""
    row = open_network(actor, slug)
    form = WaiverForm()
    if not form.validate_on_submit():
        abort(400)
    roadmap.note_step(actor, row["id"], key, waived=form.waived.data == "yes")
    return redirect(url_for("roadmap.step", slug=row["slug"], key=key))


@page(blueprint, "/network/<slug>/next-phase", methods=("GET", "POST"), proof=True)
def next_phase(actor: Actor, slug: str) -> Any:
    """The steward takes the network from the start to organising."""
    row = open_network(actor, slug)
    view = roadmap.get_roadmap(actor, row["id"], choose_language())
    if not _may_move_on(actor, row, view):
        return redirect(url_for("roadmap.network", slug=row["slug"]))
    form = NextPhaseForm(expected_version=view["version"])
    if form.validate_on_submit():
        try:
            roadmap.change_phase(
                actor, row["id"], str(view["gate"]["to"]), form.reason.data, form.expected_version.data
            )
            flash(_("The next phase has begun."), "ok")
            return redirect(url_for("roadmap.network", slug=row["slug"]))
        except ProofRequired:
            raise
        except DomainError as error:
            form.show_faults(error)
    steps = {one["key"]: one for one in view["steps"]}
    body = render_template(
        "roadmap/next_phase.html",
        network=row,
        form=form,
        phase=PHASE_NAMES[str(view["gate"]["to"])],
        number=number_of(str(view["gate"]["to"])),
        ready=[one for one in steps.values() if one["gate"] == view["gate"]["to"]],
    )
    return body, 422 if form.errors else 200


def open_network(actor: Actor, slug: str) -> NetworkView:
    """The network of a page, for the frame too. Who is not signed in is led to the door where she cannot look
    in, whether there is such a network or not."""
    try:
        found = networks.get_network(actor, slug)
    except NotFound:
        if not actor.is_person:
            raise Unauthenticated() from None
        raise
    g.network_id = found["id"]
    return found


def sections(actor: Actor, row: NetworkView, current: str) -> list[dict[str, Any]]:
    """The pages of a network that are open to the actor, for the macro `filters`; `current` is one of
    `roadmap`, `goals`, `decisions`, `agreements`, `rules`, `roles`, `invitations`, `features`."""
    if not networks.sees_inside(actor, row["id"]):
        return []
    slug = row["slug"]
    found = [
        ("roadmap", _("Roadmap"), url_for("roadmap.network", slug=slug)),
        ("goals", _("Goals"), url_for("goals.goals", slug=slug)),
        ("decisions", _("Decisions"), url_for("decisions.decisions", slug=slug)),
        ("agreements", _("Agreements"), url_for("agreements.documents", slug=slug)),
        ("rules", _("Rules"), url_for("agreements.rules", slug=slug)),
        ("roles", _("Roles"), url_for("membership.roles", slug=slug)),
    ]
    if networks.is_host(actor, row["id"]) or networks.is_steward(actor, row["id"]):
        found.append(("invitations", _("Invitations"), url_for("invitations.manage", slug=slug)))
        found.append(("features", _("Features"), url_for("features.features", slug=slug)))
    return [{"label": label, "url": url, "current": key == current} for key, label, url in found]


def _step_page(actor: Actor, row: NetworkView, shown: StepView, form: SentenceForm) -> str:
    inside = bool(networks.sees_inside(actor, row["id"]))
    leads = bool(roadmap.may_note_step(actor, networks.network_row(row["id"])))
    if request.method == "GET":
        form.sentence.data = shown["sentence"]
    return render_template(
        "roadmap/step.html" if inside else "roadmap/outside_step.html",
        network=row,
        step=shown,
        guide=roadmap.get_guide(shown["key"], choose_language()),
        phase=PHASE_NAMES[shown["phase"]],
        number=number_of(shown["phase"]),
        strand=STRAND_NAMES[shown["strand"]],
        action=_action(actor, row, shown["key"]) if inside else None,
        form=form,
        leads=leads,
        without=_question(actor, row, f"waive_step:{shown['key']}") if _is_missing(shown) else None,
    )


def _is_missing(shown: StepView) -> bool:
    """A gate waits for the step."""
    return shown["gate"] is not None and shown["state"] in ("open", "flagged")


def _with_guide(actor: Actor, row: NetworkView, phase: dict[str, Any], *, first: bool) -> dict[str, Any]:
    for one in phase["steps"]:
        if not one["next"]:
            continue
        guide = roadmap.get_guide(one["key"], choose_language())
        action = _action(actor, row, one["key"]) or {"label": _("Read the guide"), "url": one["url"]}
        one["guide"] = {
            "why": guide.why,
            "ways": guide.ways,
            "have": min(one["have"], one["need"]),
            "need": one["need"] if one["need"] > 1 else 0,
            "measure": one["title"],
            "action": {**action, "primary": first},
        }
    return phase


def _may_move_on(actor: Actor, row: NetworkView, view: RoadmapView) -> bool:
    gate = view["gate"]
    if not gate["ready"] or gate["to"] is None:
        return False
    decided = roadmap.is_decided(networks.network_row(row["id"]), gate["to"])
    verdict = roadmap.may_change_phase(actor, roadmap.Passage(row["id"], row["phase"], gate["to"], decided))
    # Who only has to show once more that it is her may; the page asks her for that.
    return bool(verdict) or verdict.refusal is ProofRequired


def _way_to_decide(actor: Actor, row: NetworkView, view: RoadmapView) -> str | None:
    """Where the members are asked whether to go on, for whoever may ask them while the gate is open; None
    where they said yes already."""
    gate = view["gate"]
    if not gate["ready"] or gate["to"] is None or row["phase"] == roadmap.PHASES[0]:
        return None
    if roadmap.is_decided(networks.network_row(row["id"]), gate["to"]):
        return None
    return _question(actor, row, f"phase_change:{gate['to']}")


def _question(actor: Actor, row: NetworkView, effect: str) -> str | None:
    if not decisions.may_draft_decision(actor, row["id"]):
        return None
    return url_for("decision_making.write", slug=row["slug"], kind="consent", effect=effect)


def _action(actor: Actor, row: NetworkView, key: str) -> dict[str, str] | None:
    """What the reader can do for a step, if anything: label and address."""
    slug, network_id = row["slug"], row["id"]
    steward = bool(networks.is_steward(actor, network_id))
    leads = steward or bool(networks.is_host(actor, network_id))
    if key in (*graduates.STEPS, "graduates_joined") and leads:
        by_hand = {"label": _("Invite people"), "url": url_for("invitations.manage", slug=slug)}
        return (graduates.way_to_graduates(actor, row) if key in graduates.STEPS else None) or by_hand
    if key in ("purpose_and_goals", "goals_reviewed"):
        return {"label": _("To our goals"), "url": url_for("goals.goals", slug=slug)}
    if key in ("introductions", "talking_regularly"):
        return {"label": _("To the conversations"), "url": url_for("discussions.talk")}
    if key == "meta_mentor_appointed" and steward:
        return {"label": _("Appoint somebody"), "url": url_for("membership.roles", slug=slug)}
    if key == "roles_known":
        return {"label": _("Who has which role"), "url": url_for("membership.roles", slug=slug)}
    if key in ("rules_in_force", "agreement_decided") and leads:
        return {"label": _("Draft it together"), "url": url_for("agreements.documents", slug=slug)}
    if key == "agreement_decided":
        return {"label": _("To our agreements"), "url": url_for("agreements.documents", slug=slug)}
    if key == "rules_in_force":
        return {"label": _("Read our rules"), "url": url_for("agreements.rules", slug=slug)}
    if key == "office_decided":
        return {"label": _("To our office"), "url": url_for("offices.office", slug=slug)}
    return None

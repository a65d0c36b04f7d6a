"""The page of a network with its roadmap, the page of each step, and the move to the next phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from network import membership, networks, organisations, roadmap
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, Invalid, NotFound, ProofRequired, Unauthenticated
from network.networks import NetworkView
from network.roadmap import RoadmapView, StepView
from web.forms.roadmap import NextPhaseForm, SentenceForm, WaiverForm
from web.languages import choose_language, direction
from web.pages import page
from web.pictures.roadmap import RoadmapPhase, RoadmapStep, RoadmapWords, roadmap_picture

blueprint = Blueprint("roadmap", __name__)

PHASE_NAMES = {
    "initiation": _l("Starting"),
    "organisation": _l("Organising"),
    "maintenance": _l("Keeping going"),
    "outreach": _l("Reaching out"),
}
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
    phases = _phases(view, following["key"] if following and inside else None)
    moves_on = _may_move_on(actor, row, view)
    return render_template(
        "roadmap/network.html" if inside else "roadmap/outside.html",
        network=row,
        roadmap=view,
        phases=[_with_guide(actor, row, phase, first=not moves_on) for phase in phases] if inside else phases,
        picture=_picture(phases),
        heading=_heading(view),
        moves_on=moves_on,
        members=membership.count_active(row["id"]),
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
        number=_number(str(view["gate"]["to"])),
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
    `roadmap`, `goals`, `rules`, `roles`, `invitations`."""
    if not networks.sees_inside(actor, row["id"]):
        return []
    slug = row["slug"]
    found = [
        ("roadmap", _("Roadmap"), url_for("roadmap.network", slug=slug)),
        ("goals", _("Goals"), url_for("goals.goals", slug=slug)),
        ("rules", _("Rules"), url_for("agreements.rules", slug=slug)),
        ("roles", _("Roles"), url_for("membership.roles", slug=slug)),
    ]
    if networks.is_host(actor, row["id"]) or networks.is_steward(actor, row["id"]):
        found.append(("invitations", _("Invitations"), url_for("invitations.manage", slug=slug)))
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
        number=_number(shown["phase"]),
        strand=STRAND_NAMES[shown["strand"]],
        action=_action(actor, row, shown["key"]) if inside else None,
        form=form,
        leads=leads,
    )


def _phases(view: RoadmapView, following: str | None) -> list[dict[str, Any]]:
    here = roadmap.PHASES.index(view["phase"])
    found = []
    for index, key in enumerate(roadmap.PHASES):
        steps = [_row(one, following) for one in view["steps"] if one["phase"] == key]
        found.append(
            {
                "number": index + 1,
                "name": PHASE_NAMES[key],
                "state": "done" if index < here else "now" if index == here else "ahead",
                "done": sum(one["state"] in ("done", "waived") for one in steps),
                "total": len(steps),
                "steps": steps,
            }
        )
    return found


def _row(one: StepView, following: str | None) -> dict[str, Any]:
    return {
        "key": one["key"],
        "title": one["title"],
        "state": one["state"],
        "strand": one["strand"],
        "gate": one["gate"] is not None,
        "next": one["key"] == following,
        "evidence": one["evidence"]["text"],
        "have": one["evidence"]["have"],
        "need": one["evidence"]["need"],
        "url": one["guide_url"],
    }


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
            "more": one["url"],
        }
    return phase


def _picture(phases: Sequence[Mapping[str, Any]]) -> Any:
    drawn = [
        RoadmapPhase(
            number=phase["number"],
            name=str(phase["name"]),
            state=phase["state"],
            steps=[
                RoadmapStep(one["key"], one["title"], one["strand"], one["state"], one["gate"], one["next"])
                for one in phase["steps"]
            ],
        )
        for phase in phases
    ]
    words = RoadmapWords(
        title=_("Roadmap with four phases and three strands"),
        count=_("{done} of {total}"),
        here=_("here we are"),
        done=_("done"),
        open=_("open"),
        waived=_("done without"),
        flagged=_("look again"),
        next=_("next"),
        list_below=_("All steps stand below as a list."),
    )
    return roadmap_picture(drawn, words, direction="rtl" if direction(choose_language()) == "rtl" else "ltr")


def _heading(view: RoadmapView) -> str:
    gate = view["gate"]
    if gate["to"] is None:
        return _("Our experience travels on")
    if gate["missing"]:
        return str(
            ngettext(
                "One more step to the next phase",
                "%(num)s more steps to the next phase",
                len(gate["missing"]),
            )
        )
    if not gate["ready"]:
        return _("Everything is there; the next phase still takes a while")
    return _("Everything is there for the next phase")


def _may_move_on(actor: Actor, row: NetworkView, view: RoadmapView) -> bool:
    gate = view["gate"]
    if not gate["ready"] or gate["to"] is None:
        return False
    verdict = roadmap.may_change_phase(actor, roadmap.Passage(row["id"], row["phase"], gate["to"]))
    # Who only has to show once more that it is her may; the page asks her for that.
    return bool(verdict) or verdict.refusal is ProofRequired


def _number(phase: str) -> int:
    return roadmap.PHASES.index(phase) + 1


def _action(actor: Actor, row: NetworkView, key: str) -> dict[str, str] | None:
    """What the reader can do for a step, if anything: label and address."""
    slug, network_id = row["slug"], row["id"]
    steward = bool(networks.is_steward(actor, network_id))
    leads = steward or bool(networks.is_host(actor, network_id))
    if key in ("graduates_invited", "graduates_joined") and leads:
        return {"label": _("Invite people"), "url": url_for("invitations.manage", slug=slug)}
    if key in ("purpose_and_goals", "goals_reviewed"):
        return {"label": _("To our goals"), "url": url_for("goals.goals", slug=slug)}
    if key in ("introductions", "talking_regularly"):
        return {"label": _("To the conversations"), "url": url_for("discussions.talk")}
    if key == "meta_mentor_appointed" and steward:
        return {"label": _("Appoint somebody"), "url": url_for("membership.roles", slug=slug)}
    if key == "rules_in_force":
        return {"label": _("Read our rules"), "url": url_for("agreements.rules", slug=slug)}
    return None

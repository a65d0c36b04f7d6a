"""How the way of a network looks: its four phases with their steps, the picture, the line above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from network.roadmap import PHASES, RoadmapView, StepView
from web.languages import choose_language, direction
from web.pictures.roadmap import RoadmapPhase, RoadmapStep, RoadmapWords, roadmap_picture

PHASE_NAMES = {
    "initiation": _l("Starting"),
    "organisation": _l("Organising"),
    "maintenance": _l("Keeping going"),
    "outreach": _l("Reaching out"),
}


def phases_of(view: RoadmapView, following: str | None) -> list[dict[str, Any]]:
    """The phases as the macro `roadmap_steps` takes them; `following` is the key of the next step."""
    here = PHASES.index(view["phase"])
    found = []
    for index, key in enumerate(PHASES):
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


def picture_of(phases: Sequence[Mapping[str, Any]]) -> Markup:
    """The tram line of the phases, with the same facts in words."""
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


def heading_of(view: RoadmapView) -> str:
    """How far it is to the next phase, in words."""
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


def number_of(phase: str) -> int:
    """The phase counted from 1: it gives the colour."""
    return PHASES.index(phase) + 1


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

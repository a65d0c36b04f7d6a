"""What a decision can bring about by itself, as the page on which it is written offers it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from network import goals, networks, roadmap
from network.kernel.actor import Actor
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.networks import NetworkView
from web.feature_words import OFFERED
from web.languages import choose_language
from web.phases import PHASE_NAMES

NOTHING = ""


def offered_effects(actor: Actor, row: NetworkView, kind: str) -> list[tuple[str, str]]:
    """What such a decision may bring about in this network now: a word for the form, and what is read."""
    nothing = (NOTHING, _("Nothing by itself"))
    if kind == "election":
        return [
            nothing,
            ("appoint:meta_mentor", _("Who is elected becomes meta-mentor")),
            ("appoint:deputy", _("Who is elected becomes deputy")),
        ]
    return [nothing, *_of_the_way(actor, row), *_of_goals(actor, row), *_of_features(row)]


def effect_named(word: str | None) -> dict[str, Any] | None:
    """The effect behind a word of the form; None for nothing."""
    kind, _colon, rest = (word or "").partition(":")
    if not rest:
        return None
    if kind == "adopt_goal":
        return {"type": kind, "id": rest, "value": None}
    if kind == "set_features":
        name, _equals, state = rest.partition("=")
        return {"type": kind, "id": None, "value": {name: state == "on"}}
    return {"type": kind, "id": None, "value": rest}


def _of_the_way(actor: Actor, row: NetworkView) -> list[tuple[str, str]]:
    view = roadmap.get_roadmap(actor, row["id"], choose_language())
    gate, steps = view["gate"], {step["key"]: step for step in view["steps"]}
    found, here = [], networks.PHASES.index(row["phase"])
    if gate["ready"] and gate["to"] is not None and here > 0:
        found.append(
            (f"phase_change:{gate['to']}", _("We go on to: %(phase)s", phase=PHASE_NAMES[gate["to"]]))
        )
    if here > 0:
        before = networks.PHASES[here - 1]
        found.append((f"phase_change:{before}", _("We go back to: %(phase)s", phase=PHASE_NAMES[before])))
    return found + [
        (f"waive_step:{key}", _("We do without: %(step)s", step=steps[key]["title"]))
        for key in gate["missing"]
    ]


def _of_goals(actor: Actor, row: NetworkView) -> list[tuple[str, str]]:
    if not goals.may_see_goals(actor, row["id"]):
        return []
    listed = goals.list_goals(actor, row["id"], PageRequest(limit=MAX_LIMIT)).items
    return [
        (f"adopt_goal:{one['id']}", _("Our goal: %(goal)s", goal=one["title"]))
        for one in listed if one["state"] == "proposed"
    ]  # fmt: skip


def _of_features(row: NetworkView) -> list[tuple[str, str]]:
    return [
        (f"set_features:{name}=off", _("We no longer use: %(what)s", what=words[0]))
        if row["features"][name]
        else (f"set_features:{name}=on", _("We use: %(what)s", what=words[0]))
        for name, words in OFFERED.items()
    ]

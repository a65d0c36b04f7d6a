"""What a decision can bring about by itself, as the page on which it is written offers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from network import agreements, goals, networks, roadmap
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.networks import NetworkView
from web import decision_words as words
from web.agreement_words import asks_nobody
from web.feature_words import OFFERED
from web.formats import day
from web.forms.membership import ROLE_NAMES
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


def effect_named(word: str | None, until: date | None = None) -> dict[str, Any] | None:
    """The effect behind a word of the form, of a role with its last day; None for nothing."""
    kind, _colon, rest = (word or "").partition(":")
    if not rest:
        return None
    if kind == "adopt_goal":
        return {"type": kind, "id": rest, "value": None}
    if kind == "set_features":
        name, _equals, state = rest.partition("=")
        return {"type": kind, "id": None, "value": {name: state == "on"}}
    if kind == "appoint":
        return {"type": kind, "id": None, "value": {"role": rest, "until": until and until.isoformat()}}
    return {"type": kind, "id": None, "value": rest}


def effect_in_words(actor: Actor, found: Mapping[str, Any]) -> tuple[str, str]:
    """What follows when a decision passes, and what exactly: which role until when, which phase, goal, step
    or way of working, whatever its question says; the second is empty where the first says it all."""
    effect = found["effect"]
    said, value = str(words.EFFECTS.get(effect["type"], "")), effect["value"]
    try:
        match effect["type"]:
            case "activate_agreement":
                if asks_nobody(agreements.get_agreement_version(actor, effect["id"])):
                    return str(words.HOLDS_AT_ONCE), ""
            case "appoint":
                return said, _role(value)
            case "phase_change":
                return said, str(PHASE_NAMES.get(value, ""))
            case "adopt_goal":
                return said, goals.get_goal(actor, effect["id"])["title"]
            case "waive_step":
                key = str(value or effect["id"])
                return said, roadmap.get_step(actor, found["network_id"], key, choose_language())["title"]
            case "set_features":
                return said, " · ".join(_switched(name, on) for name, on in value.items())
    except NotFound:
        pass  # who may not see the text, or what is gone: she is told what usually follows
    return said, ""


def _role(value: Any) -> str:
    role, until = (value["role"], value["until"]) if isinstance(value, Mapping) else (value, None)
    name = str(ROLE_NAMES[role])
    if isinstance(value, Mapping) and until is None:
        return name
    last = _("for a year") if until is None else _("until: %(day)s", day=day(date.fromisoformat(until)))
    return f"{name} · {last}"


def _switched(name: str, on: bool) -> str:
    what = OFFERED[name][0] if name in OFFERED else name
    return _("We use: %(what)s", what=what) if on else _("We no longer use: %(what)s", what=what)


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
        (f"set_features:{name}=off", _("We no longer use: %(what)s", what=named[0]))
        if row["features"][name]
        else (f"set_features:{name}=on", _("We use: %(what)s", what=named[0]))
        for name, named in OFFERED.items()
    ]

"""What a decision's page and its row in the list say of it: how it stands, until when, where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web import decision_words as words
from web.decision_effects import effect_in_words
from web.decision_results import result_of
from web.formats import day

ENDS = {
    "no_stances": (_l("Nobody answered"), "", "info"),
    "next_round": (_l("A next round replaced it"), "", "next"),
}
"""How one stands that ended without anybody taking it back, by reason."""


def line_of(one: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the list: how it stands for the reader, and when."""
    is_open = one["state"] == "open"
    when = words.time_left(one["closes_at"]) if is_open else day(one["closes_at"]) if one["result"] else ""
    return {"stands": stands(one, short=True), "when": when}


def stands(found: Mapping[str, Any], *, short: bool = False) -> tuple[str, str, str]:
    """How a decision stands: word, kind and sign for the macro `state`."""
    state = found["state"]
    if state == "open" and short:
        if found["mine"] is not None:
            return _("You have answered"), "ok", "check"
        if not found["is_elector"]:
            return _("You do not take part"), "", "info"
        return _("Waits for your answer"), "warn", "clock"
    if state == "open":
        return words.time_left(found["closes_at"]), "", "clock"
    if found["result"] is not None and short:
        said = result_of(found)
        return (
            (said.said if said else ""),
            ("ok" if said and said.decided else ""),
            "check" if said and said.decided else "info",
        )
    names = {
        "draft": (_("Not open yet"), "", "pencil"),
        "scheduled": (_("Opens later"), "", "clock"),
        "cancelled": ENDS.get(found["cancel_reason"] or "", (_l("Taken back"), "", "undo")),
    }
    said, kind, sign = names.get(state, (_("Over"), "", "check"))
    return str(said), kind, sign


def facts_of(actor: Actor, found: Mapping[str, Any]) -> list[tuple[str, str, str, str | None]]:
    """Sign, name, value and small line, for the macro `facts_list`."""
    if found["state"] in ("draft", "open"):
        ends = (_("Until when"), _("Until %(when)s", when=words.until(found["closes_at"])))
    elif found["state"] == "scheduled":
        ends = (_("From when"), _("From %(when)s on", when=words.until(found["opens_at"])))
    else:
        ends = (_("Ended"), _("Ended: %(when)s", when=words.until(found["closes_at"])))
    facts: list[tuple[str, str, str, str | None]] = [("clock", *ends, None)]
    if found["state"] == "cancelled":
        facts.clear()  # it ended on another day, which stands above
    asked = _("Asked by %(name)s", name=found["proposed_by"]["display_name"])
    facts.append(("person", _("Whose question it is"), asked, None))
    if found["concerned"]:
        facts.append(("people", _("Whom it is about"), found["concerned"]["display_name"], None))
    if found["effect"]:
        said, exactly = effect_in_words(actor, found)
        facts.append(("next", _("What follows"), said, exactly or None))
    if found["silence"] == "announced" and found["state"] in ("draft", "scheduled", "open"):
        silence = _("Who says nothing agrees"), _("Say so before the end if you object.")
        facts.append(("info", _("Silence"), *silence))
    if found["anonymous"]:
        facts.append(("lock", _("Secret"), _("Nobody sees who said what"), None))
    return facts


def about_of(actor: Actor, found: Mapping[str, Any]) -> list[dict[str, str]]:
    """The conversation, the meeting and the other rounds, as links."""
    links = []
    if found["topic_id"] and _can_read(actor, found["topic_id"]):
        url = url_for("discussions.topic", topic_id=found["topic_id"])
        links.append({"label": _("The conversation about it"), "url": url})
    if found["meeting_id"]:
        url = url_for("meetings.meeting", meeting_id=found["meeting_id"])
        links.append({"label": _("The meeting at which it was decided"), "url": url})
    if found["previous_id"]:
        url = url_for("decisions.decision", decision_id=found["previous_id"])
        links.append({"label": _("The round before"), "url": url})
    if found["next_id"] and found["state"] != "cancelled":  # there it stands on top
        url = url_for("decisions.decision", decision_id=found["next_id"])
        links.append({"label": _("The next round"), "url": url})
    return links


def _can_read(actor: Actor, topic_id: str) -> bool:
    try:
        discussions.get_topic(actor, topic_id)
    except DomainError:
        return False
    return True


def outside_of(found: Mapping[str, Any], *, is_open: bool, is_concerned: bool) -> str | None:
    """Why somebody who reads along does not answer."""
    if not is_open or found["is_elector"] or is_concerned:
        return None
    if found["kind"] == "person":
        return _("Only members who had belonged here for two weeks at the beginning answer this one.")
    return _("You do not take part in this one: only who was an active member at its beginning does.")


def is_about(actor: Actor, found: Mapping[str, Any]) -> bool:
    """It is about the actor herself."""
    return found["concerned"] is not None and found["concerned"]["id"] == actor.user_id


def more_of(found: Mapping[str, Any], acts: Mapping[str, bool]) -> list[dict[str, str]]:
    """What can be done with it besides, as links. About a proposal for a text there is one vote."""
    if found["effect"] is not None and found["effect"]["type"] == "accept_amendment":
        acts = {**acts, "next_round": False}
    ways = (
        ("next_round", _("Ask again in other words"), "decision_ends.next_round"),
        ("change", _("A later end, or a typing error"), "decision_ends.change"),
        ("cancel", _("Take the question back"), "decision_ends.cancel"),
    )
    return [
        {"label": label, "url": url_for(endpoint, decision_id=found["id"])}
        for act, label, endpoint in ways
        if acts[act]
    ]

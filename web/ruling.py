"""What a form of measures says, as moderation takes it: the draft of a decision, its end where the reader is,
and faults where the form has its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import get_timezone
from wtforms.fields.choices import SelectChoice

from network.kernel.errors import DomainError, Invalid
from network.moderation import Draft, Wish
from web import power_words as words
from web.forms.measures import DecideForm

ON_CONTENT = ("guidance", "warning", "veil", "content_removal")


def at_fields(error: DomainError, form: DecideForm) -> DomainError:
    """The API has one field for measures, the page has two: its end and its kind."""
    if isinstance(error, Invalid) and "sanctions" in error.faults:
        name = "until" if form.kind.data and form.until.data is None else "kind"
        error.faults[name] = error.faults.pop("sanctions")
    return error


def begun(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a form begins with: the rule that a report names, and what the way here says."""
    named = next((one["rule_id"] for one in found["reports"] if one["rule_id"]), "")
    asked = request.args
    return {
        "expected_version": found["version"], "rule_id": asked.get("rule_id", named),
        "outcome": asked.get("outcome", "guidance"), "kind": asked.get("kind", ""),
        "basis": "own_initiative" if found["own_initiative"] else "notice",
    }  # fmt: skip


def kinds_to_choose(kinds: Any) -> list[SelectChoice]:
    """Measures by their names."""
    return [SelectChoice(kind, words.KIND_NAMES[kind]) for kind in kinds]


def draft_of(found: Mapping[str, Any], form: DecideForm) -> Draft:
    """The decision that a form asks for; it can be taken back for some minutes."""
    wishes: tuple[Wish, ...] = ()
    if form.outcome.data == "sanction" and form.kind.data:
        target, kind = found["target"], form.kind.data
        scope = (target["type"], target["id"]) if kind in ON_CONTENT else ("network", found["network_id"])
        wishes = (Wish(kind, scope[0], scope[1], end_of(form.until.data)),)
    return Draft(
        outcome=form.outcome.data, rule_id=form.rule_id.data or None, facts=form.facts.data or "",
        reason=form.reason.data or "", basis=form.basis.data, sanctions=wishes, undoable=True,
    )  # fmt: skip


def end_of(day: date | None) -> datetime | None:
    """The end of a day where the reader is."""
    if day is None:
        return None
    return datetime.combine(day, time(23, 59), ZoneInfo(zone())).astimezone(UTC)


def zone() -> str:
    """Where the reader is."""
    return str(get_timezone())

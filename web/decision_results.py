"""What came of a decision, in one sentence, and why it ended so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from network import networks, roadmap
from web.decision_words import OPTION_KINDS
from web.formats import full_day


@dataclass(frozen=True, slots=True)
class Result:
    """For the card on top: whether something was decided, the sentence, why, what happened by it."""

    decided: bool
    said: str
    why: str = ""
    effect: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """For the note on top of a decision that ended without a result: how, why, how many had answered."""

    said: str
    why: str
    answered: str


REASONS = {
    "proposer_left": _l("Who asked it is not in the network any more."),
    "concerned_left": _l("The person whom it was about is not in the network any more."),
    "no_stances": _l("Nobody answered."),
    "next_round": _l("The question is asked again in other words."),
    "effect_refused": _l("What should have happened by it is not possible any more."),
    "too_few_electors": _l("Too few people could take part."),
    "outdated": _l("The text that it was about has changed, or was given up."),
    "network_dormant": _l("The network is asleep."),
    "network_archived": _l("The network was closed."),
}


def result_of(found: Mapping[str, Any]) -> Result | None:
    """What came of a decision that is over; None before its end and where it was taken back."""
    result = found["result"]
    if result is None:
        return None
    passed = result["outcome"] == "passed"
    return Result(
        passed or (found["kind"] == "temperature" and result["outcome"] != "no_result"),
        _said(found, result), _why(result), _effect(found) if passed else None,
    )  # fmt: skip


def cancelled_because(found: Mapping[str, Any], ended_at: datetime | None) -> Cancelled | None:
    """How a decision ended without a result, with why, in the words of who did it or in ours, and how many
    had answered where that tells nothing of anybody; None where it has not ended so."""
    if found["state"] != "cancelled":
        return None
    reason = found["cancel_reason"] or ""
    why = str(REASONS[reason]) if reason in REASONS else _("The reason: “%(text)s”", text=reason)
    said = _("This question was taken back.")
    if reason == "no_stances":
        said, why = _("Nobody answered."), _("So there is no result.")
    elif reason == "next_round" and ended_at is not None:
        said = _("A next round replaced this question on %(day)s.", day=full_day(ended_at))
    elif ended_at is not None:
        said = _("This question was taken back on %(day)s.", day=full_day(ended_at))
    return Cancelled(said, why, _had_answered(found) if reason != "no_stances" else "")


def _had_answered(found: Mapping[str, Any]) -> str:
    if found["anonymous"] or not found["electorate_count"]:
        return ""
    return str(
        ngettext(
            "%(num)s of %(total)s had answered.", "%(num)s of %(total)s had answered.",
            found["taken_count"], total=found["electorate_count"],
        )
    )  # fmt: skip


def _said(found: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    outcome, kind = result["outcome"], found["kind"]
    if outcome == "no_result":
        return _("There is no result.")
    if kind == "temperature" and not found["options"]:
        return _("More of us like it than not.") if outcome == "passed" else _("It does not convince us yet.")
    if kind in OPTION_KINDS or found["options"]:
        if outcome != "passed":
            return _("Nothing was decided.")
        chosen = next((one["text"] for one in found["options"] if one["id"] == result["option_id"]), "")
        return _("We chose: %(answer)s", answer=chosen)
    return _("It is agreed.") if outcome == "passed" else _("It is not agreed. All stays as it is.")


def _why(result: Mapping[str, Any]) -> str:
    rule, counts = result["rule"], result["counts"]
    if result["taken_count"] is None and rule in ("quorum", "consent"):
        return _("Too few of us answered.") if rule == "quorum" else _("No objection is left.")
    if rule == "quorum":
        return str(
            ngettext(
                "Only %(num)s person answered, %(needed)s were needed.",
                "Only %(num)s people answered, %(needed)s were needed.",
                result["taken_count"], needed=result["quorum_needed"],
            )
        )  # fmt: skip
    if rule == "consent":
        agreed = sum(counts.get(name, 0) for name in ("consent", "reservation", "silent"))
        return str(ngettext("%(num)s agrees, and no objection is left.",
                            "%(num)s agree, and no objection is left.", agreed))  # fmt: skip
    return str(
        {
            "objection": _("An objection stood to the end."),
            "fallback": _("After two rounds with objections the share counts that our agreement names."),
            "share": _("Too few of us were for it."),
            "tie": _("Two answers had the same number. We should talk more."),
            "only_abstentions": _("Everybody stood aside."),
            "nobody": _("Nobody answered."),
        }.get(rule, "")
    )


def _effect(found: Mapping[str, Any]) -> tuple[str, str] | None:
    effect = found["effect"]
    if effect is None or effect["state"] is None:
        return None
    if effect["state"] == "done":
        if effect["type"] == "phase_change" and _is_still_to_be_taken(found):
            return _("The way is open. The contact of the organisation takes the step now."), "ok"
        return _("What it should bring about has happened."), "ok"
    return _("What it should bring about was not possible any more."), "danger"


def _is_still_to_be_taken(found: Mapping[str, Any]) -> bool:
    """Out of `organisation` a decision opens the way only; the steward takes it."""
    return roadmap.is_decided(networks.network_row(found["network_id"]), str(found["effect"]["value"]))

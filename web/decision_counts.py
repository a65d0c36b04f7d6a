"""How a decision stands, for its page: the bar, who said what, and how it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from web import decision_words as words
from web.pictures.quorum import Part, quorum_picture


@dataclass(frozen=True, slots=True)
class Tallied:
    """One line below the bar."""

    kind: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What the template `_quorum.html` shows."""

    said: str
    picture: Markup
    tally: list[Tallied] = field(default_factory=list)
    hidden: bool = False
    arithmetic: list[str] = field(default_factory=list)


def counted(decision: Mapping[str, Any]) -> Counted:
    """The bar of a decision that is or was open."""
    result = decision["result"]
    counts = decision["counts"] if result is None else result["counts"]
    total = decision["electorate_count"] or 0
    taken, needed = decision["taken_count"], decision["quorum_needed"]
    if result is not None:
        total, taken, needed = result["electorate_count"], result["taken_count"], result["quorum_needed"]
    if decision["silence"] == "announced":
        needed = 0  # who says nothing takes part, so it takes nobody's word
    said = words.unspoken(over=result is not None)
    if taken is not None:
        said = words.spoken(taken, total, needed, over=result is not None)
    tally = _tally(decision, counts) if counts else []
    parts = [Part(one.count, one.kind) for one in tally if one.kind in words.STANCES]
    if not parts or sum(part.count for part in parts) != taken:
        parts = [Part(taken or 0, "spoken")]
    return Counted(
        said, quorum_picture(parts, needed, total, _("How many have spoken"), said), tally,
        counts is None, _arithmetic(decision, total, needed),
    )  # fmt: skip


def _tally(decision: Mapping[str, Any], counts: Mapping[str, int]) -> list[Tallied]:
    if not decision["options"]:
        found = [Tallied(name, str(word[0]), counts.get(name, 0)) for name, word in words.STANCES.items()]
    else:
        chosen = decision["result"]["option_id"] if decision["result"] else None
        found = [
            Tallied("option", one["text"], counts.get(one["id"], 0), one["id"] == chosen)
            for one in decision["options"]
        ]
        if counts.get("stand_aside"):
            found.append(Tallied("stand_aside", str(words.STANCES["stand_aside"][0]), counts["stand_aside"]))
    if counts.get("silent"):
        found.append(Tallied("silent", _("Said nothing, and so agrees"), counts["silent"]))
    return found


def _who_could_answer(kind: str, total: int) -> str:
    if kind == "person":
        return str(ngettext(
            "%(num)s person could answer: who had belonged here for two weeks at the beginning and still "
            "does. Whom it is about does not answer.",
            "%(num)s people could answer: who had belonged here for two weeks at the beginning and still "
            "does. Whom it is about does not answer.", total,
        ))  # fmt: skip
    return str(ngettext(
        "%(num)s person could answer: who was an active member at the beginning and still is.",
        "%(num)s people could answer: who was an active member at the beginning and still is.", total,
    ))  # fmt: skip


def _arithmetic(decision: Mapping[str, Any], total: int, needed: int) -> list[str]:
    lines = [_who_could_answer(decision["kind"], total)]
    if decision["silence"] == "announced":
        lines.append(_("Who says nothing agrees. That was said from the beginning."))
    else:
        lines.append(
            _("At least %(needed)s of %(total)s have to answer (%(share)s, and never fewer than three).",
              needed=needed, total=total, share=decision["quorum"])
        )  # fmt: skip
    kind = decision["kind"]
    if kind in ("consent", "temperature"):
        if kind == "consent" and not decision["threshold"].startswith("0/"):
            lines.append(
                _("%(share)s of all %(total)s or more have to agree.",
                  share=decision["threshold"], total=total)
            )  # fmt: skip
        if kind == "consent":
            lines.append(_("One objection that stays is enough to stop it."))
    elif decision["threshold"].startswith("0/"):
        lines.append(_("The answer with the most wins. Where two have the same, nothing is decided."))
    else:
        lines.append(
            _("The answer with the most wins, when it is %(share)s of all %(total)s or more.",
              share=decision["threshold"], total=total)
        )  # fmt: skip
    return lines

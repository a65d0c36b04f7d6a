"""What a decision of a case has to say before it can be saved (trust.md, D.4; DSA, Article 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _
from network.moderation.rules.measures import GUIDANCE, Ground, Wish, clashes, fault_of, placed
from network.moderation.rules.statements import BASES

NO_ACTION, GUIDED, SANCTIONED, REFERRED = "no_action", "guidance", "sanction", "referred"
CASE_OUTCOMES = (NO_ACTION, GUIDED, SANCTIONED, REFERRED)
WITH_STATEMENT = (GUIDED, SANCTIONED)
"""What the person concerned is told of, with reasons."""
MOST_FACTS, MOST_WHY, MOST_MEASURES = 4000, 4000, 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision as it is asked for."""

    outcome: str
    reason: str = ""
    facts: str = ""
    rule_id: str | None = None
    basis: str | None = None
    language: str | None = None
    sanctions: Sequence[Wish] = field(default_factory=tuple)
    undoable: bool = True
    """Nobody is told for some minutes, in which it can be taken back; else it is sent at once."""


def check_complete(draft: Draft) -> None:
    """Raise Invalid with every field that is missing: guidance and measures say by which rule, what happened,
    why, and how it became known; every other outcome says why."""
    faults: dict[str, FieldFault] = {}
    if not draft.reason.strip():
        faults["reason"] = FieldFault.of(_("Please write why."))
    if draft.outcome in WITH_STATEMENT:
        if not draft.rule_id:
            faults["rule_id"] = FieldFault.of(_("Please choose the rule."))
        if not draft.facts.strip():
            faults["facts"] = FieldFault.of(_("Please write what happened."))
        if draft.basis not in BASES:
            faults["basis"] = FieldFault.of(_("Please say how this became known."))
    if draft.outcome == SANCTIONED and not draft.sanctions:
        faults["sanctions"] = FieldFault.of(_("Please choose a measure."))
    if draft.outcome not in WITH_STATEMENT and draft.sanctions:
        faults["sanctions"] = FieldFault.of(_("With this outcome there is no measure."))
    if draft.outcome == GUIDED and any(wish.kind != GUIDANCE for wish in draft.sanctions):
        faults["sanctions"] = FieldFault.of(_("With this outcome there is no measure."))
    if len(draft.sanctions) > MOST_MEASURES:
        faults["sanctions"] = FieldFault.of(_("That are too many measures at once."))
    if faults:
        raise Invalid(faults)


def measures_of(draft: Draft, ground: Ground, begin: datetime) -> list[Wish]:
    """The measures that a complete draft brings; guidance brings a hint that counts nowhere. Raises Invalid
    where one does not fit, or two of them say the same."""
    wishes = [placed(wish, ground) for wish in draft.sanctions]
    if draft.outcome == GUIDED and not wishes:
        wishes = [Wish(GUIDANCE, ground.target_type, ground.target_id)]
    for number, wish in enumerate(wishes):
        fault = fault_of(wish, ground, begin)
        twice = any(
            clashes(wish, other.kind, (other.scope_type, other.scope_id)) or wish.kind == other.kind
            for other in wishes[:number]
        )
        if fault is None and twice:
            fault = FieldFault.of(_("Two of these measures say the same. One is enough."))
        if fault is not None:
            raise Invalid({"sanctions": fault})
    return wishes

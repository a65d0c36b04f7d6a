"""How a decision is counted: whole numbers only, once, the same whoever asks when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from network.kernel.fractions import Share

PASSED, NOT_PASSED, NO_RESULT = "passed", "not_passed", "no_result"
OUTCOMES = (PASSED, NOT_PASSED, NO_RESULT)
CONSENT, RESERVATION, STAND_ASIDE, OBJECTION = "consent", "reservation", "stand_aside", "objection"
STANCES = (CONSENT, RESERVATION, STAND_ASIDE, OBJECTION)

QUORUM_FLOOR = 3
"""So many take part at least, however small the share that was agreed."""

ROUNDS_BEFORE_FALLBACK = 2


class ResultView(TypedDict):
    """What came of a decision. `counts` by stance or by option id, `silent` where silence counted; `rule`
    says what settled it: `consent`, `fallback`, `share`, `most`, or why not: `quorum`, `objection`, `share`,
    `tie`, `only_abstentions`, `nobody`. Of an anonymous decision for which too few were left there are no
    `counts`, and `taken_count` is None."""

    outcome: str
    option_id: str | None
    counts: dict[str, int]
    electorate_count: int
    taken_count: int | None
    quorum_needed: int
    rule: str


@dataclass(frozen=True, slots=True)
class Said:
    """One elector's last word: a stance, or options; standing aside of a choice is the stance alone."""

    stance: str | None
    option_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """Everything that a result follows from. `said` holds those who still belong to the electorate;
    `standing_objections` those of theirs that nobody met; `failed_rounds` how many rounds before this one did
    not pass. `option_ids` is empty where stances are asked for."""

    kind: str
    electorate: int
    said: Sequence[Said]
    quorum: Share
    threshold: Share
    option_ids: Sequence[str] = ()
    standing_objections: int = 0
    silence_counts: bool = False
    failed_rounds: int = 0
    fallback: Share | None = None


def quorum_needed(quorum: Share, electorate: int) -> int:
    """How many stances it takes: the agreed share of the electorate, and never fewer than three people, or
    everybody where the electorate is smaller. Two members can settle something together, and one alone in
    her network too; but of many no two decide for the others, even where a quorum of nothing was agreed
    (state-machines, B6: the absolute minimum also holds)."""
    return max(quorum.needed(electorate), min(QUORUM_FLOOR, electorate))


def count(ballot: Ballot) -> ResultView:
    """The result. Without anybody left, without the quorum and with nothing but abstentions there is none."""
    return _count_options(ballot) if ballot.option_ids else _count_stances(ballot)


def without_counts(result: ResultView) -> ResultView:
    """The same, saying only which way it went: among too few one could tell who said what."""
    return {**result, "counts": {}, "taken_count": None}


def tally(option_ids: Sequence[str], said: Sequence[Said]) -> dict[str, int]:
    """How often each stance or option was taken."""
    if not option_ids:
        stances = Counter(each.stance for each in said)
        return {stance: stances[stance] for stance in STANCES}
    chosen = Counter(option for each in said for option in each.option_ids)
    aside = sum(1 for each in said if not each.option_ids)
    return {**{option: chosen[option] for option in option_ids}, STAND_ASIDE: aside}


def _count_stances(ballot: Ballot) -> ResultView:
    counts = tally((), ballot.said)
    agreeing = counts[CONSENT] + counts[RESERVATION]
    if ballot.silence_counts:
        counts["silent"] = ballot.electorate - len(ballot.said)
        agreeing += counts["silent"]
    missing = _no_result(ballot, only_abstentions=agreeing == 0 and counts[OBJECTION] == 0)
    if missing is not None:
        return _result(ballot, NO_RESULT, missing, counts)
    if ballot.kind == "temperature":
        warm = agreeing > counts[OBJECTION]
        return _result(ballot, PASSED if warm else NOT_PASSED, "most", counts)
    enough = ballot.threshold.is_reached(agreeing, ballot.electorate) and agreeing > 0
    if enough and ballot.standing_objections == 0:
        return _result(ballot, PASSED, "consent", counts)
    falls_back = ballot.failed_rounds >= ROUNDS_BEFORE_FALLBACK and ballot.fallback is not None
    if falls_back and ballot.fallback and ballot.fallback.is_reached(agreeing, ballot.electorate):
        return _result(ballot, PASSED, "fallback", counts)
    return _result(ballot, NOT_PASSED, "objection" if ballot.standing_objections else "share", counts)


def _count_options(ballot: Ballot) -> ResultView:
    counts = tally(ballot.option_ids, ballot.said)
    missing = _no_result(ballot, only_abstentions=counts[STAND_ASIDE] == len(ballot.said))
    if missing is not None:
        return _result(ballot, NO_RESULT, missing, counts)
    most = max(counts[option] for option in ballot.option_ids)
    ahead = [option for option in ballot.option_ids if counts[option] == most]
    if len(ahead) > 1:
        return _result(ballot, NOT_PASSED, "tie", counts)
    if not ballot.threshold.is_reached(most, ballot.electorate):
        return _result(ballot, NOT_PASSED, "share", counts)
    return _result(ballot, PASSED, "most", counts, ahead[0])


def _no_result(ballot: Ballot, *, only_abstentions: bool) -> str | None:
    if ballot.electorate == 0 or (not ballot.said and not ballot.silence_counts):
        return "nobody"
    # Where silence counts, as announced, everybody took part.
    if not ballot.silence_counts and len(ballot.said) < quorum_needed(ballot.quorum, ballot.electorate):
        return "quorum"
    return "only_abstentions" if only_abstentions else None


def _result(
    ballot: Ballot, outcome: str, rule: str, counts: dict[str, int], option_id: str | None = None
) -> ResultView:
    return {
        "outcome": outcome, "option_id": option_id, "counts": counts, "electorate_count": ballot.electorate,
        "taken_count": len(ballot.said), "quorum_needed": quorum_needed(ballot.quorum, ballot.electorate),
        "rule": rule,
    }  # fmt: skip

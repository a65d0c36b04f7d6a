"""Counting: whole numbers, the quorum's floor, what passes by which rule."""

from __future__ import annotations

from typing import Any

import pytest

from network.decisions.rules.corrections import is_typing_error
from network.decisions.rules.counting import Ballot, Said, count, quorum_needed
from network.kernel.errors import Invalid
from network.kernel.fractions import Share, parse_share

YES, BUT, ASIDE, NO = Said("consent"), Said("reservation"), Said("stand_aside"), Said("objection")


@pytest.mark.parametrize(
    ("share", "total", "needed"),
    [
        ("2/3", 6, 4),
        ("67/100", 6, 5),
        ("1/2", 5, 3),
        ("1/1", 7, 7),
        ("0/1", 9, 0),
        ("1/3", 1_000_000, 333_334),
    ],
)
def test_c07_a_share_is_exact(share: str, total: int, needed: int) -> None:
    read = parse_share(share)
    assert (str(read), read.needed(total)) == (share, needed)
    assert read.is_reached(needed, total)
    assert needed == 0 or not read.is_reached(needed - 1, total)


@pytest.mark.parametrize("written", ["", "2", "2/0", "3/2", "-1/2", "1/-2", "½", "1/2/3", "1.5/2", "٢/٣"])
def test_c07_what_is_no_share(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_share(written, "quorum")
    assert list(refused.value.faults) == ["quorum"]


@pytest.mark.parametrize(
    ("quorum", "electorate", "needed"),
    [("0/1", 100, 3), ("1/2", 100, 50), ("1/100", 100, 3), ("0/1", 2, 2), ("0/1", 1, 1), ("1/1", 4, 4)],
)
def test_of_many_no_two_decide(quorum: str, electorate: int, needed: int) -> None:
    assert quorum_needed(parse_share(quorum), electorate) == needed


@pytest.mark.parametrize(
    ("said", "over", "outcome", "rule"),
    [
        ([YES, YES, BUT], {}, "passed", "consent"),
        ([YES, YES, ASIDE], {"threshold": "1/2"}, "not_passed", "share"),
        ([YES, ASIDE, ASIDE], {}, "passed", "consent"),
        ([ASIDE, ASIDE, ASIDE], {}, "no_result", "only_abstentions"),
        ([YES, YES], {}, "no_result", "quorum"),
        ([], {}, "no_result", "nobody"),
        ([], {"electorate": 0}, "no_result", "nobody"),
        ([YES, YES, NO], {"standing_objections": 1}, "not_passed", "objection"),
        ([NO, NO, NO], {"standing_objections": 3}, "not_passed", "objection"),
        ([YES] * 4 + [NO], {"standing_objections": 1, "failed_rounds": 1}, "not_passed", "objection"),
        ([YES] * 4 + [NO], {"standing_objections": 1, "failed_rounds": 2}, "passed", "fallback"),
        ([YES] * 3 + [NO], {"standing_objections": 1, "failed_rounds": 2}, "not_passed", "objection"),
        (
            [YES] * 4 + [NO],
            {"standing_objections": 1, "failed_rounds": 2, "fallback": None},
            "not_passed",
            "objection",
        ),
        ([], {"silence_counts": True}, "passed", "consent"),
        ([NO], {"silence_counts": True, "standing_objections": 1}, "not_passed", "objection"),
        ([YES, NO, NO], {"kind": "temperature"}, "not_passed", "most"),
        ([YES, BUT, NO], {"kind": "temperature"}, "passed", "most"),
    ],
)
def test_what_stances_come_to(said: list[Said], over: dict[str, Any], outcome: str, rule: str) -> None:
    result = count(ballot(said, **over))
    assert (result["outcome"], result["rule"]) == (outcome, rule)
    assert sum(result["counts"].values()) == (max(6, len(said)) if over.get("silence_counts") else len(said))


@pytest.mark.parametrize(
    ("said", "threshold", "outcome", "rule", "option"),
    [
        (["a", "a", "b"], "0/1", "passed", "most", "a"),
        (["a", "a", "b", "b"], "0/1", "not_passed", "tie", None),
        (["a", "a", "b"], "1/2", "not_passed", "share", None),
        (["a", "a", "a"], "1/2", "passed", "most", "a"),
        (["", "", ""], "0/1", "no_result", "only_abstentions", None),
        (["a", "", ""], "0/1", "passed", "most", "a"),
        (["ab", "ab", "b"], "0/1", "passed", "most", "b"),
        (["a", "b"], "0/1", "no_result", "quorum", None),
    ],
)
def test_what_choices_come_to(
    said: list[str], threshold: str, outcome: str, rule: str, option: str | None
) -> None:
    spoken = [Said(None, tuple(each)) if each else ASIDE for each in said]
    result = count(ballot(spoken, kind="choice", option_ids=("a", "b"), threshold=threshold))
    assert (result["outcome"], result["rule"], result["option_id"]) == (outcome, rule, option)


def ballot(said: list[Said], **over: Any) -> Ballot:
    values: dict[str, Any] = {"kind": "consent", "electorate": 6, "fallback": Share(2, 3), **over}
    threshold, quorum = parse_share(values.pop("threshold", "0/1")), parse_share("1/2")
    return Ballot(said=said, threshold=threshold, quorum=quorum, **values)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We meat on Sunday.", "We meat on Sundya."),
        ("Shall we orgnise it?", "Shall we organise it?"),
        ("Our agremeent, (tommorow)", "Our agreement, (tomorow)"),
    ],
)
def test_c08_a_typing_error(before: str, after: str) -> None:
    assert is_typing_error(before, after)
    assert is_typing_error(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Wir wollen keinen Hund", "Wir wollen einen Hund"),
        ("Das ist möglich", "Das ist unmöglich"),
        ("We do not meet", "We do now meet"),
        ("At 5 o'clock", "At 6 o'clock"),
        ("Pay 1000 euros", "Pay 1000, euros"),
        ("Let's eat, grandma", "Let's eat grandma"),
        ("On Monday or Sunday", "On Sunday or Sunday"),
        ("One two", "One two three"),
        ("Morning tables garden windows", "Mornung tabless gardem windaws"),
        ("", "Something"),
    ],
)
def test_c08_no_typing_error(before: str, after: str) -> None:
    assert not is_typing_error(before, after)

"""The pure rules of appeals: who asked too late, what is milder, when two agree, how time moves one up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from network.kernel.errors import Invalid
from network.moderation.rules import appeals as rules
from network.moderation.rules.appeals import Milder, Word

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER, SOONER = NOW + timedelta(days=20), NOW + timedelta(days=3)
PAST = NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "until", "appealed", "replaces", "refusal"),
    [
        ("active", LATER, False, False, None),
        ("expired", LATER, False, False, None),
        ("lifted", LATER, False, False, None),
        ("active", NOW, False, False, rules.AppealWindowOver),
        ("active", PAST, False, False, rules.AppealWindowOver),
        ("active", None, False, False, rules.AppealWindowOver),
        ("active", LATER, True, False, rules.AlreadyAppealed),
        ("overturned", LATER, True, False, rules.AlreadyAppealed),
        ("active", LATER, False, True, rules.NoSecondAppeal),
        ("proposed", LATER, False, False, rules.NotAppealable),
        ("rejected", LATER, False, False, rules.NotAppealable),
        ("lapsed", LATER, False, False, rules.NotAppealable),
        ("overturned", LATER, False, False, rules.NotAppealable),
        ("replaced", LATER, False, False, rules.NotAppealable),
    ],
)
def test_when_one_can_appeal(
    state: str, until: datetime | None, appealed: bool, replaces: bool, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        rules.check_can_appeal(state, until, NOW, appealed=appealed, replaces=replaces)
        return
    with pytest.raises(refusal):
        rules.check_can_appeal(state, until, NOW, appealed=appealed, replaces=replaces)


def test_an_end_is_never_left() -> None:
    for state in (*rules.OUTCOMES, rules.WITHDRAWN, rules.LAPSED):
        assert not any(rules.APPEAL.can(state, action) for action in rules.APPEAL.steps)
    assert rules.state_of(None, LATER, NOW) == rules.NONE
    assert rules.state_of(None, NOW, NOW) == rules.LAPSED
    assert rules.state_of(None, LATER, NOW, replaces=True) == rules.LAPSED
    assert rules.state_of("upheld", PAST, NOW) == "upheld"


@pytest.mark.parametrize(
    ("kind", "scope", "kinds"),
    [
        ("guidance", "message", ()),
        ("warning", "user", ("guidance",)),
        ("veil", "message", ("guidance", "warning", "veil")),
        ("content_removal", "file", ("guidance", "warning", "veil")),
        ("posting_pause", "topic", ("guidance", "warning", "posting_pause")),
        ("suspension", "network", ("guidance", "warning", "posting_pause", "suspension")),
        ("removal", "network", ("guidance", "warning", "posting_pause", "suspension")),
    ],
)
def test_what_is_milder(kind: str, scope: str, kinds: tuple[str, ...]) -> None:
    assert rules.milder_kinds(kind, scope) == kinds


@pytest.mark.parametrize(
    ("milder", "kind", "ends_at", "field"),
    [
        (Milder("posting_pause", SOONER), "posting_pause", LATER, None),
        (Milder("posting_pause", LATER), "suspension", LATER, None),
        (Milder("suspension", LATER), "removal", None, None),
        (Milder("warning"), "removal", None, None),
        (Milder("posting_pause", LATER), "posting_pause", LATER, "milder.until"),
        (Milder("posting_pause", LATER), "posting_pause", SOONER, "milder.until"),
        (Milder("posting_pause", LATER), "suspension", SOONER, "milder.until"),
        (Milder("posting_pause", PAST), "suspension", LATER, "milder.until"),
        (Milder("posting_pause"), "suspension", LATER, "milder.until"),
        (Milder("warning", SOONER), "suspension", LATER, "milder.until"),
        (Milder("removal"), "suspension", LATER, "milder.kind"),
        (Milder("suspension", SOONER), "posting_pause", LATER, "milder.kind"),
        (Milder("warning"), "warning", None, "milder.kind"),
    ],
)
def test_only_milder(milder: Milder, kind: str, ends_at: datetime | None, field: str | None) -> None:
    if field is None:
        assert rules.check_milder(milder, kind, "network", ends_at, NOW) == milder
        assert rules.as_written(rules.as_stored(milder)) == milder
        return
    with pytest.raises(Invalid) as refused:
        rules.check_milder(milder, kind, "network", ends_at, NOW)
    assert list(refused.value.faults) == [field]


UP, OVER = Word("upheld"), Word("overturned")
SHORT, SHORTER = Word("modified", Milder("suspension", LATER)), Word("modified", Milder("suspension", SOONER))
WARNED = Word("modified", Milder("warning"))


@pytest.mark.parametrize(
    ("words", "needed", "anybody_left", "held", "they_disagree"),
    [
        ([UP], 1, True, UP, False),
        ([OVER], 2, True, None, False),
        ([OVER], 2, False, OVER, False),
        ([OVER, OVER], 2, True, OVER, False),
        ([OVER, UP], 2, True, None, True),
        ([OVER, UP, OVER], 2, True, OVER, False),
        ([OVER, UP, SHORT], 2, True, None, True),
        ([OVER, UP], 2, False, UP, False),
        ([SHORT, SHORTER], 2, True, SHORTER, False),
        ([WARNED, SHORTER], 2, True, WARNED, False),
        ([SHORT, UP], 2, True, None, True),
    ],
)
def test_two_agree(
    words: list[Word], needed: int, anybody_left: bool, held: Word | None, they_disagree: bool
) -> None:
    assert rules.agreed(words, needed, anybody_left=anybody_left) == held
    assert (held is None and rules.disagree(words, needed)) == they_disagree


@pytest.mark.parametrize(
    ("late", "level", "on"),
    [(-1, 0, 0), (0, 0, 1), (13, 0, 1), (14, 0, 2), (28, 0, 3), (300, 0, 3), (0, 3, 3)],
)
def test_time_moves_an_appeal_up(late: int, level: int, on: int) -> None:
    due = NOW - timedelta(days=late)
    found, until = rules.climbs(due, level, NOW)
    assert found == on
    assert until > NOW or found == rules.LAST_LEVEL


def test_words_are_needed() -> None:
    assert rules.clean_words("text", "  Why?\n") == "Why?"
    for text in ("", " \n", "x" * (rules.MAX_WORDS + 1)):
        with pytest.raises(Invalid):
            rules.clean_words("text", text)

"""Whoever leaves, joins, is erased or changes her mind in whatever order: the result is a plain recount of
what was said by those who stayed, and nothing changes it afterwards."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from network import decisions, privacy
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DomainError
from network.kernel.runtime import Runtime
from tests.factories.decisions import Town, make_town, result_of
from tests.running import HandClock

STANCES = ("consent", "reservation", "stand_aside", "objection")
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("say", "say", "say", "leave", "come back", "join", "erase")),
        st.integers(1, 7),
        st.sampled_from(STANCES),
    ),
    max_size=14,
)


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: what is counted is the same on both, and the edge cases run on both."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


class Recount:
    """What a child would note on paper."""

    def __init__(self, town: Town, kind: str, options: list[str]) -> None:
        self.town, self.kind = town, kind
        self.answers = dict(zip(("consent", "objection"), options, strict=bool(options)))
        self.stays = set(range(len(town.people)))
        self.here = dict(enumerate(town.people))
        self.back: set[int] = set()
        self.said: dict[int, str] = {}

    def do(self, decision_id: str, deed: str, who: int, stance: str) -> None:
        actor = self.here.get(who)
        if deed == "join":
            self.here[len(self.here) + 100] = self.town.joins()
        elif actor is None:
            return
        elif deed == "say":
            self._say(actor, decision_id, who, stance)
        elif deed == "come back" and who not in self.stays | self.back:
            self.back.add(who)
            self.here[who] = self.town.comes_back(actor)
        elif deed in ("leave", "erase") and who in self.stays:
            self.stays.discard(who)
            if deed == "leave":
                self.town.leaves(actor)
            else:
                privacy.erase_account(system_actor("test"), actor.user_id or "")
                del self.here[who]

    def _say(self, actor: Actor, decision_id: str, who: int, stance: str) -> None:
        if self.answers and stance != "stand_aside":
            stance = "objection" if stance == "objection" else "consent"
            answer: dict[str, Any] = {"option_ids": [self.answers[stance]]}
        else:
            answer = {"stance": stance, "reason": "So"}
        try:
            decisions.take_stance(actor, decision_id, **answer)
        except DomainError:
            assert who not in self.stays
        else:
            assert who in self.stays
            self.said[who] = stance

    def outcome(self, quorum: Fraction, *, anonymous: bool) -> tuple[str, int, dict[str, int]]:
        said = [stance for who, stance in self.said.items() if who in self.stays]
        counts = {stance: said.count(stance) for stance in STANCES}
        agreeing, against = counts["consent"] + counts["reservation"], counts["objection"]
        number = len(self.stays)
        passed = {
            "consent": agreeing > 0 and not against,
            "temperature": agreeing > against,
            "choice": agreeing != against,
            "election": agreeing != against and Fraction(max(agreeing, against), number) >= Fraction(1, 2),
        }[self.kind]
        enough = len(said) >= min(3, number) and Fraction(len(said), number) >= quorum
        if not enough or agreeing + against == 0:
            outcome = "no_result"
        else:
            outcome = "passed" if passed else "not_passed"
        if self.answers:
            counts = {self.answers.get(stance, stance): counts[stance] for stance in STANCES}
            del counts["reservation"]
        return outcome, number, {} if anonymous and number < 5 else counts


def own(actor: Actor) -> str:
    (standing,) = actor.standings.values()
    return standing.membership_id or ""


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True, phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(
    kind=st.sampled_from(("consent", "temperature", "choice", "election")), before=DEEDS, after=DEEDS,
    anonymous=st.booleans(), quorum=st.sampled_from(("0/1", "1/2", "2/3")),
)  # fmt: skip
def test_the_result_is_a_plain_recount_and_stays(
    live: Runtime,
    clock: HandClock,
    kind: str,
    before: list[tuple[str, int, str]],
    after: list[tuple[str, int, str]],
    anonymous: bool,
    quorum: str,
) -> None:
    town = make_town(9, features={"elections": True})
    # Nobody leaves of those who stand for something.
    offered = {"choice": ["Tea", "Coffee"], "election": [own(town.people[at]) for at in (0, 8)]}
    asked = town.asks(kind, anonymous=anonymous, quorum=quorum, options=offered.get(kind, []))
    recount, one = Recount(town, kind, [option["id"] for option in asked["options"]]), asked["id"]
    for deed in before:
        recount.do(one, *deed)
    expected = recount.outcome(Fraction(quorum), anonymous=anonymous)
    clock.forward(days=4)
    for deed, who, stance in after[:3]:  # the end is past, but nobody has looked yet
        if deed != "say":
            recount.do(one, deed, who, stance)
    result = result_of(town.people[0], one)
    assert (result["outcome"], result["electorate_count"], result["counts"]) == expected
    for deed, who, stance in after[3:]:
        if deed != "say":
            recount.do(one, deed, who, stance)
    assert result_of(town.people[0], one) == result

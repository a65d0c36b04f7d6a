"""For every event: what a page showed before and was told since is what a fresh page shows (D 18)."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.kernel.errors import DomainError
from network.kernel.events import Fact
from network.kernel.runtime import Runtime
from tests.api.deeds import DEEDS, OFTEN, Village, do_what_chance_leaves_out, make_village, prepare
from tests.api.mirror import APPLY, Mirror
from tests.factories.people import sign_in
from tests.running import HandClock
from tests.servers import cleaned_postgres_database


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """SQLite alone: what is told is rendered the same way on both. Long tests ask for the other, too."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path}/test.db"
    else:
        with cleaned_postgres_database(request.getfixturevalue("postgresql_template")) as url:
            yield url


@pytest.fixture
def village(live: Runtime) -> Village:
    object.__setattr__(live.settings, "rate_limits", "off")
    return make_village()


@pytest.fixture
def pages(village: Village, make_client: Callable[[], FlaskClient]) -> list[Mirror]:
    """An ordinary member's page, and that of a meta-mentor."""
    made = []
    for actor in (village.ann, village.meta):
        client = make_client()
        sign_in(client, actor.user_id or "")
        made.append(Mirror(client, actor.user_id or "", village.network_id))
    return made


def do(village: Village, name: str) -> None:
    """One deed; a refusal leaves nothing behind."""
    with suppress(DomainError):
        DEEDS[name](village)


def _facts(of: type[Fact]) -> Iterator[type[Fact]]:
    for one in of.__subclasses__():
        yield one
        yield from _facts(one)


def test_every_event_has_its_place_on_the_page() -> None:
    """Those of courses and organisations have a scope that nobody may listen to."""
    known = {fact.kind for fact in _facts(Fact) if fact.__module__.startswith("network.")}
    elsewhere = {
        fact.kind for fact in _facts(Fact)
        if fact.__module__ in ("network.courses.events", "network.organisations.events")
        and fact.__name__ != "StewardshipEnded"
    }  # fmt: skip
    assert known - elsewhere == set(APPLY), "say in tests/api/mirror.py what a page does with the event"


NOT_IN_A_NETWORK_OF_HERS = {
    "account.closed": "her own account: no page of hers is left",
    "access.gained": "she was in before the page was there",
    **dict.fromkeys(
        (
            "agreement.frozen",
            "agreement.signing",
            "agreement.ended",
            "agreement.termination",
            "signature.signed",
            "signature.declined",
            "signature.withdrawn",
            "amendment.submitted",
            "amendment.changed",
            "amendment.answered",
            "amendment.withdrawn",
            "amendment.outdated",
            "clause_comment.added",
            "clause_comment.deleted",
        ),
        "takes weeks and everybody's yes; this page shows nothing of it (tests/network/agreements)",
    ),
    "application.changed": "she applied to no other network",
    "application.talked": "nor did anybody write to her about it",
    "graduates.invited": "nobody finished a course",
    "membership.missed": "she is here",
    "network.founded": "before anybody could hear of it",
    "phase.changed": "takes what a village has not",
    "stewardship.ended": "she acts for no organisation",
}
"""What no deed brings about here, and why; what a page would do with it is said all the same."""


def test_d18_what_everybody_does_is_on_every_page(
    village: Village, pages: list[Mirror], clock: HandClock
) -> None:
    """Everything in an order that nobody chose, and every event at least once; a week passes in between."""
    village.dice = random.Random(18)
    names, before = [*DEEDS, *OFTEN], prepare(village)
    for page in pages:
        page.start()
    do_what_chance_leaves_out(village, before)
    for page in pages:
        page.hear()
        assert page.differences() == ""
        page.start()  # what only time changes is told by nobody
        village.dice.shuffle(names)
        for name in names:
            do(village, name)
        page.hear()
        assert page.differences() == ""
        clock.forward(days=7)
    heard = {kind for page in pages for kind in page.heard}
    assert set(APPLY) - set(NOT_IN_A_NETWORK_OF_HERS) - heard == set()


def try_some(village: Village, pages: list[Mirror], names: list[str], seed: int) -> None:
    """Whatever is done in whatever order, and however it comes in: at once or piece by piece. The village
    goes on from one example to the next; the page begins anew."""
    village.dice, page = random.Random(seed), pages[seed % len(pages)]
    page.start()
    for name in names:
        do(village, name)
        if village.dice.random() < 0.2:
            page.hear()
    page.hear()
    assert page.differences() == ""


SOME = given(st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=12), st.integers(0, 2**32))
OPTIONS = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=6, derandomize=True, **OPTIONS)
@SOME
def test_d18_state_and_events_are_what_a_fresh_fetch_shows(
    village: Village, pages: list[Mirror], names: list[str], seed: int
) -> None:
    try_some(village, pages, names, seed)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_d18_many_states_and_events(
    village: Village, pages: list[Mirror], record_property: Callable[[str, object], None]
) -> None:
    """Other examples each time."""
    heard: Counter[str] = Counter()

    @settings(max_examples=40, **OPTIONS)
    @SOME
    def tried(names: list[str], seed: int) -> None:
        try_some(village, pages, names, seed)
        heard["examples"] += 1

    tried()
    record_property("examples", heard["examples"])
    record_property("events heard", sum(len(page.heard) for page in pages))
    record_property("kinds of events", len({kind for page in pages for kind in page.heard}))

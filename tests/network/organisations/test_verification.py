"""The clock of a verification: three working days where the organisation is; and answering a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from models.organisations import Organisation
from network import organisations
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, VersionConflict
from network.kernel.outbox import drain
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.organisations.rules import answer_by, answer_day
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user
from tests.recorded import audited, facts
from tests.running import HandClock, LetterBox


@pytest.mark.parametrize(
    ("asked_at", "zone", "country", "day"),
    [
        # Monday to Thursday; Friday, Saturday and Sunday all lead to Wednesday.
        ("2026-11-23T09:00Z", "Europe/Berlin", "DE", "2026-11-26"),
        ("2026-11-27T09:00Z", "Europe/Berlin", "DE", "2026-12-02"),
        ("2026-11-28T09:00Z", "Europe/Berlin", "DE", "2026-12-02"),
        ("2026-11-29T22:59Z", "Europe/Berlin", "DE", "2026-12-02"),
        # A minute later it is Monday there.
        ("2026-11-29T23:00Z", "Europe/Berlin", "DE", "2026-12-03"),
        # The same moment is another day elsewhere.
        ("2026-11-30T08:30Z", "Pacific/Auckland", "NZ", "2026-12-03"),
        ("2026-11-30T11:30Z", "Pacific/Auckland", "NZ", "2026-12-04"),
        ("2026-11-30T04:30Z", "America/New_York", "US", "2026-12-02"),
        # Where Friday and Saturday are free.
        ("2026-11-26T09:00Z", "Africa/Cairo", "EG", "2026-12-01"),
        # A country of which nobody told us its weekend has the usual one.
        ("2026-11-27T09:00Z", "UTC", "AQ", "2026-12-02"),
    ],
)
def test_the_third_working_day_where_the_organisation_is(
    asked_at: str, zone: str, country: str, day: str
) -> None:
    assert answer_day(datetime.fromisoformat(asked_at), zone, country) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("asked_at", "zone", "country", "until"),
    [
        # The clocks are put back and forward on the weekend between.
        ("2026-10-23T09:00Z", "Europe/Berlin", "DE", "2026-10-28T22:59Z"),
        ("2026-03-27T09:00Z", "Europe/Berlin", "DE", "2026-04-01T21:59Z"),
        ("2026-10-30T09:00Z", "America/New_York", "US", "2026-11-05T04:59Z"),
        # The day after ends a day that has no midnight: the clocks skip it (24 April 2026).
        ("2026-04-20T09:00Z", "Africa/Cairo", "EG", "2026-04-23T21:59Z"),
    ],
)
def test_the_last_minute_of_that_day_also_when_the_clocks_are_changed(
    asked_at: str, zone: str, country: str, until: str
) -> None:
    found = answer_by(datetime.fromisoformat(asked_at), zone, country)
    assert found == datetime.fromisoformat(until)
    assert found.tzinfo is UTC


def test_the_partner_and_the_operator_see_the_clock_and_others_do_not(
    live: Runtime, clock: HandClock
) -> None:
    founder = make_user(time_zone="Europe/Warsaw")
    operator = actor_of(make_user(is_operator=True))
    made = organisations.found_organisation(actor_of(founder), "Dom", "PL")
    make_organisation()
    # Monday, 23 November; Thursday ends at eleven in the evening by UTC.
    due = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)
    assert made["answer_by"] == due
    with unit_of_work():
        assert organisations.get_organisation(actor_of(make_user()), made["id"])["answer_by"] is None
        [waiting] = organisations.list_for_decision(operator, PageRequest()).items
        assert (waiting["answer_by"], waiting["overdue"]) == (due, False)
        assert organisations.count_overdue() == 0
    clock.moment = due + timedelta(minutes=1)
    with unit_of_work():
        [waiting] = organisations.list_for_decision(operator, PageRequest()).items
        assert waiting["overdue"]
        assert organisations.count_overdue() == 1
    organisations.decide_verification(operator, made["id"], "verified", None, 1)
    with unit_of_work():
        assert organisations.count_overdue() == 0
        assert organisations.get_organisation(operator, made["id"])["answer_by"] is None


@pytest.fixture
def refused(live: Runtime) -> Organisation:
    return make_organisation(
        make_user(display_name="Ewa", email="ewa@mail.example"), name="Dom", state="refused",
        decided_reason="Who are you?",
    )  # fmt: skip


def test_a_refusal_is_answered_and_the_clock_begins_anew(
    refused: Organisation, clock: HandClock, letterbox: LetterBox
) -> None:
    make_user(email="sabine@mail.example", is_operator=True)
    clock.forward(days=30)
    steward = steward_of(refused)
    answered = organisations.resubmit_organisation(steward, refused.id, " Our charter is online. ", 1)
    assert (answered["state"], answered["answer"], answered["version"]) == (
        "pending", "Our charter is online.", 2,
    )  # fmt: skip
    assert answered["answer_by"] is not None and answered["answer_by"] > clock.now()
    assert answered["decided_reason"] == "Who are you?"
    assert facts(f"organisation:{refused.id}") == ["organisation.resubmitted"]
    [audit] = audited(refused.id)
    assert (audit.action, audit.acting_role) == ("organisation.resubmission", "steward")
    drain()
    [letter] = letterbox.to("sabine@mail.example")
    assert "has answered you about “Dom" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with unit_of_work():
        assert organisations.get_organisation(actor_of(make_user()), refused.id)["answer"] is None


def test_what_is_no_answer_changes_nothing(refused: Organisation) -> None:
    steward = steward_of(refused)
    for text in ("  ", "x" * 2001):
        with pytest.raises(Invalid):
            organisations.resubmit_organisation(steward, refused.id, text, 1)
    with pytest.raises(VersionConflict):
        organisations.resubmit_organisation(steward, refused.id, "We are us.", 7)
    with pytest.raises(Forbidden):
        organisations.resubmit_organisation(steward_of(make_organisation()), refused.id, "We are us.", 1)
    organisations.resubmit_organisation(steward, refused.id, "We are us.", 1)
    with pytest.raises(InvalidTransition):
        organisations.resubmit_organisation(steward, refused.id, "Once more.", 2)

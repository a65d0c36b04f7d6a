"""The office: who settles it, what can be said of it, what a decision makes possible, who goes from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.decisions import Decision
from models.networks import Network
from network import membership, offices, privacy
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound, VersionConflict
from network.kernel.events import LogEntry, entries_after, rendered
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.networks import DecisionRequired
from network.offices.commands import forget_contact
from network.offices.rules import DecisionUnfit, check_office, hours_in
from tests.factories.membership import member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.running import HandClock

HOURS = [{"weekday": 1, "from": "16:00", "to": "18:00"}]
YES: dict[str, Any] = {
    "exists": True, "reason": "We need a door.", "contact": "0341 000000", "hours": HOURS,
    "time_zone": "Europe/Berlin", "tasks": "Answers enquiries.", "substitute": "In August: Ruth.",
}  # fmt: skip


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def large(live: Runtime) -> Network:
    return make_network(size="full", phase="organisation")


def told(network: Network) -> list[LogEntry]:
    with unit_of_work():
        return [one for one in entries_after(f"network:{network.id}", 0, 100) if one.type == "office.decided"]


def decision(network: Network, outcome: str | None = "passed", **over: Any) -> str:
    """A decision that is over, as far as the office looks at it."""
    now = runtime.current().clock.now()
    result = None
    if outcome is not None:
        result = {
            "outcome": outcome, "option_id": None, "counts": {"consent": 3}, "electorate_count": 3,
            "closed_at": now.isoformat(), "taken_count": 3, "quorum_needed": 2, "rule": "consent",
        }  # fmt: skip
    values: dict[str, Any] = {
        "id": new_id(), "network_id": network.id, "kind": "consent", "question": "An office?",
        "explanation": "", "language": "en", "state": "closed" if outcome else "draft", "opens_at": None,
        "closes_at": now, "opened_at": now, "quorum": "1/2", "threshold": "1/2", "anonymous": False,
        "hidden_until_closed": False, "silence": "never", "round": 1, "proposed_by": network.created_by,
        "raised_at": now, "created_at": now, "electorate_count": 3, "result": result, "closed_at": now,
        "version": 1,
    }  # fmt: skip
    return str(save(Decision(**values | over)).id)


def test_a_network_settles_that_it_has_an_office(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    helper = member_of(network)
    with unit_of_work():
        assert offices.get_office(helper, network.id)["exists"] is None
        assert not offices.office_standing(network.id).is_settled
    made = offices.decide_office(meta, network.id, {**YES, "contact_user_id": helper.user_id})
    assert (made["exists"], made["contact"], made["hours"]) == (True, YES["contact"], HOURS)
    assert made["version"] == 1
    assert made["contact_person"] is not None and made["contact_person"]["id"] == helper.user_id
    (entry,) = told(network)
    with unit_of_work():
        assert offices.get_office(helper, network.id) == made == rendered([entry])[0]["data"]
        assert offices.office_standing(network.id).is_settled
        row = session().scalars(select(AuditRow).where(AuditRow.action == "office.decided")).one()
        assert (row.network_id, row.acting_role, row.after) == (
            network.id, "meta_mentor", {"exists": True, "decision_id": None},
        )  # fmt: skip


def test_no_is_an_answer_too_and_keeps_nothing_but_its_reason(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    offices.decide_office(meta, network.id, {**YES, "contact_user_id": meta.user_id})
    made = offices.decide_office(meta, network.id, {**YES, "exists": False, "reason": "We do it together."})
    assert (made["exists"], made["reason"]) == (False, "We do it together.")
    assert not any(made[name] for name in ("contact", "contact_person", "substitute", "hours", "tasks"))  # type: ignore[literal-required]
    with unit_of_work():
        assert offices.office_standing(network.id).is_settled


@pytest.mark.parametrize("lacking", ["hours", "contact"])
def test_an_office_without_contact_or_hours_is_not_settled_yet(network: Network, lacking: str) -> None:
    said = {name: value for name, value in YES.items() if name != lacking}
    offices.decide_office(member_of(network, "meta_mentor"), network.id, said)
    with unit_of_work():
        standing = offices.office_standing(network.id)
    assert standing.decided and not standing.is_settled


WHO = [
    ("small", "organisation", "meta_mentor", None),
    ("small", "organisation", "steward", DecisionRequired),
    ("small", "organisation", "deputy", DecisionRequired),
    ("small", "initiation", "steward", None),
    ("full", "initiation", "steward", None),
    ("full", "organisation", "meta_mentor", DecisionRequired),
    ("full", "organisation", "steward", DecisionRequired),
    ("small", "organisation", "member", Forbidden),
    ("small", "organisation", "stranger", NotFound),
]


def test_who_settles_it_alone(live: Runtime) -> None:
    for size, phase, who, error in WHO:
        network = make_network(size=size, phase=phase)
        actor = {
            "steward": lambda n=network: steward_of_network(n),
            "member": lambda n=network: member_of(n),
            "stranger": lambda: member_of(make_network()),
        }.get(who, lambda n=network, role=who: member_of(n, role))()
        if error is None:
            assert offices.decide_office(actor, network.id, YES)["exists"] is True
            continue
        with pytest.raises(error):
            offices.decide_office(actor, network.id, YES)
        assert told(network) == [], (size, phase, who)


def test_what_the_network_decided_is_written_down_and_kept_up_to_date(
    large: Network, clock: HandClock
) -> None:
    meta, plain = member_of(large, "meta_mentor"), member_of(large)
    passed = decision(large)
    with pytest.raises(Forbidden):
        offices.decide_office(plain, large.id, YES, decision_id=passed)
    made = offices.decide_office(meta, large.id, YES, decision_id=passed)
    assert made["decision_id"] == passed
    clock.forward(days=9)
    kept = offices.decide_office(meta, large.id, {**YES, "contact": "0341 111111"})
    assert (kept["contact"], kept["decision_id"]) == ("0341 111111", passed)
    with pytest.raises(DecisionRequired):
        offices.decide_office(meta, large.id, {"exists": False})
    assert (
        offices.decide_office(meta, large.id, {"exists": False}, decision_id=decision(large))["exists"]
        is False
    )


def test_a_decision_that_settles_something_else_settles_nothing_here(
    large: Network, clock: HandClock
) -> None:
    meta = member_of(large, "meta_mentor")
    older = decision(large)
    effect = {"effect_type": "set_features", "effect_value": {}, "effect_state": "done"}
    unfit = [
        decision(make_network()), decision(large, "not_passed"), decision(large, None),
        decision(large, **effect), new_id(), older,
    ]  # fmt: skip
    clock.forward(days=1)
    offices.decide_office(meta, large.id, YES, decision_id=decision(large))
    before = told(large)
    for named in unfit:
        with pytest.raises(DecisionUnfit):
            offices.decide_office(meta, large.id, {"exists": False}, decision_id=named)
    assert told(large) == before


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"contact": "x" * 321}, "contact"),
    ({"reason": "x" * 2001}, "reason"),
    ({"time_zone": "Mars/Base"}, "time_zone"),
    ({"hours": [{"weekday": 7, "from": "10:00", "to": "11:00"}]}, "hours"),
    ({"hours": [{"weekday": 1, "from": "18:00", "to": "16:00"}]}, "hours"),
    ({"hours": [{"weekday": 1, "from": "16h", "to": "18:00"}]}, "hours"),
    ({"hours": [*HOURS, {"weekday": 1, "from": "17:00", "to": "19:00"}]}, "hours"),
]


def test_what_cannot_be_said_of_an_office(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    for over, field in FAULTS:
        with pytest.raises(Invalid) as refused:
            offices.decide_office(meta, network.id, {**YES, **over})
        assert list(refused.value.faults) == [field]
    assert told(network) == []


def test_only_somebody_of_the_network_is_its_contact(network: Network) -> None:
    meta, steward = member_of(network, "meta_mentor"), steward_of_network(network)
    for nobody in (standing_actor(make_user()), member_of(network, state="left")):
        with pytest.raises(Invalid) as refused:
            offices.decide_office(meta, network.id, {**YES, "contact_user_id": nobody.user_id})
        assert list(refused.value.faults) == ["contact_user_id"]
    made = offices.decide_office(meta, network.id, {**YES, "substitute_user_id": steward.user_id})
    assert made["substitute_person"] is not None


def test_of_two_who_settle_it_the_second_is_told(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    offices.decide_office(meta, network.id, YES, expected_version=0)
    with pytest.raises(VersionConflict):
        offices.decide_office(meta, network.id, {"exists": False}, expected_version=0)


@pytest.mark.parametrize("way", ["leaves", "erased"])
def test_who_goes_is_the_contact_no_more(network: Network, way: str) -> None:
    meta, helper = member_of(network, "meta_mentor"), member_of(network)
    offices.decide_office(meta, network.id, {**YES, "contact_user_id": helper.user_id})
    if way == "leaves":
        membership.leave_membership(helper, helper.standings[network.id].membership_id or "", 1)
    else:
        privacy.erase_account(system_actor("test"), helper.user_id or "")
    with unit_of_work():
        left = offices.get_office(meta, network.id)
        assert not offices.office_standing(network.id).is_settled
    assert (left["contact"], left["contact_person"], left["substitute"]) == (None, None, YES["substitute"])
    assert told(network)[-1].entity_version == left["version"]


def test_nobody_but_the_system_forgets_a_contact(network: Network) -> None:
    meta = member_of(network, "meta_mentor")
    with pytest.raises(Forbidden):
        forget_contact(meta, meta.user_id or "")


def test_hours_are_read_where_the_reader_is() -> None:
    hours = [{"weekday": 6, "from": "22:30", "to": "23:30"}, {"weekday": 0, "from": "09:00", "to": "10:30"}]
    monday = date(2026, 6, 1)
    shown = [
        (one.weekday, one.opens, one.closes) for one in hours_in(hours, "Europe/Berlin", "Asia/Tokyo", monday)
    ]
    assert shown == [(0, "05:30", "06:30"), (0, "16:00", "17:30")]
    same = [(one.weekday, one.opens) for one in hours_in(hours, "Europe/Berlin", "Europe/Vienna", monday)]
    assert same == [(0, "09:00"), (6, "22:30")]
    # London changes its clock on another day than New York: the week counts.
    apart = hours_in(hours[1:], "Europe/London", "America/New_York", date(2026, 3, 9))
    assert [one.opens for one in apart] == ["05:00"]


def test_words_are_trimmed_and_hours_ordered() -> None:
    clean = check_office(
        {**YES, "contact": "  ", "hours": [{"weekday": 3, "from": "09:00", "to": "10:00"}, *HOURS]}
    )
    assert clean["contact"] is None
    assert [one["weekday"] for one in clean["hours"]] == [1, 3]

"""Organisations are entered, changed and looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.organisations import Organisation, Steward
from network import organisations
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import (
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    Unauthenticated,
    VersionConflict,
)
from network.kernel.events import entries_after
from network.kernel.ids import new_id
from network.kernel.outbox import drain
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.transitions import PartyToMatter
from tests.factories.organisations import make_organisation, make_steward, steward_of
from tests.factories.people import actor_of, make_user
from tests.running import HandClock, LetterBox


def facts(organisation_id: str) -> list[str]:
    with unit_of_work():
        return [entry.type for entry in entries_after(f"organisation:{organisation_id}", 0, 100)]


def count(table: type) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def test_the_founder_acts_for_what_waits_for_verification(live: Runtime) -> None:
    make_organisation()
    founder = actor_of(make_user())
    made = organisations.found_organisation(founder, "  Brückenhaus   Lindenstadt e. V. ", "de")
    assert made["name"] == "Brückenhaus Lindenstadt e. V."
    assert (made["country"], made["state"], made["version"]) == ("DE", "pending", 1)
    assert facts(made["id"]) == ["organisation.founded", "steward.added"]
    with unit_of_work():
        assert organisations.stewardships_of(founder.id) == {made["id"]}
        assert not organisations.is_verified(made["id"])
        written = session().scalars(select(AuditRow.action).where(AuditRow.entity_id == made["id"])).all()
    assert written == ["organisation.foundation"]


@pytest.mark.parametrize(
    ("name", "country", "fields"),
    [("", "DE", {"name"}), ("x" * 201, "DE", {"name"}), ("House\u202e", "XX", {"name", "country"}),
     ("House", "Germany", {"country"}), ("House", "EU", {"country"})],
)  # fmt: skip
def test_what_cannot_be_taken_leaves_nothing(
    live: Runtime, name: str, country: str, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        organisations.found_organisation(actor_of(make_user()), name, country)
    assert set(refused.value.faults) == fields
    assert (count(Organisation), count(Steward)) == (0, 0)


WEBSITE = "https://www.house.example/about?lang=de"


def test_by_what_the_operator_can_tell_who_it_is(live: Runtime) -> None:
    founder, operator = actor_of(make_user()), actor_of(make_user(is_operator=True))
    made = organisations.found_organisation(
        founder, "House", "DE", website=f" {WEBSITE} ", register_entry=" VR  1234 ", contact_note="  "
    )
    assert (made["website"], made["register_entry"], made["contact_note"]) == (WEBSITE, "VR 1234", None)
    acting = replace(founder, stewardships=frozenset({made["id"]}))
    changed = organisations.change_organisation(
        acting, made["id"], 1, {"contact_note": "Ask Mara.", "register_entry": None}
    )
    assert (changed["website"], changed["register_entry"]) == (WEBSITE, None)
    with unit_of_work():
        looked = organisations.get_organisation(operator, made["id"])
        assert (looked["website"], looked["contact_note"]) == (WEBSITE, "Ask Mara.")
        [waiting] = organisations.list_for_decision(operator, PageRequest()).items
        assert waiting["contact_note"] == "Ask Mara."
        for outsider in (actor_of(make_user()), ANONYMOUS):
            seen = organisations.get_organisation(outsider, made["id"])
            assert (seen["website"], seen["contact_note"]) == (WEBSITE, None)
        # The trail is never forgotten: how somebody is reached stands not in it.
        trail = [row.after for row in session().scalars(select(AuditRow))]
    assert "Ask Mara." not in str(trail)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"), ("website", "house.example"), ("website", "https://"),
        ("website", "https://bank.example@house.example"), ("website", "mailto:mara@house.example"),
        ("website", 'https://house.example/"onclick="x'), ("website", f"https://house.example/{'x' * 300}"),
        ("register_entry", "x" * 201), ("contact_note", "x" * 501),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_not_taken(live: Runtime, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        organisations.found_organisation(actor_of(make_user()), "House", "DE", **{field: value})
    assert set(refused.value.faults) == {field}
    assert count(Organisation) == 0


def test_nobody_founds_without_signing_in(live: Runtime) -> None:
    with pytest.raises(Unauthenticated):
        organisations.found_organisation(ANONYMOUS, "House", "DE")
    assert count(Organisation) == 0


def test_pressing_the_button_twice_founds_one(live: Runtime) -> None:
    row = make_organisation(name="Brückenhaus")
    with pytest.raises(Invalid):
        organisations.found_organisation(steward_of(row), "BRÜCKENHAUS", "DE")
    # Another house may have the name too.
    assert organisations.found_organisation(actor_of(make_user()), "Brückenhaus", "DE")["state"] == "pending"


def test_stewards_change_name_and_country(live: Runtime) -> None:
    row, noise = make_organisation(), make_organisation(name="Left alone")
    steward = steward_of(row)
    changed = organisations.change_organisation(steward, row.id, 1, {"name": "New name"})
    assert (changed["name"], changed["country"], changed["version"]) == ("New name", "DE", 2)
    assert facts(row.id) == ["organisation.changed"]
    same = organisations.change_organisation(steward, row.id, None, {"name": "New name"})
    assert same["version"] == 2
    with pytest.raises(VersionConflict) as late:
        organisations.change_organisation(steward, row.id, 1, {"country": "PL"})
    assert late.value.current is not None
    assert late.value.current["version"] == 2
    with pytest.raises(Forbidden):
        organisations.change_organisation(steward_of(noise), row.id, 2, {"name": "Taken over"})
    with unit_of_work():
        assert organisations.organisation_row(noise.id).name == "Left alone"
    assert facts(row.id) == ["organisation.changed"]


def test_the_operators_learn_that_somebody_waits(live: Runtime, letterbox: LetterBox) -> None:
    make_user(email="sabine@mail.example", is_operator=True)
    founder = actor_of(make_user(display_name="Henrik Vogt", email="henrik@mail.example"))
    organisations.found_organisation(founder, "Brückenhaus", "DE")
    drain()
    assert [letter["To"] for letter in letterbox.letters] == ["sabine@mail.example"]
    body = letterbox.letters[0].get_body(("plain",))
    assert body is not None
    assert "Henrik Vogt has entered an organisation: “Brückenhaus”." in body.get_content()
    assert "/admin/organisations" in body.get_content()


def test_no_letter_says_that_somebody_waits_who_waits_no_more(live: Runtime, letterbox: LetterBox) -> None:
    operator = actor_of(make_user(email="sabine@mail.example", is_operator=True))
    made = organisations.found_organisation(actor_of(make_user()), "Brückenhaus", "DE")
    organisations.decide_verification(operator, made["id"], "verified", None, 1)
    drain()
    assert letterbox.to("sabine@mail.example") == []


@pytest.mark.parametrize("decision", ["verified", "refused"])
def test_the_operator_decides_and_the_stewards_get_a_letter(
    live: Runtime, letterbox: LetterBox, decision: str
) -> None:
    user = make_user(email="anna@mail.example", language="de")
    row, operator = make_organisation(user, state="pending"), actor_of(make_user(is_operator=True))
    make_steward(row, make_user(email="gone@mail.example"), ended_at=live.clock.now())
    decided = organisations.decide_verification(operator, row.id, decision, "We know you.", 1)
    assert (decided["state"], decided["version"]) == (decision, 2)
    assert decided["decided_reason"] == "We know you."
    assert facts(row.id) == ["organisation.decided"]
    drain()
    assert [letter["To"] for letter in letterbox.letters] == ["anna@mail.example"]
    body = letterbox.letters[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "We know you." in text
    assert f"/org/{row.id}" in text
    with unit_of_work():
        assert organisations.is_verified(row.id) == (decision == "verified")
        seen = organisations.get_organisation(actor_of(make_user()), row.id)
    assert seen["decided_reason"] is None


def test_a_refusal_needs_its_reason_and_an_approval_does_not(live: Runtime) -> None:
    row, operator = make_organisation(state="pending"), actor_of(make_user(is_operator=True))
    with pytest.raises(Invalid) as refused:
        organisations.decide_verification(operator, row.id, "refused", "  ", 1)
    assert set(refused.value.faults) == {"reason"}
    assert facts(row.id) == []
    assert organisations.decide_verification(operator, row.id, "verified", None, 1)["state"] == "verified"


def test_a_decision_can_turn_but_not_be_repeated(live: Runtime) -> None:
    row, operator = make_organisation(state="pending"), actor_of(make_user(is_operator=True))
    organisations.decide_verification(operator, row.id, "verified", None, 1)
    with pytest.raises(InvalidTransition):
        organisations.decide_verification(operator, row.id, "verified", None, 2)
    with pytest.raises(VersionConflict):
        organisations.decide_verification(operator, row.id, "refused", "Found out.", 1)
    organisations.decide_verification(operator, row.id, "refused", "Found out.", 2)
    assert organisations.decide_verification(operator, row.id, "verified", None, 3)["version"] == 4
    assert facts(row.id) == ["organisation.decided"] * 3


def test_nobody_vouches_for_an_organisation_she_acts_for(live: Runtime) -> None:
    user = make_user(is_operator=True)
    row = make_organisation(user, state="pending")
    with pytest.raises(PartyToMatter):
        organisations.decide_verification(
            steward_of(row, user, is_operator=True), row.id, "verified", None, 1
        )
    with pytest.raises(Forbidden):
        organisations.decide_verification(steward_of(row), row.id, "verified", None, 1)
    with pytest.raises(NotFound):
        organisations.decide_verification(actor_of(user), new_id(), "verified", None, 1)
    assert facts(row.id) == []


def test_the_operator_sees_who_waits_with_the_people_behind_it(live: Runtime, clock: HandClock) -> None:
    waiting = []
    for _ in range(3):
        waiting.append(make_organisation(state="pending"))
        clock.forward(days=1)
    make_organisation()
    operator = actor_of(make_user(is_operator=True))
    with unit_of_work():
        first = organisations.list_for_decision(operator, PageRequest(limit=2))
        rest = organisations.list_for_decision(operator, PageRequest(limit=2, cursor=first.next))
        assert organisations.count_waiting() == 3
        with pytest.raises(NotFound):
            organisations.list_for_decision(steward_of(waiting[0]), PageRequest())
    shown = [*first.items, *rest.items]
    assert [view["id"] for view in shown] == [row.id for row in waiting]
    assert [[who["id"] for who in view["stewards"]] for view in shown] == [
        [row.created_by] for row in waiting
    ]
    assert "email" not in shown[0]["stewards"][0]


def test_mine_are_those_i_act_for(live: Runtime) -> None:
    me = make_user()
    second, first = make_organisation(me, name="Z"), make_organisation(me, name="A", state="pending")
    make_organisation()
    make_steward(make_organisation(), me, ended_at=live.clock.now())
    with unit_of_work():
        assert organisations.stewardships_of(me.id) == {first.id, second.id}
        actor = steward_of(first, me)
        [mine] = organisations.my_organisations(actor)
        assert mine == {
            "id": first.id, "name": "A", "state": "pending",
            "answer_by": organisations.get_organisation(actor, first.id)["answer_by"],
        }  # fmt: skip
        assert mine["answer_by"] is not None
        narrowed = organisations.list_organisations(actor, PageRequest(), "pending")
    assert [view["id"] for view in narrowed.items] == [first.id]

"""Adopting the built-in rules and accepting rules: what is true afterwards, and what a refusal leaves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.agreements import AgreementVersion, RulesAcceptance
from models.audit import AuditRow
from models.membership import Membership
from models.networks import Network
from network import agreements
from network.agreements.rules.texts import BUILTIN_RULES, EDITIONS, builtin_rules, clause_hash, text_hash
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.events import LogEntry, entries_after, rendered
from network.kernel.ids import is_id, new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_agreement, make_version
from tests.factories.membership import again, make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.running import START, HandClock


def facts(scope: str) -> list[LogEntry]:
    with unit_of_work():
        return entries_after(scope, 0, 100)


def acceptances() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(RulesAcceptance)) or 0


def standing_row(actor: Actor, network: Network) -> Membership:
    with unit_of_work():
        wanted = select(Membership).where(
            Membership.user_id == actor.user_id, Membership.network_id == network.id
        )
        return session().scalars(wanted.order_by(Membership.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("language", "written_in", "title"), [("de-AT", "de", "Unsere Regeln"), ("uk", "en", "Our rules")]
)
def test_a_new_network_gets_the_built_in_rules(
    live: Runtime, language: str, written_in: str, title: str
) -> None:
    network, untouched = make_network(), make_network()
    steward = steward_of_network(network)
    version_id = agreements.adopt_builtin_rules(steward, network.id, language)
    with unit_of_work():
        version = agreements.get_agreement_version(steward, version_id)
        assert agreements.rules_of_network(network.id) == version
        assert session().get_one(Network, network.id).rules_version_id == version_id
        assert session().get_one(Network, untouched.id).rules_version_id is None
        assert agreements.document_evidence(network.id).own_rules == 0
        trail = [(r.action, r.entity_id, r.acting_role) for r in session().scalars(select(AuditRow))]
    assert (version["number"], version["state"], version["language"]) == (1, "in_force", written_in)
    assert version["kind"] == "communication_rules"
    assert version["counts"] == {"requested": 0, "signed": 0, "declined": 0}
    assert version["title"] in (title, "Our rules")  # the German title comes with the catalogue
    clauses = version["clauses"]
    assert [clause["heading"] for clause in clauses] == [
        rule.heading for rule in agreements.builtin_rules(written_in)
    ]
    assert len({clause["id"] for clause in clauses}) == 5
    assert all(is_id(clause["id"]) for clause in clauses)
    assert all(c["hash"] == clause_hash(c["heading"], c["text"]) for c in clauses)
    assert version["text_hash"] == text_hash((c["heading"], c["text"]) for c in clauses)
    assert trail == [("agreement_version.adoption", version_id, "steward")]
    told = [entry for entry in facts(f"network:{network.id}") if entry.type == "agreement.in_force"]
    assert [entry.entity_id for entry in told] == [version_id]
    with unit_of_work():
        shown = rendered(told)[0]["data"]
    assert shown["text_hash"] == version["text_hash"]
    assert shown["number"] == 1
    assert facts(f"network:{untouched.id}") == []


def test_a_network_gets_its_first_rules_once(live: Runtime) -> None:
    network = make_network()
    steward = steward_of_network(network)
    agreements.adopt_builtin_rules(steward, network.id, "en")
    before = facts(f"network:{network.id}")
    with pytest.raises(Exception, match="rules_already_adopted"):
        agreements.adopt_builtin_rules(steward, network.id, "en")
    assert facts(f"network:{network.id}") == before


def test_only_the_founding_organisation_adopts_them(live: Runtime) -> None:
    network = make_network()
    with pytest.raises(Forbidden):
        agreements.adopt_builtin_rules(member_of(network, "meta_mentor"), network.id, "en")
    assert facts(f"network:{network.id}") == []


def test_accepting_the_rules_lets_one_write(live: Runtime) -> None:
    network = make_network()
    version = make_version(network)
    actor, other = member_of(network), member_of(network)
    assert actor.standings[network.id].rules_accepted is False
    made = agreements.accept_rules(actor, network.id, version.id)
    assert (made["version_id"], made["user_id"], made["created"]) == (version.id, actor.user_id, True)
    assert again(actor).standings[network.id].rules_accepted is True
    assert again(other).standings[network.id].rules_accepted is False
    with unit_of_work():
        assert standing_row(actor, network).rules_version_id == version.id
    told = facts(f"user:{actor.user_id}")
    assert [(entry.type, entry.entity_id) for entry in told] == [("rules.accepted", made["id"])]
    with unit_of_work():
        assert rendered(told)[0]["data"] == {
            "network_id": network.id, "version_id": version.id, "number": version.number,
        }, "ids and a number, and no words"  # fmt: skip
        assert agreements.has_accepted(actor, version.id)
        assert not agreements.has_accepted(other, version.id)


def test_accepting_twice_is_accepting_once(live: Runtime, clock: HandClock) -> None:
    network = make_network()
    version = make_version(network)
    actor = member_of(network)
    first = agreements.accept_rules(actor, network.id, version.id)
    clock.forward(hours=2)
    second = agreements.accept_rules(again(actor), network.id, version.id)
    assert second == {**first, "created": False}
    assert acceptances() == 1
    assert len(facts(f"user:{actor.user_id}")) == 1


def test_an_applicant_accepts_too(live: Runtime) -> None:
    network = make_network()
    version = make_version(network)
    actor = member_of(network, state="applied")
    assert agreements.accept_rules(actor, network.id, version.id)["created"]


def test_who_comes_back_accepted_already(live: Runtime) -> None:
    network, user = make_network(), make_user()
    version = make_version(network)
    agreements.accept_rules(member_of(network, user=user, state="active"), network.id, version.id)
    row = standing_row(standing_actor(user), network)
    row.state, row.ended_at = "left", START
    save(row)
    make_membership(network, user)
    actor = standing_actor(user)
    assert actor.standings[network.id].rules_accepted is False
    agreements.accept_rules(actor, network.id, version.id)
    assert again(actor).standings[network.id].rules_accepted is True
    assert acceptances() == 1


def test_rules_that_hold_no_longer_cannot_be_accepted(live: Runtime) -> None:
    network = make_network()
    document = make_agreement(network)
    old = make_version(network, document, state="superseded")
    new = make_version(network, document, number=2, builtin=None)
    actor = member_of(network)
    with pytest.raises(agreements.VersionSuperseded) as refused:
        agreements.accept_rules(actor, network.id, old.id)
    assert refused.value.params == {"current_version_id": new.id}
    assert acceptances() == 0
    assert facts(f"user:{actor.user_id}") == []
    with unit_of_work():
        assert agreements.document_evidence(network.id).own_rules == 1


def test_new_rules_are_accepted_anew(live: Runtime) -> None:
    network = make_network()
    document = make_agreement(network)
    old = make_version(network, document)
    actor = member_of(network)
    agreements.accept_rules(actor, network.id, old.id)
    supersede(old)
    new = make_version(network, document, number=2, builtin=None)
    assert again(actor).standings[network.id].rules_accepted is False
    agreements.accept_rules(again(actor), network.id, new.id)
    assert again(actor).standings[network.id].rules_accepted is True


@pytest.mark.parametrize("which", ["of another network", "of no network"])
def test_only_the_networks_own_rules_can_be_accepted(live: Runtime, which: str) -> None:
    network = make_network()
    make_version(network)
    elsewhere = make_version(make_network())
    wanted = elsewhere.id if which == "of another network" else new_id()
    with pytest.raises(Invalid) as refused:
        agreements.accept_rules(member_of(network), network.id, wanted)
    assert list(refused.value.faults) == ["version_id"]
    assert acceptances() == 0


@pytest.mark.parametrize(
    ("who", "visibility", "error"),
    [
        ("stranger", "private", NotFound),
        ("stranger", "public", Forbidden),
        ("steward", "private", Forbidden),
        ("suspended", "private", Forbidden),
        ("left", "private", NotFound),
    ],
)
def test_who_does_not_belong_accepts_nothing(
    live: Runtime, who: str, visibility: str, error: type[Exception]
) -> None:
    network = make_network(visibility=visibility)
    version = make_version(network)
    actor = {
        "stranger": lambda: member_of(make_network()),
        "steward": lambda: steward_of_network(network),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=1)),
        "left": lambda: member_of(network, state="left"),
    }[who]()
    with pytest.raises(error):
        agreements.accept_rules(actor, network.id, version.id)
    assert acceptances() == 0
    assert facts(f"user:{actor.user_id}") == []


def test_ten_tabs_at_once_make_one_acceptance(live: Runtime) -> None:
    network = make_network()
    version = make_version(network)
    actor = member_of(network)
    answers: list[bool] = []

    def accept() -> None:
        answers.append(agreements.accept_rules(actor, network.id, version.id)["created"])

    threads = [threading.Thread(target=accept) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 9 + [True]
    assert acceptances() == 1
    assert len(facts(f"user:{actor.user_id}")) == 1


@pytest.mark.parametrize(
    ("language", "reader", "first_heading"),
    [("de", "en", "We talk to each other with respect"), ("de", "de-AT", None), ("en", "en", None)],
)
def test_the_built_in_rules_are_read_in_ones_own_language(
    live: Runtime, language: str, reader: str, first_heading: str | None
) -> None:
    network = make_network(languages=[language])
    agreements.adopt_builtin_rules(steward_of_network(network), network.id, language)
    with unit_of_work():
        version = agreements.rules_of_network(network.id)
        translation = agreements.translated_clauses(version, reader)
    assert (translation[0].heading if translation else None) == first_heading


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_network_is_read_in_the_words_that_it_has(live: Runtime, edition: str) -> None:
    network = make_network(languages=["de"])
    held = text_hash((rule.heading, rule.text) for rule in builtin_rules("de", edition))
    make_version(network, builtin=BUILTIN_RULES, text_hash=held)
    with unit_of_work():
        shown = agreements.rules_of_network(network.id)
        shown["language"] = "de"
        assert agreements.translated_clauses(shown, "en") == builtin_rules("en", edition)
        shown["text_hash"] = "0" * 64
        assert agreements.translated_clauses(shown, "en") is None


def test_rules_of_the_networks_own_have_no_translation(live: Runtime) -> None:
    network = make_network()
    make_version(network, builtin=None)
    with unit_of_work():
        assert agreements.translated_clauses(agreements.rules_of_network(network.id), "de") is None


@pytest.mark.parametrize("who", ["stranger", "left"])
def test_a_version_is_not_there_for_who_is_outside(live: Runtime, who: str) -> None:
    network = make_network(visibility="public")
    version = make_version(network)
    actor = member_of(make_network()) if who == "stranger" else member_of(network, state="left")
    with unit_of_work():
        with pytest.raises(NotFound):
            agreements.get_agreement_version(actor, version.id)
        with pytest.raises(NotFound):
            agreements.get_agreement_version(member_of(network), new_id())
        assert agreements.get_agreement_version(member_of(network), version.id)["id"] == version.id


def test_a_network_without_rules_has_none(live: Runtime) -> None:
    network = make_network()
    with unit_of_work(), pytest.raises(NotFound):
        agreements.rules_of_network(network.id)


def supersede(version: AgreementVersion) -> None:
    version.state = "superseded"
    save(version)

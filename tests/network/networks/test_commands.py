"""Founding and changing networks: what is true afterwards, what is recorded, and what a refusal leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.courses import CourseSession
from models.event_log import Event
from models.networks import Network
from network import networks
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff, Forbidden, Invalid, NotFound, VersionConflict
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, note_checked, unit_of_work
from network.networks import DEFAULTS, FEATURES, DecisionRequired, OrganisationRefused
from tests.factories.membership import again, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import make_user, save
from tests.recorded import audited, codes, counted, facts
from tests.running import HandClock


def founding(organisation_id: str, **over: Any) -> dict[str, Any]:
    return {
        "name": "Netzwerk Lindenstadt", "purpose": " Wir helfen uns. ", "organisation_id": organisation_id,
        "languages": ["de", "en"], "country": "de", **over,
    }  # fmt: skip


def test_a_steward_founds_a_network(live: Runtime) -> None:
    organisation = make_organisation()
    view = networks.create_network(steward_of(organisation), **founding(organisation.id))
    assert view == {
        "id": view["id"], "slug": "netzwerk-lindenstadt", "name": "Netzwerk Lindenstadt",
        "purpose": "Wir helfen uns.", "organisation_id": organisation.id, "course_session_id": None,
        "parent_id": None, "languages": ["de", "en"], "country": "DE", "visibility": "private",
        "phase": "initiation", "overlay": None,
        "features": {name: name in DEFAULTS["small"] for name in FEATURES},
        "rules_version_id": None, "version": 1,
    }  # fmt: skip
    assert facts(f"network:{view['id']}") == ["network.founded"]
    [audit] = audited(view["id"])
    assert (audit.action, audit.acting_role) == ("network.foundation", "steward")


def test_full_begins_with_every_feature(live: Runtime) -> None:
    organisation = make_organisation()
    made = networks.create_network(steward_of(organisation), **founding(organisation.id, features="full"))
    assert made["features"] == dict.fromkeys(FEATURES, True)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"purpose": " "}, "purpose"),
        ({"languages": ["tlh-not"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"country": "EU"}, "country"),
        ({"visibility": "secret"}, "visibility"),
        ({"features": "huge"}, "features"),
        ({"course_session_id": "0190a3c2-0000-7000-8000-000000000000"}, "course_session_id"),
        ({"organisation_id": "0190a3c2-0000-7000-8000-000000000000"}, "organisation_id"),
    ],
)
def test_what_cannot_be_taken_founds_nothing(live: Runtime, over: dict[str, Any], field: str) -> None:
    organisation = make_organisation()
    with pytest.raises(Invalid) as refused:
        networks.create_network(steward_of(organisation), **{**founding(organisation.id), **over})
    assert set(refused.value.faults) == {field}
    assert (counted(Network), counted(Event)) == (0, 0)


def test_another_organisations_course_is_not_linked(live: Runtime) -> None:
    mine, another = make_organisation(), make_organisation()
    course = save(
        CourseSession(
            id=new_id(), organisation_id=another.id, title="Course", platform="Moodle", language="de",
            starts_on=live.clock.today(), ends_on=live.clock.today(), contact_ground=None,
            created_at=live.clock.now(), version=1,
        )
    )  # fmt: skip
    values = founding(mine.id, course_session_id=course.id)
    with pytest.raises(Invalid):
        networks.create_network(steward_of(mine), **values)
    values["organisation_id"] = another.id
    linked = networks.create_network(steward_of(another), **values)
    assert linked["course_session_id"] == course.id


@pytest.mark.parametrize("state", ["pending", "verified", "refused"])
def test_only_a_refused_organisation_founds_nothing(live: Runtime, state: str) -> None:
    organisation = make_organisation(state=state)
    if state == "refused":
        with pytest.raises(OrganisationRefused):
            networks.create_network(steward_of(organisation), **founding(organisation.id))
        assert counted(Network) == 0
    else:
        assert networks.create_network(steward_of(organisation), **founding(organisation.id))["version"] == 1


def test_a_stranger_founds_nothing(live: Runtime) -> None:
    with pytest.raises(Forbidden):
        networks.create_network(steward_of(make_organisation()), **founding(make_organisation().id))
    assert (counted(Network), counted(Event)) == (0, 0)


@pytest.mark.parametrize(
    ("name", "language", "slug"),
    [
        ("Café Łódź – Süd", "de", "cafe-lodz-sued"),
        ("Café Łódź – Süd", "tr", "cafe-lodz-sud"),
        ("Große Straße", "de", "grosse-strasse"),
        ("Мережа Київ", "uk", "merezha-kyiv"),
        ("Δίκτυο Αθήνα", "el", "diktyo-athina"),
        ("شبكة المرشدين", "ar", "network"),
        ("Ağ Işık İzmir", "tr", "ag-isik-izmir"),
        ("x" * 100, "en", "x" * 60),
    ],
)
def test_the_word_of_the_address_is_made_from_the_name(
    live: Runtime, name: str, language: str, slug: str
) -> None:
    organisation = make_organisation()
    made = networks.create_network(
        steward_of(organisation), **founding(organisation.id, name=name, languages=[language])
    )
    assert made["slug"] == slug


def test_networks_of_one_name_founded_at_once_get_numbers(live: Runtime) -> None:
    organisation = make_organisation()
    actor = steward_of(organisation)
    with ThreadPoolExecutor(6) as pool:
        made = list(
            pool.map(lambda _n: networks.create_network(actor, **founding(organisation.id)), range(6))
        )
    numbered = {f"netzwerk-lindenstadt-{n}" for n in range(2, 7)}
    assert {view["slug"] for view in made} == {"netzwerk-lindenstadt", *numbered}


def test_a_private_network_is_found_by_its_own_only(live: Runtime) -> None:
    network, noise = make_network(), make_network()
    inside, outside = member_of(network), member_of(noise)
    with unit_of_work():
        assert networks.get_network(inside, network.id)["name"] == network.name
        assert networks.get_network(inside, network.slug)["id"] == network.id
        for wanted in (network.id, network.slug, new_id(), "nothing-here"):
            with pytest.raises(NotFound):
                networks.get_network(outside, wanted)


def test_a_meta_mentor_changes_what_the_network_says_of_itself(live: Runtime) -> None:
    network, noise = make_network(), make_network()
    actor = member_of(network, "meta_mentor")
    changed = networks.change_network(
        actor, network.id, 1, {"name": "  New   name ", "languages": ["de"], "visibility": "listed"}
    )
    assert (changed["name"], changed["languages"], changed["version"]) == ("New name", ["de"], 2)
    assert changed["slug"] == network.slug
    assert facts(f"network:{network.id}") == ["network.changed"]
    [audit] = audited()
    assert (audit.action, audit.acting_role) == ("network.visibility", "meta_mentor")
    assert (audit.before, audit.after) == ({"visibility": "private"}, {"visibility": "listed"})
    with unit_of_work():
        assert networks.network_row(noise.id).version == 1


def test_changing_nothing_records_nothing(live: Runtime) -> None:
    network = make_network()
    same = networks.change_network(member_of(network, "meta_mentor"), network.id, 1, {"name": network.name})
    assert same["version"] == 1
    assert facts(f"network:{network.id}") == []


def test_who_was_slower_is_shown_what_is_there_now(live: Runtime) -> None:
    network = make_network()
    steward = steward_of_network(network)
    networks.change_network(steward, network.id, 1, {"name": "First"})
    with pytest.raises(VersionConflict) as refused:
        networks.change_network(member_of(network, "meta_mentor"), network.id, 1, {"name": "Second"})
    assert refused.value.current is not None
    assert refused.value.current["name"] == "First"
    assert facts(f"network:{network.id}") == ["network.changed"]


def test_a_member_changes_nothing(live: Runtime) -> None:
    network = make_network()
    for change in (
        lambda: networks.change_network(member_of(network), network.id, 1, {"name": "Mine"}),
        lambda: networks.set_features(member_of(network), network.id, {"elections": True}),
    ):
        with pytest.raises(Forbidden):
            change()
    with unit_of_work():
        assert networks.network_row(network.id).version == 1
    assert facts(f"network:{network.id}") == []


def test_a_small_networks_meta_mentor_switches_features(live: Runtime) -> None:
    network = make_network()
    actor = member_of(network, "meta_mentor")
    on = networks.set_features(actor, network.id, {"elections": True, "help_requests": False})
    assert (on["features"]["elections"], on["features"]["help_requests"], on["version"]) == (True, False, 2)
    with unit_of_work():
        row = networks.network_row(network.id)
        # Only what differs from the size's default is kept.
        assert row.features == {"elections": True, "help_requests": False}
        assert networks.is_feature_on(row, "elections")
        with pytest.raises(FeatureOff):
            networks.check_feature(row, "help_requests")
    back = networks.set_features(actor, network.id, {"elections": False, "help_requests": True})
    assert back["features"] == {name: name in DEFAULTS["small"] for name in FEATURES}
    with unit_of_work():
        assert networks.network_row(network.id).features == {}
    assert [row.action for row in audited()] == ["network.features"] * 2


def test_an_unknown_feature_is_refused_by_name(live: Runtime) -> None:
    network = make_network()
    with pytest.raises(Invalid) as refused:
        networks.set_features(steward_of_network(network), network.id, {"elections": True, "coffee": True})
    assert set(refused.value.faults) == {"coffee"}
    assert facts(f"network:{network.id}") == []


def test_where_the_network_decides_nobody_switches_alone(live: Runtime) -> None:
    network = make_network(size="full", phase="organisation")
    for actor in (member_of(network, "meta_mentor"), steward_of_network(network)):
        with pytest.raises(DecisionRequired):
            networks.set_features(actor, network.id, {"elections": False})
    assert facts(f"network:{network.id}") == []


def test_the_phase_is_set_within_a_higher_command(live: Runtime) -> None:
    network = make_network()

    @command
    def move() -> None:
        note_checked()
        networks.set_phase(network.id, "organisation")
        networks.set_rules_version(network.id, "r1")

    move()
    with unit_of_work():
        row = networks.network_row(network.id)
        assert (row.phase, row.rules_version_id, row.version) == ("organisation", "r1", 3)
        assert row.phase_since > network.phase_since
    assert {"from_phase": "initiation", "to_phase": "organisation"} in codes(f"network:{network.id}")


def test_what_is_private_is_missing_in_the_list(live: Runtime, clock: HandClock) -> None:
    mine = make_network()
    clock.forward(seconds=1)
    public, hidden = make_network(visibility="public"), make_network()
    actor, nobody = member_of(mine), standing_actor(make_user())

    def listed(asking: Actor) -> list[str]:
        with unit_of_work():
            found = networks.list_networks(again(asking), PageRequest(2))
            following = networks.list_networks(again(asking), PageRequest(2, found.next))
            return [view["id"] for view in (*found.items, *(following.items if found.next else []))]

    assert listed(actor) == [mine.id, public.id]
    assert listed(nobody) == [public.id]
    assert hidden.id not in listed(actor)

"""What somebody tells about herself, in which form it is kept, and who sees which part."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from models.profiles import Profile, ProfileLanguage, ProfileOffer
from network import people, profiles
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated, VersionConflict
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.profiles import Sought
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user

TOLD = {
    "introduction": "  I drink too much tea. ", "languages": ["tr", "DE", "tr"], "country": "de",
    "region": " Lindenstadt   North ", "offers": ["Forms  of the office", "FORMS OF THE OFFICE", " ", "Łódź"],
    "availability": ["sun_evening", "mon_morning"], "can_help_now": True,
}  # fmt: skip
NOTHING = dict.fromkeys(
    ("introduction", "languages", "country", "region", "offers", "availability", "can_help_now")
)


def tell(actor: Actor, version: int = 0, **values: Any) -> Any:
    return profiles.change_profile(actor, version, **values)


def shown_to(audience: str) -> dict[str, str]:
    return {**dict.fromkeys(profiles.FIELDS, audience), "photo": "nobody"}


def seen(actor: Actor, user_id: str | None) -> Any:
    with unit_of_work():
        return profiles.get_person(actor, user_id or "")["profile"]


def test_a_profile_is_empty_and_private_until_one_says_otherwise(live: Runtime) -> None:
    network = make_network()
    amina, other = member_of(network), member_of(network)
    with unit_of_work():
        empty = profiles.show_my_profile(amina)
    assert empty["version"] == 0
    assert empty["shown_to"] == shown_to("nobody")
    told = tell(amina, **TOLD)
    assert told["shown_to"] == shown_to("nobody")
    assert seen(other, amina.user_id) == NOTHING


def test_it_is_kept_in_its_form(live: Runtime) -> None:
    amina = member_of(make_network())
    told = tell(amina, **TOLD)
    assert told == {
        "introduction": "I drink too much tea.", "languages": ["tr", "de"], "country": "DE",
        "region": "Lindenstadt North", "offers": ["Forms of the office", "Łódź"],
        "availability": ["mon_morning", "sun_evening"], "can_help_now": True,
        "shown_to": shown_to("nobody"), "version": 1,
    }  # fmt: skip
    again = tell(amina, 1, languages=[], offers=["Tea"], country=None)
    assert again == {**told, "languages": [], "offers": ["Tea"], "country": None, "version": 2}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("introduction", "x" * 601), ("languages", ["klingon"]), ("country", "ZZZ"), ("region", "x" * 101),
        ("languages", ["de", "en", "fr", "it", "es", "pl", "tr", "uk", "ru", "ar", "fa", "ro", "bg"]),
        ("offers", ["x" * 61]), ("offers", [f"Thing {n}" for n in range(13)]),
        ("availability", ["mon_noon"]), ("shown_to", {"introduction": "friends"}),
        ("shown_to", {"email": "everyone"}),
    ],
)  # fmt: skip
def test_what_it_cannot_hold_is_refused_by_field(live: Runtime, field: str, value: Any) -> None:
    amina = member_of(make_network())
    with pytest.raises(Invalid) as refused:
        tell(amina, **{field: value})
    assert list(refused.value.faults) == [field]
    with unit_of_work():
        assert session().get(Profile, amina.user_id) is None


def test_each_field_is_shown_to_whom_it_says(live: Runtime) -> None:
    shared, elsewhere = make_network(), make_network()
    amina = member_of(shared)
    member, steward, stranger = member_of(shared), steward_of_network(shared), member_of(elsewhere)
    tell(amina, **TOLD, shown_to={"introduction": "everyone", "offers": "networks"})
    for actor in (member, steward):
        assert seen(actor, amina.user_id) == {
            **NOTHING, "introduction": "I drink too much tea.", "offers": ["Forms of the office", "Łódź"],
        }  # fmt: skip
    assert seen(stranger, amina.user_id) == {**NOTHING, "introduction": "I drink too much tea."}
    with unit_of_work():
        unknown = profiles.get_person(stranger, amina.user_id or "")
    assert (unknown["networks"], unknown["roles"]) == ([], [])
    assert seen(amina, amina.user_id)["region"] == "Lindenstadt North"
    with unit_of_work(), pytest.raises(NotFound):
        profiles.get_person(ANONYMOUS, amina.user_id or "")


def test_who_shows_nothing_to_everybody_is_not_there_for_strangers(live: Runtime) -> None:
    amina = member_of(make_network())
    tell(amina, **TOLD, shown_to=shown_to("networks"))
    for stranger in (standing_actor(make_user()), member_of(make_network())):
        with unit_of_work(), pytest.raises(NotFound):
            profiles.get_person(stranger, amina.user_id or "")


def test_only_oneself_and_in_the_version_that_was_seen(live: Runtime) -> None:
    with pytest.raises(Unauthenticated):
        tell(ANONYMOUS, introduction="Hello")
    amina = member_of(make_network())
    tell(amina, introduction="Hello")
    with pytest.raises(VersionConflict) as late:
        tell(amina, 0, introduction="Hello again")
    assert (late.value.current or {})["introduction"] == "Hello"


def test_two_devices_at_once_make_one_profile(live: Runtime) -> None:
    amina = member_of(make_network())
    results: list[str] = []

    def write(text: str) -> None:
        try:
            results.append(tell(amina, introduction=text)["introduction"])
        except VersionConflict:
            results.append("late")

    threads = [threading.Thread(target=write, args=(text,)) for text in ("phone", "laptop")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert results.count("late") == 1


def test_a_closed_account_tells_nothing_any_more(live: Runtime) -> None:
    amina = member_of(make_network())
    tell(amina, **TOLD, shown_to=shown_to("everyone"))
    with pytest.raises(Forbidden):
        profiles.forget_profile(amina, amina.user_id or "")
    profiles.forget_profile(system_actor("accounts"), amina.user_id or "")
    with unit_of_work():
        for table in (Profile, ProfileLanguage, ProfileOffer):
            assert session().scalar(select(func.count()).select_from(table)) == 0


def found(actor: Actor, network_id: str, **sought: Any) -> list[str]:
    with unit_of_work():
        page = profiles.list_people(actor, network_id, PageRequest(), Sought(**sought))
        return [person["display_name"] for person in page.items]


def test_people_are_found_by_what_they_show(live: Runtime) -> None:
    network = make_network()
    viewer = member_of(network, user=make_user(display_name="Zoe", language="en"))
    shown = member_of(network, user=make_user(display_name="Łukasz", language="de"))
    shy = member_of(network, user=make_user(display_name="Nikos", language="de"))
    for actor, audience in ((shown, "networks"), (shy, "nobody")):
        tell(actor, **TOLD, shown_to=shown_to(audience))
    make_membership(make_network(), make_user(display_name="Elsewhere"))
    for sought in (
        {"language": "tr"}, {"offers": "forms of THE"}, {"offers": "lodz"}, {"country": "DE"},
        {"region": "NORTH"}, {"can_help_now": True}, {"language": "tr", "offers": "office", "q": "lukasz"},
    ):  # fmt: skip
        assert found(viewer, network.id, **sought) == ["Łukasz"], sought
    assert found(viewer, network.id, language="de") == ["Łukasz", "Nikos"]
    assert found(viewer, network.id, offers="%") == []
    assert found(viewer, network.id, country="FR") == []
    # One finds oneself by what one keeps to oneself.
    assert found(shy, network.id, language="tr") == ["Łukasz", "Nikos"]
    with unit_of_work():
        assert profiles.known_offers(viewer, network.id) == ["Forms of the office", "Łódź"]
        assert profiles.spoken_languages(viewer, network.id) == ["de", "tr"]
        assert profiles.known_offers(member_of(make_network()), network.id) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łucja Wójcik", "lucja w"), ("Νίκος", "νικοσ"), ("Νίκος", "ΝΊΚΟΣ"), ("Özlem Şahin", "ozlem sahin"),
        ("İbrahim", "ibrahim"), ("Işık", "isik"), ("Weiß", "WEISS"), ("Søren", "soren"), ("Đorđe", "dorde"),
        ("Ünal", "ÜNAL"), ("José", "jose"),
    ],
)  # fmt: skip
def test_names_are_found_whatever_the_keyboard(live: Runtime, name: str, typed: str) -> None:
    network = make_network()
    viewer = member_of(network, user=make_user(display_name="Q"))
    make_membership(network, make_user(display_name=name))
    assert found(viewer, network.id, q=typed) == [name]


def test_a_name_that_changes_is_found_by_the_new_one(live: Runtime) -> None:
    network = make_network()
    amina = member_of(network, user=make_user(display_name="Amina"))
    people.change_me(amina, display_name="Łucja")
    assert found(amina, network.id, q="lucja") == ["Łucja"]
    assert found(amina, network.id, q="amina") == []


def test_pages_follow_each_other_by_name(live: Runtime) -> None:
    network = make_network()
    viewer = member_of(network, user=make_user(display_name="Zoe"))
    for name in ("Éva", "adam", "Ewa", "Łukasz"):
        make_membership(network, make_user(display_name=name))
    names, cursor = [], None
    while True:
        with unit_of_work():
            page = profiles.list_people(viewer, network.id, PageRequest(2, cursor), Sought())
        names += [person["display_name"] for person in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert names == ["adam", "Éva", "Ewa", "Łukasz", "Zoe"]

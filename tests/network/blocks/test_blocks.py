"""Blocks: kept by oneself, told to nobody, hiding what one shows."""

from __future__ import annotations

import pytest

from network import blocks, profiles
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.events import heads
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.profiles import Sought
from tests.factories.discussions import Community, make_community, stranger

TOLD = {
    "introduction": "I bake.", "languages": ["fr"], "country": "DE", "region": "Bonn", "offers": ["Baking"],
    "can_help_now": True,
}  # fmt: skip
SHOWN = dict.fromkeys(("introduction", "languages", "region", "offers", "availability"), "networks")


@pytest.fixture
def community(live: Runtime) -> Community:
    """A network, nobody in it yet."""
    assert live
    return make_community()


def shown(viewer: Actor, person: Actor) -> list[object]:
    with unit_of_work():
        return [value for value in profiles.get_person(viewer, person.id)["profile"].values() if value]


def test_a_block_is_ones_own_and_told_to_nobody(community: Community) -> None:
    ann, bob, carl = community.member(), community.member(), community.member()
    made = blocks.block(ann, bob.id)
    assert made["user"]["display_name"] == bob.name and blocks.block(ann, bob.id) == made
    with unit_of_work():
        assert [each["user"]["id"] for each in blocks.list_blocks(ann).items] == [bob.id]
        assert blocks.list_blocks(bob).items == blocks.list_blocks(carl).items == []
        assert blocks.has_blocked(ann, bob.id) and not blocks.has_blocked(bob, ann.id)
        assert blocks.blocked_by(ann) == {bob.id} and blocks.blocked_by(carl) == frozenset()
        assert heads([f"user:{ann.id}", f"user:{bob.id}", f"network:{community.network.id}"]) == {}
    for _twice in range(2):
        blocks.unblock(ann, bob.id)
    with unit_of_work():
        assert blocks.list_blocks(ann).items == []


def test_who_cannot_be_blocked(community: Community) -> None:
    ann, outsider = community.member(), make_community().member()
    for user_id in (outsider.id, stranger().id, "01990000-0000-7000-8000-000000000000"):
        with pytest.raises(NotFound):
            blocks.block(ann, user_id)
        blocks.unblock(ann, user_id)
    with pytest.raises(blocks.SelfBlocked):
        blocks.block(ann, ann.id)
    with pytest.raises(Unauthenticated):
        blocks.block(ANONYMOUS, ann.id)
    with pytest.raises(Unauthenticated):
        blocks.choose_contact(ANONYMOUS, direct_messages=False)


def test_who_is_blocked_sees_nothing_that_is_shown_and_finds_nobody_by_it(community: Community) -> None:
    ann, bob, carl = community.member(), community.member(), community.member()
    profiles.change_profile(ann, 0, **TOLD, shown_to=SHOWN)
    everything = shown(bob, ann)
    assert len(everything) == len(TOLD)
    blocks.block(ann, bob.id)
    assert shown(bob, ann) == [] and shown(carl, ann) == everything and shown(ann, ann) == everything
    for sought in (
        Sought(offers="Baking"), Sought(language="fr"), Sought(region="Bonn"), Sought(can_help_now=True),
    ):  # fmt: skip
        found: tuple[tuple[Actor, list[str]], ...] = ((bob, []), (carl, [ann.id]))
        for viewer, ids in found:
            with unit_of_work():
                people = profiles.list_people(viewer, community.network.id, PageRequest(), sought)
                assert [person["id"] for person in people.items] == ids
    with unit_of_work():
        assert profiles.known_offers(bob, community.network.id) == []
        assert profiles.known_offers(carl, community.network.id) == ["Baking"]
        assert {person["id"] for person in profiles.list_people(
            bob, community.network.id, PageRequest(), Sought()
        ).items} == {ann.id, bob.id, carl.id}, "her name stays, so that nobody learns of it"  # fmt: skip


def test_what_everybody_sees_is_gone_for_who_is_blocked(community: Community) -> None:
    ann, bob = community.member(), community.member()
    profiles.change_profile(ann, 0, introduction="I bake.", shown_to={"introduction": "everyone"})
    blocks.block(ann, bob.id)
    assert shown(stranger(), ann) == ["I bake."] and shown(bob, ann) == []


def test_direct_messages_are_taken_unless_one_says_no(community: Community) -> None:
    ann, bob = community.member(), community.member()
    with unit_of_work():
        assert blocks.show_contact_settings(ann)["direct_messages"] is True
        assert blocks.who_refuses(bob.id, [ann.id]) == frozenset()
    assert blocks.choose_contact(ann, direct_messages=False)["direct_messages"] is False
    with unit_of_work():
        assert blocks.who_refuses(bob.id, [ann.id]) == {ann.id}
        assert blocks.whom_refuses(ann.id, [bob.id]) == {bob.id}
        assert blocks.whom_refuses(bob.id, [ann.id]) == frozenset()
    kept = blocks.choose_contact(ann, tells_typing=False)
    assert kept == {"direct_messages": False, "tells_typing": False, "tells_presence": True}
    assert blocks.choose_contact(ann, direct_messages=True) == kept | {"direct_messages": True}

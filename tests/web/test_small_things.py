"""What a newcomer stumbled over: the frame of the public pages for members, labels that can be seen, a poster
that nobody loses by accident."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network import membership, networks
from network.kernel.runtime import Runtime
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import sign_in
from tests.web.people.browsing import forms


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.mark.parametrize("path", ["/about", "/privacy", "/imprint", "/accessibility", "/password"])
def test_a_member_keeps_her_tabs_on_the_public_pages(
    client: FlaskClient, network: Network, path: str
) -> None:
    outside = client.get(path).text
    assert 'class="wordmark' in outside
    assert 'hreflang="de"' in outside
    sign_in(client, member_of(network).id)
    inside = client.get(path).text
    assert 'href="/talk"' in inside
    assert 'hreflang="de"' not in inside, "her account's language counts, so no link that does nothing"


def test_the_search_for_people_says_what_it_looks_for(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    assert 'placeholder="Search by name"' in client.get("/people").text


def test_what_always_has_an_answer_is_not_called_optional(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    label = client.get("/me/photo").text.partition('<label for="shown_to">')[2].partition("</label>")[0]
    assert label
    assert "optional" not in label


def test_the_poster_is_printed_with_one_tap_and_replaced_only_on_purpose(
    client: FlaskClient, network: Network
) -> None:
    steward = steward_of_network(network)
    membership.hang_poster(steward, network.id)
    sign_in(client, steward.id)
    page = client.get(f"/network/{network.slug}/poster").text
    primary = [part for part in page.split("<") if "primary" in part]
    assert len(primary) == 1
    assert "/poster/en.pdf" in primary[0] or "language=en" in primary[0]
    before_hanging = page.partition(f'action="/network/{network.slug}/poster/hang"')[0]
    assert "Posters that hang already lead nowhere" in before_hanging
    assert before_hanging.rfind("<details") > before_hanging.rfind("</details>"), "behind a question"


def test_the_first_poster_replaces_none(client: FlaskClient, network: Network) -> None:
    steward = steward_of_network(network)
    sign_in(client, steward.id)
    path = f"/network/{network.slug}/poster"
    for said in ("The poster is ready.", "The one before no longer works."):
        client.post(f"{path}/hang", data=forms(client.get(path))[0].values)
        assert said in client.get(path).text


@pytest.mark.parametrize(
    ("members", "features", "role", "told"),
    [
        (30, {}, "meta_mentor", False), (31, {}, "meta_mentor", True), (31, {}, "mentor", False),
        (31, {"typing": True}, "meta_mentor", False),
    ],
    ids=["still small", "grown", "no business of hers", "uses some already"],
)  # fmt: skip
def test_above_thirty_members_who_leads_is_told_what_could_be_switched_on(
    client: FlaskClient, live: Runtime, members: int, features: dict[str, bool], role: str, told: bool
) -> None:
    assert live
    network = make_network(features={**dict.fromkeys(networks.FEATURES, False), **features})
    roles = () if role == "mentor" else (role,)
    sign_in(client, member_of(network, *roles).id)
    for _other in range(members - 1):
        make_membership(network)
    hint = "You are more than 30 people now." in client.get(f"/network/{network.slug}").text
    assert hint is told
    if role != "mentor":
        page = client.get(f"/network/{network.slug}/features").text
        assert ("You are more than 30 people now." in page) is told

"""What a newcomer stumbled over: the frame of the public pages for members, labels that can be seen, a poster
that nobody loses by accident."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network import membership
from network.kernel.runtime import Runtime
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import sign_in


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

"""The first page: which networks it names, and what a phone shows of a link to it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from network.kernel.runtime import Runtime
from tests.factories.membership import make_invitation, make_membership
from tests.factories.networks import make_network
from tests.web.invitations.community import found

PREVIEW = re.compile(r'<meta property="og:(title|description)" content="([^"]*)">')


def test_networks_that_show_themselves_are_named(client: FlaskClient, live: Runtime) -> None:
    listed = make_network(visibility="listed", name="Sieć Małopolska", languages=["pl", "uk"], country="PL")
    for _ in range(3):
        make_membership(listed)
    make_network(visibility="private", name="Quiet circle")
    page = client.get("/").text
    assert f'href="/network/{listed.slug}"' in page
    assert "3 members · Polish, Ukrainian" in page
    assert "Quiet circle" not in page


def test_without_such_networks_there_is_no_empty_list(client: FlaskClient, live: Runtime) -> None:
    make_network(visibility="private")
    assert 'id="networks"' not in client.get("/").text


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_link_has_a_preview(client: FlaskClient, live: Runtime, language: str) -> None:
    network = found(name="Circle of Lindenstadt").network
    invitation = f"/i/{make_invitation(network, 'amina@mail.example', name='Amina Yusuf')[1]}"
    for path, title in (("/", "mentor"), (invitation, "Circle of Lindenstadt")):
        page = client.get(path, headers={"Accept-Language": language}).text
        told = dict(PREVIEW.findall(page))
        assert told.keys() == {"title", "description"}
        assert 40 <= len(told["description"]) <= 200
        assert title in f"{told['title']} {told['description']}"
        assert "Amina" not in f"{told['title']} {told['description']}", (
            "who is invited is nobody else's business"
        )

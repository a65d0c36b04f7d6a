"""Copies: every signer gets hers, once, with the document, and what it carries checks out."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from models.agreements import AgreementVersion
from models.networks import Network
from models.people import User
from network import agreements, privacy
from network.kernel.actor import system_actor
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.agreements import make_version
from tests.factories.membership import make_membership, member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature
from tests.running import START, HandClock


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network(name="Lindenstadt")


@pytest.fixture
def version(network: Network) -> AgreementVersion:
    return make_version(network, state="signing", signing_at=START, in_force_at=None)


def signer(network: Network, version: AgreementVersion, name: str, **over: object) -> User:
    person = make_user(display_name=name, email=f"{name.lower()}@mail.example", **over)
    make_membership(network, person)
    make_signature(version, person)
    return person


def letters(live: Runtime, name: str) -> list[EmailMessage]:
    drain()
    return live.deliver.to(f"{name.lower()}@mail.example")  # type: ignore[attr-defined,no-any-return]


def paper_in(letter: EmailMessage) -> bytes:
    (paper,) = list(letter.iter_attachments())
    assert (paper.get_content_type(), paper.get_filename()[-4:]) == ("application/pdf", ".pdf")
    return bytes(paper.get_content())


def test_every_signer_gets_her_copy_as_it_comes_into_force(
    live: Runtime, network: Network, version: AgreementVersion
) -> None:
    signer(network, version, "Olena")
    signer(network, version, "Uwe", language="de")
    gone = signer(network, version, "Ruth")
    privacy.erase_account(system_actor("test"), gone.id)
    assert letters(live, "Olena") == []
    agreements.activate_version(member_of(network, "meta_mentor"), version.id, 1)
    (english,), (german,) = letters(live, "Olena"), letters(live, "Uwe")
    assert letters(live, "Ruth") == []
    assert english["Subject"] == "Your copy: Our rules"
    assert german["Subject"] == "Dein Exemplar: Our rules"
    said = english.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"http://localhost/agreement-versions/{version.id}/document.pdf" in said
    assert "Lindenstadt" in said
    assert paper_in(english) == paper_in(german), "one paper for all"
    with unit_of_work():
        assert agreements.check_document(agreements.digest_of(paper_in(english))) is not None


def test_who_signs_later_gets_hers_on_signing_and_nobody_twice(
    live: Runtime, clock: HandClock, network: Network, version: AgreementVersion
) -> None:
    signer(network, version, "Olena")
    agreements.activate_version(member_of(network, "meta_mentor"), version.id, 1)
    clock.forward(hours=1)
    late = make_user(display_name="Tadiwa", email="tadiwa@mail.example")
    make_membership(network, late)
    for _tab in range(2):
        agreements.sign_version(standing_actor(late), version.id, version.text_hash, "member")
    assert len(letters(live, "Tadiwa")) == len(letters(live, "Olena")) == 1
    assert agreements.issue_document(standing_actor(late), version.id).content == paper_in(
        letters(live, "Tadiwa")[0]
    )

"""Names as at signing: kept while somebody renames herself, hidden when she is erased, gone with her key."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from models.agreements import AgreementVersion, Signature, SignatureKey
from models.people import User
from network import agreements, people, privacy
from network.kernel.actor import system_actor
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature


def said(row: Signature, language: str = "en") -> str:
    with unit_of_work():
        return agreements.names_as_signed([row], language)[row.id]


@command
def run(statement: Any) -> None:
    require(anyone(system_actor("test"), None))
    session().execute(statement)


@pytest.fixture
def version(live: Runtime) -> AgreementVersion:
    return make_version(make_network(), state="signing")


def test_c15_a_signer_who_renames_herself_stands_there_as_she_signed(version: AgreementVersion) -> None:
    olena = make_user(display_name="Olena Koval")
    row = make_signature(version, olena)
    run(update(User).where(User.id == olena.id).values(display_name="Olena Weber"))
    assert said(row) == "Olena Koval"
    again = make_signature(version, make_user(display_name="Tadiwa"), capacity="organisation")
    assert said(again) == "Tadiwa"
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(SignatureKey)) == 2
        kept = session().execute(text("SELECT sealed_name FROM signatures")).scalars().all()
    assert all(b"Olena" not in bytes(one) and b"Tadiwa" not in bytes(one) for one in kept)


def test_c15_of_a_signer_who_was_erased_pages_say_that_she_is_gone(version: AgreementVersion) -> None:
    olena = make_user(display_name="Olena Koval")
    row = make_signature(version, olena)
    privacy.erase_account(system_actor("test"), olena.id)
    assert (said(row), said(row, "de")) == ("Former member", "Ehemaliges Mitglied")
    with unit_of_work():
        kept = session().get_one(Signature, row.id)
        assert (kept.user_id, kept.text_hash, kept.state) == (olena.id, row.text_hash, "signed")
        assert agreements.read_name(olena.id, kept.sealed_name) == "Olena Koval", "for a dispute"
        assert people.people_by_id([olena.id])[olena.id]["display_name"] == "Former member"


def test_a_name_whose_key_is_destroyed_is_gone_for_good(version: AgreementVersion) -> None:
    olena = make_user(display_name="Olena Koval")
    row = make_signature(version, olena)
    run(update(User).where(User.id == olena.id).values(display_name="Olena Weber"))
    run(delete(SignatureKey).where(SignatureKey.user_id == olena.id))
    with unit_of_work():
        assert agreements.read_name(olena.id, row.sealed_name) is None
    assert said(row) == "Olena Weber", "she has her account: the name of today"

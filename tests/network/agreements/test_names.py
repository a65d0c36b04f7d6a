"""Names as at signing: kept while somebody renames herself, hidden when she is erased, gone with her key."""

from __future__ import annotations

import zipfile
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, func, select, text, update

from models.agreements import AgreementVersion, Signature, SignatureKey
from models.audit import AuditRow
from models.networks import Network
from models.people import User
from network import agreements, people, privacy
from network.kernel.actor import system_actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.membership import member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature
from tests.running import HandClock


def said(row: Signature, language: str = "en") -> str:
    with unit_of_work():
        return agreements.names_as_signed([row], language)[row.id]


@command
def run(statement: Any) -> None:
    require(anyone(system_actor("test"), None))
    session().execute(statement)


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def version(network: Network) -> AgreementVersion:
    return make_version(network, state="signing")


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


def test_names_are_destroyed_three_years_after_the_archiving_and_not_a_day_before(
    live: Runtime, clock: HandClock
) -> None:
    over, going_on = make_network(), make_network()
    both, one = make_user(display_name="Olena Koval"), make_user(display_name="Tadiwa Moyo")
    old, lasting = make_version(over), make_version(going_on)
    rows = [make_signature(old, both), make_signature(old, one), make_signature(lasting, both)]
    agreements.issue_document(member_of(over), old.id)
    run(update(Network).where(Network.id == over.id).values(overlay="archived"))
    clock.forward(days=1095)
    assert agreements.destroy_names() == 0
    clock.forward(days=2)
    assert agreements.destroy_names() == 2
    assert agreements.destroy_names() == 0
    with unit_of_work():
        kept = {row.id: row for row in session().scalars(select(Signature))}
        assert [agreements.read_name(row.user_id, kept[row.id].sealed_name) for row in rows] == [
            None, None, "Olena Koval",
        ]  # fmt: skip
        assert session().scalars(select(SignatureKey.user_id)).all() == [both.id]
        assert [kept[row.id].text_hash for row in rows[:2]] == [old.text_hash] * 2


def test_nobody_but_the_system_destroys_names(version: AgreementVersion) -> None:
    make_signature(version, make_user())
    for act in (agreements.destroy_sealed_names, agreements.destroy_keys):
        with pytest.raises(Forbidden):
            act(standing_actor(make_user(is_operator=True)))


def test_in_a_dispute_two_operators_read_the_names_and_it_leaves_a_trace(version: AgreementVersion) -> None:
    gone = make_user(display_name="Olena Koval")
    make_signature(version, gone)
    privacy.erase_account(system_actor("test"), gone.id)
    first, second = (make_user(is_operator=True, email=f"{n}@host.example") for n in ("ada", "ben"))
    make_user(email="plain@host.example")
    shell = system_actor("command line")
    for alone in (["ada@host.example"], ["ada@host.example"] * 2, ["ada@host.example", "plain@host.example"]):
        with pytest.raises(agreements.TwoOperatorsNeeded):
            agreements.read_signatures(shell, version.id, alone, "A dispute.")
    both = ["ada@host.example", "Ben@host.example"]
    with pytest.raises(Invalid):
        agreements.read_signatures(shell, version.id, both, "  ")
    with pytest.raises(NotFound):
        agreements.read_signatures(shell, gone.id, both, "A dispute.")
    with pytest.raises(Forbidden):
        agreements.read_signatures(standing_actor(first), version.id, both, "A dispute.")
    with unit_of_work():
        assert not session().scalars(select(AuditRow).where(AuditRow.action == "signature.names_read")).all()
    (row,) = agreements.read_signatures(shell, version.id, both, "A dispute.")
    assert (row.name, row.state) == ("Olena Koval", "signed")
    with unit_of_work():
        trace = session().scalars(select(AuditRow).where(AuditRow.action == "signature.names_read")).one()
        assert trace.after == {"operators": sorted([first.id, second.id]), "signatures": 1}
        assert trace.reason == "A dispute."


def test_her_export_holds_her_signature_her_name_in_it_and_her_copy(
    network: Network, version: AgreementVersion
) -> None:
    olena = make_user(display_name="Olena Koval")
    actor = member_of(network, user=olena)
    make_signature(version, olena)
    make_signature(version, make_user(display_name="Tadiwa Moyo"))
    privacy.request_export(actor)
    with privacy.take_export(actor) as archive, zipfile.ZipFile(archive) as packed:
        (row,) = orjson.loads(packed.read("data.json"))["tables"]["signatures"]["rows"]
        assert (row["name"], row["state"], row["text_hash"]) == ("Olena Koval", "signed", version.text_hash)
        (paper,) = [name for name in packed.namelist() if name.startswith("agreements/")]
        with unit_of_work():
            assert agreements.check_document(agreements.digest_of(packed.read(paper))) is not None

"""Documents: who gets one, with whose names, and which files check out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.agreements import AgreementVersion, IssuedDocument
from models.networks import Network
from network import agreements, membership, privacy
from network.agreements.queries import documents
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.membership import (
    again,
    make_membership,
    member_of,
    proven,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def version(network: Network) -> AgreementVersion:
    return make_version(network)


def issued() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(IssuedDocument)) or 0


def names(actor: Actor, version: AgreementVersion) -> list[str]:
    with unit_of_work():
        paper, _taking = documents.paper_for(actor, version.id)
    return [one.name for one in paper.signatures]


def test_a_document_checks_out_and_is_remembered_once(network: Network, version: AgreementVersion) -> None:
    reader = member_of(network)
    first, second = (agreements.issue_document(reader, version.id) for _ in range(2))
    assert first == second
    assert agreements.issue_document(steward_of_network(network), version.id) == first
    assert issued() == 1
    with unit_of_work():
        found = agreements.check_document(first.sha256.upper())
        assert found is not None
        assert (found.version_id, found.text_hash) == (version.id, version.text_hash)
        assert agreements.digest_of(first.content) == first.sha256
        changed = first.content.replace(b"%PDF-1", b"%PDF,1", 1)
        assert agreements.check_document(agreements.digest_of(changed)) is None
        assert agreements.check_document(version.text_hash) is None


def test_each_signature_makes_another_document_and_the_old_ones_stay_valid(
    network: Network, version: AgreementVersion
) -> None:
    reader, olena = member_of(network), make_user(display_name="Olena Koval")
    before = agreements.issue_document(reader, version.id)
    make_signature(version, olena)
    after = agreements.issue_document(reader, version.id)
    assert before.sha256 != after.sha256
    assert names(reader, version) == ["Olena Koval"]
    privacy.erase_account(system_actor("test"), olena.id)
    assert names(reader, version) == ["Former member"]
    agreements.issue_document(reader, version.id)
    with unit_of_work():
        assert all(agreements.check_document(one.sha256) for one in (before, after))
    assert issued() == 3


def test_c15_a_signer_who_is_going_stands_on_paper_until_she_is_gone_and_old_papers_check_out(
    network: Network, version: AgreementVersion
) -> None:
    user = make_user(display_name="Olena Koval")
    make_signature(version, user)
    reader, going = member_of(network), proven(member_of(network, user=user))
    before = agreements.issue_document(reader, version.id)
    privacy.request_erasure(going)
    assert agreements.issue_document(reader, version.id) == before, "in the waiting days nothing is another"
    privacy.erase_account(system_actor("test"), str(going.user_id))
    after = agreements.issue_document(reader, version.id)
    assert names(reader, version) == ["Former member"] and after.sha256 != before.sha256
    with unit_of_work():
        found = [agreements.check_document(one.sha256) for one in (before, after)]
        assert [one and one.text_hash for one in found] == [version.text_hash] * 2


@pytest.mark.parametrize("state", ["draft", "deliberation", "abandoned"])
def test_there_is_none_of_words_that_still_change(network: Network, state: str) -> None:
    version = make_version(network, state=state)
    with pytest.raises(agreements.TextNotFixed):
        agreements.issue_document(member_of(network), version.id)
    assert issued() == 0


def test_strangers_get_none(network: Network, version: AgreementVersion) -> None:
    for stranger in (member_of(make_network()), standing_actor(make_user())):
        with pytest.raises(NotFound):
            agreements.issue_document(stranger, version.id)
    with pytest.raises(NotFound):
        agreements.issue_document(member_of(network), network.id)
    assert issued() == 0


def test_who_left_keeps_her_copy_without_the_others_names(
    network: Network, version: AgreementVersion
) -> None:
    olena = make_user(display_name="Olena Koval")
    actor = member_of(network, user=olena)
    make_signature(version, olena)
    make_signature(version, make_user(display_name="Tadiwa Moyo"))
    assert set(names(actor, version)) == {"Olena Koval", "Tadiwa Moyo"}
    membership.leave_membership(actor, actor.standings[network.id].membership_id or "", 1)
    actor = again(actor)
    assert set(names(actor, version)) == {"Olena Koval", "a member of the network"}
    assert agreements.issue_document(actor, version.id).content.startswith(b"%PDF")
    with unit_of_work():
        copies = agreements.list_signed_copies(actor)
    assert [(copy.version_id, copy.title, copy.number) for copy in copies] == [(version.id, "Our rules", 1)]


def test_who_waits_to_be_let_in_reads_the_words_and_no_names(
    network: Network, version: AgreementVersion
) -> None:
    make_signature(version, make_user(display_name="Tadiwa Moyo"))
    applicant = make_user()
    make_membership(network, applicant, state="applied")
    assert names(standing_actor(applicant), version) == ["a member of the network"]

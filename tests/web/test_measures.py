"""A matter in pages, from the decision to the other look at it: what each of them reads and can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.moderation import Sanction
from network import moderation
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.cases import Court, make_court
from tests.running import HandClock
from tests.web.discussions.visiting import Visitor

FACTS, REASON = "You called people fools.", "That hurts people here."


@pytest.fixture
def court(live: Runtime) -> Court:
    assert live
    return make_court()


def measure_of(case_id: str) -> str:
    with unit_of_work():
        return session().scalars(select(Sanction.id).where(Sanction.case_id == case_id)).one()


def token_of(sanction_id: str) -> str:
    with unit_of_work():
        return moderation.appeal_token(session().get_one(Sanction, sanction_id))


def test_from_the_decision_to_another_look(
    court: Court, clock: HandClock, make_client: Callable[[], FlaskClient]
) -> None:
    visit = lambda actor: Visitor(make_client(), actor)  # noqa: E731
    meta, ann, steward = visit(court.meta), visit(court.ann), visit(court.steward)
    said = court.says(court.ann)
    court.reports(court.bob, said, rule_id=court.rule_ids[0])
    case_id = court.claims(court.meta, said)["id"]
    where = f"/cases/{case_id}/decision"
    assert where in meta.see(f"/cases/{case_id}").html
    form = meta.see(where).form("outcome")
    until = (clock.now() + timedelta(days=5)).date().isoformat()
    wrong = meta.send(form, where, outcome="sanction", kind="veil", until="", facts=FACTS, reason=REASON,
                      rule_id=court.rule_ids[0], basis="notice", step="preview")  # fmt: skip
    assert wrong.response.status_code == 422 and FACTS in wrong.html
    preview = meta.send(form, where, outcome="sanction", kind="veil", until=until, facts=FACTS, reason=REASON,
                        rule_id=court.rule_ids[0], basis="notice", step="preview")  # fmt: skip
    assert (
        FACTS in preview.text
        and "You are all fools." in preview.text
        and "hidden from others" in preview.text
    )
    assert court.bob.name not in preview.text or not court.bob.name
    decided = meta.send(preview.form("outcome"), where, step="send")
    assert "Nobody is told for five minutes" in decided.text
    assert "Take the decision back" in decided.text
    assert ann.see("/measures").text.count("Hidden for a time") == 0, "nobody was told yet"
    clock.forward(minutes=6)
    moderation.settle_measures()
    sanction_id = measure_of(case_id)
    assert "Hidden for a time" in ann.see("/measures").text
    page = ann.see(f"/measures/{sanction_id}")
    assert FACTS in page.text and REASON in page.text
    for stranger in (court.bob, court.cem):
        assert visit(stranger).see(f"/measures/{sanction_id}").response.status_code == 404
    asked = ann.send(page.form("text"), f"/measures/{sanction_id}", text="It was a joke.")
    assert "We have your appeal." in asked.text and "Somebody else answers." in asked.text
    listed = steward.see(f"/network/{court.network.slug}/appeals")
    appeal = re.search(r'href="(/appeals/[0-9a-f-]{36})"', listed.html)
    assert appeal is not None
    for barred in (court.meta, court.bob):
        assert visit(barred).see(appeal.group(1)).response.status_code == 404
    review = steward.see(appeal.group(1))
    assert "It was a joke." in review.text
    answered = steward.send(
        review.form("reply"), appeal.group(1), outcome="overturned", reply="You are right."
    )
    assert "Answered." in answered.text
    after = ann.see(f"/measures/{sanction_id}")
    assert "your record is clear" in after.text and "You are right." in after.text
    log = visit(court.dua).see(f"/network/{court.network.slug}/moderation-log")
    assert "taken back after an appeal" in log.text and REASON in log.text


def test_the_second_person_agrees_on_a_page(
    court: Court, clock: HandClock, make_client: Callable[[], FlaskClient]
) -> None:
    meta, other = Visitor(make_client(), court.meta), Visitor(make_client(), court.other)
    said = court.says(court.ann)
    court.reports(court.bob, said, rule_id=court.rule_ids[0])
    case_id = court.claims(court.meta, said)["id"]
    where = f"/cases/{case_id}/decision"
    until = (clock.now() + timedelta(days=20)).date().isoformat()
    meta.send(meta.see(where).form("outcome"), where, outcome="sanction", kind="suspension", until=until,
              facts=FACTS, reason=REASON, rule_id=court.rule_ids[0], basis="notice", step="send")  # fmt: skip
    sanction_id = measure_of(case_id)
    second = f"/measures/{sanction_id}/second"
    assert second in other.see(f"/network/{court.network.slug}/appeals").html
    assert second not in meta.see(f"/network/{court.network.slug}/appeals").html
    page = other.see(second)
    assert "You are the second person." in page.text and FACTS in page.text
    assert "You agreed." in other.send(page.form("answer"), second, answer="yes").text
    clock.forward(minutes=6)
    moderation.settle_measures()
    ann = Visitor(make_client(), court.ann)
    held = ann.see(f"/measures/{sanction_id}")
    assert held.response.status_code == 200 and "Ask for another look" in held.text
    assert ann.see(f"/network/{court.network.slug}/moderation-log").response.status_code == 403


def test_the_letters_link_shows_and_asks_without_signing_in(
    court: Court, clock: HandClock, make_client: Callable[[], FlaskClient]
) -> None:
    meta = Visitor(make_client(), court.meta)
    said = court.says(court.ann)
    court.reports(court.bob, said, rule_id=court.rule_ids[0])
    case_id = court.claims(court.meta, said)["id"]
    where = f"/cases/{case_id}/decision"
    meta.send(meta.see(where).form("outcome"), where, outcome="sanction", kind="warning", until="",
              facts=FACTS, reason=REASON, rule_id=court.rule_ids[0], basis="notice", step="send")  # fmt: skip
    sanction_id = measure_of(case_id)
    client, token = make_client(), token_of(sanction_id)
    assert client.get(f"/appeal/{token}").status_code == 404, "not told yet"
    clock.forward(minutes=6)
    moderation.settle_measures()
    nobody = Visitor(client)
    page = nobody.see(f"/appeal/{token}")
    assert FACTS in page.text and "This is a warning." in page.text
    assert client.get(f"/appeal/{token[:-1]}x").status_code == 404
    done = nobody.send(page.form("text"), f"/appeal/{token}", text="I did not.")
    assert "We have your appeal." in done.text
    assert "Send the appeal" not in nobody.see(f"/appeal/{token}").text

from __future__ import annotations

from network import moderation
from tests.factories.cases import make_court
from tests.running import HandClock


def test_a_report_opens_a_case(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    report = court.reports(court.bob, said, rule_id=court.rule_ids[0])
    assert report["state"] == "submitted"
    for who in (court.meta, court.other):
        assert [one["target"]["id"] for one in court.queue(who)] == [said]
    assert court.queue(court.steward) == []
    view = court.look(court.meta, said)
    assert view["snapshot"] and view["snapshot"]["body"] == "You are all fools."
    view = court.claims(court.meta, said)
    assert view["state"] == "in_review" and view["mine"]
    view = moderation.ask_question(
        court.meta, view["id"], to="author", question="Why?", expected_version=view["version"]
    )
    assert view["state"] == "awaiting_info"
    moderation.answer_question(court.ann, view["id"], answer="Because.")
    view = court.look(court.meta, said)
    assert view["state"] == "in_review"
    shown = moderation.veil_case(court.meta, view["id"], reason="It hurts.", expected_version=view["version"])
    up = moderation.escalate_case(
        court.meta, view["id"], reason="I cannot.", expected_version=shown["version"]
    )
    assert up["level"] == 1
    assert [one["id"] for one in court.queue(court.steward)] == [up["id"]]
    court.claims(court.steward, said)

"""What is decided in a case, what follows from it, and how it is looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.discussions import Message
from models.membership import Membership
from models.moderation import Appeal, Case, CaseDecision, Report, Sanction
from models.outbox import OutboxMail
from network import discussions, moderation
from network.kernel.actor import Actor
from network.kernel.audit import verify
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.ids import new_untimed_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from network.moderation import Draft, Wish
from network.moderation.rules.appeals import (
    AlreadyAppealed,
    AlreadyReviewed,
    AppealWindowOver,
    NoSecondAppeal,
)
from network.moderation.rules.measures import AlreadySent, ImposedByHer, MeasureRunning
from tests.factories.cases import Court, facts, make_court
from tests.factories.membership import again, proven
from tests.factories.people import save
from tests.running import HandClock

WHY = {"facts": "You called people fools.", "reason": "That hurts people here.", "basis": "notice"}


def taken(court: Court, body: str = "You are all fools.") -> tuple[str, dict[str, Any]]:
    """A message that bob reported and meta took: its id and the case."""
    said = court.says(court.ann, body)
    court.reports(court.bob, said, rule_id=court.rule_ids[0])
    return said, dict(court.claims(court.meta, said))


def decide(court: Court, case: dict[str, Any], *wishes: Wish, **over: Any) -> dict[str, Any]:
    """Meta decides."""
    draft = {"outcome": "sanction", "rule_id": court.rule_ids[0], "sanctions": wishes, **WHY, **over}
    return dict(moderation.decide_case(proven(court.meta), case["id"], case["version"], Draft(**draft)))


def sent(clock: HandClock) -> None:
    """The minutes are over."""
    clock.forward(minutes=6)
    moderation.settle_measures()


def measure(case: dict[str, Any]) -> Sanction:
    """The newest measure of a case."""
    with unit_of_work():
        wanted = select(Sanction).where(Sanction.case_id == case["id"]).order_by(Sanction.id.desc()).limit(1)
        row = session().scalars(wanted).one()
        session().expunge(row)
        return row


def body_of(court: Court, message_id: str) -> str | None:
    with unit_of_work():
        return discussions.get_message(again(court.bob), message_id)["body"]


def hide(court: Court, said: str, days: int = 5, clock: HandClock | None = None) -> Wish:
    assert clock is not None
    return Wish("veil", "message", said, clock.now() + timedelta(days=days))


def suspend(court: Court, clock: HandClock, days: int = 20) -> Wish:
    return Wish("suspension", "network", court.network.id, clock.now() + timedelta(days=days))


@pytest.mark.parametrize("missing", ["facts", "reason", "basis", "rule_id", "sanctions"])
def test_nothing_is_saved_incomplete(clock: HandClock, missing: str) -> None:
    court = make_court()
    said, case = taken(court)
    empty: Any = () if missing == "sanctions" else None if missing in ("basis", "rule_id") else " "
    draft = {"outcome": "sanction", "rule_id": court.rule_ids[0], **WHY,
             "sanctions": (Wish("warning", "message", said),), missing: empty}  # fmt: skip
    with pytest.raises(Invalid) as refused:
        moderation.decide_case(proven(court.meta), case["id"], case["version"], Draft(**draft))
    assert list(refused.value.faults) == [missing]
    assert court.case(said).state == "in_review"


@pytest.mark.parametrize("kind", ["veil", "posting_pause", "suspension"])
def test_what_has_no_end_is_refused(clock: HandClock, kind: str) -> None:
    court = make_court()
    said, case = taken(court)
    scope = ("message", said) if kind == "veil" else ("network", court.network.id)
    with pytest.raises(Invalid):
        decide(court, case, Wish(kind, *scope))


def test_what_nobody_wants_to_take_back_begins_at_once(clock: HandClock) -> None:
    court = make_court()
    _said, case = taken(court)
    soon = Wish("posting_pause", "user", court.ann.user_id or "", clock.now() + timedelta(minutes=2))
    decided = decide(court, case, soon, undoable=False)
    assert decided["sanctions"][0]["state"] == "active" and measure(case).scope_type == "network"
    with pytest.raises(AlreadySent):
        moderation.withdraw_decision(proven(court.meta), case["id"], decided["version"])
    clock.forward(minutes=1)
    asked = moderation.appeal(again(court.ann), measure(case).id, "No!")
    milder = moderation.decide_appeal(
        proven(court.steward), asked["id"], outcome="modified", reply="Words do.",
        expected_version=asked["version"],
    )  # fmt: skip
    assert milder["state"] == "modified" and measure(case).kind == "warning"


def test_a_weighty_one_begins_with_its_second_person(clock: HandClock) -> None:
    court = make_court()
    _said, case = taken(court)
    decided = decide(court, case, suspend(court, clock), undoable=False)
    waits = decided["sanctions"][0]
    assert waits["state"] == "proposed"
    begun = moderation.second_sanction(proven(court.steward), waits["id"], measure(case).version)
    assert begun["state"] == "active"


def test_a_decision_is_told_after_some_minutes_and_can_be_taken_back_before(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decided = decide(court, case, hide(court, said, clock=clock))
    assert (decided["state"], decided["sanctions"][0]["state"]) == ("decided", "proposed")
    assert body_of(court, said) is not None
    back = moderation.withdraw_decision(proven(court.meta), case["id"], decided["version"])
    assert back["state"] == "in_review" and back["sanctions"] == []
    sent(clock)
    assert body_of(court, said) is not None
    decided = decide(court, dict(back), hide(court, said, clock=clock))
    sent(clock)
    assert body_of(court, said) is None
    with pytest.raises(AlreadySent):
        moderation.withdraw_decision(proven(court.meta), case["id"], court.case(said).version)
    with unit_of_work():
        letters = session().scalars(select(OutboxMail.kind).where(OutboxMail.kind == "statement")).all()
        answers = session().scalars(select(Report.answer)).all()
        joined = session().scalar(
            select(func.count()).select_from(Sanction).join(
                CaseDecision, CaseDecision.id == Sanction.decision_id
            ).where(Sanction.state == "active", CaseDecision.reason != "")
        )  # fmt: skip
    assert (letters, answers, joined) == (["statement"], ["acted"], 1)
    clock.forward(days=6)
    assert body_of(court, said) is not None, "it ends by the clock, whatever the jobs do"
    with unit_of_work():
        mine = moderation.see_own_sanctions(again(court.ann), PageRequest()).items
    assert [(one["kind"], one["state"], one["body"]) for one in mine] == [
        ("veil", "expired", "You are all fools.")
    ]
    told = repr(mine)
    assert court.bob.user_id not in told and court.meta.user_id not in told


def test_c30_of_two_who_decide_at_once_one_wins(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, Wish("warning", "message", said))
    with pytest.raises(VersionConflict) as refused:
        decide(court, case, outcome="no_action")
    assert refused.value.current is not None and refused.value.current["state"] == "decided"
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(CaseDecision)) == 1


def test_a_weighty_measure_takes_a_second_person(clock: HandClock) -> None:
    court = make_court()
    _said, case = taken(court)
    decide(court, case, suspend(court, clock))
    row = measure(case)
    sent(clock)
    assert measure(case).state == "proposed", "nobody agreed yet"
    with pytest.raises(ImposedByHer):
        moderation.second_sanction(proven(court.meta), row.id, row.version)
    for outsider in (court.ann, court.bob, court.cem):
        with pytest.raises((NotFound, Forbidden)):
            moderation.second_sanction(proven(outsider), row.id, row.version)
    moderation.second_sanction(proven(court.other), row.id, row.version)
    sent(clock)
    assert measure(case).state == "active"
    with unit_of_work():
        mine = select(Membership.suspended_until).where(Membership.user_id == court.ann.user_id)
        until = session().scalar(mine)
    assert until == row.ends_at
    assert any(kind.startswith("access.ended") for kind in facts(f"user:{court.ann.user_id}"))


def test_a_measure_that_nobody_agrees_to_never_begins(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, suspend(court, clock))
    row = measure(case)
    moderation.reject_sanction(proven(court.other), row.id, reason="Too much.", expected_version=row.version)
    sent(clock)
    assert (measure(case).state, court.case(said).state) == ("rejected", "in_review")
    again_ = dict(court.claims(court.meta, said))
    decide(court, again_, suspend(court, clock))
    clock.forward(hours=73)
    moderation.settle_measures()
    assert measure(case).state == "lapsed"
    with unit_of_work():
        assert moderation.see_own_sanctions(again(court.ann), PageRequest()).items == []


def test_c32_mercy_keeps_the_record_and_an_appeal_clears_it(clock: HandClock) -> None:
    court = make_court()
    kept, case = taken(court)
    decide(court, case, hide(court, kept, clock=clock))
    sent(clock)
    row = measure(case)
    moderation.lift_sanction(proven(court.other), row.id, reason="Enough.", expected_version=row.version)
    row = measure(case)
    assert (row.state, row.counts) == ("lifted", True) and body_of(court, kept) is not None
    asked = moderation.appeal(again(court.ann), row.id, "It was a joke.")
    answered = moderation.decide_appeal(
        proven(court.steward), asked["id"], outcome="overturned", reply="You are right.",
        expected_version=asked["version"],
    )  # fmt: skip
    row = measure(case)
    assert (answered["state"], row.state, row.counts) == ("overturned", "overturned", False)
    assert verify() is None


def test_c31_an_appeal_won_after_the_end_still_clears_the_record(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, hide(court, said, days=1, clock=clock))
    sent(clock)
    asked = moderation.appeal(again(court.ann), measure(case).id, "I disagree.")
    clock.forward(days=3)
    moderation.settle_measures()
    assert measure(case).state == "expired"
    moderation.decide_appeal(
        proven(court.steward), asked["id"], outcome="overturned", reply="Yes.",
        expected_version=asked["version"],
    )  # fmt: skip
    row = measure(case)
    assert (row.state, row.counts) == ("overturned", False)


def test_overturning_undoes_every_effect_in_one_transaction(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(
        court, case, Wish("content_removal", "message", said),
        Wish("posting_pause", "network", court.network.id, clock.now() + timedelta(days=3)),
    )  # fmt: skip
    sent(clock)
    assert body_of(court, said) is None
    with pytest.raises(Forbidden):
        court.says(court.ann, "Again")
    with unit_of_work():
        rows = session().scalars(select(Sanction).order_by(Sanction.id)).all()
        ids = {row.kind: row.id for row in rows}
    for kind in ids:
        asked = moderation.appeal(again(court.ann), ids[kind], "No.")
        with pytest.raises(AlreadyAppealed):
            moderation.appeal(again(court.ann), ids[kind], "No!")
        for barred in (court.meta, court.bob, court.ann):
            with pytest.raises((NotFound, Forbidden)):
                moderation.decide_appeal(
                    proven(barred), asked["id"], outcome="overturned", reply="Yes.",
                    expected_version=asked["version"],
                )  # fmt: skip
        moderation.decide_appeal(
            proven(court.other), asked["id"], outcome="overturned", reply="Yes.",
            expected_version=asked["version"],
        )  # fmt: skip
    assert body_of(court, said) == "You are all fools."
    court.says(court.ann, "Again")


@pytest.mark.parametrize(("origin", "answers"), [("course", True), ("steward", True), ("member", False)])
def test_who_vouched_for_somebody_does_not_look_again(clock: HandClock, origin: str, answers: bool) -> None:
    """Whom a member brought she vouched for; a course list or the organisation vouches for nobody."""
    court = make_court()
    with unit_of_work():
        wanted = select(Membership).where(Membership.user_id == court.ann.user_id)
        joined = session().scalars(wanted).one()
        session().expunge(joined)
    joined.origin, joined.invited_by = origin, court.steward.user_id
    save(joined)
    said, case = taken(court)
    decide(court, case, Wish("warning", "message", said), undoable=False)
    asked = moderation.appeal(again(court.ann), measure(case).id, "No!")
    with unit_of_work():
        seen = moderation.see_appeals(again(court.steward), court.network.id, PageRequest()).items
    assert [one["id"] for one in seen] == ([asked["id"]] if answers else [])


def test_two_reviewers_for_a_suspension_and_only_milder(clock: HandClock) -> None:
    court = make_court(metas=3)
    _said, case = taken(court)
    decide(court, case, suspend(court, clock))
    row = measure(case)
    moderation.second_sanction(proven(court.other), row.id, row.version)
    sent(clock)
    asked = moderation.appeal(again(court.ann), row.id, "Too long.")
    third = court.community.actors[-1] if hasattr(court.community, "actors") else court.steward
    milder = {"kind": "suspension", "until": clock.now() + timedelta(days=90)}
    with pytest.raises(Invalid):
        moderation.decide_appeal(
            proven(court.steward), asked["id"], outcome="modified", reply="Hm.", milder=milder,
            expected_version=asked["version"],
        )  # fmt: skip
    milder = {"kind": "posting_pause", "until": clock.now() + timedelta(days=2)}
    first = moderation.decide_appeal(
        proven(court.steward), asked["id"], outcome="modified", reply="Milder.", milder=milder,
        expected_version=asked["version"],
    )  # fmt: skip
    assert first["state"] == "under_review" and measure(case).state == "active"
    with pytest.raises((AlreadyReviewed, Forbidden)):
        moderation.decide_appeal(
            proven(court.steward), asked["id"], outcome="modified", reply="Milder.", milder=milder,
            expected_version=first["version"],
        )  # fmt: skip
    assert third is not None
    second = steward_of(court)
    moderation.decide_appeal(
        proven(second), asked["id"], outcome="modified", reply="Milder it is.", milder=milder,
        expected_version=first["version"],
    )  # fmt: skip
    new = measure(case)
    assert (new.kind, new.state, new.previous_id) == ("posting_pause", "active", row.id)
    with pytest.raises(NoSecondAppeal):
        moderation.appeal(again(court.ann), new.id, "Still too long.")
    with unit_of_work():
        assert session().get_one(Sanction, row.id).state == "replaced"


def steward_of(court: Court) -> Actor:
    """Another one who acts for the organisation."""
    return court.community.steward()


def test_an_overdue_appeal_climbs_and_a_late_one_is_too_late(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, Wish("warning", "message", said))
    sent(clock)
    asked = moderation.appeal(again(court.ann), measure(case).id, "No.")
    clock.forward(days=15)
    with unit_of_work():
        shown = moderation.see_appeal(again(court.ann), asked["id"])
    assert shown["level"] > asked["level"], "by the clock"
    moderation.settle_appeals()
    with unit_of_work():
        row = session().get_one(Appeal, asked["id"])
        assert row.overdue_told_at is not None
        kinds = session().scalars(select(OutboxMail.kind).where(OutboxMail.kind == "appeal_climbed")).all()
    assert kinds == ["appeal_climbed"]
    other, second = taken(court)
    decide(court, second, Wish("warning", "message", other))
    sent(clock)
    clock.forward(days=190)
    with pytest.raises(AppealWindowOver):
        moderation.appeal(again(court.ann), measure(second).id, "Late.")
    moderation.settle_appeals()
    with unit_of_work():
        assert session().get_one(Case, second["id"]).state == "closed"


def test_no_silent_double(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    pause = Wish("posting_pause", "network", court.network.id, clock.now() + timedelta(days=3))
    decide(court, case, pause)
    sent(clock)
    first = measure(case)
    with unit_of_work():
        older = session().scalars(select(Message.id).where(Message.author_id == court.ann.user_id)).first()
    assert older is not None
    topic = court.says(court.cem, "Hello")
    court.reports(court.bob, topic)
    second = dict(court.claims(court.meta, topic))
    with pytest.raises(Invalid):
        decide(court, second, Wish("veil", "message", said, clock.now() + timedelta(days=3)))
    court.reports(court.bob, court.ann.user_id or "", "user", network_id=court.network.id)
    third = dict(court.claims(court.meta, court.ann.user_id or ""))
    with pytest.raises(MeasureRunning) as refused:
        decide(court, third, pause)
    assert refused.value.params["current"]["id"] == first.id


def test_the_link_in_the_letter_asks_without_signing_in_and_for_nothing_else(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, Wish("warning", "message", said))
    sent(clock)
    with unit_of_work():
        token = moderation.appeal_token(measure(case))
    for wrong in ("", "x", token[:-2] + "xx", new_untimed_id()):
        with pytest.raises(NotFound):
            moderation.appeal_by_link(wrong, "No.")
    asked = moderation.appeal_by_link(token, "No.")
    assert (asked["state"], asked["sanction_id"]) == ("submitted", measure(case).id)
    with pytest.raises(AlreadyAppealed):
        moderation.appeal_by_link(token, "No.")


def test_nothing_happens_twice(clock: HandClock) -> None:
    court = make_court()
    said, case = taken(court)
    decide(court, case, Wish("warning", "message", said))
    sent(clock)
    row = measure(case)
    assert moderation.settle_measures() == 0
    with pytest.raises(InvalidTransition):
        moderation.second_sanction(proven(court.other), row.id, row.version)
    assert isinstance(row.told_at, datetime)

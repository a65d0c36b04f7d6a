"""Reports: the copy, one case for a thing, its answer, and what nobody learns (state-machines, C25–C40)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.agreements import Agreement, AgreementVersion, Clause
from models.moderation import Case, OutsideNotice, Report, ReportSnapshot
from models.outbox import OutboxMail
from network import discussions, meetings, moderation
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Invalid, NotFound, SecondFactorNeeded, TooMany
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from network.moderation.commands.answering import answer_reports
from network.moderation.commands.cases import locked_case
from tests.factories.agreements import make_version
from tests.factories.cases import facts, make_court
from tests.factories.discussions import make_room
from tests.factories.membership import again
from tests.running import HandClock


@command
def over(case_id: str, answer: str = "not_acted", state: str = "decided") -> None:
    """The case is decided, and its reporters hear of it."""
    require(anyone(system_actor("tests"), None))
    case = locked_case(case_id)
    case.state, case.assignee_id, case.claimed_until = state, None, None
    case.version += 1
    answer_reports(system_actor("tests"), case, answer)


def snapshots(case_id: str) -> list[str]:
    with unit_of_work():
        wanted = select(ReportSnapshot.body).where(ReportSnapshot.case_id == case_id)
        return list(session().scalars(wanted.order_by(ReportSnapshot.taken_at)))


def count(table: type[Any]) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def edit(who: Actor, message_id: str, body: str) -> None:
    with unit_of_work():
        version = discussions.get_message(again(who), message_id)["version"]
    discussions.edit_message(who, message_id, body, expected_version=version)


def own(who: Actor, report_id: str) -> Any:
    with unit_of_work():
        return moderation.get_report(who, report_id)


def test_c25_edited_and_reported_again(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    first = court.reports(court.bob, said)
    edit(court.ann, said, "I meant: all of you are right.")
    view = court.look(court.meta, said)
    assert view["changed_since"] and view["body_now"] == "I meant: all of you are right."
    assert view["snapshot"] and view["snapshot"]["body"] == "You are all fools."
    assert court.reports(court.bob, said)["id"] == first["id"]
    court.reports(court.cem, said)
    case = court.case(said)
    assert snapshots(case.id) == ["You are all fools.", "I meant: all of you are right."]
    view = court.look(court.meta, said)
    assert not view["changed_since"] and view["reports_count"] == 2
    assert view["earlier_snapshots"] == ["You are all fools."]


def test_c26_deleted_by_its_author_and_reported_all_the_same(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    discussions.delete_message(court.ann, said)
    clock.forward(days=29)
    court.reports(court.bob, said)
    view = court.look(court.meta, said)
    assert view["snapshot"] and view["snapshot"]["body"] == "You are all fools." and view["is_gone"]
    other = court.says(court.ann)
    discussions.delete_message(court.ann, other)
    clock.forward(days=30, seconds=1)
    with pytest.raises(NotFound):
        court.reports(court.bob, other)


def test_c26_what_was_handled_is_answered_at_once(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    first = court.reports(court.bob, said, rule_id=court.rule_ids[0])
    case_id = court.case(said).id
    over(case_id)
    assert own(court.bob, first["id"])["answer"] == "not_acted"
    later = moderation.report(court.cem, "message", said, reason="It hurts me too.")
    assert (later.report["state"], later.report["answer"]) == ("answered", "not_acted")
    again_hers = moderation.report(court.bob, "message", said, reason="Once more.")
    assert (again_hers.report["id"], again_hers.is_new) == (first["id"], False)
    assert court.case(said).state == "decided"
    court.reports(court.dua, said, rule_id=court.rule_ids[1])
    assert (court.case(said).id, court.case(said).state) == (case_id, "new"), "with a new rule it comes back"
    over(case_id)
    edit(court.ann, said, "Worse.")
    assert court.reports(court.cem, said)["state"] == "submitted", "it is another now"
    assert court.case(said).state == "new"


def test_c28_of_several_reported_things_one_is_gone(clock: HandClock) -> None:
    court = make_court()
    one, two = court.says(court.ann, "One."), court.says(court.ann, "Two.")
    for said in (one, two):
        court.reports(court.bob, said)
    discussions.delete_message(court.ann, one)
    assert court.look(court.meta, one)["is_gone"] and not court.look(court.meta, two)["is_gone"]
    for said in (one, two):
        assert court.claims(court.meta, said)["mine"]


@pytest.mark.parametrize(
    ("metas", "author", "reporter", "level", "free"),
    [
        (2, "meta", "ann", 0, ["other"]),
        (2, "ann", "meta", 0, ["other"]),
        (1, "meta", "ann", 1, ["steward"]),
        (1, "ann", "meta", 1, ["steward"]),
        (2, "meta", "other", 1, ["steward"]),
        (1, "meta", "boss", 3, ["operator"]),
    ],
)
def test_c29_parties_handle_nothing(
    clock: HandClock, metas: int, author: str, reporter: str, level: int, free: list[str]
) -> None:
    court = make_court(metas=metas)
    boss = court.community.steward(member=True)
    people = {name: getattr(court, name) for name in ("meta", "other", "ann", "steward", "operator")}
    people["boss"] = boss
    said = court.says(people[author])
    if reporter == "boss":
        moderation.report(boss, "message", said, reason=f"Ask neither me nor {court.steward.name}.")
    else:
        moderation.report(people[reporter], "message", said, reason="That hurts.")
    case = court.case(said)
    assert case.level == level
    for name, who in people.items():
        if name in free:
            assert moderation.get_case(who, case.id)["next_steps"][0] == "claim"
            continue
        if name == "boss" and "steward" in free:
            continue  # acts for the organisation as well
        if who.user_id in [people[one].user_id for one in free]:
            continue  # with one meta-mentor alone `other` is she
        with pytest.raises(NotFound):
            moderation.get_case(who, case.id)
        if name in ("meta", "other") and people[name].user_id:
            assert court.queue(who) == []
            with unit_of_work():
                assert moderation.count_waiting(again(who), court.network.id)["waiting"] == 0
                assert not discussions.may_see_scope(again(who), f"case:{case.id}")


def test_c29_who_is_too_close_steps_aside(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    court.reports(court.bob, said)
    taken = court.claims(court.meta, said)
    moderation.step_aside(court.meta, taken["id"], taken["version"])
    assert court.queue(court.meta) == [] and "queue.changed" in facts(f"user:{court.other.user_id}")
    view = court.claims(court.other, said)
    moderation.step_aside(court.other, view["id"], view["version"])
    assert court.case(said).level == 1 and court.queue(court.steward)


def test_c29_named_or_flagged_people_handle_nothing(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    court.reports(court.bob, said, reason=f"{court.meta.name} laughed about it as well.")
    assert court.queue(court.meta) == [] and len(court.queue(court.other)) == 1
    taken = court.claims(court.other, said)
    court.reports(court.cem, said, named_ids=[court.other.user_id], not_by_organisation=True)
    assert court.queue(court.other) == [] and court.queue(court.steward) == []
    assert court.case(said).assignee_id is None
    assert moderation.get_case(court.operator, taken["id"])["level"] == 3


def test_c30_a_cancelled_dialog_decides_nothing(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    court.reports(court.bob, said)
    before = court.claims(court.meta, said)
    with pytest.raises(Invalid):
        moderation.veil_case(court.meta, before["id"], reason="", expected_version=before["version"])
    for _look in range(2):
        after = court.look(court.meta, said)
        assert (after["state"], after["version"]) == ("in_review", before["version"])
    with unit_of_work():
        assert not discussions.get_message(again(court.ann), said)["veiled"]


def test_c34_many_false_reports_are_one_case_and_a_short_veil(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann, "Good morning.")
    for who in (court.bob, court.cem):
        court.reports(who, said)
        court.reports(who, said)
    assert court.case(said).veil_until is None, "two people are not three"
    court.reports(court.dua, said)
    assert count(Case) == 1 and court.case(said).severity == 2
    with unit_of_work():
        assert discussions.get_message(again(court.ann), said)["veiled"]
    clock.forward(hours=72, seconds=1)
    with unit_of_work():
        assert not discussions.get_message(again(court.ann), said)["veiled"]
    court.reports(court.community.member(), said)
    with unit_of_work():
        assert not discussions.get_message(again(court.ann), said)["veiled"], "once in the life of a case"
    view = court.look(court.meta, said)
    for one in view["reports"]:
        moderation.set_report_aside(
            court.meta, view["id"], one["id"], reason="Nothing.",
            expected_version=court.case(said).version,
        )  # fmt: skip
    assert court.case(said).state == "closed", "nobody tells of it any more"


def test_unfounded_reports_bring_a_warning_then_a_pause(clock: HandClock) -> None:
    court = make_court()
    for number in range(5):
        said = court.says(court.ann, f"Number {number}.")
        report = court.reports(court.bob, said)
        case = court.case(said)
        moderation.set_report_aside(
            court.meta, case.id, report["id"], reason="Nothing.", expected_version=case.version
        )
        assert own(court.bob, report["id"])["answer"] == "not_acted"
        with unit_of_work():
            assert len(moderation.warned_in(court.bob)) == int(number >= 2)
    said = court.says(court.ann)
    with pytest.raises(moderation.ReportingPaused) as refused:
        court.reports(court.bob, said)
    assert refused.value.params["until"] > clock.now()
    court.reports(court.cem, said)
    assert court.look(court.meta, said)["reports"][0]["earlier"]["invalid"] == 0
    clock.forward(days=31)
    court.reports(court.bob, said)
    assert court.look(court.meta, said)["reports"][1]["earlier"]["invalid"] == 5


def test_c35_a_confidential_room_stays_closed(clock: HandClock) -> None:
    court = make_court()
    room = make_room(court.network, [court.ann, court.bob])
    said = court.says(court.ann, "Only between us.", room)
    with pytest.raises(NotFound):
        court.reports(court.cem, said)
    court.reports(court.bob, said)
    view = court.look(court.meta, said)
    assert view["snapshot"] and view["snapshot"]["body"] == "Only between us."
    assert view["snapshot"]["content"] == {"files": [], "deleted": False, "confidential": True}
    assert moderation.list_neighbours(court.meta, view["id"]) == []
    with unit_of_work(), pytest.raises(NotFound):
        discussions.get_message(again(court.meta), said)


def test_c36_nobody_learns_who_reported(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    report = court.reports(court.bob, said)
    taken = court.claims(court.meta, said)
    moderation.ask_question(
        court.meta, taken["id"], to="author", question="Why?", expected_version=taken["version"]
    )
    told = facts(f"user:{court.ann.user_id}")
    assert [kind for kind in told if kind.startswith(("case", "report", "queue"))] == []
    with unit_of_work():
        asked = discussions.catch_up(again(court.ann), f"user:{court.ann.user_id}", 0, 100)["events"]
        assert court.bob.user_id not in str(asked) and "reports_count" not in str(asked)
        with pytest.raises(NotFound):
            moderation.get_report(court.ann, report["id"])
    over(taken["id"], "acted")
    assert own(court.bob, report["id"])["answer"] == "acted"
    assert facts(f"user:{court.bob.user_id}").count("report.answered") == 1
    seen = own(court.bob, report["id"])
    over(taken["id"], "not_acted")
    assert own(court.bob, report["id"]) == seen, "nothing more after the answer"


def test_c39_the_rule_is_that_of_the_day_on_which_it_was_said(clock: HandClock) -> None:
    court = make_court()
    said, rule = court.says(court.ann), court.rule_ids[0]
    old = court.rules.id
    clock.forward(days=1)
    newer = make_version(court.network, _document(old), number=2)
    with unit_of_work():
        new_rule = session().scalars(select(Clause.clause_id).where(Clause.version_id == newer.id)).first()
    court.reports(court.bob, said, rule_id=rule)
    with unit_of_work():
        row = session().scalars(select(Report)).one()
        assert (row.rule_id, row.rules_version_id) == (rule, old)
        assert session().scalars(select(ReportSnapshot)).one().rules_version_id == old
    court.reports(court.cem, said, rule_id=new_rule)
    with pytest.raises(Invalid):
        court.reports(court.dua, said, rule_id=new_id())
    assert court.look(court.meta, said)["reports"][0]["rules_version_id"] == old


def _document(version_id: str) -> Any:
    @command
    def end(actor: Actor) -> Any:
        require(anyone(actor, None))
        version = session().get_one(AgreementVersion, version_id)
        session().execute(
            update(AgreementVersion).where(AgreementVersion.id == version_id).values(state="superseded")
        )
        found = session().get_one(Agreement, version.agreement_id)
        session().expunge(found)
        return found

    return end(system_actor("tests"))


def test_c40_one_act_answers_the_reports_of_one_case(clock: HandClock) -> None:
    court = make_court()
    one, two = court.says(court.ann, "One."), court.says(court.ann, "Two.")
    first, second = court.reports(court.bob, one), court.reports(court.bob, two)
    over(court.case(one).id, "acted")
    assert own(court.bob, first["id"])["answer"] == "acted"
    assert own(court.bob, second["id"])["state"] == "submitted" and court.case(two).state == "new"


def test_what_can_be_reported_and_by_whom(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    with unit_of_work():
        topic_id = discussions.get_message(again(court.ann), said)["topic_id"]
    moment = clock.now() + timedelta(days=3)
    planned = meetings.plan_meeting(
        court.ann, court.network.id, title="Tea", kind="exchange", starts_at=moment, time_zone="UTC",
        duration_minutes=60,
    )  # fmt: skip
    things = {"topic": topic_id, "user": court.ann.user_id, "meeting": planned["id"]}
    stranger = make_court().ann
    for kind, thing in things.items():
        with pytest.raises(NotFound):
            moderation.report(stranger, kind, thing or "", reason="Hm.")
        court.reports(court.bob, thing or "", kind)
        view = court.look(court.meta, thing or "")
        assert view["snapshot"] and view["snapshot"]["body"]
        assert view["snapshot"]["author"] and view["snapshot"]["author"]["id"] == court.ann.user_id
    with pytest.raises(NotFound):
        moderation.report(court.bob, "message", new_id(), reason="Hm.")


def test_taken_back_before_anybody_looked_it_is_over(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    report = court.reports(court.bob, said)
    assert moderation.withdraw_report(court.bob, report["id"], report["version"])["state"] == "withdrawn"
    assert court.case(said).state == "closed"
    anew = court.reports(court.bob, said)
    assert anew["id"] != report["id"] or court.case(said).state != "closed"


def test_a23_what_was_reported_takes_a_second_factor(live: Runtime, clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    court.reports(court.bob, said)
    case = court.case(said)
    settings = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=settings))
    for refused in (moderation.get_case, moderation.list_neighbours):
        with pytest.raises(SecondFactorNeeded):
            refused(court.meta, case.id)
    with pytest.raises(SecondFactorNeeded):
        moderation.claim_case(court.meta, case.id, case.version)
    with pytest.raises(NotFound):
        moderation.get_case(court.ann, case.id)


def test_handed_over_it_waits_for_others_and_says_why(clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    court.reports(court.bob, said)
    taken = court.claims(court.meta, said)
    moderation.escalate_case(court.meta, taken["id"], reason="I know her.", expected_version=taken["version"])
    assert court.look(court.steward, said)["handed_over_because"] == "I know her."
    for who, number in ((court.meta, 0), (court.steward, 1)):
        with unit_of_work():
            assert moderation.count_waiting(again(who), court.network.id)["waiting"] == number
    assert court.look(court.meta, said)["next_steps"] == []


def test_a_case_without_a_report(clock: HandClock) -> None:
    court = make_court()
    said, hers = court.says(court.ann), court.says(court.meta)
    view = moderation.open_own_case(court.meta, court.network.id, "message", said, reason="I saw it.")
    assert view["own_initiative"] and view["mine"] and view["reports_count"] == 0
    again_view = moderation.open_own_case(court.other, court.network.id, "message", said, reason="I too.")
    assert again_view["id"] == view["id"]
    with pytest.raises(Exception, match="party_to_matter"):
        moderation.open_own_case(court.meta, court.network.id, "message", hers, reason="Mine.")


def test_notices_of_people_without_an_account(live: Runtime, clock: HandClock) -> None:
    court = make_court()
    said = court.says(court.ann)
    told = {"why": "Against the law.", "good_faith": True, "email": "outside@mail.example"}
    moderation.notice("192.0.2.1", url=f"http://localhost/talk/m/{said}", **told)
    moderation.notice("192.0.2.1", url="https://else.example/", **told)
    assert court.look(court.meta, said)["reports"][0]["reporter"] is None
    with unit_of_work():
        kinds = list(session().scalars(select(OutboxMail.kind).where(OutboxMail.kind.like("notice%"))))
        assert kinds == ["notice_receipt"] * 2
        waiting = moderation.list_notices(court.operator, PageRequest()).items
        assert [one["url"] for one in waiting] == ["https://else.example/"]
        with pytest.raises(NotFound):
            moderation.list_notices(court.meta, PageRequest())
    over(court.case(said).id, "acted")
    moderation.answer_notice(court.operator, waiting[0]["id"], answer="Not ours.", expected_version=1)
    with unit_of_work():
        letters = select(OutboxMail.kind).where(OutboxMail.kind.like("notice%ed"))
        assert sorted(session().scalars(letters)) == ["notice_answered", "notice_decided"]
        assert count(OutsideNotice) == 2
    for _number in range(3):
        moderation.notice("192.0.2.1", url="https://else.example/", **told)
    with pytest.raises(TooMany):
        moderation.notice("192.0.2.1", url="https://else.example/", **told)
    moderation.notice("192.0.2.2", url="https://else.example/", **told)
    for missing in ({"good_faith": False}, {"why": " "}, {"email": "nobody"}):
        with pytest.raises(Invalid):
            moderation.notice("192.0.2.3", url="https://else.example/", **told | missing)  # type: ignore[arg-type]

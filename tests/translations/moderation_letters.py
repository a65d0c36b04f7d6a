"""What moderation writes letters about: each kind to somebody to whom it still applies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.moderation import Appeal, CaseDecision, CaseQuestion, OutsideNotice, Report, Sanction
from network import moderation
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work
from network.moderation import Draft, Wish
from tests.factories.cases import Court, make_court
from tests.factories.membership import again, proven

Params = dict[str, Any]
SAID = {"facts": "Xyz xyz", "reason": "Xyz xyz", "basis": "notice"}


def waiting() -> Iterator[Params]:
    """A case that is new, and one that came to the organisation."""
    court = make_court()
    said = court.says(court.ann, "Xyz xyz")
    court.reports(court.bob, said)
    yield {"case_id": court.case(said).id, "level": 0}
    taken = court.claims(court.meta, said)
    moderation.escalate_case(
        proven(court.meta), taken["id"], reason="Xyz xyz", expected_version=taken["version"]
    )
    yield {"case_id": taken["id"], "level": 1}


def questions() -> Iterator[Params]:
    """A question to who reported."""
    court, case = _taken()
    moderation.ask_question(
        proven(court.meta), case["id"], to="reporter", question="Xyz xyz", expected_version=case["version"]
    )
    yield {"question_id": _one(CaseQuestion.id, CaseQuestion.case_id == case["id"])}


def hidden() -> Iterator[Params]:
    """What is hidden until it is decided, by a rule."""
    court, case = _taken()
    moderation.veil_case(
        proven(court.meta),
        case["id"],
        reason="Xyz xyz",
        rule_id=court.rule_ids[0],
        expected_version=case["version"],
    )
    yield {"case_id": case["id"]}


def answers() -> Iterator[Params]:
    """A report that led to something, and one that did not."""
    for outcome in ("sanction", "no_action"):
        court, case = _taken()
        _decided(court, case, outcome)
        yield {"report_id": _one(Report.id, Report.case_id == case["id"])}


def receipts() -> Iterator[Params]:
    """Somebody without an account told of a page."""
    yield {"notice_id": _notice()}


def notice_answers() -> Iterator[Params]:
    """Who runs the platform answered it."""
    court = make_court()
    notice = _notice()
    moderation.answer_notice(proven(court.operator), notice, answer="Xyz xyz", expected_version=1)
    yield {"notice_id": notice}


def notice_decisions() -> Iterator[Params]:
    """What it told of was decided: with a measure and without."""
    for outcome in ("sanction", "no_action"):
        court, case = _taken()
        _decided(court, case, outcome)
        notice = _notice()
        _belongs(notice, _one(Report.id, Report.case_id == case["id"]))
        yield {"notice_id": notice}


def statements() -> Iterator[Params]:
    """One of each measure."""
    for kind in ("guidance", "warning", "veil", "content_removal", "posting_pause", "suspension", "removal"):
        court, case = _taken()
        _decided(court, case, "sanction", kind)
        yield {"decision_id": _one(CaseDecision.id, CaseDecision.case_id == case["id"])}


def appeals() -> Iterator[Params]:
    """An appeal that was answered."""
    asked, court = _appealed()
    moderation.decide_appeal(
        proven(court.other), asked.id, outcome="upheld", reply="Xyz xyz", expected_version=asked.version
    )
    yield {"appeal_id": asked.id}


def climbed() -> Iterator[Params]:
    """An appeal that nobody answered in time."""
    yield {"appeal_id": _appealed()[0].id}


def _taken() -> tuple[Court, Any]:
    court = make_court()
    said = court.says(court.ann, "Xyz xyz")
    court.reports(court.bob, said, rule_id=court.rule_ids[0])
    return court, court.claims(court.meta, said)


def _decided(court: Court, case: Any, outcome: str, kind: str = "warning") -> None:
    now = runtime.current().clock.now()
    content = kind in ("guidance", "warning", "veil", "content_removal")
    scope = ("message", case["target"]["id"]) if content else ("network", court.network.id)
    ends = kind in ("veil", "posting_pause", "suspension")
    wish = Wish(kind, *scope, now + timedelta(days=5) if ends else None)
    draft = Draft(
        outcome=outcome, rule_id=court.rule_ids[0], sanctions=(wish,) if outcome == "sanction" else (),
        undoable=False, **SAID,
    )  # fmt: skip
    moderation.decide_case(proven(court.meta), case["id"], case["version"], draft)
    if kind in ("suspension", "removal"):
        waits = _row(Sanction, Sanction.case_id == case["id"])
        moderation.second_sanction(proven(court.other), waits.id, waits.version)


def _appealed() -> tuple[Appeal, Court]:
    court, case = _taken()
    _decided(court, case, "sanction")
    moderation.appeal(again(court.ann), _one(Sanction.id, Sanction.case_id == case["id"]), "Xyz xyz")
    return _row(Appeal, Appeal.network_id == court.network.id), court


def _notice() -> str:
    page = "https://example.org/talk"
    return moderation.notice(None, url=page, why="Xyz xyz", email="guest@mail.example", good_faith=True)


@command
def _belongs(notice_id: str, report_id: str) -> None:
    require(anyone(system_actor("tests"), None))
    wanted = update(OutsideNotice).where(OutsideNotice.id == notice_id)
    session().execute(wanted.values(report_id=report_id))


def _one(column: Any, where: Any) -> Any:
    with unit_of_work():
        return session().scalars(select(column).where(where)).one()


def _row(table: Any, where: Any) -> Any:
    with unit_of_work():
        found = session().scalars(select(table).where(where)).one()
        session().expunge(found)
        return found

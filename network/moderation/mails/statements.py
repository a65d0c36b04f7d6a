"""What the letters to people without an account say who gave notice of something."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.moderation import Appeal, CaseDecision, OutsideNotice, Report, Sanction
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.moderation.mails.cases import GREETING
from network.moderation.queries.appeal_links import appeal_link
from network.moderation.queries.statements import statement_of
from network.moderation.rules.appeals import RUNNING
from network.moderation.rules.measures import KINDS
from network.moderation.rules.statements import sections


@composes("notice_receipt", essential=True)
def compose_receipt(language: str, params: dict[str, Any]) -> Letter | None:
    """It arrived, and what happens next."""
    row = session().get(OutsideNotice, params["notice_id"])
    if row is None or not row.url:
        return None
    return Letter(
        subject=translate(language, _("We have your notice")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("Thank you for telling us about this page: %(url)s"), {"url": row.url}),
            translate(language, _("Somebody looks at it within two days and decides within seven days.")),
            translate(
                language,
                _("If you are in danger, call the emergency number of your country. In Europe it is 112."),
            ),
        ],
    )


@composes("notice_answered", essential=True)
def compose_answer(language: str, params: dict[str, Any]) -> Letter | None:
    """What came of it."""
    row = session().get(OutsideNotice, params["notice_id"])
    if row is None or row.answer is None:
        return None
    return Letter(
        subject=translate(language, _("About your notice")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("You told us about this page: %(url)s"), {"url": row.url}),
            row.answer,
            translate(
                language,
                _("If you do not agree, write to us again, or ask a body for disputes out of court."),
            ),
        ],
    )


@composes("notice_decided", essential=True)
def compose_decided(language: str, params: dict[str, Any]) -> Letter | None:
    """It was decided: whether something was done, and no more."""
    row = session().get(OutsideNotice, params["notice_id"])
    report = session().get(Report, row.report_id) if row is not None and row.report_id else None
    if row is None or report is None or report.answer is None or not row.url:
        return None
    acted = report.answer == "acted"
    said = _("We looked at it and did something.") if acted else _("We looked at it and did nothing.")
    return Letter(
        subject=translate(language, _("About your notice")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("You told us about this page: %(url)s"), {"url": row.url}),
            translate(language, said),
            translate(
                language,
                _("If you do not agree, write to us again, or ask a body for disputes out of court."),
            ),
        ],
    )


@composes("appeal_decided", essential=True)
def compose_appeal_decided(language: str, params: dict[str, Any]) -> Letter | None:
    """It was looked at again: that there is an answer, and where it stands."""
    row = session().get(Appeal, params["appeal_id"])
    if row is None or row.decided_at is None:
        return None
    return Letter(
        subject=translate(language, _("There is an answer to your appeal")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("Somebody else looked at the measure again. What was decided, and why:")),
            row.reply or "",
        ],
        action=(
            translate(language, _("Read it in mentorNET")),
            _page_of(row.sanction_id),
        ),
    )


@composes("appeal_climbed", essential=True)
def compose_appeal_climbed(language: str, params: dict[str, Any]) -> Letter | None:
    """Nobody answered in time: who answers now, and until when."""
    row = session().get(Appeal, params["appeal_id"])
    if row is None or row.state not in RUNNING:
        return None
    return Letter(
        subject=translate(language, _("Somebody else looks at your appeal now")),
        paragraphs=[
            translate(language, GREETING),
            translate(
                language,
                _("Your appeal was not answered within 14 days. We are sorry. It has gone one level higher."),
            ),
            translate(language, _("You need not do anything. The measure holds until there is an answer.")),
        ],
        action=(
            translate(language, _("See where it stands")),
            _page_of(row.sanction_id),
        ),
    )


@composes("statement", essential=True)
def compose_statement(language: str, params: dict[str, Any]) -> Letter | None:
    """A decision about something of hers, with everything that a statement of reasons has (DSA, Article 17):
    one letter with all its measures, and a link by which she asks for another look without signing in."""
    decision = session().get(CaseDecision, params["decision_id"])
    if decision is None or decision.sent_at is None or not decision.reason:
        return None
    said = statement_of(decision)
    rows = session().scalars(select(Sanction).where(Sanction.decision_id == decision.id)).all()
    told = [row for row in rows if row.starts_at is not None]
    lines = [
        translate(language, GREETING),
        translate(language, _("Something of yours was decided about. Here is what, and why.")),
    ]
    for part in sections(said, language, params.get("zone", "UTC")):
        lines.append(f"{part.heading}:")
        lines += [*part.paragraphs, *([part.quote] if part.quote else [])]
    first = max(told, key=lambda row: KINDS.index(row.kind), default=None)
    return Letter(
        subject=translate(language, _("A decision about something of yours in “%(network)s”"), {
            "network": said.network,
        }),
        paragraphs=lines,
        action=None
        if first is None
        else (translate(language, _("Read it, or ask us to look again")), appeal_link(first)),
    )  # fmt: skip


def _page_of(sanction_id: str) -> str:
    return f"{runtime.current().settings.base_url}/measures/{sanction_id}"

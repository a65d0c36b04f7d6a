"""What the letters to people without an account say who gave notice of something."""

from __future__ import annotations

from typing import Any

from models.moderation import OutsideNotice, Report
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate


@composes("notice_receipt", essential=True)
def compose_receipt(language: str, params: dict[str, Any]) -> Letter | None:
    """It arrived, and what happens next."""
    row = session().get(OutsideNotice, params["notice_id"])
    if row is None or not row.url:
        return None
    return Letter(
        subject=translate(language, _("We have your notice")),
        paragraphs=[
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
            translate(language, _("You told us about this page: %(url)s"), {"url": row.url}),
            translate(language, said),
            translate(
                language,
                _("If you do not agree, write to us again, or ask a body for disputes out of court."),
            ),
        ],
    )

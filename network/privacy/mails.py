"""What the letters say to somebody who wants to be erased, and about an objection."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date

from models.people import User
from models.privacy import Erasure, Objection
from network import people
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate
from network.privacy.rules.purposes import PURPOSES


@composes("erasure_requested", urgent=True)
def compose_erasure_requested(language: str, params: dict[str, Any]) -> Letter | None:
    """By when it can be taken back, and the link for it; no letter when it was, or when it is done."""
    asked = session().get(Erasure, params["erasure_id"])
    if asked is None or asked.erases_at <= runtime.current().clock.now():
        return None
    day = format_date(asked.erases_at, format="long", locale=regional(language))
    link = runtime.current().settings.base_url + people.take_back_path(people.take_back_secret(asked))
    return Letter(
        subject=translate(language, _("Your account will be erased on %(day)s"), {"day": day}),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(
                language,
                _("Your account of mentorNET is switched off. On %(day)s we erase it for good."),
                {"day": day},
            ),
            translate(language, _("Until then you can take that back. Nothing is lost then.")),
        ],
        action=(translate(language, _("Keep my account")), link),
        after=[
            translate(language, _("Was it you? Then you need not do anything.")),
            translate(
                language, _("Was it somebody else? Then keep your account, and choose another password.")
            ),
        ],
    )


@composes("objection_waits")
def compose_objection_waits(language: str, params: dict[str, Any]) -> Letter | None:
    """The operator learns that somebody objects and waits for her; no letter when it was answered."""
    row = session().get(Objection, params["objection_id"])
    if row is None or row.answered_at is not None:
        return None
    return Letter(
        translate(language, _("Somebody objects to what is stored about her")),
        [
            translate(language, _("Hello,")),
            translate(
                language, _("Somebody objects to “%(purpose)s” and says why."), _purpose(language, row)
            ),
            translate(
                language,
                _(
                    "Please answer within a month (GDPR, Articles 12 and 21): stop it for her, or say which "
                    "ground outweighs hers."
                ),
            ),
        ],
        action=(
            translate(language, _("Read and answer")),
            _url("/admin/objections"),
        ),
    )


@composes("objection_overdue")
def compose_objection_overdue(language: str, params: dict[str, Any]) -> Letter | None:
    """The operator is reminded that the month is over; no letter when it was answered."""
    row = session().get(Objection, params["objection_id"])
    if row is None or row.answered_at is not None:
        return None
    day = format_date(row.created_at, format="long", locale=regional(language))
    return Letter(
        translate(language, _("An objection has waited for more than a month")),
        [
            translate(language, _("Hello,")),
            translate(
                language, _("On %(day)s somebody objected to “%(purpose)s”. Nobody has answered yet."),
                {"day": day, **_purpose(language, row)},
            ),
            translate(language, _("The law gives one month (GDPR, Article 12). Please answer today.")),
        ],
        action=(translate(language, _("Read and answer")), _url("/admin/objections")),
        after=[translate(language, _("We remind you each week until there is an answer."))],
    )  # fmt: skip


@composes("objection_answered", essential=True)
def compose_objection_answered(language: str, params: dict[str, Any]) -> Letter | None:
    """What became of an objection and why, and where one can complain; no letter when it is gone."""
    row = session().get(Objection, params["objection_id"])
    person = None if row is None else session().get(User, row.user_id)
    if row is None or person is None or row.answer is None:
        return None
    told = (
        _("You objected to “%(purpose)s”. We follow that.")
        if row.outcome == "followed"
        else _("You objected to “%(purpose)s”. We cannot follow that.")
    )
    return Letter(
        translate(language, _("The answer to your objection")),
        [
            translate(language, _("Hello,")),
            translate(language, told, _purpose(language, row)),
            translate(language, _("The reason: %(reason)s"), {"reason": row.answer}),
        ],
        action=(
            translate(language, _("To your objections")),
            _url("/me/rights"),
        ),
        after=[translate(language, _("You can complain to the data protection authority of your country."))],
    )


def _purpose(language: str, row: Objection) -> dict[str, str]:
    return {"purpose": translate(language, PURPOSES[row.purpose].title)}


def _url(path: str) -> str:
    return runtime.current().settings.base_url + path

"""What the letters about reports and cases say: to who handles them without a word of what they are about, to
who was asked, to whose words are hidden meanwhile, and to who reported."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.agreements import Clause
from models.moderation import Case, CaseQuestion, Report
from models.networks import Network
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.moderation.queries.showing import last_snapshots
from network.moderation.rules.cases import OPEN_STATES, is_veiled

QUOTED = 300
GREETING = _("Hello,")


@composes("case_waits")
def compose_waiting(language: str, params: dict[str, Any]) -> Letter | None:
    """A case waits for her; nothing of what it is about. None where it is over, or hers no more."""
    case = session().get(Case, params["case_id"])
    if case is None or case.state not in OPEN_STATES or case.level != params["level"]:
        return None
    network = session().get_one(Network, case.network_id)
    said = _("Somebody reported something in “%(network)s”. Please look at it within two days.")
    if case.level:
        said = _("A case in “%(network)s” came to you. Please look at it within two days.")
    return Letter(
        subject=translate(language, _("A case waits for you")),
        paragraphs=[translate(language, GREETING), translate(language, said, {"network": network.name})],
        action=(translate(language, _("Look at it")), _url(f"/cases/{case.id}")),
    )


@composes("case_question", essential=True)
def compose_question(language: str, params: dict[str, Any]) -> Letter | None:
    """The meta-mentor team asks her something; None once she answered or the time is over."""
    row = session().get(CaseQuestion, params["question_id"])
    if row is None or row.answered_at is not None or row.until <= runtime.current().clock.now():
        return None
    return Letter(
        subject=translate(language, _("A question to you")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("The meta-mentor team asks you something. You have a week to answer.")),
            translate(language, _("Nobody has to answer. Then it is decided without your answer.")),
        ],
        action=(translate(language, _("Read the question")), _url(f"/questions/{row.id}")),
    )


@composes("content_hidden", essential=True)
def compose_hidden(language: str, params: dict[str, Any]) -> Letter | None:
    """What she wrote is hidden until it is decided: what, why, until when; never who reported it."""
    case = session().get(Case, params["case_id"])
    if case is None or not is_veiled(case.veil_until, runtime.current().clock.now()):
        return None
    snapshot = last_snapshots([case.id])[case.id]
    why = case.veil_reason or translate(language, _("Somebody looks at it before it can be read again."))
    return Letter(
        subject=translate(language, _("Something of yours is hidden for now")),
        paragraphs=[
            translate(language, GREETING),
            translate(language, _("You wrote: “%(said)s”"), {"said": snapshot.body[:QUOTED]}),
            translate(language, _("It is hidden for three days at the most, until somebody has decided.")),
            *_rule(language, case.veil_rule_id),
            translate(language, _("The reason: %(why)s"), {"why": why}),
            translate(language, _("Then you hear what was decided, and how you can object.")),
        ],
    )


@composes("report_answered", essential=True)
def compose_answered(language: str, params: dict[str, Any]) -> Letter | None:
    """Whether something was done, and nothing more."""
    row = session().get(Report, params["report_id"])
    if row is None or row.answer is None:
        return None
    acted = row.answer == "acted"
    said = _("We looked at it and did something.") if acted else _("We looked at it and did nothing.")
    return Letter(
        subject=translate(language, _("About your report")),
        paragraphs=[translate(language, GREETING), translate(language, said)],
        action=(translate(language, _("Your report")), _url(f"/reports/{row.id}")),
    )


def _rule(language: str, rule_id: str | None) -> list[str]:
    if rule_id is None:
        return []
    wanted = select(Clause).where(Clause.clause_id == rule_id).limit(1)
    rule = session().scalars(wanted).first()
    return [translate(language, _("One of our rules is: “%(rule)s”."), {"rule": rule.text})] if rule else []


def _url(path: str) -> str:
    return f"{runtime.current().settings.base_url}{path}"

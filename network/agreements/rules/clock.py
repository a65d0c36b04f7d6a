"""What the clock makes of a version, whether somebody wrote it down yet or not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from models.agreements import AgreementVersion
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE
from network.agreements.rules.versions import DELIBERATION, EXPIRED, FROZEN, SIGNING, TERMINATED

ASKED_WITHIN = timedelta(days=30)
"""So long a fixed text waits for somebody to ask the network whether it wants it."""
ASKED_AT_LEAST = timedelta(days=7)
"""Also where the days of the draft are over: who fixed it has time to ask."""


def state_on(version: AgreementVersion, kind: str, today: date) -> str:
    """The state of a version by the calendar, whether a job ran or not. Communication rules whose term is
    over go on as the last rules."""
    if version.state == IN_FORCE and is_over(version, today) and kind != COMMUNICATION_RULES:
        return TERMINATED if version.end_reason is not None else EXPIRED
    return str(version.state)


def is_over(version: AgreementVersion, today: date) -> bool:
    """True after the last day of its term."""
    return version.valid_until is not None and version.valid_until < today


def is_due(version: AgreementVersion, kind: str, now: datetime) -> bool:
    """True when the clock has moved the version on and nobody wrote it down yet."""
    if version.state == FROZEN:
        until = consent_until(version)
        return until is not None and until <= now
    if version.state == SIGNING:
        return version.signing_until is not None and version.signing_until <= now
    if version.state == DELIBERATION and version.is_correction:
        return version.deliberation_until is not None and version.deliberation_until <= now
    if version.state != IN_FORCE or not is_over(version, now.date()):
        return False
    return kind != COMMUNICATION_RULES or version.ended_at is None


def consent_until(version: AgreementVersion) -> datetime | None:
    """Until when somebody has to ask the network about a fixed text: the end of signing that was planned,
    else 30 days, and a week at least. None for a version in another state."""
    if version.state != FROZEN or version.frozen_at is None:
        return None
    if version.signing_until is None:
        return version.frozen_at + ASKED_WITHIN
    return max(version.signing_until, version.frozen_at + ASKED_AT_LEAST)

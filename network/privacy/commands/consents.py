"""Agreeing to something of one's own free will, taking that back as easily, and forgetting it in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.orm import aliased

from models.people import User
from models.privacy import ConsentRow
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.consents import Consent, How, all_consents, newest_rows, note_consent, words_of
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.jobs import job
from network.kernel.ledger import Decision, done_again
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session
from network.kernel.translation import supported, translate
from network.privacy.policy import may_decide_for_me, may_forget_consents


class ConsentView(TypedDict):
    """One thing that somebody can agree to, in words of her language: whether she did, and since when she
    does or no longer does; `since` is None where she never said anything."""

    purpose: str
    title: str
    text: str
    text_version: int
    text_hash: str
    given: bool
    since: datetime | None


def list_consents(actor: Actor, language: str | None = None) -> list[ConsentView]:
    """Everything that one can agree to, in a language (one's own where none is given). Raises
    Unauthenticated."""
    require(may_decide_for_me(actor))
    user_id = actor.user_id or ""
    newest = newest_rows(user_id)
    said_in = language or session().get_one(User, user_id).language
    return [_view(consent, newest.get(purpose), said_in) for purpose, consent in all_consents().items()]


@command
def decide_consent(
    actor: Actor, purpose: str, given: bool, how: How = "api", language: str | None = None
) -> ConsentView:
    """Agree to something, or take that back: what rested on it ends in the same moment. `language` is that of
    the words she read. Each time is a row of its own that stays (GDPR, Article 7); saying what is so already
    writes nothing. Raises Unauthenticated, NotFound for what nobody asks for."""
    require(may_decide_for_me(actor))
    person = people.lock_user(actor.user_id or "")
    if person is None:
        raise Unauthenticated()
    consent = all_consents().get(purpose)
    if consent is None:
        raise NotFound()
    said_in = language or person.language
    if note_consent(person.id, consent, given, how, said_in) and not given:
        consent.stop(person.id)
    return _view(consent, newest_rows(person.id).get(purpose), said_in)


def _view(consent: Consent, row: ConsentRow | None, language: str) -> ConsentView:
    text, text_hash = words_of(consent, language)
    return ConsentView(
        purpose=consent.purpose, title=translate(supported(language), consent.title), text=text,
        text_version=consent.version, text_hash=text_hash, given=row is not None and row.given,
        since=None if row is None else row.at,
    )  # fmt: skip


@job("privacy.forget_consents", every_minutes=24 * 60)
def tidy() -> int:
    """Forget consents on which nothing rests any more; how many."""
    return in_steps(lambda: forget_consents(system_actor("privacy.forget_consents")))


@tidies
@command
def forget_consents(actor: Actor) -> int:
    """Delete what somebody agreed to three years after she took it back or agreed to other words (trust.md,
    D.3), and that she took it back with it, never before it. At most a thousand of each, how many of that of
    which there are most. Refused to everybody but the system."""
    require(may_forget_consents(actor))
    past = runtime.current().clock.now() - timedelta(days=runtime.current().settings.consents_kept_days)
    followed = _another(later=True, until=past)
    alone = and_(ConsentRow.given.is_(False), ConsentRow.at <= past, ~_another(later=False))
    return max(forget(actor, ConsentRow, followed), forget(actor, ConsentRow, alone))


def _another(*, later: bool, until: datetime | None = None) -> ColumnElement[bool]:
    """Whether the same person said something else about the same purpose, later or before."""
    other = aliased(ConsentRow)
    mine, theirs = tuple_(ConsentRow.at, ConsentRow.id), tuple_(other.at, other.id)
    wanted = select(other.id).where(
        other.user_id == ConsentRow.user_id, other.purpose == ConsentRow.purpose,
        theirs > mine if later else theirs < mine,
    )  # fmt: skip
    if until is not None:
        wanted = wanted.where(other.at <= until)
    return wanted.correlate(ConsentRow).exists()


@done_again("consent")
def _taken_back(decided: Decision) -> None:
    person, consent = people.lock_user(decided.user_id), all_consents().get(decided.about)
    given = newest_rows(decided.user_id).get(decided.about)
    if person is None or consent is None or given is None or decided.chosen == "given":
        return
    if given.given and given.at < decided.at:
        note_consent(person.id, consent, False, "restored", person.language)
        consent.stop(person.id)

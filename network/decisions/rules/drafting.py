"""What can be asked, how, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from network.decisions.rules.counting import OBJECTION, STANCES, STAND_ASIDE
from network.decisions.rules.effects import effect_of
from network.decisions.rules.states import SILENCE_LASTS
from network.kernel.errors import FieldFault, Invalid
from network.kernel.fractions import parse_share
from network.kernel.translation import mark as _

TEMPERATURE, CHOICE, CONSENT_KIND, ELECTION, PERSON = "temperature", "choice", "consent", "election", "person"
KINDS = (TEMPERATURE, CHOICE, CONSENT_KIND, ELECTION, PERSON)
ONE_OF_OPTIONS = (ELECTION, PERSON)
"""Each elector takes one option; of a choice or a temperature check as many as she likes."""
NEVER, ANNOUNCED = "never", "announced"
SILENCES = (NEVER, ANNOUNCED)

MAX_QUESTION, MAX_EXPLANATION, MAX_OPTION, MAX_OPTIONS = 500, 10_000, 300, 20
MAX_REASON, MAX_STATEMENT = 2000, 4000
LONGEST = timedelta(days=366)
MOST_YEARS = 10
"""Nobody is asked to look again at a decision later than that."""

QUORUM = "1/2"
THRESHOLDS: Mapping[str, str] = {
    TEMPERATURE: "0/1", CHOICE: "0/1", CONSENT_KIND: "0/1", ELECTION: "1/2", PERSON: "2/3",
}  # fmt: skip
"""The share of the electorate where nobody names one: consent goes by objections, a choice by what most
take, a role by half of all, a matter about a person by two thirds."""


PERSON_ANSWERS = (_("Yes"), _("No"), _("Let us talk more first"))
"""The answers about a person where nobody names others (state-machines, B6: a tie leads to talking more)."""


LEAST_TIME: Mapping[str, timedelta] = {
    TEMPERATURE: timedelta(0), CHOICE: timedelta(days=1), CONSENT_KIND: timedelta(days=1),
    ELECTION: timedelta(days=2), PERSON: timedelta(days=2),
}  # fmt: skip
GRACE = timedelta(hours=1)
"""So much less may be asked for when a decision is written down: a request takes its time, and a day on which
the clocks change has 23 hours. At the opening it is given in full."""


class TooLittleTime(Invalid):
    """People would have too little time to answer; `hours` is how long it has to be at least."""

    code = "too_little_time"


class EffectWish(TypedDict, total=False):
    """What a decision shall bring about when it passes; of an election for whom follows from the result, of
    a choice when its first option wins."""

    type: str
    id: str | None
    value: Any


def least_time(kind: str, silence: str, *, small: bool, on_trial: bool) -> timedelta:
    """How long a decision is open at least, so that nobody is bound by it in her sleep: a week where silence
    counts; two days for a role or a person; one for consent and for a choice; half of that in a Small
    network, where people reach each other sooner. Nothing for a mood, nor in the demo, where one wants to see
    how a decision ends (docs/decisions/0022)."""
    if silence == ANNOUNCED:
        return SILENCE_LASTS
    least = timedelta(0) if on_trial else LEAST_TIME.get(kind, timedelta(0))
    return least / 2 if small else least


def check_wish(wish: Mapping[str, Any], now: datetime, least: timedelta) -> None:
    """Raise Invalid that names every field which cannot be taken together, TooLittleTime where it is open
    shorter than `least` and nothing else is wrong. `wish` holds the values of a decision as it would be;
    options as texts, or in an election as membership ids."""
    faults: dict[str, FieldFault] = {}
    kind, options, effect = wish["kind"], list(wish["options"]), wish["effect"]
    if kind not in KINDS:
        choices = ", ".join(KINDS)
        raise Invalid({"kind": FieldFault.of(_("This must be one of: %(choices)s."), choices=choices)})
    faults |= _text_faults("question", wish["question"], MAX_QUESTION, needed=True)
    faults |= _text_faults("explanation", wish["explanation"], MAX_EXPLANATION)
    faults |= _option_faults(kind, options)
    for field in ("quorum", "threshold"):
        try:
            parse_share(wish[field], field)
        except Invalid as refusal:
            faults |= refusal.faults
    if kind == PERSON and wish["concerned_user_id"] is None:
        faults["concerned_user_id"] = FieldFault.of(_("Please say whom this is about."))
    if kind != PERSON and wish["concerned_user_id"] is not None:
        faults["concerned_user_id"] = FieldFault.of(_("Only a matter about a person concerns somebody."))
    if wish["silence"] not in SILENCES:
        faults["silence"] = FieldFault.of(_("This must be one of: %(choices)s."), choices=", ".join(SILENCES))
    elif wish["silence"] == ANNOUNCED and kind != CONSENT_KIND:
        faults["silence"] = FieldFault.of(_("Silence counts only where consent is asked for."))
    faults |= _effect_faults(kind, effect)
    faults |= time_faults(wish["opens_at"], wish["closes_at"], now)
    if faults:
        raise Invalid(faults)
    # A draft is written some time before it is opened, which then gives the whole time.
    if wish["closes_at"] - max(wish["opens_at"] or now, now) < least - GRACE:
        hours = int(least.total_seconds() // 3600)
        said = _("People need time to answer this: at least %(hours)s hours.")
        if wish["silence"] == ANNOUNCED:
            said = _("Where silence counts, people have seven days at least.")
        raise TooLittleTime({"closes_at": FieldFault.of(said, hours=hours)}, hours=hours)


def time_faults(opens_at: datetime | None, closes_at: datetime, now: datetime) -> dict[str, FieldFault]:
    """What is wrong with the time of a decision that opens at `opens_at`, or now; a beginning that is past
    means now."""
    if opens_at is not None and abs(opens_at - now) > LONGEST:
        return {"opens_at": FieldFault.of(_("Please choose a beginning within a year from now."))}
    begins = max(opens_at or now, now)
    if closes_at <= begins:
        return {"closes_at": FieldFault.of(_("The end must lie ahead, after the beginning."))}
    if closes_at - begins > LONGEST:
        return {"closes_at": FieldFault.of(_("A decision takes a year at most."))}
    return {}


def check_stance(
    kind: str, option_ids: Sequence[str], stance: str | None, chosen: Sequence[str], reason: str
) -> None:
    """Raise Invalid unless what an elector says answers the question: a stance where there are no options,
    else options, or `stand_aside` alone. An objection says why."""
    faults: dict[str, FieldFault] = {}
    if not option_ids:
        if stance not in STANCES:
            faults["stance"] = FieldFault.of(_("Please say where you stand."))
        if chosen:
            faults["option_ids"] = FieldFault.of(_("There is nothing to choose from here."))
    elif stance is not None:
        if stance != STAND_ASIDE or chosen:
            faults["stance"] = FieldFault.of(_("Choose something, or stand aside."))
    elif not chosen:
        faults["option_ids"] = FieldFault.of(_("Choose something, or stand aside."))
    elif len(set(chosen)) != len(chosen) or not set(chosen) <= set(option_ids):
        faults["option_ids"] = FieldFault.of(_("This is not one of the answers."))
    elif kind in ONE_OF_OPTIONS and len(chosen) > 1:
        faults["option_ids"] = FieldFault.of(_("Choose one answer only."))
    if stance == OBJECTION and not reason:
        faults["reason"] = FieldFault.of(_("Please say why, so that the others can answer it."))
    faults |= _text_faults("reason", reason, MAX_REASON)
    if faults:
        raise Invalid(faults)


def check_words(most: int = MAX_REASON, **words: str) -> None:
    """Raise Invalid for texts that are too long, by field."""
    faults: dict[str, FieldFault] = {}
    for field, text in words.items():
        faults |= _text_faults(field, text, most)
    if faults:
        raise Invalid(faults)


def check_review(review_on: date | None, today: date) -> None:
    """Raise Invalid for a day to look again that is past, or further ahead than `MOST_YEARS`."""
    if review_on is not None and review_on < today:
        raise Invalid({"review_on": FieldFault.of(_("Please choose a day that is still to come."))})
    if review_on is not None and review_on.year > today.year + MOST_YEARS:
        said = _("Please choose a day in the next %(years)s years.")
        raise Invalid({"review_on": FieldFault.of(said, years=MOST_YEARS)})


def _text_faults(field: str, text: str, most: int, *, needed: bool = False) -> dict[str, FieldFault]:
    if needed and not text:
        return {field: FieldFault.of(_("This is needed."))}
    if len(text) > most:
        return {field: FieldFault.of(_("At most %(most)s characters, please."), most=most)}
    return {}


def _option_faults(kind: str, options: Sequence[str]) -> dict[str, FieldFault]:
    if kind == CONSENT_KIND:
        none = FieldFault.of(_("Consent is asked for one thing: leave the answers out."))
        return {"options": none} if options else {}
    if kind == TEMPERATURE and not options:
        return {}
    if kind == ELECTION and not options:
        return {"options": FieldFault.of(_("Please name at least one person."))}
    if kind != ELECTION and len(options) < 2:
        return {"options": FieldFault.of(_("Please give at least two answers."))}
    if len(options) > MAX_OPTIONS:
        return {"options": FieldFault.of(_("At most %(most)s answers, please."), most=MAX_OPTIONS)}
    if len(set(options)) != len(options) or not all(options):
        return {"options": FieldFault.of(_("Each answer must be another one."))}
    if any(len(option) > MAX_OPTION for option in options):
        return {"options": FieldFault.of(_("At most %(most)s characters, please."), most=MAX_OPTION)}
    return {}


def _effect_faults(kind: str, effect: EffectWish | None) -> dict[str, FieldFault]:
    if effect is None:
        return {}
    elects = effect["type"] == "appoint"
    possible = {CONSENT_KIND: True, CHOICE: not elects, ELECTION: elects}
    if not possible.get(kind, False):
        return {"effect": FieldFault.of(_("A decision of this kind cannot bring this about."))}
    if kind == ELECTION and effect.get("id") is not None:
        return {"effect": FieldFault.of(_("In an election the person follows from the result."))}
    try:
        effect_of(effect["type"])
    except Invalid as refusal:
        return dict(refusal.faults)
    return {}

"""What a version goes through from its draft to its end, and which words and days it may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.agreements import AgreementVersion
from network.agreements.rules.texts import COMMUNICATION_RULES, IN_FORCE, canonical
from network.kernel.errors import Conflict, FieldFault, Forbidden, Invalid
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _
from network.networks import DecisionRequired

NETWORK_AGREEMENT, OFFICE_CHARTER, AFFILIATION = "network_agreement", "office_charter", "affiliation"
KINDS = (NETWORK_AGREEMENT, COMMUNICATION_RULES, OFFICE_CHARTER, AFFILIATION)
FEATURE_OF = {OFFICE_CHARTER: "office_charter", AFFILIATION: "affiliations"}
"""Kinds that a network writes only where it uses that feature."""

DRAFT, DELIBERATION, FROZEN, SIGNING = "draft", "deliberation", "frozen", "signing"
SUPERSEDED, EXPIRED, TERMINATED = "superseded", "expired", "terminated"
ABANDONED, FAILED = "abandoned", "failed"
STATES = (
    DRAFT, DELIBERATION, FROZEN, SIGNING, IN_FORCE, SUPERSEDED, EXPIRED, TERMINATED, ABANDONED, FAILED,
)  # fmt: skip
FIXED = frozenset(STATES) - {DRAFT, DELIBERATION, ABANDONED}
"""The states in which not a comma of the text changes any more."""
SIGNABLE = frozenset({SIGNING, IN_FORCE})

VERSION = Machine(
    "agreement_version",
    {
        "deliberation": {DRAFT: DELIBERATION},
        "rework": {DELIBERATION: DRAFT},
        # From a draft only to renew a text that nobody changed.
        "freeze": {DELIBERATION: FROZEN, DRAFT: FROZEN},
        "objection": {FROZEN: DELIBERATION},
        "signing": {FROZEN: SIGNING},
        "activation": {SIGNING: IN_FORCE},
        "correction": {DELIBERATION: IN_FORCE},
        "abandonment": {DRAFT: ABANDONED, DELIBERATION: ABANDONED},
        "failure": {FROZEN: FAILED, SIGNING: FAILED},
        "supersession": {IN_FORCE: SUPERSEDED},
        "expiry": {IN_FORCE: EXPIRED},
        "termination": {IN_FORCE: TERMINATED},
    },
)

DELIBERATION_AT_LEAST = timedelta(days=7)
"""contract.md, limits. A correction is open to objection as long."""
FORM_TIME = timedelta(hours=1)
"""Who chose "in seven days" still fills in the form; the opening gives the full seven days."""
ACTIVATE = "activate_agreement"
"""The effect of a decision by which the network says yes to a fixed text."""
SIGNING_AT_LEAST = timedelta(days=1)
"""What is left of a time that was fixed with the draft is kept, unless there is none."""
SIGNING_TIME = timedelta(days=30)
ACCESSION = timedelta(days=30)
"""How long a newcomer, and whoever has not signed what came into force, has time (contract.md, limits)."""
DRAFTERS = 3
"""So many members draft together what one of them may not draft alone (state-machines, B4 and E)."""

MAX_CLAUSES, MAX_HEADING, MAX_TEXT, MAX_SHORT, MAX_TITLE, MAX_REASON = 200, 200, 10_000, 200, 200, 2000
MOST_ORGANISATIONS = 20
MOST_YEARS = 50
FURTHEST = timedelta(days=18_263)
"""Fifty years: no day that is agreed on lies further ahead."""
MOST_DAYS = 366
SILENCE = ("never", "announced")


class TextChanged(Conflict):
    """The text is another than the one that was read; `text_hash` is its hash now, `version_id` says which
    version it is, so that a page can show what differs."""

    code = "text_changed"
    message = _("The text has changed since you opened it. Please read what is different, then sign.")


class RuleNotMet(Conflict):
    """Not enough have signed yet; `need` and `signed` are numbers of members, `organisations_missing` ids."""

    code = "rule_not_met"
    message = _("Not enough have signed yet.")


class DeliberationRunning(Conflict):
    """Everybody was told until when the text is open; it is not fixed before `until`."""

    code = "deliberation_running"
    message = _("Everybody may still talk about the text. It can be fixed when that time is over.")


class AmendmentsOpen(Conflict):
    """`count` proposed changes still wait for an answer."""

    code = "amendments_open"
    message = _("Some proposed changes have no answer yet.")


class AnotherVersionRunning(Conflict):
    """Of a document one version at a time is fixed and waits for consent or signatures; `version_id` names
    it."""

    code = "another_version_running"
    message = _("Another version of this document is waiting for signatures. Finish that one first.")


class NotFrozen(Conflict):
    """The network says yes to a text that is fixed, and only as long as it waits for that."""

    code = "not_frozen"
    message = _("The text has to be fixed first. Then everybody decides about the same words.")


class NotADraft(Conflict):
    """Words and days of a version are changed in its draft only."""

    code = "not_a_draft"
    message = _("This text can be changed only while it is a draft.")


class NotOpenForSigning(Conflict):
    """A version is signed from the request for signatures until it holds no more."""

    code = "not_open_for_signing"
    message = _("This cannot be signed at the moment.")


class AlreadySigned(Conflict):
    """Who signed does not decline any more; a signature is withdrawn."""

    code = "already_signed"
    message = _("You have signed this. You can take your signature back.")


class NotSigned(Conflict):
    """There is no signature that could be taken back."""

    code = "not_signed"
    message = _("You have not signed this.")


class SignatureTakenBack(Conflict):
    """A signature that was withdrawn is not given again under the same version."""

    code = "signature_withdrawn"
    message = _("You took your signature back. You can sign the next version.")


class NotACorrection(Conflict):
    """Only what was announced as a small correction is turned into a proposal to talk about."""

    code = "not_a_correction"
    message = _("This is not a small correction.")


class RulesAreNeeded(Conflict):
    """Communication rules are replaced, never ended: nobody is left without rules."""

    code = "rules_needed"
    message = _("Your rules hold until new ones replace them.")


class MoreMembersNeeded(Forbidden):
    """One member alone drafts nothing; three do."""

    code = "more_members_needed"
    message = _("Three members can draft this together, or the meta-mentor does.")


class AgreementNotSigned(Forbidden):
    """In this room only those write who signed the network's agreement, or still have time to."""

    code = "agreement_not_signed"
    message = _("In this room you can write once you have signed the agreement. That was not sent.")


class ConsentRequired(DecisionRequired):
    """The network says yes to a fixed text first: a decision with the effect `activate_agreement`."""


@dataclass(frozen=True, slots=True)
class ClauseIn:
    """One clause as it is written down; `id` names a clause of an earlier version that it goes on from."""

    heading: str
    text: str
    short: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version says besides its text: the rule by which it comes into force, its days, its silence."""

    members: str
    organisations: tuple[str, ...]
    deliberation_until: datetime | None
    signing_until: datetime | None
    valid_until: date | None
    review_on: date | None
    read_only_after: int | None
    silence: str


def clean_clauses(clauses: Sequence[ClauseIn], known: frozenset[str]) -> list[ClauseIn]:
    """The clauses in their canonical form. Raises Invalid for one without a heading or text, for what is too
    long or too much, for an id that is none of `known` and for one that comes twice."""
    faults: dict[str, FieldFault] = {}
    clean, seen = [], set()
    if len(clauses) > MAX_CLAUSES:
        faults["clauses"] = FieldFault.of(_("At most %(most)s parts, please."), most=MAX_CLAUSES)
    for number, clause in enumerate(clauses):
        heading, text = canonical(clause.heading).strip(), canonical(clause.text).strip()
        short = canonical(clause.short or "").strip() or None
        where = f"clauses.{number}"
        if not heading or "\n" in heading or len(heading) > MAX_HEADING:
            faults[f"{where}.heading"] = FieldFault.of(_("Every part needs a heading of one short line."))
        if not text:
            faults[f"{where}.text"] = FieldFault.of(_("Please say what holds."))
        elif len(text) > MAX_TEXT:
            faults[f"{where}.text"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_TEXT)
        if short is not None and len(short) > MAX_SHORT:
            faults[f"{where}.short"] = FieldFault.of(
                _("At most %(most)s characters, please."), most=MAX_SHORT
            )
        if clause.id is not None and (clause.id not in known or clause.id in seen):
            faults[f"{where}.id"] = FieldFault.of(_("There is no such part in the earlier version."))
        seen.add(clause.id)
        clean.append(ClauseIn(heading, text, short, clause.id))
    if faults:
        raise Invalid(faults)
    return clean


def check_terms(terms: Terms, now: datetime, changed: frozenset[str]) -> None:
    """Raise Invalid for days in the wrong order, and for those too far ahead. Of those only what `changed`
    names has to lie ahead: a day that has passed meanwhile may stay until it is used."""
    faults: dict[str, FieldFault] = {}
    ahead = _("Please choose a day that is still to come.")
    talk, sign, today = terms.deliberation_until, terms.signing_until, now.date()
    if (
        talk is not None
        and "deliberation_until" in changed
        and talk < now + DELIBERATION_AT_LEAST - FORM_TIME
    ):
        faults["deliberation_until"] = FieldFault.of(
            _("Give everybody at least %(days)s days to talk about it."), days=DELIBERATION_AT_LEAST.days
        )
    if sign is not None and "signing_until" in changed and sign <= max(now, talk or now):
        faults["signing_until"] = FieldFault.of(_("People sign after they have talked about it."))
    if terms.valid_until is not None and "valid_until" in changed and terms.valid_until <= today:
        faults["valid_until"] = FieldFault.of(ahead)
    elif terms.valid_until is not None and sign is not None and terms.valid_until <= sign.date():
        faults["valid_until"] = FieldFault.of(_("It cannot end before everybody could sign."))
    if terms.review_on is not None and "review_on" in changed and terms.review_on <= today:
        faults["review_on"] = FieldFault.of(ahead)
    for name, when in (
        ("deliberation_until", talk and talk.date()), ("signing_until", sign and sign.date()),
        ("valid_until", terms.valid_until), ("review_on", terms.review_on),
    ):  # fmt: skip
        if when is not None and is_too_far(when, today):
            faults[name] = too_far()
    if terms.read_only_after is not None and not 0 < terms.read_only_after <= MOST_DAYS:
        faults["read_only_after"] = FieldFault.of(
            _("Please give a number from 1 to %(most)s."), most=MOST_DAYS
        )
    if terms.silence not in SILENCE:
        faults["silence"] = FieldFault.of(_("Please choose one of the two."))
    if faults:
        raise Invalid(faults)


def is_too_far(day: date, today: date) -> bool:
    """True for a day that nobody agrees on today."""
    return day - today > FURTHEST


def too_far() -> FieldFault:
    """What is said at such a day."""
    return FieldFault.of(_("Please choose a day in the next %(years)s years."), years=MOST_YEARS)


def is_renewal(version: AgreementVersion) -> bool:
    """The text is that of the version it goes on from; only the term is new."""
    return version.base_hash is not None and version.base_hash == version.text_hash


def codes(version: AgreementVersion, kind: str) -> Mapping[str, Any]:
    """What every fact about a version carries."""
    return {"agreement_id": version.agreement_id, "agreement_kind": kind, "number": version.number}

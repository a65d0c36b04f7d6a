"""What a letter about an agreement says: a draft to read, a text to sign, one that ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from models.agreements import Agreement, AgreementVersion, Amendment, SignatureRequest
from network import agreements
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate
from network.notifications.mails.saying import Said, moment, shortened
from network.notifications.queries.affairs import AffairView
from network.notifications.rules.affairs import (
    ACCEDE,
    AGREEMENT_END,
    AGREEMENT_REVIEW,
    ANSWERED,
    DELIBERATION,
    ENDING,
    FROZEN,
    NOT_ASKED,
    OF_AMENDMENTS,
    OUTDATED,
    SIGN,
    SIGN_SOON,
    TO_SIGN,
)

_SUBJECTS = {
    DELIBERATION: _("A draft to read: %(title)s"),
    FROZEN: _("The text is fixed: %(title)s"),
    SIGN: _("Your signature, please: %(title)s"),
    SIGN_SOON: _("You have not signed yet: %(title)s"),
    ACCEDE: _("What you join: %(title)s"),
    AGREEMENT_REVIEW: _("Soon to be looked at again: %(title)s"),
    AGREEMENT_END: _("Ends soon: %(title)s"),
    ENDING: _("It will end: %(title)s"),
    NOT_ASKED: _("Nobody has asked the members yet: %(title)s"),
    ANSWERED: _("Your proposal was answered: %(title)s"),
    OUTDATED: _("Your proposal: the clause has changed"),
}
_BEGINS = {
    DELIBERATION: _(
        "“%(network)s” talks about a draft: “%(title)s”. Beside each clause everybody can ask and propose "
        "other words."
    ),
    FROZEN: _(
        "In “%(network)s” the text of “%(title)s” is fixed and will not change any more. Next the network "
        "decides whether it wants it: please open the decision."
    ),
    SIGN: _("“%(network)s” said yes to “%(title)s”. Please read it and sign if you agree."),
    SIGN_SOON: _("In “%(network)s” your signature under “%(title)s” is still missing."),
    ACCEDE: _(
        "Welcome to “%(network)s”. The members have agreed on something: “%(title)s”. Please read it and "
        "sign if you agree. Until then you can already read, greet and ask."
    ),
    AGREEMENT_REVIEW: _(
        "In “%(network)s” the day is coming on which you wanted to look at “%(title)s” again: %(day)s."
    ),
    AGREEMENT_END: _("In “%(network)s” the term of “%(title)s” ends: its last day is %(day)s."),
    ENDING: _(
        "“%(network)s” decided to end “%(title)s”. Its last day is %(day)s. Until then it holds. Your "
        "signature stays on record."
    ),
    NOT_ASKED: _(
        "In “%(network)s” the text of “%(title)s” is fixed, but nobody has asked the members yet if they "
        "want it. If nobody asks them by %(when)s, where you are, it does not come about."
    ),
    ANSWERED: _("In “%(network)s” there is an answer to what you proposed for “%(title)s”."),
    OUTDATED: _(
        "In “%(network)s” the clause of “%(title)s” for which you proposed other words has changed since. If "
        "you still want them, propose them for the new words."
    ),
}
_LATE_SUBJECTS = {
    AGREEMENT_REVIEW: _("Time to look again: %(title)s"),
    AGREEMENT_END: _("Its term is over: %(title)s"),
}
_LATE_BEGINS = {
    AGREEMENT_REVIEW: _("In “%(network)s” you wanted to look at “%(title)s” again, on %(day)s."),
    AGREEMENT_END: _("In “%(network)s” the term of “%(title)s” is over: its last day was %(day)s."),
}
_IS_OPEN = _("There is time until %(when)s, where you are.")
_WAS_OPEN = _("The time for it was until %(when)s, where you are. You can still sign.")
_LABELS = {
    DELIBERATION: _("Read the draft"), FROZEN: _("Look at it"), AGREEMENT_REVIEW: _("Look at it"),
    AGREEMENT_END: _("Look at it"), ENDING: _("Look at it"), NOT_ASKED: _("Ask everybody"),
    ANSWERED: _("Read the answer"), OUTDATED: _("Read the clause"),
    SIGN: _("Read and sign"), SIGN_SOON: _("Read and sign"), ACCEDE: _("Read and sign"),
}  # fmt: skip


def say_of_document(
    language: str, reader: Actor, affair: AffairView, words: Mapping[str, str]
) -> Said | None:
    """The letter about one version of a document, or about an amendment to it; None where it is gone."""
    kind, work = affair["kind"], session()
    if kind in OF_AMENDMENTS:
        amendment = work.get(Amendment, affair["entity_id"])
        if amendment is None:
            return None
        lines = _answer(language, amendment) if kind == ANSWERED else []
        return _said(language, kind, words, lines)
    version = work.get(AgreementVersion, affair["entity_id"])
    if version is None:
        return None
    lines, words = [], dict(words)
    ends = version.review_on if kind == AGREEMENT_REVIEW else version.valid_until
    if kind in (AGREEMENT_REVIEW, AGREEMENT_END, ENDING) and ends is not None:
        words["day"] = _day(language, ends)
        if kind != ENDING and ends < runtime.current().clock.today():
            return _said(language, kind, words, [], (_LATE_SUBJECTS, _LATE_BEGINS))
    if kind == NOT_ASKED and (until := agreements.consent_until(version)) is not None:
        words["when"] = moment(language, reader, until)
    if kind == DELIBERATION and version.deliberation_until is not None:
        when = {"when": moment(language, reader, version.deliberation_until)}
        lines.append(translate(language, _("Until %(when)s, where you are."), when))
    if kind == DELIBERATION and agreements.is_quiet(version):
        lines.append(translate(language, _(
            "When everybody is asked, silence is a yes, and nobody has to sign."
        )))  # fmt: skip
    if kind in TO_SIGN:
        lines += _signing(language, reader, version)
    return _said(language, kind, words, lines)


def _said(
    language: str,
    kind: str,
    words: Mapping[str, str],
    lines: list[str],
    beginnings: tuple[Mapping[str, str], Mapping[str, str]] = (_SUBJECTS, _BEGINS),
) -> Said:
    subjects, begins = beginnings
    return Said(
        translate(language, subjects[kind], words),
        [translate(language, begins[kind], words), *lines],
        translate(language, _LABELS[kind]),
    )


def _signing(language: str, reader: Actor, version: AgreementVersion) -> list[str]:
    asked = session().get(SignatureRequest, (version.id, "member", reader.user_id or ""))
    due = agreements.agreement_due(reader.user_id or "", _network_of(version))
    ends_at = version.signing_until if version.state == "signing" else due
    lines = []
    if asked is not None and asked.signed_before is not None:
        lines.append(
            translate(language, _("You signed an earlier version. The page shows what differs from it."))
        )
    if ends_at is not None:
        when = {"when": moment(language, reader, ends_at)}
        over = ends_at < runtime.current().clock.now()
        lines.append(translate(language, _WAS_OPEN if over else _IS_OPEN, when))
    lines.append(translate(language, _("Nobody signs for you, and saying nothing is never a signature.")))
    if version.read_only_after is not None:
        lines.append(translate(language, _(
            "Who has not signed when the time is over stays a member, but can only read in the rooms for "
            "which the agreement is needed."
        )))  # fmt: skip
    return lines


def _network_of(version: AgreementVersion) -> str:
    return session().get_one(Agreement, version.agreement_id).network_id


def _answer(language: str, amendment: Amendment) -> list[str]:
    said = {
        "accepted": _("It was accepted."), "accepted_modified": _("It was accepted, with a change."),
        "rejected": _("It was not accepted."),
    }  # fmt: skip
    lines = [translate(language, said[amendment.state])] if amendment.state in said else []
    if amendment.answer:
        lines.append(translate(language, _("The answer: “%(text)s”"), {"text": shortened(amendment.answer)}))
    return lines


def _day(language: str, day: date) -> str:
    shape = "d. MMMM y" if language == "de" else "d MMMM y"
    return str(format_date(day, shape, locale=regional(language)))

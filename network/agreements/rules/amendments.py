"""What becomes of another wording of a clause that somebody proposes while a version is talked about."""

from __future__ import annotations

from datetime import timedelta

from models.agreements import Amendment
from network.agreements.rules.texts import canonical
from network.agreements.rules.versions import MAX_REASON, MAX_SHORT, MAX_TEXT
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

DRAFT, SUBMITTED, UNDER_DISCUSSION = "draft", "submitted", "under_discussion"
ACCEPTED, ACCEPTED_MODIFIED, REJECTED = "accepted", "accepted_modified", "rejected"
WITHDRAWN, OUTDATED, PUT_TO_VOTE = "withdrawn", "outdated", "put_to_vote"
STATES = (
    DRAFT, SUBMITTED, UNDER_DISCUSSION, ACCEPTED, ACCEPTED_MODIFIED, REJECTED, WITHDRAWN, OUTDATED,
    PUT_TO_VOTE,
)  # fmt: skip
WAITING = (SUBMITTED, UNDER_DISCUSSION, PUT_TO_VOTE)
"""They wait for an answer: before it nobody fixes the text."""
ANSWERABLE = (SUBMITTED, UNDER_DISCUSSION)
SPONSORED = (SUBMITTED, UNDER_DISCUSSION, REJECTED, OUTDATED)
"""Whom one can still join; of a rejected one as many as it takes for a vote."""

SPONSORS_FOR_A_VOTE = 3
"""So many others bring a rejected amendment before everybody (state-machines, B5)."""
VOTE_LASTS = timedelta(days=7)
MAX_COMMENT = 4000

AMENDMENT = Machine(
    "amendment",
    {
        "submission": {DRAFT: SUBMITTED, OUTDATED: SUBMITTED},
        "discussion": {SUBMITTED: UNDER_DISCUSSION},
        "acceptance": dict.fromkeys(ANSWERABLE, ACCEPTED),
        "modified_acceptance": dict.fromkeys(ANSWERABLE, ACCEPTED_MODIFIED),
        "rejection": dict.fromkeys(ANSWERABLE, REJECTED),
        "withdrawal": dict.fromkeys((DRAFT, *ANSWERABLE, OUTDATED), WITHDRAWN),
        "outdating": dict.fromkeys(WAITING, OUTDATED),
        "vote": {REJECTED: PUT_TO_VOTE},
        "approval": {PUT_TO_VOTE: ACCEPTED},
        "defeat": {PUT_TO_VOTE: REJECTED},
    },
    parties=lambda amendment: frozenset({amendment.submitted_by}),
    decided_by_others=frozenset({"acceptance", "modified_acceptance", "rejection"}),
)


class NotInDeliberation(Conflict):
    """Comments and amendments belong to the time in which the text is talked about; afterwards a change is a
    new draft. `state` is the version's."""

    code = "not_in_deliberation"
    message = _("This text is not open for changes. To change it, start a new version.")


class AmendmentsClosed(Conflict):
    """No new amendments are taken; those that are there go on."""

    code = "amendments_closed"
    message = _("No new proposals are taken for this text.")


class ClauseChanged(Conflict):
    """The clause says something else than what was seen; `clause_id` and `clause_hash` say where and what
    now. The hash is null when the clause is gone."""

    code = "clause_changed"
    message = _("This part has changed since you opened it. Please look at the new words first.")


class CoSponsored(Conflict):
    """Others stand behind it: it is handed over to one of them, not taken away from them."""

    code = "co_sponsored"
    message = _("Others support this proposal. You can hand it over to one of them.")


class TooFewSponsors(Conflict):
    """A rejected amendment is voted on when enough others stand behind it; `need` and `have` are numbers."""

    code = "too_few_co_sponsors"
    message = _("It takes %(need)s others who support it before there is a vote.")


class AlreadyVoted(Conflict):
    """There was a vote about it; `decision_id` names it."""

    code = "already_voted"
    message = _("There was a vote about this already.")


class AuthorStillHere(Conflict):
    """Who proposed it is a member still and hands it over herself."""

    code = "author_still_here"
    message = _("The person who proposed this is still a member and can hand it over.")


def clean_amendment(text: str, reason: str, clause_text: str) -> tuple[str, str]:
    """Text and reason as they are kept. Raises Invalid for an empty or too long one, and for a text that
    changes nothing."""
    faults: dict[str, FieldFault] = {}
    reason = reason.strip()
    try:
        text = clean_text(text, clause_text)
    except Invalid as refusal:
        faults |= refusal.faults
    if not reason:
        faults["reason"] = FieldFault.of(_("Please say in a sentence why."))
    elif len(reason) > MAX_REASON:
        faults["reason"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_REASON)
    if faults:
        raise Invalid(faults)
    return text, reason


def clean_text(text: str, clause_text: str) -> str:
    """A clause's new words in their canonical form. Raises Invalid for none, too many, or the same."""
    text = canonical(text).strip()
    if not text:
        raise Invalid({"text": FieldFault.of(_("Please say what holds."))})
    if len(text) > MAX_TEXT:
        raise Invalid({"text": FieldFault.of(_("At most %(most)s characters, please."), most=MAX_TEXT)})
    if text == canonical(clause_text).strip():
        raise Invalid({"text": FieldFault.of(_("This is what it says already."))})
    return text


def clean_short(short: str) -> str:
    """The short form of a clause whose words changed, empty for none. Raises Invalid for a long one."""
    short = canonical(short).strip()
    if len(short) > MAX_SHORT:
        raise Invalid({"short": FieldFault.of(_("At most %(most)s characters, please."), most=MAX_SHORT)})
    return short


def clean_words(field: str, words: str, most: int) -> str:
    """A comment or a reason without blanks around it. Raises Invalid for none or too many."""
    words = words.strip()
    if not words:
        raise Invalid({field: FieldFault.of(_("Please write something."))})
    if len(words) > most:
        raise Invalid({field: FieldFault.of(_("At most %(most)s characters, please."), most=most)})
    return words


def check_hash(amendment: Amendment, clause_hash: str | None) -> None:
    """Raise ClauseChanged unless the clause still has the hash that the amendment was made on."""
    if amendment.clause_hash != clause_hash:
        raise ClauseChanged(clause_id=amendment.clause_id, clause_hash=clause_hash)

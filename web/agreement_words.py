"""How the pages call documents, their states, and the rule by which a version comes into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.kernel import runtime
from web.formats import day

KIND_NAMES = {
    "network_agreement": _l("Our agreement"),
    "communication_rules": _l("Our rules"),
    "office_charter": _l("What our office does"),
    "affiliation": _l("Agreement with a partner"),
}
KIND_NOTES = {
    "network_agreement": _l("What we promise each other: time, trust, who does what, how we decide."),
    "communication_rules": _l("How we talk with each other. Everybody accepts them before writing."),
    "office_charter": _l("Who can be reached when, and for what."),
    "affiliation": _l("What we and another organisation do together."),
}
KINDS_OF_FEATURE = {"office_charter": "office_charter", "affiliation": "affiliations"}
"""Documents that are there only where a network switched on what they are about."""

STATE_NAMES = {
    "draft": _l("is being written"),
    "deliberation": _l("is being talked about"),
    "frozen": _l("waits for the decision"),
    "signing": _l("is being signed"),
    "in_force": _l("in force"),
    "superseded": _l("replaced"),
    "expired": _l("has run out"),
    "terminated": _l("ended"),
    "abandoned": _l("given up"),
    "failed": _l("did not come about"),
}
TALK_IS_OVER, LAST_RULES = _l("talked about, not fixed yet"), _l("in force until new ones come")


def state_words(version: Mapping[str, Any]) -> str:
    """How a version stands now, by the clock: `state`, `deliberation_until` and `valid_until` tell it."""
    clock = runtime.current().clock
    until, last = version["deliberation_until"], version["valid_until"]
    if version["state"] == "deliberation" and until is not None and until <= clock.now():
        return str(TALK_IS_OVER)
    if version["state"] == "in_force" and last is not None and last < clock.today():
        return str(LAST_RULES)
    return str(STATE_NAMES[version["state"]])


STATE_SIGNS = {
    "draft": ("", "pencil"),
    "deliberation": ("", "talk"),
    "frozen": ("", "lock"),
    "signing": ("", "sign"),
    "in_force": ("ok", "check"),
    "expired": ("warn", "clock"),
}
IN_MAKING = ("signing", "frozen", "deliberation", "draft")
"""The states of a version that is not in force yet, what is nearest to it first."""
ENDED = ("superseded", "expired", "terminated", "abandoned", "failed")

SHARES = {
    "1/2": _l("half of the members"),
    "2/3": _l("two thirds of the members"),
    "3/4": _l("three quarters of the members"),
    "1/1": _l("all members"),
}
"""The shares that the pages offer, in words."""
NOBODY = "0/1"


def share_in_words(share: str) -> str:
    """`2/3` → two thirds of the members; an unusual one stays a fraction."""
    known = SHARES.get(share)
    return str(known) if known is not None else _("%(share)s of the members", share=share)


def rule_in_words(rule: Mapping[str, Any], organisations: Mapping[str, str]) -> str:
    """The rule by which a version comes into force, as a sentence. `organisations`: names by id."""
    names = ", ".join(organisations.get(each, _("an organisation")) for each in rule["organisations"])
    share = share_in_words(rule["members"])
    if rule["members"] == NOBODY:
        if not names:
            return _("It comes into force when the decision is taken. Nobody has to sign.")
        return _("It comes into force when %(names)s has signed.", names=names)
    if names:
        return _("It comes into force when %(share)s and %(names)s have signed.", share=share, names=names)
    return _("It comes into force when %(share)s have signed.", share=share)


def asks_nobody(version: Mapping[str, Any]) -> bool:
    """True for a version that the network's yes alone brings into force: nobody is asked to sign it."""
    rule = version["activation_rule"]
    return version["silence"] == "announced" and rule["members"] == NOBODY and not rule["organisations"]


def why_failed(version: Mapping[str, Any]) -> str:
    """Why a version did not come about: nobody asked or too few said yes in time, or too few signed."""
    if version["signing_at"] is None:
        return _("It did not come about: the members did not say yes to it in time. It does not hold.")
    return _("It did not come about: not enough signed it in time. It does not hold.")


STEP_WORDS = {
    "opening": {
        "title": _l("Open the talk"),
        "label": _l("Open the talk"),
        "done": _l("Everybody can talk about it now."),
        "sentences": [
            _l("Everybody gets a notice."),
            _l("For at least a week the members can say what they think."),
        ],
    },
    "rework": {
        "title": _l("Back to writing"),
        "label": _l("Back to writing"),
        "done": _l("It is a draft again."),
        "sentences": [
            _l("The talk stops for now. You write on, then open it again for at least a week."),
        ],
    },
    "freeze": {
        "title": _l("Fix the text"),
        "label": _l("Fix the text"),
        "done": _l("Written down."),
        "sentences": [
            _l("From then on not a comma changes. Next, everybody decides about it."),
            _l("It takes two: a meta-mentor and the contact of the organisation."),
        ],
    },
    "consent": {
        "title": _l("Ask everybody"),
        "label": _l("Ask everybody"),
        "done": _l("The question is open. Everybody is told."),
        "asks_answers": True,
        "sentences": [
            _l("Do the members want it? They answer with yes, with a concern, or with an objection."),
            _l("When they say yes, everybody is asked to sign."),
        ],
    },
    "activation": {
        "title": _l("Put it into force"),
        "label": _l("Put it into force"),
        "done": _l("It is in force."),
        "sentences": [_l("As soon as enough have signed. Who has not signed yet can still do so.")],
    },
    "abandonment": {
        "title": _l("Give it up"),
        "label": _l("Give it up"),
        "danger": True,
        "done": _l("It is given up. It stays readable."),
        "sentences": [_l("Nobody works on it any more. What holds now goes on.")],
    },
    "correction": {
        "title": _l("Correct a mistake in the wording"),
        "label": _l("Begin the correction"),
        "done": _l("Now correct the words, then open it."),
        "sentences": [
            _l("A small correction keeps all parts; only their wording gets better."),
            _l("Everybody sees what changes. If no signer wants to talk about it within a week, it holds."),
        ],
    },
    "termination": {
        "title": _l("Propose to end it"),
        "label": _l("Ask everybody"),
        "asks_reason": True,
        "asks_answers": True,
        "asks_day": True,
        "done": _l("The question is open. Everybody is told."),
        "sentences": [
            _l("Nobody ends it alone: the members decide."),
            _l("It does not end at once, so that everybody knows in time. The signatures stay on record."),
        ],
    },
    "objection": {
        "title": _l("I want to talk about this correction"),
        "label": _l("Talk about it first"),
        "asks_reason": True,
        "done": _l("It is a proposal now, and everybody can talk about it."),
        "sentences": [
            _l("Then it is no small correction any more. Everybody talks about it, decides and signs."),
        ],
    },
}
"""What each step of a version means: title, sentences, the button, and what is said when it is done."""


QUIET_ANNOUNCED = _l("When everybody is asked, silence is a yes, and nobody has to sign.")
"""What is said from the first draft on where silence will count (state-machines, B4)."""

OPENING_OF_CORRECTION = {
    "title": _l("Show it to everybody"),
    "label": _l("Show it to everybody"),
    "done": _l("Everybody can see the correction now."),
    "sentences": [
        _l("Everybody sees what changes. If no signer wants to talk about it within a week, it holds."),
    ],
}
"""What opening means for a small correction: nobody has to talk."""

QUIET_CONSENT = [
    _l("Do the members want it? Who says nothing agrees."),
    _l("If nobody objects, it holds for everybody. Nobody has to sign."),
]
"""What asking means where silence counts and nobody signs."""


def words_of(
    step: str, seen: Mapping[str, Any], signatures: Sequence[tuple[str, str, str]] = ()
) -> dict[str, Any]:
    """What a step means, with how far it has come: of fixing the text, who of the two said it already;
    of putting it into force, `signatures`; and where it is too early for it, from when on it can be done."""
    states, wait, meant = list(signatures) if step == "activation" else [], "", STEP_WORDS[step]
    if step == "consent" and asks_nobody(seen):
        meant = {**meant, "sentences": QUIET_CONSENT}
    if step == "opening" and seen["is_correction"]:
        meant = OPENING_OF_CORRECTION
    elif step == "opening" and asks_nobody(seen):
        meant = {**meant, "sentences": [*meant["sentences"], QUIET_ANNOUNCED]}
    if step == "freeze":
        until = seen["deliberation_until"]
        if seen["state"] == "deliberation" and until and until > runtime.current().clock.now():
            wait = _(
                "Until %(day)s everybody can still say something. Then the text can be fixed.", day=day(until)
            )
        states = [
            _who_froze(_("A meta-mentor"), seen["frozen_by"]["meta_mentor"]),
            _who_froze(_("The contact of the organisation"), seen["frozen_by"]["steward"]),
        ]
    asks = {"asks_reason": False, "asks_day": False, "asks_answers": False}
    return {"danger": False, "states": states, "wait": wait, **asks, **meant}


def _who_froze(who: str, has: bool) -> tuple[str, str, str]:
    if has:
        return _("%(who)s says: fix it.", who=who), "ok", "check"
    return _("%(who)s has not said so yet.", who=who), "", "clock"

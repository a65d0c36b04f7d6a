"""What the page behind the bell says of each kind of notice about what a network settles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SAID = {
    "decision_opened": _l("Your answer is asked for"),
    "decision_soon": _l("Closes soon, and you have not answered yet"),
    "decision_closed": _l("It is over: see what came of it"),
    "decision_cancelled": _l("Called off"),
    "next_round": _l("A new round: see what has changed"),
    "person_concerned": _l("This is about you. You can say something on it first"),
    "outcome_review": _l("You wanted to look again at what came of it"),
    "objection_raised": _l("Somebody has an objection"),
    "integration_offered": _l("Somebody suggests how to meet your objection"),
    "deliberation": _l("A draft to read: what do you think?"),
    "version_frozen": _l("The text is fixed now"),
    "amendment_answered": _l("Your proposal was answered"),
    "amendment_outdated": _l("The clause has changed since your proposal"),
    "sign_requested": _l("Your signature is asked for"),
    "sign_soon": _l("You have not signed yet"),
    "accede": _l("This is what you join: please read and sign"),
    "agreement_review": _l("Soon it is time to look at it again"),
    "agreement_ending": _l("Its end is decided. See until when it holds"),
    "consent_not_asked": _l("The text is fixed, but nobody has asked the members yet"),
    "agreement_end": _l("It ends soon"),
}
"""By the kind of the notice; what it is about stands above it."""

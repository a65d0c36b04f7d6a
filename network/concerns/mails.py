"""Letters about concerns: that something waits, how urgent it is, and not a word of what it is about. Their
kind tells nothing either: it stands in the list of letters that failed."""

from __future__ import annotations

from typing import Any

from models.concerns import Concern
from models.networks import Network
from network import people
from network.concerns.queries.concerns import is_named, safeguarding_now
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate

SUBJECTS = {
    "raised": _("Please look at mentorNET: %(network)s"),
    "added": _("Please look at mentorNET again: %(network)s"),
    "overdue": _("It has waited for 48 hours: please look at mentorNET, %(network)s"),
    "review": _("Please look at mentorNET within a month: %(network)s"),
}
SENTENCES = {
    "raised": _(
        "Somebody raised a worry about safety in “%(network)s”. It went to the persons for such worries "
        "there, and you are one of them."
    ),
    "added": _("Somebody added to a worry about safety in “%(network)s”."),
    "overdue": _("In “%(network)s” a worry about safety has waited for 48 hours, and nobody has read it."),
    "review": _(
        "A worry about safety in “%(network)s” is kept for a long time now. In a month it is deleted, unless "
        "you write down why it is needed still."
    ),
}
STEWARD = (
    _("In “%(network)s” something has waited for 48 hours for the persons for worries about safety."),
    _("You cannot read it: it is for them alone. Please reach them now, or give the role to somebody else."),
)


@composes("duty_waits", urgent=True)
def compose_waiting(language: str, params: dict[str, Any]) -> Letter | None:
    """That something waits, without a word of it. No letter when it is gone, when somebody read it by now, or
    when its reader lost the role or is named in it since."""
    row = session().get(Concern, params["concern_id"])
    reached, why = people.address_of(params["user_id"]), params["why"]
    if row is None or reached is None or is_named(params["user_id"], row.id):
        return None
    if why == "overdue" and row.state != "waiting":
        return None
    network = session().get_one(Network, row.network_id)
    words, base = {"network": network.name}, runtime.current().settings.base_url
    reader = people.people_by_id([params["user_id"]])[params["user_id"]]["display_name"]
    greeting = translate(language, _("Hello %(name)s,"), {"name": reader})
    if params["role"] == "steward":
        url = f"{base}/network/{network.slug}/roles"
        return Letter(
            subject=translate(language, SUBJECTS["overdue"], words),
            paragraphs=[greeting, *(translate(language, sentence, words) for sentence in STEWARD)],
            action=(translate(language, _("To the roles")), url),
        )
    if params["user_id"] not in {one["user"]["id"] for one in safeguarding_now(row.network_id)}:
        return None
    subject = translate(language, SUBJECTS[why], words)
    paragraphs = [greeting, translate(language, SENTENCES[why], words)]
    if row.danger and why != "review":
        subject = translate(language, _("Urgent: %(subject)s"), {"subject": subject})
        paragraphs.append(translate(language, _("This is urgent.")))
    paragraphs.append(
        translate(language, _("What it is about is not in this letter. You read it after signing in."))
    )
    url = f"{base}/concerns/{row.id}"
    return Letter(
        subject=subject,
        paragraphs=paragraphs,
        action=(translate(language, _("Sign in and read")), url),
    )

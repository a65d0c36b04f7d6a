"""The words with which a host may begin, in the language of her network; she changes them as she likes."""

from __future__ import annotations

from network.kernel.translation import mark as _
from network.kernel.translation import translate

DRAFTS = {
    "hello": _("Welcome, %(name)s! It is good that you are here. Write to us here whenever you have a "
               "question. None is too small."),
    "newcomer": _("Hello %(name)s, it is good that you are here! Would you like to say hello in the welcome "
                  "room? Two sentences are enough. If you have a question, just write to me."),
    "question": _("Thank you for your question, %(name)s. Who of you has met this before? One sentence "
                  "helps."),
    "meeting": _("We meet soon: “%(title)s”, %(when)s. Please say on the page of the meeting whether you "
                 "come. Whoever comes for the first time is welcome as well."),
    "decision": _("We are deciding something together. Please say until %(when)s what you think: "
                  "“%(title)s”"),
    "meta_mentor": _("%(name)s is our meta-mentor until %(when)s. Who would like to do this afterwards, or "
                     "to help with it? Write to us."),
    "deputy": _("%(name)s is our deputy until %(when)s. Who would like to do this afterwards, or to help "
                "with it? Write to us."),
}  # fmt: skip

ANNOUNCEMENTS = _("What is coming up")
"""The title of the conversation in which hosts announce."""


def draft_of(what: str, language: str, words: dict[str, str]) -> str:
    """The words that lie ready for a thing."""
    return translate(language, DRAFTS[what], words)

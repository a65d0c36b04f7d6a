"""What the letter says to somebody who wants to be erased."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date

from models.privacy import Erasure
from network import people
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate


@composes("erasure_requested", urgent=True)
def compose_erasure_requested(language: str, params: dict[str, Any]) -> Letter | None:
    """By when it can be taken back, and the link for it; no letter when it was, or when it is done."""
    asked = session().get(Erasure, params["erasure_id"])
    if asked is None or asked.erases_at <= runtime.current().clock.now():
        return None
    day = format_date(asked.erases_at, format="long", locale=regional(language))
    link = runtime.current().settings.base_url + people.take_back_path(people.take_back_secret(asked))
    return Letter(
        subject=translate(language, _("Your account will be erased on %(day)s"), {"day": day}),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(
                language,
                _("your account of mentorNET is switched off. On %(day)s we erase it for good."),
                {"day": day},
            ),
            translate(language, _("Until then you can take that back. Nothing is lost then.")),
        ],
        action=(translate(language, _("Keep my account")), link),
        after=[
            translate(language, _("Was it you? Then you need not do anything.")),
            translate(
                language, _("Was it somebody else? Then keep your account, and choose another password.")
            ),
        ],
    )

"""Which documents wait for somebody's signature, on her home."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import agreements
from network.kernel import runtime
from network.kernel.actor import Actor
from web.formats import full_day

MOST = 3


def to_sign(actor: Actor, slug: str, network_id: str) -> list[dict[str, Any]]:
    """The documents of a network that wait for her own signature or for that of her organisation; at most
    three. `line` says until when, where there is a day."""
    return [
        {
            "title": one["title"], "language": one["language"],
            "url": url_for(
                "signing.sign", slug=slug, version_id=one["version_id"],
                organisation_id=one["organisation_id"],
            ),
            "line": open_until(one["due_at"]) or _("Version %(number)s", number=one["number"]),
            "for_organisation": one["organisation_id"] is not None,
        }
        for one in agreements.waiting_signatures(actor, network_id)[:MOST]
    ]  # fmt: skip


def open_until(due_at: datetime | None) -> str:
    """Until when somebody is asked to sign; when that is over she still can. Empty without a day."""
    if due_at is None:
        return ""
    if due_at < runtime.current().clock.now():
        return _("The time for it was until %(day)s. You can still sign.", day=full_day(due_at))
    return _("It is open until %(day)s.", day=full_day(due_at))

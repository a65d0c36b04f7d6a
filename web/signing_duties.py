"""Which documents wait for somebody's signature, on her home."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import agreements
from network.kernel.actor import Actor
from web.formats import day

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
            "line": _("It is open until %(day)s.", day=day(one["due_at"])) if one["due_at"] else "",
            "for_organisation": one["organisation_id"] is not None,
        }
        for one in agreements.waiting_signatures(actor, network_id)[:MOST]
    ]  # fmt: skip

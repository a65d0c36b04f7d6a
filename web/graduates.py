"""Where those who look after a network invite the people of a course's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import courses, networks, organisations
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest

STEPS = ("organisation_verified", "graduates_invited")
"""The steps of the roadmap that this is a way to: while the verification is awaited all can be prepared."""

LOOKED_AT = 20
"""So many of the organisation's newest courses are looked through."""


def way_to_graduates(actor: Actor, network: Mapping[str, Any]) -> dict[str, str] | None:
    """What the contact of the organisation does next for the graduates, `label` and `url`: invite who is on a
    list already, else load the list, else enter the course. None where every list is invited, and for
    everybody else."""
    if not networks.is_steward(actor, network["id"]):
        return None
    organisation_id, linked = network["organisation_id"], network["course_session_id"]
    runs = courses.list_course_sessions(actor, organisation_id, PageRequest(limit=LOOKED_AT)).items
    # The network's own course comes first, then the newest.
    known = list(dict.fromkeys([*([linked] if linked else []), *(run["id"] for run in runs)]))
    if not known:
        url = url_for("courses.create", organisation_id=organisation_id)
        return {"label": _("Enter a course"), "url": url}
    counts = courses.counts_by_course(actor, known)
    ready = next((run for run in known if counts.get(run, {}).get("ready")), None)
    if ready is not None:
        label = _("Invite the graduates")
        if not organisations.is_verified(organisation_id):
            label = _("Prepare the invitations")
        return {"label": label, "url": url_for("courses.invite", course_session_id=ready)}
    if known[0] not in counts:
        url = url_for("courses.load", course_session_id=known[0])
        return {"label": _("Load the list of graduates"), "url": url}
    return None

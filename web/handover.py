"""What is open when a role passes on, for who hands over, who goes on and who appoints; to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from network import hosting, membership, moderation
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import is_id
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.policy import require
from network.networks import NetworkView
from web.affairs import affairs_of
from web.formats import day
from web.forms.membership import ROLE_NAMES
from web.member_choices import members_by_name
from web.pages import page
from web.roadmap import open_network, sections

blueprint = Blueprint("handover", __name__)


@page(blueprint, "/network/<slug>/handover")
def handover(actor: Actor, slug: str) -> str:
    """What is open: roles and their ends, cases without a word of what they are about, applications,
    questions, decisions, agreements, the last weeks. `for` names who goes on: nothing of it is about her."""
    row = open_network(actor, slug)
    require(hosting.may_see_handover(actor, row["id"]))
    everybody = [one["user"] for one in members_by_name(actor, row["id"])]
    people = [one for one in everybody if one["id"] != actor.user_id]
    successor = _successor(people)
    found = hosting.get_handover(actor, row["id"], successor["id"] if successor else None, known=everybody)
    return render_template(
        "host/handover.html", network=row, people=people, successor=successor,
        roles=[_role(actor, row, one) for one in found["roles"]], decisions=found["decisions"],
        questions=[one for one in found["things"] if one["what"] in ("question", "hello")],
        weeks=found["weeks"], cases=_cases(actor, row, successor), applications=_applications(actor, row),
        affairs=affairs_of(actor, row) or [], sections=sections(actor, row, "handover"),
    )  # fmt: skip


def _successor(people: list[Any]) -> Any:
    named = request.args.get("for", "")
    if not named:
        return None
    if not is_id(named):
        raise NotFound()
    found = next((one for one in people if one["id"] == named), None)
    if found is None:
        raise NotFound()
    return found


def _role(actor: Actor, row: NetworkView, one: Mapping[str, Any]) -> dict[str, Any]:
    until = _("Until %(day)s", day=day(one["until"])) if one["until"] else _("Without an end")
    passes = one["user"]["id"] == actor.user_id and one["role"] == "meta_mentor"
    appoints = bool(actor.has_role(row["id"], "steward"))
    way = url_for("membership.role", slug=row["slug"], appointment_id=one["id"])
    return {**one, "name": ROLE_NAMES[one["role"]], "line": until, "url": way if passes or appoints else ""}


def _applications(actor: Actor, row: NetworkView) -> list[dict[str, Any]]:
    if not membership.may_see_applications(actor, row["id"]):
        return []
    asked = membership.list_applications(actor, row["id"], PageRequest(limit=MAX_LIMIT), "open")
    return [
        {"user": one["user"], "since": one["created_at"],
         "url": url_for("invitations.application", slug=row["slug"], application_id=one["id"])}
        for one in asked.items
    ]  # fmt: skip


def _cases(actor: Actor, row: NetworkView, successor: Any) -> list[dict[str, Any]]:
    """The open cases that the reader may handle and to which who goes on is no party."""
    if not moderation.may_see_queue(actor, row["id"]):
        return []
    found = {one["id"]: one for one in moderation.list_open(actor, row["id"], MAX_LIMIT)}
    ids = hosting.without_party(list(found), successor["id"]) if successor else list(found)
    return [
        {
            "since": found[one]["reported_at"],
            "due": found[one]["due_at"],
            "url": url_for("cases.case", case_id=one),
        }
        for one in ids
    ]

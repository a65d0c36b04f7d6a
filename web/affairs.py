"""What those who lead a network have to see to, of its documents and its decisions, with the way to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network import agreements, decisions
from network.agreements import VersionAhead
from network.kernel import runtime
from network.kernel.actor import Actor
from network.networks import NetworkView
from web.agreement_acts import EFFECT, fixes, how_far_fixed, way_to_decision
from web.formats import day

MOST = 10


def affairs_of(actor: Actor, row: NetworkView) -> list[dict[str, Any]] | None:
    """One row for each thing that waits for who leads the network; None for everybody else."""
    if not agreements.may_open_deliberation(actor, row["id"]):
        return None
    found = [
        shown for one in agreements.versions_ahead(actor, row["id"]) for shown in _of_version(actor, row, one)
    ]
    return found + [
        _affair(one["question"], _("What comes of it is still to be written."), one["language"], "check",
                url_for("decision_ends.outcome", decision_id=one["id"]))
        for one in decisions.list_awaiting_outcome(actor, row["id"], MOST)
    ]  # fmt: skip


def awaits_outcome(one: Mapping[str, Any]) -> bool:
    """Whether somebody still has to say what comes of it; what has happened by itself speaks for itself."""
    if one["state"] != "closed" or (one["effect"] is not None and one["effect"]["state"] == "done"):
        return False
    return bool(one["result"] and one["result"]["outcome"] == "passed" and one["kind"] != "temperature")


def _of_version(actor: Actor, row: NetworkView, one: VersionAhead) -> list[dict[str, Any]]:
    here: dict[str, Any] = {"slug": row["slug"], "version_id": one["version_id"]}
    shown = (one["title"], one["language"])
    found = []
    if one["state"] == "deliberation":
        if one["unanswered"]:
            said = ngettext(
                "%(num)s proposal waits for an answer.", "%(num)s proposals wait for an answer.",
                one["unanswered"],
            )  # fmt: skip
            found.append((said, "talk", url_for("deliberation.talk", **here)))
        if not one["is_correction"] and one["until"] and one["until"] <= runtime.current().clock.now():
            found.append(_to_fix(actor, row, one, here))
    elif one["state"] == "frozen":
        asked = decisions.open_decision_about(EFFECT, one["version_id"])
        if asked is None:
            said = _("The text is fixed. Nobody has been asked yet whether it should hold.")
            found.append((said, "lock", url_for("agreement_steps.step", act="consent", **here)))
        else:
            said = _("Everybody is asked now whether it should hold.")
            found.append((said, "thumb", way_to_decision(asked)))
    elif one["unsigned"]:
        said = ngettext(
            "%(num)s person has not signed yet.", "%(num)s people have not signed yet.", one["unsigned"]
        )
        until = _("It is open until %(day)s.", day=day(one["until"])) if one["until"] else ""
        found.append((f"{said} {until}".strip(), "sign", url_for("versions.signatures", **here)))
    return [_affair(shown[0], said, shown[1], sign, url) for said, sign, url in found]


def _to_fix(actor: Actor, row: NetworkView, one: VersionAhead, here: dict[str, Any]) -> tuple[str, str, str]:
    said = _("It was talked about long enough. Now the text can be fixed.")
    if any(one["frozen_by"].values()):
        said = how_far_fixed(one["frozen_by"])
    if fixes(actor, row, one["frozen_by"]):
        return said, "lock", url_for("agreement_steps.step", act="freeze", **here)
    return said, "lock", url_for("versions.version", **here)


def _affair(title: str, line: str, language: str, sign: str, url: str) -> dict[str, Any]:
    return {"title": title, "line": line, "language": language, "sign": sign, "url": url}

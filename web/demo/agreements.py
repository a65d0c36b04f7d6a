"""The documents: one in force and signed by most, and rules that are still talked about."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import agreements, decisions
from network.agreements import ClauseIn
from network.kernel.paging import PageRequest
from web.demo.content import day, moment
from web.demo.filling import Filling

Key = tuple[str, str]


def plan_agreement(filling: Filling, row: dict[str, Any]) -> None:
    """Let a document be written and talked about; where it says more, decided, signed and put into force."""
    zone = filling.zones[row["network"]]
    key = ("version", f"{row['network']}/{row['kind']}")
    filling.at(row["drafted"], zone, partial(_draft, filling, row, key))
    filling.at(row["opened"], zone, partial(_step, filling, key, agreements.open_deliberation, "meta"))
    for said in row.get("comments", []):
        filling.at(said["at"], zone, partial(_comment, filling, key, said))
    for proposed in row.get("amendments", []):
        filling.at(proposed["at"], zone, partial(_amend, filling, key, proposed))
    if "frozen" not in row:
        return
    for who in ("meta", filling.steward_of(filling.networks[row["network"]]["organisation"])):
        filling.at(row["frozen"], zone, partial(_step, filling, key, agreements.freeze_version, who))
    filling.at(row["asked"], zone, partial(_ask, filling, row, key))
    filling.at(row["asked_until"], zone, partial(_close, filling, row))
    for slug in row["signers"]:
        filling.at(row["signed"], zone, partial(_sign, filling, key, slug))
    filling.at(row["signed"], zone, partial(_sign_for, filling, row, key))
    filling.at(row["in_force"], zone, partial(_step, filling, key, agreements.activate_version, "meta"))
    for slug, when in row["signed_late"].items():
        filling.at(when, zone, partial(_sign, filling, key, slug))


def _draft(filling: Filling, row: dict[str, Any], key: Key) -> None:
    zone, actor = filling.zones[row["network"]], filling.actor("meta")
    network_id = filling.ids["network", row["network"]]
    terms: dict[str, Any] = {
        name: moment(row[name], filling.now, zone) for name in ("deliberation_until", "signing_until")
    }
    if "review_on" in row:
        terms["review_on"] = day(row["review_on"], filling.now, zone)
    if "template" in row:
        document_id = agreements.found_agreement(
            actor, network_id, row["kind"], row["title"], row["language"]
        )["id"]
        terms["template"] = row["template"]
    else:
        # The rules are there from the first day; these go on from them.
        found = agreements.list_agreements(actor, network_id, PageRequest()).items
        document = next(one for one in found if one["kind"] == row["kind"])
        document_id, held = document["id"], document["in_force"] or ""
        kept = agreements.get_agreement_version(actor, held)["clauses"]
        terms["from_version"] = held
        terms["clauses"] = [
            *(ClauseIn(one["heading"], one["text"], one["short"], one["id"]) for one in kept),
            *(ClauseIn(one["heading"], one["text"], one["short"]) for one in row["added"]),
        ]
    filling.ids[key] = agreements.draft_version(actor, document_id, **terms)["id"]


def _step(filling: Filling, key: Key, command: Any, slug: str) -> None:
    actor = filling.actor(slug)
    seen = agreements.get_agreement_version(actor, filling.ids[key])["version"]
    command(actor, filling.ids[key], seen)


def _ask(filling: Filling, row: dict[str, Any], key: Key) -> None:
    actor, zone = filling.actor("meta"), filling.zones[row["network"]]
    made = decisions.draft_decision(
        actor, filling.ids["network", row["network"]], kind="consent", question=row["question"],
        closes_at=moment(row["asked_until"], filling.now, zone),
        effect={"type": "activate_agreement", "id": filling.ids[key]},
    )  # fmt: skip
    decisions.open_decision(actor, made["id"], made["version"])
    for slug in row["say_yes"]:
        decisions.take_stance(filling.actor(slug), made["id"], stance="consent")


def _close(filling: Filling, row: dict[str, Any]) -> None:
    decisions.settle_due(filling.ids["network", row["network"]])


def _sign(filling: Filling, key: Key, slug: str) -> None:
    actor = filling.actor(slug)
    text_hash = agreements.get_agreement_version(actor, filling.ids[key])["text_hash"]
    agreements.sign_version(actor, filling.ids[key], text_hash, "member")


def _sign_for(filling: Filling, row: dict[str, Any], key: Key) -> None:
    organisation = filling.networks[row["network"]]["organisation"]
    actor = filling.actor(filling.steward_of(organisation))
    text_hash = agreements.get_agreement_version(actor, filling.ids[key])["text_hash"]
    agreements.sign_version(
        actor, filling.ids[key], text_hash, "organisation", filling.ids["organisation", organisation]
    )


def _clause_id(filling: Filling, key: Key, heading: str) -> tuple[str, str]:
    clauses = agreements.get_agreement_version(filling.actor("meta"), filling.ids[key])["clauses"]
    return next((one["id"], one["hash"]) for one in clauses if one["heading"] == heading)


def _comment(filling: Filling, key: Key, said: dict[str, Any]) -> None:
    clause_id, _hash = _clause_id(filling, key, said["heading"])
    agreements.add_comment(filling.actor(said["by"]), filling.ids[key], clause_id, said["body"])


def _amend(filling: Filling, key: Key, proposed: dict[str, Any]) -> None:
    clause_id, clause_hash = _clause_id(filling, key, proposed["heading"])
    made = agreements.submit_amendment(
        filling.actor(proposed["by"]), filling.ids[key], clause_id, clause_hash, proposed["text"],
        proposed["reason"],
    )  # fmt: skip
    for slug in proposed["supporters"]:
        agreements.co_sponsor_amendment(filling.actor(slug), made["id"])

"""The pages of one version of a document: its text, what changed in it, who signed it, its PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements, organisations
from network.agreements import DifferenceView, VersionView
from network.kernel.actor import Actor
from network.kernel.errors import Invalid, NotFound
from network.kernel.paging import PageRequest
from network.networks import NetworkView
from web.agreement_acts import acts_of, end_of_version, next_of
from web.agreement_words import (
    QUIET_ANNOUNCED,
    STATE_SIGNS,
    asks_nobody,
    rule_in_words,
    state_words,
    why_failed,
)
from web.formats import day
from web.languages import choose_language
from web.live import live_network
from web.pages import page
from web.roadmap import open_network
from web.signature_counts import Signatures, signatures_of

blueprint = Blueprint("versions", __name__)
FACES = 6
WORDS: dict[str, Any] = {"state_words": state_words, "state_signs": STATE_SIGNS}
"""What the templates of versions are given besides."""


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>")
def version(actor: Actor, slug: str, version_id: str) -> str:
    """A version to read, with the one thing that comes next and the ways to everything else."""
    row, seen = open_version(actor, slug, version_id)
    mine = agreements.my_signatures(actor, seen["id"])
    rule, signed = rule_of(row, seen), signatures_of(actor, seen)
    return render_template(
        "agreements/version.html", network=row, version=seen, mine=mine,
        next=next_of(actor, row, seen, mine), ending=end_of_version(seen),
        translation=agreements.translated_clauses(seen, choose_language()),
        rule=rule, signed=signed, signers=first_signers(actor, seen),
        prints=seen["state"] not in ("draft", "deliberation"),
        ways=_ways(row, seen, agreements.versions_of(actor, seen)), acts=acts_of(actor, row, seen, mine),
        exactly=_exactly(seen, rule, signed), quiet=asks_nobody(seen), announced=announced_of(seen),
        why_failed=why_failed(seen),
        live=live_network(actor, row["id"]), **WORDS,
    )  # fmt: skip


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/changes")
def changes(actor: Actor, slug: str, version_id: str) -> Any:
    """What differs from another version of the same document, by default the one that it goes on from."""
    row, seen = open_version(actor, slug, version_id)
    versions = agreements.versions_of(actor, seen)
    against = request.args.get("against") or _before(seen, versions)
    if against is None:
        return redirect(url_for("versions.version", slug=row["slug"], version_id=seen["id"]))
    found = difference_from(actor, seen, against)
    others = [
        {
            "label": _("Version %(number)s", number=other["number"]),
            "url": url_for("versions.changes", slug=slug, version_id=seen["id"], against=other["id"]),
            "current": other["id"] == against,
        }
        for other in versions if other["id"] != seen["id"]
    ]  # fmt: skip
    return render_template(
        "agreements/changes.html", network=row, version=seen,
        against=found, changed=to_read(found), others=others,
        beside=request.args.get("shown") == "beside",
    )  # fmt: skip


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/signatures")
def signatures(actor: Actor, slug: str, version_id: str) -> str:
    """Who signed, in which capacity and when; who is still asked."""
    row, seen = open_version(actor, slug, version_id)
    asked = PageRequest(cursor=request.args.get("cursor"))
    found = agreements.list_signatures(actor, seen["id"], asked)
    lines = {one["id"]: one for one in agreements.versions_of(actor, seen)}
    lists = [
        {"line": lines.get(given_for), "rows": list(rows)}
        for given_for, rows in groupby(found.items, key=lambda one: one["version_id"])
    ]
    return render_template(
        "agreements/signatures.html", network=row, version=seen, lists=lists, following=found.next,
        rule=rule_of(row, seen), signed=signatures_of(actor, seen),
        waiting=agreements.list_unsigned(actor, seen["id"]) if asked.cursor is None else [],
    )  # fmt: skip


def open_version(actor: Actor, slug: str, version_id: str) -> tuple[NetworkView, VersionView]:
    """The network and the version of a page; of another network's version there is nothing here."""
    row = open_network(actor, slug)
    seen = agreements.get_agreement_version(actor, version_id)
    if seen["network_id"] != row["id"]:
        raise NotFound()
    return row, seen


def difference_from(actor: Actor, seen: VersionView, against: str) -> DifferenceView:
    """What differs from another version of the same document; with another document's there is nothing to
    compare."""
    try:
        return agreements.difference(actor, seen["id"], against)
    except Invalid as error:
        raise NotFound() from error


def to_read(found: DifferenceView) -> list[agreements.ClauseDifference]:
    """The parts that a reader of the other version has to look at."""
    return [one for one in found["clauses"] if one.change != "same" or one.moved]


def rule_of(row: NetworkView, seen: VersionView) -> str:
    """The rule for coming into force, as a sentence."""
    return rule_in_words(seen["activation_rule"], organisation_names(row, seen))


def announced_of(seen: VersionView) -> str:
    """That silence will count and nobody signs, as long as the text is being made; else nothing."""
    making = seen["state"] in ("draft", "deliberation", "frozen")
    return str(QUIET_ANNOUNCED) if making and asks_nobody(seen) else ""


def organisation_names(row: NetworkView, seen: VersionView) -> dict[str, str]:
    """The names of the organisations that a version speaks of."""
    wanted = {row["organisation_id"], *seen["activation_rule"]["organisations"]}
    return {key: found["name"] for key, found in organisations.organisations_by_id(wanted).items()}


def first_signers(actor: Actor, seen: VersionView) -> Sequence[Mapping[str, Any]]:
    """A few of those who signed, for their faces."""
    return agreements.first_signers(actor, seen["id"], FACES) if seen["counts"]["signed"] else []


def _before(seen: VersionView, versions: Sequence[Mapping[str, Any]]) -> str | None:
    if seen["based_on"] is not None:
        return seen["based_on"]
    earlier = [other["id"] for other in versions if other["number"] < seen["number"]]
    return earlier[0] if earlier else None


def _ways(row: NetworkView, seen: VersionView, versions: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    here: dict[str, Any] = {"slug": row["slug"], "version_id": seen["id"]}
    found = []
    if _before(seen, versions) is not None:
        found.append({"label": _("What changed"), "url": url_for("versions.changes", **here)})
    # While it is talked about, the way there is the button on top.
    if seen["opened_at"] is not None and (seen["state"] != "deliberation" or seen["is_correction"]):
        found.append({"label": _("What was said about it"), "url": url_for("deliberation.talk", **here)})
    for other in versions:
        if other["id"] == seen["id"] or other["state"] in ("abandoned",):
            continue
        url = url_for("versions.version", slug=row["slug"], version_id=other["id"])
        label = _("Version %(number)s", number=other["number"])
        found.append({"label": f"{label}: {state_words(other)}", "url": url})
    return found


def _exactly(seen: VersionView, rule: str, signed: Signatures) -> list[tuple[str, str, str | None]]:
    facts: list[tuple[str, str, str | None]] = [(_("Version"), str(seen["number"]), None)]
    facts.append((_("Coming into force"), rule, seen["activation_rule"]["members"]))
    if signed.progress.counted:
        words = {"needed": signed.progress.need, "all": signed.progress.counted}
        facts.append((_("Members' signatures that it takes"), _("%(needed)s of %(all)s", **words), None))
    if signed.progress.carried is not None:
        facts.append((_("Text that was signed (SHA-256)"), signed.progress.carried[1], None))
    for label, key in (
        (_("Talked about until"), "deliberation_until"),
        (_("Text fixed"), "frozen_at"),
        (_("Can be signed until"), "signing_until"),
        (_("In force since"), "in_force_at"),
        (_("We look at it again"), "review_on"),
        (_("Holds until"), "valid_until"),
        (_("Ended"), "ended_at"),
    ):
        if key == "signing_until" and (seen["in_force_at"] is not None or asks_nobody(seen)):
            continue  # from then on each has her own days
        if seen[key] is not None:  # type: ignore[literal-required]
            facts.append((label, day(seen[key]), None))  # type: ignore[literal-required]
    if seen["end_reason"]:
        facts.append((_("Why it ended"), seen["end_reason"], None))
    return facts

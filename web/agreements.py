"""The pages of what a network agreed: all its documents, and its rules of talking, to read and to accept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements
from network.agreements import AgreementView, VersionLine
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.policy import require
from network.networks import NetworkView
from web.affairs import affairs_of
from web.agreement_words import ENDED, IN_MAKING, KIND_NAMES, STATE_SIGNS, state_words
from web.formats import day
from web.forms.agreements import AcceptanceForm
from web.languages import choose_language
from web.pages import page, safe_next
from web.roadmap import open_network, sections

blueprint = Blueprint("agreements", __name__)


@page(blueprint, "/network/<slug>/agreements")
def documents(actor: Actor, slug: str) -> str:
    """What a network agreed: what is in force, what is being made, what was before."""
    row = open_network(actor, slug)
    found = agreements.list_agreements(actor, row["id"], PageRequest(cursor=request.args.get("cursor")))
    pairs = [(document, line) for document in found.items for line in document["versions"]]
    mine = {one["version_id"] for one in agreements.waiting_signatures(actor, row["id"])}
    in_making = [_line(document, line) for document, line in pairs if line["state"] in IN_MAKING]
    return render_template(
        "agreements/documents.html", network=row, kind_names=KIND_NAMES,
        state_words=state_words, state_signs=STATE_SIGNS, in_making=in_making,
        in_force=[_line(document, line) for document, line in pairs if line["state"] == "in_force"],
        empty=[document for document in found.items if not document["versions"]],
        earlier=[_line(document, line) for document, line in pairs if line["state"] in ENDED],
        only_builtin=not in_making and all(line["builtin"] for _document, line in pairs),
        following=found.next, drafts=bool(agreements.may_draft_version(actor, row["id"], 2)),
        own_rules=_own_rules(row, found.items), mine=mine, affairs=affairs_of(actor, row),
        sections=sections(actor, row, "agreements"),
    )  # fmt: skip


@page(blueprint, "/network/<slug>/rules", methods=("GET", "POST"))
def rules(actor: Actor, slug: str) -> Any:
    """The rules that hold, and the button that accepts them."""
    row = open_network(actor, slug)
    require(agreements.may_read_agreements(actor, row["id"]))
    form = AcceptanceForm()
    back = safe_next(url_for("discussions.talk"))
    if form.validate_on_submit():
        try:
            agreements.accept_rules(actor, row["id"], form.version_id.data)
            flash(_("Thank you. Now you can write."), "ok")
            return redirect(back)
        except agreements.VersionSuperseded as newer:
            form.show_faults(newer)
    version = agreements.rules_of_network(row["id"])
    body = render_template(
        "agreements/rules.html",
        network=row,
        version=version,
        translation=agreements.translated_clauses(version, choose_language()),
        accepted=agreements.has_accepted(actor, version["id"]),
        accepts=bool(agreements.may_accept_rules(actor, row["id"])),
        form=form,
        back=back,
        sections=sections(actor, row, "rules"),
    )
    return body, 409 if form.errors else 200


def _own_rules(row: NetworkView, documents: Sequence[AgreementView]) -> str | None:
    """Where a network that has only the built-in rules begins rules of its own."""
    for one in documents:
        if one["kind"] == "communication_rules" and all(line["builtin"] for line in one["versions"]):
            return url_for("drafting.begin", slug=row["slug"], agreement_id=one["id"])
    return None


def _line(document: AgreementView, line: VersionLine) -> dict[str, Any]:
    said = ""
    if line["state"] == "in_force" and line["in_force_at"] is not None:
        said = _("Version %(number)s, since %(day)s", number=line["number"], day=day(line["in_force_at"]))
    elif line["state"] == "deliberation" and line["deliberation_until"] is not None:
        until = day(line["deliberation_until"])
        is_over = line["deliberation_until"] <= runtime.current().clock.now()
        said = _("Version %(number)s", number=line["number"]) if is_over else _(
            "Version %(number)s, until %(day)s", number=line["number"], day=until
        )  # fmt: skip
    elif line["state"] == "signing" and line["signing_until"] is not None:
        said = _("Version %(number)s, until %(day)s", number=line["number"], day=day(line["signing_until"]))
    else:
        said = _("Version %(number)s", number=line["number"])
    return {
        "title": document["title"], "kind": document["kind"], "language": document["language"],
        "version": line, "line": said,
    }  # fmt: skip

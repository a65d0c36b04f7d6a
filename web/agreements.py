"""The page of a network's rules: read them, in one's own language too, and accept them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from network import agreements
from network.kernel.actor import Actor
from network.kernel.policy import require
from web.forms.agreements import AcceptanceForm
from web.languages import choose_language
from web.pages import page, safe_next
from web.roadmap import open_network, sections

blueprint = Blueprint("agreements", __name__)


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

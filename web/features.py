"""The page on which a network switches on what a small one does without."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from network import networks
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, ProofRequired
from network.kernel.policy import any_of, require
from web.feature_words import OFFERED, has_grown
from web.forms.features import FeaturesForm
from web.pages import page
from web.people import shown
from web.roadmap import open_network, sections

blueprint = Blueprint("features", __name__)


@page(blueprint, "/network/<slug>/features", methods=("GET", "POST"), proof=True)
def features(actor: Actor, slug: str) -> Any:
    """Which features the network uses; what is off is nowhere to be seen."""
    row = open_network(actor, slug)
    require(any_of(networks.is_host, networks.is_steward)(actor, row["id"]))
    verdict = networks.may_set_features(actor, networks.network_row(row["id"]))
    if verdict.refusal is ProofRequired:
        require(verdict)
    form, refusal = FeaturesForm(data={name: row["features"][name] for name in OFFERED}), None
    if form.validate_on_submit():
        try:
            networks.set_features(actor, row["id"], {name: bool(form[name].data) for name in OFFERED})
            flash(_("Saved."), "ok")
            return redirect(url_for("features.features", slug=row["slug"]))
        except DomainError as error:
            refusal = error
    return shown(
        "features/features.html", form, refusal, network=row, offered=OFFERED, settles=bool(verdict),
        sections=sections(actor, row, "features"), has_grown=has_grown(actor, row),
    )  # fmt: skip

"""The pages of blocks: whom one blocked, whether one takes direct messages, and the button at a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import blocks as rules
from network import membership, networks
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from web.forms.base import PageForm
from web.pages import page

blueprint = Blueprint("blocks", __name__)


@page(blueprint, "/me/blocks", methods=("GET", "POST"))
def blocks(actor: Actor) -> Any:
    """Who can write to me, and whom I blocked."""
    if request.method == "POST":
        if not PageForm().validate_on_submit():
            abort(400)
        ticked = {name: request.form.get(name) == "y" for name in ("direct_messages", *_shown(actor))}
        rules.choose_contact(actor, **ticked)
        flash(_("Saved."), "ok")
        return redirect(url_for("blocks.blocks"), 303)
    found = rules.list_blocks(actor, PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "blocks/blocks.html", blocked=found.items, following=found.next, form=PageForm(),
        chosen=rules.show_contact_settings(actor), shown=_shown(actor),
    )  # fmt: skip


@page(blueprint, "/people/<id:user_id>/block", methods=("POST",))
def block(actor: Actor, user_id: str) -> Any:
    """Block a person, or take that back."""
    if not PageForm().validate_on_submit():
        abort(400)
    if request.form.get("blocked") == "0":
        rules.unblock(actor, user_id)
        flash(_("The block is taken back."), "ok")
        return redirect(url_for("blocks.blocks"), 303)
    membership.get_person(actor, user_id)
    made = rules.block(actor, user_id)
    flash(_("%(name)s cannot write to you any more.", name=made["user"]["display_name"]), "ok")
    return redirect(url_for("membership.person", user_id=user_id), 303)


def _shown(actor: Actor) -> list[str]:
    """What a person tells of herself while she is here, where one of her networks uses it."""
    found = [networks.network_row(network_id) for network_id in actor.standings]
    features = {"tells_typing": "typing", "tells_presence": "presence"}
    return [
        name for name, feature in features.items()
        if any(networks.is_feature_on(network, feature) for network in found)
    ]  # fmt: skip

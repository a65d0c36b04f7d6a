"""Everything that was said at one part of a text, and taking back what one said oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageRequest
from web.pages import page
from web.roadmap import open_network
from web.versions import WORDS, open_version

blueprint = Blueprint("said", __name__)


@page(blueprint, "/network/<slug>/agreements/v/<id:version_id>/parts/<id:clause_id>/said")
def said(actor: Actor, slug: str, version_id: str, clause_id: str) -> str:
    """The comments at a part, the oldest first, page by page: at the part itself stand the newest alone."""
    row, seen = open_version(actor, slug, version_id)
    clause = next((one for one in seen["clauses"] if one["id"] == clause_id), None)
    if clause is None:
        raise NotFound()
    asked = PageRequest(cursor=request.args.get("cursor"))
    found = agreements.list_comments(actor, seen["id"], asked, clause_id)
    return render_template(
        "agreements/said.html", network=row, version=seen, clause=clause, following=found.next,
        talk={"comments": found.items, "comments_count": len(found.items)}, reader_id=actor.user_id, **WORDS,
    )  # fmt: skip


@page(blueprint, "/network/<slug>/agreements/comments/<id:comment_id>/deletion", methods=("POST",))
def take_back(actor: Actor, slug: str, comment_id: str) -> Any:
    """Take one's own comment back: that there was one stays."""
    row = open_network(actor, slug)
    gone = agreements.delete_comment(actor, comment_id)
    flash(_("Your contribution is taken back."), "ok")
    way: dict[str, Any] = {"slug": row["slug"], "version_id": gone["version_id"]}
    return redirect(url_for("deliberation.talk", _anchor=f"clause-{gone['clause_id']}", **way))

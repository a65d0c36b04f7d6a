"""The page of the reactions to a message: giving one, taking it back, seeing whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from network import discussions
from network.kernel.actor import Actor
from network.kernel.errors import Invalid
from network.kernel.paging import PageRequest
from web import bubbles
from web.forms.messages import ReactionForm
from web.pages import page
from web.reaction_words import ready_reactions, shown_reactions

blueprint = Blueprint("reactions", __name__)


@page(blueprint, "/talk/m/<id:message_id>/reactions", methods=("GET", "POST"))
def message(actor: Actor, message_id: str) -> Any:
    """Whose reactions a message has, and giving one's own. A POST gives a reaction, or takes it back where it
    is given already."""
    found = discussions.get_message(actor, message_id)
    room = discussions.get_room(actor, found["room_id"])
    g.network_id = room["network_id"]
    topic, form = discussions.get_topic(actor, found["topic_id"]), ReactionForm()
    back = url_for("discussions.topic", topic_id=found["topic_id"], _anchor=f"message-{message_id}")
    if form.validate_on_submit():
        try:
            _turn(actor, found, form.emoji.data or "")
            return redirect(back, 303)
        except (Invalid, discussions.TooManyReactions) as error:
            form.show_faults(error)
    listed = discussions.list_reacted(actor, message_id, PageRequest(cursor=request.args.get("cursor")))
    words = {each["value"]: each for each in shown_reactions(found["reactions"])}
    return render_template(
        "discussions/reactions.html", message=found, topic=topic, back=back, form=form,
        reacts=bubbles.reacts(actor, room, topic) and bubbles.gone_sentence(found) is None,
        ready=ready_reactions(found["reactions"]), following=listed.next,
        whose=[(words.get(each["emoji"]), each["user"]) for each in listed.items],
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


def _turn(actor: Actor, found: Mapping[str, Any], emoji: str) -> None:
    sign = discussions.check_emoji(emoji)
    mine = {each["emoji"] for each in found["reactions"] if each["mine"]}
    turn = discussions.take_reaction_back if sign in mine else discussions.react
    turn(actor, found["id"], sign)

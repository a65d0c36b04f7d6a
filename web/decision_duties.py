"""Which questions wait for somebody: on her home, and about a topic."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from network import decisions
from network.kernel.actor import Actor
from web import decision_words as words

MOST = 3


def to_answer(actor: Actor, network_id: str) -> list[dict[str, Any]]:
    """The open questions of a network to which she may answer and has not, those that end first in front;
    at most three."""
    return [
        {
            "id": one["id"], "question": one["question"], "language": one["language"],
            "left": words.time_left(one["closes_at"]), "sign": words.KINDS[one["kind"]][2],
        }
        for one in decisions.list_unanswered(actor, network_id, MOST)
    ]  # fmt: skip


def topic_items(actor: Actor, topic_id: str, room: Any) -> list[dict[str, Any]]:
    """For a topic's menu, in a room that is open to the whole network: the question that it has led to; where
    none is open, the way to decide it here and what was asked last."""
    if room["kind"] not in ("open", "announcement"):
        return []
    found, items = decisions.about_topic(actor, topic_id), []
    if found is not None:
        asked, is_open = found
        label = _("The open question about it") if is_open else _("What came of the question about it")
        items.append({"label": label, "url": url_for("decisions.decision", decision_id=asked)})
    if (found is None or not found[1]) and decisions.may_draft_decision(actor, room["network_id"]):
        # Short, because every byte of a topic counts: the page may not grow.
        items.append(
            {"label": _("Decide this here"), "url": url_for("decision_making.here", topic_id=topic_id)}
        )
    return items

"""The form of a new topic as the actor left it, on whatever device; and what its script needs to keep it."""

from __future__ import annotations

from dataclasses import dataclass

from network import discussions
from network.kernel.actor import Actor
from network.kernel.ids import keyed_digest, new_untimed_id


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands in the form, whether another text waits behind it, and its attributes."""

    values: dict[str, str]
    waits_behind: bool
    attributes: dict[str, str]


def opening_in(actor: Actor, room_id: str | None) -> Opening:
    """What was typed for a new topic of a room that the actor sees; without a room nothing."""
    values = {"client_msg_id": new_untimed_id()}
    if room_id is None:
        return Opening(values, False, {})
    draft = discussions.draft_in(actor, discussions.room_context(room_id))
    if draft["body"]:
        title, _line_end, body = draft["body"].partition("\n")
        known_as = draft["client_msg_id"] or values["client_msg_id"]
        values = {"client_msg_id": known_as, "title": title, "body": body}
    attributes = {
        "data-opening": room_id, "data-draft": str(draft["version"]),
        "data-csrf": keyed_digest("csrf", actor.session_id) if actor.session_id else "",
    }  # fmt: skip
    return Opening(values, bool(draft["set_aside"]), attributes)

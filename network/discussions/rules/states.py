"""In which states a room or topic takes what: their machines, and the refusals of a closed place."""

from __future__ import annotations

from network.kernel.errors import Conflict
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

ROOM = Machine(
    "room",
    {
        "lock": {"open": "locked"},
        "unlock": {"locked": "open"},
        "archive": {"open": "archived", "locked": "archived"},
        "unarchive": {"archived": "open"},
    },
)

TOPIC = Machine(
    "topic",
    {
        "lock": {"open": "locked", "resolved": "locked"},
        "unlock": {"locked": "open"},
        "resolve": {"open": "resolved"},
        "reopen": {"resolved": "open"},
    },
)

KINDS = ("open", "private", "announcement")
"""The kinds of rooms that somebody sets up; a `direct` room comes about between people."""

POSTING = ("members", "meta_mentors")

TELL_TYPING = (*KINDS, "direct")
"""The kinds of rooms in which others see that somebody is writing. A room in which help is given is none: who
hesitates there is nobody's business."""

MOST_IN_DIRECT_ROOM = 20
FEWEST_TO_LEAVE = 3
"""Of two people nobody leaves: the other would talk to herself."""


class RoomLocked(Conflict):
    """Nobody writes in a locked room."""

    code = "room_locked"
    message = _("This room is locked. That was not sent.")


class RoomArchived(Conflict):
    """Nobody writes in an archived room."""

    code = "room_archived"
    message = _("This room is closed and can only be read. That was not sent.")


class RoomNotLeft(Conflict):
    """Only a direct room of three or more is left, and a private one where somebody stays."""

    code = "room_not_left"
    message = _("You cannot leave this room. You can make it quiet, so that you hear nothing from it.")


class RoomOpenToAll(Conflict):
    """Nobody is taken into a room, or out of one, that everybody in the network sees, or that two people
    have."""

    code = "room_open_to_all"
    message = _("Only a private room has people of its own.")


class AlreadyGreeted(Conflict):
    """Who waits to be let in says hello once."""

    code = "already_greeted"
    message = _("Your hello stands in the welcome room already.")


class TopicLocked(Conflict):
    """Nobody writes in a locked topic."""

    code = "topic_locked"
    message = _("This topic is locked. That was not sent.")


class TopicStays(Conflict):
    """What was said in a private or direct room is moved nowhere."""

    code = "topic_stays"
    message = _("What was said in a closed circle stays there.")


class MessageDeletedAlready(Conflict):
    """What was taken back is not changed any more."""

    code = "message_deleted"
    message = _("This message was deleted.")


class MessageVeiled(Conflict):
    """A message hidden by moderation is not changed until the matter is settled."""

    code = "message_veiled"
    message = _("This message is hidden while somebody looks at it.")


def check_open(room_state: str, topic_state: str | None = None) -> None:
    """Raise RoomLocked, RoomArchived or TopicLocked where nothing new may be said; a resolved topic is open
    to a late word."""
    if room_state == "archived":
        raise RoomArchived(state=room_state)
    if room_state == "locked":
        raise RoomLocked(state=room_state)
    if topic_state == "locked":
        raise TopicLocked(state=topic_state)

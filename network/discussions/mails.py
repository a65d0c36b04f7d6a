"""What the letters about rooms say: that a silent private room is about to be emptied."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date

from models.discussions import Room
from models.networks import Network
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate


@composes("room_falls_silent")
def compose_room_falls_silent(language: str, params: dict[str, Any]) -> Letter | None:
    """Until when somebody has to speak, so that nothing is deleted; no letter when that is settled. The
    letter names the network and no room: it may be read over a shoulder."""
    room = session().get(Room, params["room_id"])
    if room is None or room.forgets_at is None:
        return None
    network = session().get_one(Network, room.network_id)
    day = format_date(room.forgets_at, format="long", locale=regional(language))
    words = {"network": network.name, "day": day}
    url = f"{runtime.current().settings.base_url}/talk/r/{room.id}"
    return Letter(
        subject=translate(language, _("A private room in %(network)s falls silent"), words),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(
                language,
                _(
                    "You are in a private room of %(network)s in which nobody has written for a long time. "
                    "What was said there is deleted on %(day)s."
                ),
                words,
            ),
            translate(language, _("If you want to keep it, write something there before that day.")),
        ],
        action=(
            translate(language, _("Go to the room")),
            url,
        ),
    )

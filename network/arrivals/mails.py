"""What the letter to a buddy says."""

from __future__ import annotations

from typing import Any

from models.arrivals import BuddyPair
from models.networks import Network
from models.people import User
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate


@composes("newcomer_to_greet")
def compose_newcomer(language: str, params: dict[str, Any]) -> Letter | None:
    """Somebody new would like to be greeted; no letter when that is over or another one's by now."""
    pair = session().get(BuddyPair, params["pair_id"])
    if pair is None or pair.ended_at is not None or pair.buddy_id != params["user_id"]:
        return None
    buddy, newcomer = session().get_one(User, pair.buddy_id), session().get_one(User, pair.newcomer_id)
    network = session().get_one(Network, pair.network_id)
    words = {"name": buddy.display_name, "newcomer": newcomer.display_name, "network": network.name}
    base = runtime.current().settings.base_url
    url = f"{base}/talk/dm/{newcomer.id}?network={network.id}&hello=1"
    return Letter(
        subject=translate(language, _("%(newcomer)s is new in %(network)s"), words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(
                language,
                _(
                    "%(newcomer)s has just joined %(network)s, and you greet newcomers there. Two sentences "
                    "are enough. We have begun a message for you; you can change it."
                ),
                words,
            ),
        ],
        action=(translate(language, _("Say hello")), url),
    )

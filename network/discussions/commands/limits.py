"""How often somebody says something: sends and edits of a person are counted together, by whatever way they
come."""

from __future__ import annotations

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.throttle import TokenBuckets

_sends: list[tuple[runtime.Runtime, TokenBuckets]] = []


def take_send(actor: Actor) -> None:
    """Count something that the person says. Raises TooMany."""
    running = runtime.current()
    if running.settings.rate_limits == "off" or not actor.is_person:
        return
    if not _sends or _sends[0][0] is not running:
        limits = TokenBuckets(running.settings.sends_per_minute, running.settings.sends_burst)
        _sends[:] = [(running, limits)]
    _sends[0][1].take(actor.id)


def longest_message() -> int:
    """How many characters a message may have."""
    return runtime.current().settings.message_max_characters

"""Of what people are told at once, and by which channels."""

from __future__ import annotations

DIRECT, MENTION, REPLY = "direct", "mention", "reply"
KINDS = (DIRECT, MENTION, REPLY)
"""The first that fits names the notice: somebody wrote to her alone, named her, answered her."""

MAIL, PUSH = "mail", "push"

AT_ONCE, DIGEST = "notices", "digest"
"""The groups of letters in which she hears of it (people.MAILS)."""

AFFAIR, AFFAIR_OF_HERS = "affair", "affair_of_hers"
"""Letters about what a network settles; the second about herself or her signature, in any case."""


def message_event(message_id: str) -> str:
    """What a notice about a message is told apart by: however often its words change, it is one."""
    return f"message:{message_id}"

"""What the letters say that tell somebody what concerns her: conversations, and what her network settles."""

from network.notifications.mails import affairs, conversations

__all__ = ["affairs", "conversations"]
